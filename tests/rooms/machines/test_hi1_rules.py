"""What a message may change: all of it or nothing, each refusal with the standard's code and its action."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.docket.hi1 import rules
from comity.docket.hi1.rules import Held, Plan, plan
from comity.docket.hi1.statuses import member, table
from comity.docket.procedure import Status
from comity.hi1 import Action, ErrorCode, Hi1Error, Message, Party, Verb, read
from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from support.hi1 import COURT, HOST, authorisation, created, document, entry, identifier, message, task

CASE, OTHER = "0" * 32, "1" * 32


def of(*actions: tuple[int, str, Any]) -> Message:
    return read(message(*actions, encoding=Encoding.JSON), Encoding.JSON)


def held(kind: str = "LDTaskObject", case: str = CASE, status: str = "clarifying", **content: Any) -> Held:
    return Held(kind, 2, case, status, {"Reference": "FR-X-1", **content})


def update(number: int = 0, name: int = 11, kind: str = "LDTaskObject", **members: Any) -> tuple[int, str, Any]:
    return number, "UPDATE", {"HI1Object": [{TYPE: kind, "ObjectIdentifier": identifier(name), **members}]}


def codes(found: Plan) -> dict[int, int]:
    return {number: int(error.number) for number, error in found.faults.items()}


KNOWN = {identifier(11): held()}


def test_a_whole_certificate_is_created() -> None:
    found = plan(of(*created(authorisation(), task(), document())), COURT, {})
    assert (found.faults, found.case) == ({}, None)
    assert [action.number for action in found.creates] == [0, 1, 2]


@pytest.mark.parametrize(
    ("sender", "receiver", "number"),
    [
        (None, HOST, ErrorCode.CONFIGURATION),
        (Party("FR", "TJ-LYON"), HOST, ErrorCode.IMPROPER_VALUE),
        (COURT, Party("IE", "ANOTHER"), ErrorCode.IMPROPER_VALUE),
    ],
)
def test_who_sends_is_known_beforehand(sender: Party | None, receiver: Party, number: ErrorCode) -> None:
    wrong = rules.party_fault(of(), sender, receiver)
    assert wrong is not None
    assert wrong.number is number
    assert rules.party_fault(of(), COURT, HOST) is None


@pytest.mark.parametrize(
    ("one", "number"),
    [
        (task(TYPE="x") | {TYPE: "LITaskObject"}, ErrorCode.NOT_SUPPORTED),
        ({**task(2), TYPE: "NotificationObject"} | {"ObjectIdentifier": identifier(55)}, ErrorCode.NOT_SUPPORTED),
        ({TYPE: "LDTaskObject"}, ErrorCode.ELEMENT_MISSING),
        (task(ObjectIdentifier="4A6C1B2E-0000-4000-8000-000000000011"), ErrorCode.IMPROPER_VALUE),
        (task(Generation=1), ErrorCode.CHANGE_NOT_ALLOWED),
        (task(Status=entry("LDTaskStatus", "Disclosed")), ErrorCode.CHANGE_NOT_ALLOWED),
        (task(CountryCode="DE"), ErrorCode.IMPROPER_VALUE),
        (task(OwnerIdentifier="TJ-LYON"), ErrorCode.IMPROPER_VALUE),
        (task(2), ErrorCode.OBJECT_EXISTS),
        (task(ObjectIdentifier=identifier(1)), ErrorCode.OBJECT_EXISTS),
    ],
)
def test_one_bad_object_spoils_the_whole_message(one: dict[str, Any], number: ErrorCode) -> None:
    found = plan(of(*created(authorisation(), one, document())), COURT, {identifier(12): held()})
    assert codes(found) == {0: 3000, 1: int(number), 2: 3000}
    assert found.creates == ()


def test_an_action_without_an_object_is_named() -> None:
    empty = Action(4, Verb.CREATE, {})
    found = plan(Message(COURT, HOST, "", None, "", "", "", (empty,), Encoding.XML), COURT, {})  # type: ignore[arg-type]
    assert codes(found) == {4: 3005}


@pytest.mark.parametrize(
    ("field", "blamed"),
    [
        ("AuthorisationLegalType", 0),
        ("Task[2].RequestValues", 2),
        ("DocumentObject[1].Body.ContentType", 3),
        ("LDTaskObject", 1),
        ("Task[9].RequestValues", 0),
        ("anything", 0),
    ],
)
def test_what_makes_no_certificate_is_said_where_it_is_wrong(field: str, blamed: int) -> None:
    refused = Hi1Error(ErrorCode.IMPROPER_VALUE, field, "is wrong")
    found = plan(of(*created(authorisation(), task(), task(2), document())), COURT, {}, refused)
    assert [number for number, code in codes(found).items() if code == 3007] == [blamed]
    assert set(codes(found)) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("action", "known", "number"),
    [
        (update(name=77), KNOWN, ErrorCode.UPDATE_OF_NOTHING),
        (update(), {identifier(11): held(status="closed")}, ErrorCode.UPDATE_EXPIRED),
        (update(kind="LPTaskObject"), KNOWN, ErrorCode.CHANGE_NOT_ALLOWED),
        (update(Generation="1"), KNOWN, ErrorCode.IMPROPER_CHANGE),
        (update(Status=entry("LDTaskStatus", "Disclosed")), KNOWN, ErrorCode.CHANGE_NOT_ALLOWED),
        (update(Reference="FR-X-2"), KNOWN, ErrorCode.CHANGE_NOT_ALLOWED),
        (
            update(kind="DocumentObject", Body={"Contents": ""}),
            {identifier(11): held("DocumentObject")},
            ErrorCode.CHANGE_NOT_ALLOWED,
        ),
        (
            update(kind="DocumentObject", DocumentBody={"Contents": ""}),
            {identifier(11): held("DocumentObject")},
            ErrorCode.CHANGE_NOT_ALLOWED,
        ),
    ],
)
def test_an_update_that_may_not_be(action: Any, known: dict[str, Held], number: ErrorCode) -> None:
    assert codes(plan(of(action), COURT, known)) == {0: int(number)}


def test_members_that_are_there_replace_the_stored_ones_and_others_stay() -> None:
    known = {identifier(11): held(Flags="a", DesiredStatus="x")}
    found = plan(of(update(Generation=2, DesiredStatus="Cancelled", Reference="FR-X-1")), COURT, known)
    (change,) = found.changes
    assert found.case == CASE
    assert {"Flags": "a", "DesiredStatus": "Cancelled", "Reference": "FR-X-1"}.items() <= change.content.items()
    assert "Generation" not in change.content
    assert rules.desired(change.content, "LDTaskObject") == "Cancelled"
    wanted = {"AuthorisationDesiredStatus": entry("AuthorisationDesiredStatus", "Cancelled")}
    assert rules.desired(wanted, rules.AUTHORISATION) == "Cancelled"


def linked(*names: int) -> dict[str, Any]:
    return document() | {"AssociatedObjects": {"AssociatedObject": [identifier(name) for name in names]}}


def test_a_document_joins_the_case_that_it_names() -> None:
    assert plan(of(*created(linked(11))), COURT, KNOWN).case == CASE
    assert plan(of(*created(linked()), update(5)), COURT, KNOWN).case == CASE
    assert rules.identifiers(of(*created(linked(11, 12)))) == (identifier(90), identifier(11), identifier(12))
    odd = document() | {"AssociatedObjects": {"AssociatedObject": [{"x": "y"}, "no uuid"]}}
    assert rules.identifiers(of(*created(odd))) == (identifier(90),)


@pytest.mark.parametrize(
    ("actions", "known", "expected"),
    [
        (created(linked(11)), {}, {0: 3016}),
        (created(linked(11)), {identifier(11): held(status="refused")}, {0: 3017}),
        (created(document()), KNOWN, {0: 3000}),
        ([update(0, 11), update(1, 12)], {**KNOWN, identifier(12): held(case=OTHER)}, {0: 3000, 1: 3000}),
        ([*created(authorisation()), update(5)], KNOWN, {0: 3000, 5: 3000}),
        ([update(0), update(1)], KNOWN, {0: 3000, 1: 3010}),
    ],
)
def test_a_message_is_about_one_certificate(actions: Any, known: dict[str, Held], expected: dict[int, int]) -> None:
    assert codes(plan(of(*actions), COURT, known)) == expected


def test_reading_changes_nothing_and_is_not_for_the_unconfirmed() -> None:
    asked = of((0, "GET", {"Identifier": "x"}), (1, "LIST", {}), (2, "DELIVER", {}), (3, "GETCSPCONFIG", {}))
    assert not rules.writes(asked)
    assert not rules.makes_certificate(asked)
    found = [rules.verb_fault(action, trusted=True) for action in asked.actions]
    assert [wrong and int(wrong.number) for wrong in found] == [None, None, 3001, 3001]
    refused = rules.verb_fault(asked.actions[0], trusted=False)
    assert refused is not None
    assert refused.number is ErrorCode.CONFIGURATION
    assert rules.writes(of(update()))
    assert rules.makes_certificate(of(*created(authorisation())))


def test_a_person_reads_what_a_change_asks_for() -> None:
    keep = {identifier(11): held("LPTaskObject", DesiredPreservationExpiration="2026-10-31T00:00:00.000000Z")}

    def said(**members: Any) -> str:
        return rules.meaning(plan(of(update(kind="LPTaskObject", **members)), COURT, keep).changes)

    assert "Annex V:" in said(DesiredStatus=entry("LPTaskDesiredStatus", "SubsequentProductionRequest"))
    assert "Annex VI: to be kept until 2026-11-30" in said(DesiredPreservationExpiration="2026-11-30T00:00:00.000000Z")
    assert said(Flags="x") == "LPTaskObject changed"
    assert said(DesiredStatus="AwaitingPreservation").endswith("desired: AwaitingPreservation")
    assert rules.meaning(()) == "a document came"


TREES = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["ObjectIdentifier", "Generation", "Status", "Body", "CountryCode", "AssociatedObjects", TYPE])
OBJECTS = st.dictionaries(NAMES, TREES, max_size=5) | st.builds(
    lambda number, kind, more: {**more, "ObjectIdentifier": identifier(number), TYPE: kind},
    st.integers(10, 13),
    st.sampled_from(["LDTaskObject", "DocumentObject", "AuthorisationObject", "LPTaskObject"]),
    st.dictionaries(NAMES, TREES, max_size=3),
)


@given(st.lists(st.tuples(st.sampled_from([Verb.CREATE, Verb.UPDATE, Verb.GET]), OBJECTS), min_size=1, max_size=5))
def test_any_message_is_planned_whole_or_refused_whole(said: list[tuple[Verb, dict[str, Any]]]) -> None:
    actions = tuple(Action(n, verb, {"HI1Object": [one]}) for n, (verb, one) in enumerate(said))
    asked = Message(COURT, HOST, "", None, "", "", "", actions, Encoding.JSON)  # type: ignore[arg-type]
    known = {**KNOWN, identifier(12): held("DocumentObject", status="closed")}
    assume(rules.writes(asked))
    rules.identifiers(asked)
    found = plan(asked, COURT, known)
    writing = {action.number for action in actions if action.verb is not Verb.GET}
    assert set(found.faults) in (set(), writing)
    if found.faults:
        assert (found.creates, found.changes) == ((), ())


def test_an_object_is_kept_without_its_file() -> None:
    assert rules.without_body(document())["Body"] == {"ContentType": "application/pdf"}
    assert rules.without_body({"Body": "words", "LastChanged": "x"}) == {"Body": "words"}


def test_every_status_of_a_case_is_shown_for_every_kind_of_object() -> None:
    assert set(table().rows) >= {status.value for status in Status}
    assert table().terminal <= set(table().rows)
    for status in Status:
        assert member("AuthorisationObject", status.value)["AuthorisationStatus"]["Value"]
        assert member("DocumentObject", status.value) == {}
    assert table().rows["refused"].of("LPTaskObject") == "Rejected"
    assert table().rows["refused"].of("DocumentObject") == ""
