"""What the objects of one message say as fields of a certificate: Annex I (EPOC) or Annex II (EPOC-PR) of 2023/1543.

The e-Evidence profile of TS 103 120 (TS 104 144) carries a certificate as one authorisation, one task for each
identifier and the form itself as a document; only the first two are values that a machine can compare, and they hold
less than the form: sections D, G, H and M are on the document alone. What is not said here is left out, so that it
stays unknown; nothing is guessed. Which object carries what: the mapping of an implementation by a contributor to the
standard, read in its code; the standard's own text was not at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.hi1.errors import ErrorCode, Hi1Error
from comity.hi1.tree import TYPE, Tree, all_at, at, text_at

CASE = re.compile(r"(EPOC|EPOCPR)-([A-Z]{2})-([A-Z]{2})-(\d{4}-\d{2}-\d{2})-(\d{4})-([1-9]\d{0,9})", re.ASCII)
"""The Global Case ID: instrument, issuing and executing State, day, number of the day, number of the system."""
PRODUCTION, PRESERVATION = "EPOC", "EPOCPR"
_TICKS: Mapping[str, Sequence[str]] = {
    "TenDaysASAP": ("AS_SOON_AS_POSSIBLE",),
    "TenDaysSubjectToEA": ("AT_THE_END_OF_TEN_DAYS",),
    # The value does not say which of the two threats: both are ticked, and both have the same eight hours.
    "EightHours": ("IMMINENT_THREAT_TO_LIFE", "IMMINENT_THREAT_TO_CRITICAL_INFRASTRUCTURE"),
}
_DATA: Mapping[str, str] = {
    "SubscriberData": "a",
    "UserIdentifyingData": "b",
    "TrafficData": "c",
    "StoredContentData": "d",
    "SubscriberDataAndUserIdentifyingData": "ab",
    "TrafficDataAndStoredContentData": "cd",
}
_SUBTYPES: Mapping[str, str] = {
    "UserInformation": "USER_INFORMATION",
    "RegistrationInformation": "REGISTRATION_INFORMATION",
    "TypeOfServiceInformation": "TYPE_OF_SERVICE_INFORMATION",
    "ProfileInformation": "PROFILE_INFORMATION",
    "DataOnValidationOfUse": "VALIDATION_OF_USE_OF_SERVICE_INFORMATION",
    "DebitOrCreditCardInformation": "DEBIT_OR_CREDIT_CARD_INFORMATION",
    "PUKCodes": "PUK_CODES_INFORMATION",
    "SubscriberDataOther": "OTHER",
}
_SUBSCRIBER = frozenset(_SUBTYPES.values())
_IDENTIFIERS: Mapping[str, str] = {
    "IPV4Address": "IPV_4",
    "IPV6Address": "IPV_6",
    "InternationalizedEmailAddress": "EMAIL",
    "EmailAddress": "EMAIL",
    "InternationalE164": "PHONE_NUMBER",
    "IMEI": "IMEI_NUMBER",
    "MACAddress": "MAC_ADDRESS",
    "ServiceAccessIdentifier": "USER_ID",
}
_ROLES: Mapping[str, str] = {
    "PublicProsecutor": "PUBLIC_PROSECUTOR",
    "JudgeCourtOrInvestigatingJudge": "JUDGE_COURT_OR_INVESTIGATING_JUDGE",
    "OtherCompetentAuthority": "OTHER_COMPETENT_AUTHORITY",
}
_TRANSFER: Mapping[str, str] = {
    "IssuingAuthority": "ISSUING_AUTHORITY",
    "ValidatingAuthority": "VALIDATING_AUTHORITY",
    "OtherCompetentAuthority": "OTHER_COMPETENT_AUTHORITY",
}
_NOTIFIED = "EnforcingAuthorityNotified"
"""The flag that stands for section K; the State is the executing one of the Global Case ID."""
INSTRUMENTS: Mapping[str, str] = {PRODUCTION: "eu-eevidence-production", PRESERVATION: "eu-eevidence-preservation"}
"""The law room's names of the two certificates."""
_TASKS = {PRODUCTION: "LDTaskObject", PRESERVATION: "LPTaskObject"}


@dataclass(frozen=True)
class Sections:
    """How the two certificates call the same sections."""

    identifiers: str
    data: str
    issuing: str
    validating: str


_SECTIONS = {PRODUCTION: Sections("E", "F", "I", "J"), PRESERVATION: Sections("C", "D", "F", "G")}


@dataclass(frozen=True)
class Certificate:
    """One certificate as its objects say it."""

    kind: str
    """``EPOC`` or ``EPOCPR``."""
    reference: str
    """The Global Case ID."""
    form: Tree
    documents: tuple[Tree, ...]
    """Document objects that came with it; their bodies are exhibits."""


def certificate(objects: Sequence[Tree]) -> Certificate:
    """The certificate that the created objects of one message make; raises ``Hi1Error`` where they make none.

    A message carries exactly one authorisation, at least one task and at least one document, as the profile says.
    """
    authorisation = _the_one(objects)
    kind = value(authorisation, "AuthorisationLegalType")
    if kind not in _TASKS:
        why = f"“{kind[:40]}” is no certificate of Regulation (EU) 2023/1543"
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "AuthorisationLegalType", why)
    reference = text_at(authorisation, "AuthorisationReference")
    found = CASE.fullmatch(reference)
    if found is None or found[1] != kind:
        why = "is no Global Case ID of this kind of certificate, like EPOC-FR-IE-2026-09-01-0001-5"
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, "AuthorisationReference", why)
    tasks = [one for one in objects if one.get(TYPE) == _TASKS[kind]]
    documents = tuple(one for one in objects if one.get(TYPE) == "DocumentObject")
    for these, name in ((tasks, _TASKS[kind]), (documents, "DocumentObject")):
        if not these:
            raise Hi1Error(ErrorCode.ELEMENT_MISSING, name, "a certificate needs at least one")
    form = _form(authorisation, tasks, found)
    return Certificate(kind, reference, form, documents)


def value(tree: Any, *path: str) -> str:
    """The value of a dictionary entry ``{Owner, Name, Value}`` under a path, or the text where it is plain text."""
    found = at(tree, *path)
    return text_at(found, "Value") if isinstance(found, dict) else text_at(tree, *path)


def _the_one(objects: Sequence[Tree]) -> Tree:
    found = [one for one in objects if one.get(TYPE) == "AuthorisationObject"]
    if len(found) != 1:
        raise Hi1Error(
            ErrorCode.BUSINESS_LOGIC, "AuthorisationObject", f"a certificate has one, this message {len(found)}"
        )
    return found[0]


def _form(authorisation: Tree, tasks: Sequence[Tree], found: re.Match[str]) -> Tree:
    """``found``: the Global Case ID, taken apart."""
    kind, issuing_state = found[1], found[2]
    names = _SECTIONS[kind]
    approvals = {value(one, "ApprovalType"): one for one in all_at(authorisation, "AuthorisationApprovalDetails")}
    issuing, validating = approvals.get("IssuingAuthority"), approvals.get("ValidatingAuthority")
    form = {
        "A": _said(
            issuing_state=issuing_state,
            issuing_authority=_name(issuing),
            validating_authority=_name(validating),
            file_no_issuing=text_at(issuing, "ApprovalReference") or text_at(authorisation, "AuthorisationReference"),
            file_no_validating=text_at(validating, "ApprovalReference"),
        ),
        "B": _said(service_provider_concerned=_provider(authorisation)),
        names.identifiers: _said(identifiers=[_identifier(task, place) for place, task in enumerate(tasks, 1)]),
        names.data: _data(tasks),
        names.issuing: _authority(issuing),
        names.validating: _authority(validating),
    }
    if kind == PRODUCTION:
        form["C"] = _said(deadline=list(_TICKS.get(value(authorisation, "AuthorisationPriority"), ())))
        form["K"] = _said(state=found[3] if _NOTIFIED in _flags(authorisation) else "")
        form["L"] = _said(transfer_to=_transfer(tasks))
    return {name: section for name, section in form.items() if section}


def _said(**fields: Any) -> Tree:
    """Only what is said: an empty text is not a value."""
    return {name: field for name, field in fields.items() if field not in ("", [], None)}


def _approver(approval: Any) -> Any:
    found = all_at(approval, "ApproverDetails")
    return found[0] if found else {}


def _name(approval: Any) -> str:
    contact = at(_approver(approval), "ApproverContactDetails")
    return text_at(contact, "Name") or text_at(_approver(approval), "ApproverName")


def _authority(approval: Any) -> Tree:
    """Section I or J (F or G of Annex II): who issued or validated."""
    approver = _approver(approval)
    contact = at(approver, "ApproverContactDetails")
    return _said(
        type=_ROLES.get(value(approver, "ApproverRole"), value(approver, "ApproverRole")),
        name=_name(approval),
        representative=text_at(approver, "ApproverName"),
        post=text_at(contact, "Role"),
        file_no=text_at(approval, "ApprovalReference"),
        address=text_at(contact, "Address"),
        tel=text_at(contact, "PhoneNumber"),
        fax=text_at(contact, "FaxNumber"),
        email=text_at(contact, "EmailAddress"),
        languages=", ".join(one for one in all_at(contact, "Languages", "Language") if isinstance(one, str)),
        date=text_at(approval, "ApprovalTimestamp"),
        unvalidated_emergency=str(at(approval, "ApprovalIsEmergency")).strip().lower() in ("true", "1") or None,
    )


def _flags(authorisation: Tree) -> set[str]:
    found = at(authorisation, "AuthorisationFlags")
    listed = all_at(found, "AuthorisationFlag") if isinstance(found, dict) else []
    return {text_at(one, "Value") if isinstance(one, dict) else str(one).strip() for one in listed}


def _provider(authorisation: Tree) -> str:
    found = all_at(authorisation, "AuthorisationCSPID")
    return ", ".join(
        f"{text_at(one, 'CountryCode')} {text_at(one, 'UniqueIdentifier')}".strip() for one in found if one
    )


def _identifier(task: Tree, place: int) -> Tree:
    """One task is one identifier; what the dictionary does not know stays as it is called, and is a finding then."""
    details = at(task, "RequestDetails")
    values = all_at(details, "RequestValues", "RequestValue")
    if len(values) != 1:
        why = f"a task of the profile names one identifier, this one {len(values)}"
        raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"Task[{place}].RequestValues", why)
    kind = text_at(values[0], "FormatType", "FormatName")
    return _said(
        id=text_at(task, "Reference").rpartition("-")[2] or str(place),
        type=_IDENTIFIERS.get(kind, kind),
        value=text_at(values[0], "Value"),
        start=text_at(details, "StartTime") or text_at(details, "ObservedTime"),
        end=text_at(details, "EndTime") or text_at(details, "ObservedTime"),
    )


def _data(tasks: Iterable[Tree]) -> Tree:
    """The boxes of section F (D of Annex II) that the tasks' types and subtypes stand for."""
    boxes: dict[str, list[str]] = {}
    for place, task in enumerate(tasks, 1):
        kind = value(task, "RequestDetails", "Type")
        if kind not in _DATA:
            why = f"“{kind[:60]}” is no kind of data of the profile"
            raise Hi1Error(ErrorCode.IMPROPER_VALUE, f"Task[{place}].RequestDetails.Type", why)
        said = _subtypes(at(task, "RequestDetails", "Subtype"))
        for box in _DATA[kind]:
            into = boxes.setdefault(box, [])
            fitting = [one for one in said if (one in _SUBSCRIBER) is (box == "a")]
            into += [one for one in fitting or [kind] if one not in into]
    return boxes


def _subtypes(tree: Any) -> list[str]:
    listed = all_at(tree, "RequestSubtype") or ([tree] if tree else [])
    found = [text_at(one, "Value") if isinstance(one, dict) else str(one).strip() for one in listed]
    return [_SUBTYPES.get(one, one) for one in found if one]


def _transfer(tasks: Iterable[Tree]) -> str:
    """Section L: to whom, where every task says the same; otherwise a person reads the document."""
    profiles = {
        value(one, "LDDeliveryProfile")
        for task in tasks
        for one in all_at(task, "DeliveryDetails", "LDDeliveryDestination")
    }
    return _TRANSFER.get(profiles.pop(), "") if len(profiles) == 1 else ""
