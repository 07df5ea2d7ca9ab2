"""Messages as the machine of an issuing authority sends them: a certificate, its tasks, its document."""

from __future__ import annotations

from typing import Any

from comity.casefile.clock import Instant
from comity.hi1 import Party
from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from comity.hi1.writing import Envelope, write_request

COURT, HOST = Party("FR", "TJ-PARIS"), Party("IE", "EXAMPLE-BOARD")
REFERENCE = "EPOC-FR-IE-2026-09-01-0001-5"


def entry(name: str, value: str, owner: str = "EU") -> dict[str, str]:
    return {"Owner": owner, "Name": name, "Value": value}


def identifier(number: int, start: str = "4a6c1b2e") -> str:
    return f"{start}-0000-4000-8000-{number:012d}"


def authorisation(**changes: Any) -> dict[str, Any]:
    judge = {
        "ApproverName": "A. Martin",
        "ApproverRole": entry("ApproverRole", "JudgeCourtOrInvestigatingJudge"),
        "ApproverContactDetails": {
            "Name": "Tribunal judiciaire de Paris",
            "Role": "juge d'instruction",
            "EmailAddress": "greffe@tj-paris.example",
            "PhoneNumber": "33100000000",
            "Languages": {"Language": ["fr", "en"]},
        },
    }
    return {
        TYPE: "AuthorisationObject",
        "ObjectIdentifier": identifier(1),
        "CountryCode": "FR",
        "OwnerIdentifier": COURT.identifier,
        "AuthorisationReference": REFERENCE,
        "AuthorisationLegalType": entry("EPOCLegalType", "EPOC"),
        "AuthorisationPriority": entry("EPOCPriority", "TenDaysSubjectToEA"),
        "AuthorisationDesiredStatus": entry("AuthorisationDesiredStatus", "SubmittedToCSP", "ETSI"),
        "AuthorisationCSPID": [{"CountryCode": "IE", "UniqueIdentifier": HOST.identifier}],
        "AuthorisationApprovalDetails": [
            {
                "ApprovalType": entry("ApprovalType", "IssuingAuthority"),
                "ApprovalReference": "JIRS 2026/114",
                "ApproverDetails": [judge],
                "ApprovalTimestamp": "2026-09-01T09:00:00.000000+02:00",
            }
        ],
        **changes,
    }


def task(
    number: int = 1, *, kind: str = "TrafficData", subtype: tuple[str, ...] = (), **changes: Any
) -> dict[str, Any]:
    details: dict[str, Any] = {
        "Type": entry("RequestType", kind, "ETSI"),
        "StartTime": "2026-08-20T00:00:00.000000+02:00",
        "EndTime": "2026-08-29T00:00:00.000000+02:00",
        "RequestValues": {
            "RequestValue": [
                {
                    "FormatType": {"FormatOwner": "ETSI", "FormatName": "ServiceAccessIdentifier"},
                    "Value": "@mallory:board.example",
                }
            ]
        },
    }
    if subtype:
        details["Subtype"] = {"RequestSubtype": [entry("EPOCRequestSubtype", one) for one in subtype]}
    return {
        TYPE: "LDTaskObject",
        "ObjectIdentifier": identifier(10 + number),
        "Reference": f"FR-EXAMPLE-{identifier(1)}-{number}",
        "DesiredStatus": entry("LDTaskDesiredStatus", "AwaitingDisclosure", "ETSI"),
        "RequestDetails": details | changes.pop("RequestDetails", {}),
        "DeliveryDetails": {
            "LDDeliveryDestination": [{"LDDeliveryProfile": entry("EPOCDeliveryProfile", "IssuingAuthority")}]
        },
        **changes,
    }


def document(body: str = "JVBERi0xLjcK") -> dict[str, Any]:
    return {
        TYPE: "DocumentObject",
        "ObjectIdentifier": identifier(90),
        "DocumentReference": REFERENCE,
        "Type": entry("EPOCDocumentType", "Form1"),
        "Body": {"Contents": body, "ContentType": "application/pdf"},
    }


def created(*objects: dict[str, Any]) -> list[tuple[int, str, dict[str, Any]]]:
    return [(number, "CREATE", {"HI1Object": [one]}) for number, one in enumerate(objects)]


def message(
    *actions: tuple[int, str, dict[str, Any]],
    encoding: Encoding = Encoding.XML,
    transaction: int = 1,
    sender: Party = COURT,
    receiver: Party = HOST,
) -> bytes:
    head = Envelope(
        sender,
        receiver,
        identifier(transaction, "c02358b2"),
        Instant.parse("2026-09-01T09:30:00+02:00"),
        "V1.22.1",
        "EU",
        "v1.3.1",
    )
    return write_request(head, actions or created(authorisation(), task(), document()), encoding)


def certificate(number: int, *changed: dict[str, Any]) -> list[tuple[int, str, dict[str, Any]]]:
    """A whole certificate whose objects nobody else names; ``changed`` objects stand for those of their type."""
    kinds = {one[TYPE] for one in changed}
    whole = [one for one in (authorisation(), task(), document()) if one[TYPE] not in kinds]
    whole = sorted([*whole, *changed], key=lambda one: ("Auth", "LDTa", "LPTa", "Docu").index(one[TYPE][:4]))
    renamed = [{**one, "ObjectIdentifier": identifier(100 * number + place)} for place, one in enumerate(whole)]
    reference = f"EPOC-FR-IE-2026-09-01-{number:04d}-5"
    return created(
        *({**one, "AuthorisationReference": reference} if one[TYPE][:4] == "Auth" else one for one in renamed)
    )


def asked(value: str = "@mallory:board.example", **details: Any) -> dict[str, Any]:
    """What one task asks, changed."""
    held = {"FormatType": {"FormatOwner": "ETSI", "FormatName": "ServiceAccessIdentifier"}, "Value": value}
    return {"RequestDetails": {**details, "RequestValues": {"RequestValue": [held]}}}


def prosecutor() -> dict[str, Any]:
    """An authorisation that no judge issued or validated."""
    found = authorisation()
    found["AuthorisationApprovalDetails"][0]["ApproverDetails"][0]["ApproverRole"] = entry(
        "ApproverRole", "PublicProsecutor"
    )
    return found
