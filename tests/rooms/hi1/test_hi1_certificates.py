"""The objects of a message become the sections of a certificate; what they do not say stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from comity.hi1 import ErrorCode, Hi1Error, read
from comity.hi1.certificates import Certificate, certificate
from comity.hi1.message import Encoding
from support.hi1 import REFERENCE, authorisation, document, entry, message, task


def of(*objects: dict[str, Any]) -> Certificate:
    return certificate(objects or (authorisation(), task(), document()))


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_certificate_in_either_encoding_has_the_same_sections(encoding: Encoding) -> None:
    found = certificate([action.object for action in read(message(encoding=encoding), encoding).actions])
    assert found == of()
    assert (found.kind, found.reference) == ("EPOC", REFERENCE)
    assert found.form["A"] == {
        "issuing_state": "FR",
        "issuing_authority": "Tribunal judiciaire de Paris",
        "file_no_issuing": "JIRS 2026/114",
    }
    assert found.form["C"] == {"deadline": ["AT_THE_END_OF_TEN_DAYS"]}
    assert found.form["E"]["identifiers"] == [
        {
            "id": "1",
            "type": "USER_ID",
            "value": "@mallory:board.example",
            "start": "2026-08-20T00:00:00.000000+02:00",
            "end": "2026-08-29T00:00:00.000000+02:00",
        }
    ]
    assert found.form["F"] == {"c": ["TrafficData"]}
    assert found.form["I"]["type"] == "JUDGE_COURT_OR_INVESTIGATING_JUDGE"
    assert found.form["I"]["languages"] == "fr, en"
    assert found.form["L"] == {"transfer_to": "ISSUING_AUTHORITY"}
    assert {"D", "G", "H", "J", "K", "M"}.isdisjoint(found.form)


def test_both_kinds_of_data_of_one_task_tick_both_boxes() -> None:
    both = task(kind="SubscriberDataAndUserIdentifyingData", subtype=("UserInformation", "IPLogs"))
    assert of(authorisation(), both, document()).form["F"] == {"a": ["USER_INFORMATION"], "b": ["IPLogs"]}


def test_eight_hours_do_not_say_which_threat() -> None:
    urgent = authorisation(AuthorisationPriority=entry("EPOCPriority", "EightHours"))
    assert of(urgent, task(), document()).form["C"]["deadline"] == [
        "IMMINENT_THREAT_TO_LIFE",
        "IMMINENT_THREAT_TO_CRITICAL_INFRASTRUCTURE",
    ]


def test_an_unknown_priority_says_nothing_about_time() -> None:
    odd = authorisation(AuthorisationPriority=entry("EPOCPriority", "Whenever"))
    assert "C" not in of(odd, task(), document()).form


@pytest.mark.parametrize("said", [True, "true", "1"])
def test_a_prosecutor_without_validation_is_said_as_it_is(said: object) -> None:
    approval = {
        "ApprovalType": "IssuingAuthority",
        "ApproverDetails": [{"ApproverName": "B", "ApproverRole": "PublicProsecutor"}],
        "ApprovalIsEmergency": said,
    }
    form = of(authorisation(AuthorisationApprovalDetails=[approval]), task(), document()).form
    assert form["I"] == {
        "type": "PUBLIC_PROSECUTOR",
        "name": "B",
        "representative": "B",
        "unvalidated_emergency": True,
    }
    assert form["A"]["file_no_issuing"] == REFERENCE


def test_a_preservation_certificate_has_other_sections() -> None:
    keep = authorisation(
        AuthorisationReference="EPOCPR-FR-IE-2026-09-01-0002-5",
        AuthorisationLegalType=entry("EPOCLegalType", "EPOCPR"),
    )
    found = of(keep, {**task(), "@type": "LPTaskObject"}, document())
    assert found.kind == "EPOCPR"
    assert set(found.form) == {"A", "B", "C", "D", "F"}
    assert found.form["C"]["identifiers"][0]["value"] == "@mallory:board.example"
    assert found.form["D"] == {"c": ["TrafficData"]}


def test_two_destinations_leave_the_transfer_to_a_person() -> None:
    other = {"LDDeliveryDestination": [{"LDDeliveryProfile": "ValidatingAuthority"}]}
    assert "L" not in of(authorisation(), task(), task(2, DeliveryDetails=other), document()).form


def no_value() -> dict[str, Any]:
    return task(RequestDetails={"RequestValues": {"RequestValue": []}})


@pytest.mark.parametrize(
    ("objects", "number", "words"),
    [
        ((task(), document()), ErrorCode.BUSINESS_LOGIC, "this message 0"),
        ((authorisation(), authorisation(), task(), document()), ErrorCode.BUSINESS_LOGIC, "this message 2"),
        ((authorisation(), document()), ErrorCode.ELEMENT_MISSING, "LDTaskObject"),
        ((authorisation(), task()), ErrorCode.ELEMENT_MISSING, "DocumentObject"),
        ((authorisation(AuthorisationLegalType="MLA"), task(), document()), ErrorCode.IMPROPER_VALUE, "no certificate"),
        ((authorisation(AuthorisationReference="x"), task(), document()), ErrorCode.IMPROPER_VALUE, "Global Case ID"),
        (
            (authorisation(AuthorisationReference="EPOCPR-FR-IE-2026-09-01-0001-5"), task(), document()),
            ErrorCode.IMPROPER_VALUE,
            "Global Case ID",
        ),
        ((authorisation(), task(kind="Passwords"), document()), ErrorCode.IMPROPER_VALUE, "no kind of data"),
        ((authorisation(), no_value(), document()), ErrorCode.IMPROPER_VALUE, "names one identifier"),
    ],
)
def test_what_is_no_certificate_is_refused(objects: tuple[dict[str, Any], ...], number: ErrorCode, words: str) -> None:
    with pytest.raises(Hi1Error, match=words) as refused:
        certificate(objects)
    assert refused.value.number is number
