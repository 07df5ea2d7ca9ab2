"""Messages of TS 103 120 in both encodings read to the same values; whatever is wrong is named."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.hi1 import Answer, ErrorCode, Hi1Error, Party, Verb, read, write
from comity.hi1.certificates import value
from comity.hi1.hardened import MOST_BYTES
from comity.hi1.message import Encoding
from comity.hi1.reading import encoding_of, failure_in, heading
from comity.hi1.tree import TYPE, all_at, at, text_at
from comity.hi1.writing import Envelope, write_request

OBJECT = "7dbbc880-8750-4d3c-abe7-ea4a17646045"
HEAD = Envelope(
    Party("FR", "FRBPD"),
    Party("IE", "EXAMPLE"),
    "c02358b2-76cf-4ba4-a8eb-f6436ccaea2e",
    Instant.parse("2026-09-01T10:00:00+02:00"),
    "V1.22.1",
    "EU",
    "v1.3.1",
)
AUTHORISATION = {
    TYPE: "AuthorisationObject",
    "ObjectIdentifier": OBJECT,
    "AuthorisationReference": "EPOC-FR-IE-2026-09-01-0001-5",
    "AuthorisationLegalType": {"Owner": "EU", "Name": "EPOCLegalType", "Value": "EPOC"},
    "AuthorisationApprovalDetails": [
        {"ApprovalType": "IssuingAuthority", "ApproverDetails": [{"ApproverName": "Müller & Söhne <court>"}]}
    ],
}


def asked(encoding: Encoding, *actions: tuple[int, str, Any]) -> bytes:
    return write_request(HEAD, actions or ((0, "CREATE", {"HI1Object": [AUTHORISATION]}),), encoding)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_both_encodings_read_to_the_same_values(encoding: Encoding) -> None:
    message = read(asked(encoding), encoding)
    assert (message.sender, message.receiver) == (Party("FR", "FRBPD"), Party("IE", "EXAMPLE"))
    assert message.transaction == HEAD.transaction
    assert message.at == HEAD.at
    assert (message.profile_owner, message.profile_version) == ("EU", "v1.3.1")
    (action,) = message.actions
    assert (action.number, action.verb) == (0, Verb.CREATE)
    assert action.object == AUTHORISATION


def test_json_without_lists_has_the_shape_that_xml_has() -> None:
    body = json.loads(asked(Encoding.JSON))
    requests = body["HI1Message"]["Payload"]["RequestPayload"]["ActionRequests"]
    requests["ActionRequest"] = requests["ActionRequest"][0]
    message = read(json.dumps(body).encode(), Encoding.JSON)
    assert message.actions[0].object == AUTHORISATION


def test_what_may_stand_once_in_xml_may_not_stand_twice_in_json() -> None:
    twice = json.loads(asked(Encoding.JSON))
    (one,) = twice["HI1Message"]["Payload"]["RequestPayload"]["ActionRequests"]["ActionRequest"]
    one["CREATE"]["HI1Object"][0]["AuthorisationPriority"] = [{"Value": "TenDaysASAP"}, {"Value": "EightHours"}]
    with pytest.raises(Hi1Error, match="AuthorisationPriority: stands twice"):
        read(json.dumps(twice).encode(), Encoding.JSON)
    one["CREATE"]["HI1Object"][0]["AuthorisationPriority"] = [{"Value": "TenDaysASAP"}]
    assert value(read(json.dumps(twice).encode(), Encoding.JSON).actions[0].object, "AuthorisationPriority")


@pytest.mark.parametrize("encoding", list(Encoding))
def test_an_answer_names_each_action_and_what_was_wrong_with_it(encoding: Encoding) -> None:
    failed = Hi1Error(ErrorCode.GET_OF_NOTHING, "Identifier", "no object of yours")
    answers = (Answer(0, "CREATE", {"Identifier": OBJECT}), Answer(7, "GET", failed))
    sent = write(HEAD, answers, encoding)
    assert b"3014" in sent
    assert b"CREATEResponse" in sent
    assert b"no object of yours" in sent
    top = write(HEAD, Hi1Error(ErrorCode.VALIDATION, "Header", "is missing"), encoding)
    assert b"ActionResponses" not in top
    assert b"3020" in top


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core">&b;</HI1Message>"""
FETCHED = b"""<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>"""
ROOT = b'<HI1Message xmlns="http://uri.etsi.org/03120/common/2019/10/Core">'


@pytest.mark.parametrize(
    ("data", "number", "words"),
    [
        (BOMB, ErrorCode.VALIDATION, "document type"),
        (FETCHED, ErrorCode.VALIDATION, "document type"),
        (b"<?pi go?>" + ROOT + b"</HI1Message>", ErrorCode.VALIDATION, "processing instruction"),
        (b"<HI1Message/>", ErrorCode.VALIDATION, "namespace"),
        (ROOT, ErrorCode.VALIDATION, "not XML at line 1"),
        (b"", ErrorCode.VALIDATION, "not XML"),
        (ROOT + b"&undefined;</HI1Message>", ErrorCode.VALIDATION, "not XML"),
        (ROOT + b"<a>" * 60, ErrorCode.TOO_LARGE, "depth"),
        (ROOT + b"<Header/><Header/></HI1Message>", ErrorCode.VALIDATION, "twice"),
        (ROOT + b"words<Header/></HI1Message>", ErrorCode.VALIDATION, "words stand"),
        (ROOT + b"<Payload/></HI1Message>", ErrorCode.ELEMENT_MISSING, "Header"),
        (b'<?xml version="1.0" encoding="utf-99"?>' + ROOT, ErrorCode.ENCODING, "encoding"),
        (b"\xff\xfe" + b"<" * 31, ErrorCode.VALIDATION, "not XML"),
        (b"<" * (MOST_BYTES + 1), ErrorCode.TOO_LARGE, "more than"),
    ],
)
def test_hostile_xml_is_refused_with_its_place(data: bytes, number: ErrorCode, words: str) -> None:
    with pytest.raises(Hi1Error, match=words) as refused:
        read(data, Encoding.XML)
    assert refused.value.number is number


def changed(path: str, value: Any) -> bytes:
    body = json.loads(asked(Encoding.JSON))
    *steps, last = path.split(".")
    place = body["HI1Message"]
    for step in steps:
        place = place[step]
        place = place[0] if isinstance(place, list) else place
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(body).encode()


REQUESTS = "Payload.RequestPayload.ActionRequests"


@pytest.mark.parametrize(
    ("data", "number", "words"),
    [
        (b"{}", ErrorCode.VALIDATION, "none of HI-1"),
        (b'{"HI1Message": {}, "HI1Message": {}}', ErrorCode.VALIDATION, "HI1Message"),
        (b"[" * 100, ErrorCode.VALIDATION, "deep"),
        (changed("Header.SenderIdentifier", None), ErrorCode.ELEMENT_MISSING, "SenderIdentifier"),
        (changed("Header.SenderIdentifier.CountryCode", "fr"), ErrorCode.IMPROPER_VALUE, "two capitals"),
        (changed("Header.TransactionIdentifier", OBJECT.upper()), ErrorCode.IMPROPER_VALUE, "lower case"),
        (changed("Header.TransactionIdentifier", None), ErrorCode.ELEMENT_MISSING, "TransactionIdentifier"),
        (changed("Header.Timestamp", "2026-09-01T10:00:00.000000"), ErrorCode.IMPROPER_VALUE, "offset"),
        (changed("Header.Timestamp", "2026-09-01T10:00:00+02:00"), ErrorCode.IMPROPER_VALUE, "six decimals"),
        (changed("Header.Timestamp", "2026-02-30T10:00:00.000000Z"), ErrorCode.IMPROPER_VALUE, "Timestamp"),
        (changed("Header.Timestamp", None), ErrorCode.ELEMENT_MISSING, "Timestamp"),
        (changed("Header.Version.ETSIVersion", "V1.3.1"), ErrorCode.VERSION, "V1.3.1"),
        (changed("Header.Version.ETSIVersion", "V2.0.0"), ErrorCode.VERSION, "V2.0.0"),
        (changed(f"{REQUESTS}.ActionRequest", []), ErrorCode.ELEMENT_MISSING, "asks for nothing"),
        (changed(f"{REQUESTS}.ActionRequest.ActionIdentifier", True), ErrorCode.IMPROPER_VALUE, "no number"),
        (changed(f"{REQUESTS}.ActionRequest.CREATE", None), ErrorCode.VALIDATION, "none or several"),
        (changed(f"{REQUESTS}.ActionRequest.GET", {}), ErrorCode.VALIDATION, "none or several"),
        (asked(Encoding.JSON, (1, "GET", {}), (1, "GET", {})), ErrorCode.DUPLICATE_ACTION, "twice"),
        (asked(Encoding.JSON, *((n, "GET", {}) for n in range(1001))), ErrorCode.TOO_LARGE, "actions"),
    ],
)
def test_a_message_that_means_nothing_certain_is_refused(data: bytes, number: ErrorCode, words: str) -> None:
    with pytest.raises(Hi1Error, match=words) as refused:
        read(data, Encoding.JSON)
    assert refused.value.number is number


def test_only_two_encodings_are_read() -> None:
    assert encoding_of("application/xml; charset=utf-8") is Encoding.XML
    assert encoding_of("TEXT/XML") is Encoding.XML
    assert encoding_of("application/json") is Encoding.JSON
    with pytest.raises(Hi1Error, match="Content-Type"):
        encoding_of("application/octet-stream")


@given(st.binary(max_size=400), st.sampled_from(list(Encoding)))
def test_any_bytes_are_read_or_refused(data: bytes, encoding: Encoding) -> None:
    with pytest.raises(Hi1Error):
        read(data, encoding)


@given(st.integers(0, 3000), st.integers(0, 255), st.sampled_from(list(Encoding)))
def test_a_damaged_message_is_read_or_refused(place: int, octet: int, encoding: Encoding) -> None:
    whole = bytearray(asked(encoding))
    whole[place % len(whole)] = octet
    with contextlib.suppress(Hi1Error):
        assert read(bytes(whole), encoding).actions


@given(st.binary(max_size=400), st.sampled_from(list(Encoding)))
def test_any_bytes_have_a_heading_or_none_and_are_a_failure_that_passes(data: bytes, encoding: Encoding) -> None:
    assert heading(data, encoding) is None
    found = failure_in(data, encoding)
    assert found is not None
    assert found.number is ErrorCode.TRANSIENT


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_an_answer_says_went_wrong_is_read(encoding: Encoding) -> None:
    failed = Hi1Error(ErrorCode.OBJECT_EXISTS, "ObjectIdentifier", "is there")
    assert failure_in(write(HEAD, (Answer(0, "CREATE", {"Identifier": OBJECT}),), encoding), encoding) is None
    for said in ((Answer(0, "CREATE", {"Identifier": OBJECT}), Answer(1, "CREATE", failed)), failed):
        found = failure_in(write(HEAD, said, encoding), encoding)
        assert found is not None
        assert found.number is ErrorCode.OBJECT_EXISTS
    odd = write(HEAD, failed, encoding).replace(b"3010", b"9999")
    unknown = failure_in(odd, encoding)
    assert unknown is not None
    assert unknown.number is ErrorCode.BUSINESS_LOGIC
    named = heading(asked(encoding), encoding)
    assert named is not None
    assert named.transaction == HEAD.transaction


NAMES = st.from_regex(r"[A-Za-z][A-Za-z]{2,10}X", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20).map(
    str.strip
)
TREES = st.recursive(WORDS, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3), max_leaves=8)


@given(st.dictionaries(NAMES, TREES, max_size=4), st.sampled_from(list(Encoding)))
def test_whatever_is_written_is_read_again(members: dict[str, Any], encoding: Encoding) -> None:
    one = {TYPE: "LDTaskObject", "ObjectIdentifier": OBJECT, **members}
    found = read(asked(encoding, (0, "UPDATE", {"HI1Object": [one]})), encoding).actions[0]
    assert found.object == one


def test_paths_into_a_tree_give_nothing_where_nothing_is() -> None:
    tree = {"a": [{"b": " x "}], "c": {"d": [1, 2]}}
    assert text_at(tree, "a", "b") == "x"
    assert text_at(tree, "c", "d") == ""
    assert at(tree, "a", "z", "y") is None
    assert (all_at(tree, "c", "d"), all_at(tree, "z"), all_at(tree, "a", "b")) == ([1, 2], [], [" x "])
