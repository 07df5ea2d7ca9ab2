from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.casefile.clock import Instant
from comity.registry import rules
from comity.registry.errors import NotReadyError, SamePersonError
from comity.registry.means import (
    AuthorityProposal,
    AuthorityRole,
    AuthorityState,
    CallOutcome,
    CredentialKind,
    HeldAuthority,
    HeldCallBack,
    HeldCredential,
    HeldNumber,
    NumberFound,
    Source,
    SourceKind,
)
from comity.registry.rules import AuthenticatedSender, ConfirmationFacts, NotAuthenticated, SignatureFacts

NOW = Instant.parse("2026-11-23T02:13:00+01:00")
BEFORE, AFTER = NOW.plus(timedelta(days=-30)), NOW.plus(timedelta(days=30))
CASE = "c" * 32
NUMBER = HeldNumber("1" * 32, "+33140000000", BEFORE)
AUTHORITY = HeldAuthority(
    id="a" * 32,
    name="Office central de test",
    member_state="FR",
    roles=frozenset({AuthorityRole.ISSUES}),
    state=AuthorityState.CONFIRMED,
    mail_domains=("authority.example",),
    feedback_contact="orders@authority.example",
    numbers=(NUMBER,),
)
CERTIFICATE = HeldCredential(
    id="b" * 32,
    kind=CredentialKind.CERTIFICATE,
    mark="f" * 64,
    authority=AUTHORITY,
    proposed_by="1",
    confirmed_by="2",
    active_from=BEFORE,
    not_before=BEFORE,
    not_after=AFTER,
    withdrawn=False,
)
CALL = HeldCallBack("d" * 32, AUTHORITY, "1", NOW, BEFORE, "duty officer", CallOutcome.VERIFIED, CASE)
GOOD = SignatureFacts("pades", intact=True, covers_whole_file=True)


def refused(judged: AuthenticatedSender | NotAuthenticated) -> str:
    assert isinstance(judged, NotAuthenticated)
    return judged.why


def test_an_enrolled_client_is_authenticated() -> None:
    judged = rules.authenticate_client(CERTIFICATE, NOW)
    assert isinstance(judged, AuthenticatedSender)
    assert (judged.authority, judged.method) == (AUTHORITY, "oauth2")


def test_a_whole_signature_by_an_enrolled_certificate_is_authenticated() -> None:
    judged = rules.authenticate_signature(GOOD, CERTIFICATE, NOW)
    assert isinstance(judged, AuthenticatedSender)
    assert judged.method == "pades"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"withdrawn": True}, "withdrawn"),
        ({"confirmed_by": None}, "second person"),
        ({"active_from": None}, "cooling"),
        ({"active_from": AFTER}, "cooling"),
        ({"not_before": AFTER}, "not valid yet"),
        ({"not_after": BEFORE}, "expired"),
        ({"authority": replace(AUTHORITY, state=AuthorityState.PROPOSED)}, "proposed, not confirmed"),
        ({"authority": replace(AUTHORITY, state=AuthorityState.SUSPENDED)}, "suspended, not confirmed"),
        ({"authority": replace(AUTHORITY, state=AuthorityState.WITHDRAWN)}, "withdrawn, not confirmed"),
    ],
)
def test_a_credential_that_is_not_in_order_proves_nothing(change: dict[str, object], why: str) -> None:
    held = replace(CERTIFICATE, **change)  # type: ignore[arg-type]
    assert why in refused(rules.authenticate_client(held, NOW))
    judged = rules.authenticate_signature(GOOD, held, NOW)
    assert why in refused(judged)
    assert isinstance(judged, NotAuthenticated)
    assert judged.call == (NUMBER,)


def test_an_unknown_certificate_proves_nothing() -> None:
    assert "no such credential" in refused(rules.authenticate_signature(GOOD, None, NOW))
    assert "no such credential" in refused(rules.authenticate_client(None, NOW))


@pytest.mark.parametrize("held", [CERTIFICATE, None])
def test_a_broken_or_partial_signature_proves_nothing(held: HeldCredential | None) -> None:
    assert "does not fit" in refused(rules.authenticate_signature(replace(GOOD, intact=False), held, NOW))
    assert "whole file" in refused(rules.authenticate_signature(replace(GOOD, covers_whole_file=False), held, NOW))


def test_a_verified_call_back_about_this_case_authenticates() -> None:
    judged = rules.authenticate_call_back(CALL, case=CASE, received=NOW)
    assert isinstance(judged, AuthenticatedSender)
    assert judged.method == "call_back"


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (None, "Nobody has called"),
        (replace(CALL, case="e" * 32), "Nobody has called"),
        (replace(CALL, case=None), "Nobody has called"),
        (replace(CALL, outcome=CallOutcome.DISOWNED), "disowned"),
        (replace(CALL, outcome=CallOutcome.NOT_REACHED), "not reached"),
        (replace(CALL, number_held_since=NOW), "not held before"),
        (replace(CALL, authority=replace(AUTHORITY, state=AuthorityState.SUSPENDED)), "suspended"),
    ],
)
def test_any_other_call_proves_nothing(call: HeldCallBack | None, why: str) -> None:
    assert why in refused(rules.authenticate_call_back(call, case=CASE, received=NOW))


def test_a_mailbox_never_authenticates_but_says_whom_to_call() -> None:
    judged = rules.judge_mailbox("orders@authority.example", (AUTHORITY,), ())
    assert judged.authority == AUTHORITY
    assert judged.call == (NUMBER,)
    shared = rules.judge_mailbox("x@authority.example", (AUTHORITY, replace(AUTHORITY, id="9" * 32)), ())
    assert shared.authority is None
    assert len(shared.call) == 2


def test_a_look_alike_mailbox_is_pointed_out() -> None:
    judged = rules.judge_mailbox("orders@authorlty.example", (), ("authority.example",))
    assert judged.lookalike is not None
    assert "resembles" in judged.why
    assert rules.judge_mailbox("a@elsewhere.test", (), ("authority.example",)).lookalike is None


def test_cooling_starts_with_the_second_credential() -> None:
    assert rules.active_from(NOW, others_held=False) == NOW
    assert rules.active_from(NOW, others_held=True) == NOW.plus(timedelta(hours=24))


def source(kind: SourceKind, place: str) -> Source:
    return Source(kind, place, "1", BEFORE)


REGISTER = source(SourceKind.COMMISSION_REGISTER, "https://register.example")
SITE = source(SourceKind.OFFICIAL_SITE, "https://authority.example/contact")


@pytest.mark.parametrize(
    ("sources", "holds"),
    [
        ((), False),
        ((REGISTER,), False),
        ((REGISTER, SITE), True),
        ((REGISTER, replace(SITE, place="HTTPS://register.example ")), False),
        ((REGISTER, replace(REGISTER, place="elsewhere")), False),
        ((REGISTER, source(SourceKind.FROM_THE_MESSAGE, "the order")), False),
        ((source(SourceKind.FROM_THE_MESSAGE, "the order"), REGISTER, SITE), True),
    ],
)
def test_two_sources_are_independent_or_not(sources: tuple[Source, ...], holds: bool) -> None:
    assert rules.independent(NumberFound("+33140000000", sources)) is holds


FACTS = ConfirmationFacts("1", (NumberFound("+33140000000", (REGISTER, SITE)),), verified_calls=1)


def test_two_people_agree() -> None:
    assert rules.agree(FACTS, "1") is None
    people = rules.agree(replace(FACTS, approved_by=("1",)), "2")
    assert people is not None
    assert (people.first, people.second) == ("1", "2")


def test_the_same_person_does_not_agree_twice() -> None:
    with pytest.raises(SamePersonError):
        rules.agree(replace(FACTS, approved_by=("1",)), "1")


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, numbers=()),
        replace(FACTS, verified_calls=0),
        replace(FACTS, numbers=(NumberFound("+33", (SITE,)),)),
    ],
)
def test_nobody_agrees_before_sources_and_call(facts: ConfirmationFacts) -> None:
    with pytest.raises(NotReadyError):
        rules.agree(facts, "2")


PROPOSAL = AuthorityProposal(
    name="Office central de test",
    member_state="FR",
    roles=frozenset({AuthorityRole.ISSUES}),
    mail_domains=("authority.example",),
    numbers=FACTS.numbers,
    feedback_contact="orders@authority.example",
)


def test_a_whole_proposal_has_no_fault() -> None:
    assert rules.faults_of(PROPOSAL) == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a" * 301}, "name"),
        ({"member_state": "fr"}, "member_state"),
        ({"member_state": "FRA"}, "member_state"),
        ({"roles": frozenset()}, "roles"),
        ({"roles": frozenset({"12(1)(e)"})}, "roles"),
        ({"roles": frozenset({"12(1)(a)", "data:xx"})}, "roles"),
        ({"member_state": "US"}, "member_state"),
        ({"member_state": "US", "roles": frozenset({"data:us-sca", "2023/1543:issuing"})}, "member_state"),
        ({"feedback_contact": "nobody"}, "feedback_contact"),
        ({"feedback_contact": "a\x00b@authority.example"}, "feedback_contact"),
        ({"mail_domains": ("gouv",)}, "mail_domains"),
        ({"mail_domains": ("pоlizei.example",)}, "mail_domains"),
        ({"mail_domains": ("*.example",)}, "mail_domains"),
        ({"mail_domains": ("a.example",) * 21}, "mail_domains"),
        ({"numbers": (NumberFound("0140000000", ()),)}, "numbers"),
        ({"numbers": (NumberFound("+33140000000", ()),) * 21}, "numbers"),
        ({"register_reference": "\n"}, "register_reference"),
    ],
)
def test_each_fault_names_its_field(change: dict[str, object], field: str) -> None:
    faults = rules.faults_of(replace(PROPOSAL, **change))  # type: ignore[arg-type]
    assert faults
    assert all(fault.startswith(field + ":") for fault in faults)


@pytest.mark.parametrize(("state", "roles"), [("US", {"data:us-sca"}), ("GB", {"data:uk-ipa-cd", "data:budapest-2"})])
def test_a_third_state_may_have_roles_that_are_not_of_the_union(state: str, roles: set[str]) -> None:
    assert rules.faults_of(replace(PROPOSAL, member_state=state, roles=frozenset(roles))) == ()


def test_every_fault_is_told_at_once() -> None:
    assert len(rules.faults_of(replace(PROPOSAL, name="", member_state="", roles=frozenset()))) == 3
