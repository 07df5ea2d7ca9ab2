"""What no decision about users can say: everyone, for ever, from now on, or signed twice by one person."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval
from comity.casefile.documents.disclosure import (
    FIELDS,
    Category,
    DisclosureDecision,
    GrantTerms,
    Identifier,
    Preservation,
    Span,
)
from comity.casefile.documents.identifiers import new_id
from support.grants import ADA, ARRIVED, BEN, ENDS, SIGNED, decision, grant, terms, user

ZERO_WIDTH, CYRILLIC = "\u200b", "\u0430"


def test_a_signed_decision_gives_grants_that_name_it_by_entry_and_digest():
    made, entry = decision(terms(), terms(Category.SUBSCRIBER)), new_id()
    first, second = made.grants(entry)
    assert (first.decision, second.decision, first.number, second.number) == (entry, entry, 0, 1)
    assert first.digest == second.digest == made.digest
    assert DisclosureDecision.from_canonical(made.canonical()) == made
    assert decision(terms(of="mallory"), case=made.case).digest != made.digest


def test_the_offsets_that_a_period_came_with_are_kept():
    made = decision(terms())
    assert b"2026-11-10T00:00:00+01:00" in made.canonical()
    period = terms().period
    assert period.holds(Instant.parse("2026-11-09T23:00:00Z"))
    assert not period.holds(Instant.parse("2026-11-18T23:00:00Z")), "without its end"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("USER_ID", ""),
        ("USER_ID", "*"),
        ("USER_ID", "%"),
        ("USER_ID", "ali%"),
        ("USER_ID", "alice bob"),
        ("USER_ID", "alice\n"),
        ("USER_ID", f"ali{ZERO_WIDTH}ce"),
        ("USER_ID", "\u202ealice"),
        ("USER_ID", "a" * 256),
        ("IPV_4", "10.0.0.0/8"),
        ("IPV_4", "010.0.0.1"),
        ("IPV_4", "2001:db8::1"),
        ("IPV_6", "2001:DB8::1"),
        ("IPV_6", "2001:db8::/32"),
        ("IP_ADDRESS_RANGE", "10.0.0.1-10.0.0.9"),
    ],
)
def test_what_is_not_exactly_one_account_is_no_identifier(kind, value):
    with pytest.raises(ValidationError):
        Identifier.model_validate({"kind": kind, "value": value})


@pytest.mark.parametrize(
    ("kind", "value"), [("IPV_4", "192.0.2.1"), ("IPV_6", "2001:db8::1"), ("EMAIL", "a@b.example")]
)
def test_one_account_is(kind, value):
    assert Identifier(kind=kind, value=value).value == value


def test_a_look_alike_is_another_identifier():
    assert user("alice") != user(f"{CYRILLIC}lice")
    assert user("alice") != user("Alice")


@given(st.text(max_size=20))
def test_any_text_is_one_identifier_or_none(value):
    try:
        made = user(value)
    except ValidationError:
        return
    assert made.value == value
    assert not set(value) & set("*% \t\n")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"identifiers": ()}, "identifiers"),
        ({"identifiers": (user("a"), user("a"))}, "named once"),
        ({"identifiers": tuple(user(f"u{number}") for number in range(1001))}, "identifiers"),
        ({"categories": ()}, "categories"),
        ({"categories": (Category.TRAFFIC, Category.TRAFFIC)}, "named once"),
        ({"fields": ()}, "fields"),
        ({"fields": ("ip", "ip")}, "named once"),
        ({"fields": ("password",)}, "no such field"),
        ({"fields": ("latitude",)}, "no such field"),
        ({"fields": ("*",)}, "no such field"),
        ({"purpose": "  "}, "purpose"),
        ({"stored_by": Instant.parse("2026-11-18T22:59:59Z")}, "later data are no stored data"),
        ({"ends_at": ARRIVED}, "ends after"),
        ({"ends_at": None}, "ends_at"),
        ({"period": None}, "period"),
    ],
)
def test_terms_that_have_no_bound_are_none(changes, why):
    with pytest.raises(ValidationError, match=why):
        terms(Category.TRAFFIC, **changes)


@pytest.mark.parametrize(
    ("since", "until"),
    [(SIGNED, SIGNED), (ENDS, SIGNED), (SIGNED, None), (None, SIGNED), ("2026-11-10T00:00:00", SIGNED)],
)
def test_a_period_has_a_beginning_and_an_end_with_offsets(since, until):
    with pytest.raises(ValidationError):
        Span.model_validate({"since": since, "until": until})


def test_granted_fields_are_those_of_a_granted_category():
    both = terms(Category.TRAFFIC, fields=("ip", "event"))
    assert both.fields_of(Category.TRAFFIC) == {"ip", "event"}
    assert both.fields_of(Category.USER_ID) == frozenset()


def test_no_field_is_a_means_of_logging_in():
    assert not {"password", "password_hash", "secret", "token", "key"} & set().union(*FIELDS.values())


@pytest.mark.parametrize(
    ("said", "changes", "why"),
    [
        ((terms(),), {"people": ()}, "approvals"),
        ((terms(),), {"people": (ADA, ADA)}, "cannot approve twice"),
        ((terms(Category.CONTENT),), {"people": (ADA,)}, "two different persons"),
        ((terms(Category.CONTENT),), {"people": (ADA, ADA)}, "cannot approve twice"),
        ((terms(Category.SUBSCRIBER),), {"people": (ADA,), "emergency": True}, "two different persons"),
        ((terms(),), {"people": (ADA,), "two_because": "our own rule"}, "two different persons"),
        ((terms(),), {"answer": Proposal.REFUSE}, "exactly when we comply"),
        ((terms(),), {"terms": ()}, "exactly when we comply"),
        ((terms(),), {"reasons": ()}, "reasons"),
        ((terms(stored_by=ENDS, ends_at=Instant.parse("2027-01-01T00:00:00Z")),), {}, "signed after the demand"),
        ((terms(ends_at=Instant.parse("2026-11-23T02:00:00Z")),), {}, "before the grant ends"),
        ((terms(),), {"standing_rule": "x"}, "standing_rule"),
    ],
)
def test_a_decision_that_nobody_may_make(said, changes, why):
    with pytest.raises(ValidationError, match=why):
        decision(*said, **changes)


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (terms(), {"people": (ADA,)}),
        (terms(Category.CONTENT), {"people": (ADA, BEN)}),
        (terms(), {"people": (BEN,), "answer": Proposal.COMPLY_IN_PART}),
    ],
)
def test_a_decision_of_those_who_may_make_it(said, changes):
    assert decision(said, **changes).terms == (said,)


def test_a_refusal_grants_nothing_and_one_person_signs_it():
    refused = decision(terms=(), answer=Proposal.REFUSE, people=(ADA,), emergency=True)
    assert refused.grants(new_id()) == ()


def test_three_do_not_sign():
    with pytest.raises(ValidationError):
        decision(people=(ADA, BEN), approvals=tuple(Approval(person=one, at=SIGNED) for one in (ADA, BEN, ADA)))


def test_a_preservation_ends_and_is_no_grant():
    kept = Preservation(basis=new_id(), terms=terms())
    assert kept.until == ENDS
    assert not hasattr(kept, "decision")
    with pytest.raises(ValidationError):
        Preservation.model_validate({**kept.model_dump(), "decision": new_id()})


def test_a_grant_cannot_be_changed_in_place():
    made: Any = grant()
    with pytest.raises(ValidationError):
        made.terms = terms(of="mallory")
    assert isinstance(made.terms, GrantTerms)


def test_a_demand_that_only_keeps_is_answered_without_a_grant_and_no_other_is():
    said: dict[str, Any] = {
        "case": new_id(), "answer": Proposal.COMPLY, "basis": new_id(), "terms": (), "reasons": ("It asks to keep.",),
        "approvals": (Approval(person=ADA, at=SIGNED),),
    }  # fmt: skip
    assert DisclosureDecision(**said, keeps=True).grants(new_id()) == ()
    with pytest.raises(ValidationError, match="exactly when we comply"):
        DisclosureDecision(**said)
    with pytest.raises(ValidationError, match="exactly when we comply"):
        decision(terms(), keeps=True)
