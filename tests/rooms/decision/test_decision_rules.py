"""Who may answer what, how many must sign, and when a standing rule speaks: never when anything is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Assessment, Proposal
from comity.casefile.documents.decision import Approval, Decision, Grant, Measure, Person
from comity.casefile.documents.demand import Channel, ChannelKind, Demand, Reading, ReceiptTimes, Sender
from comity.decision import rules
from comity.decision.errors import (
    BeyondTheDemand,
    NothingGranted,
    NotVerified,
    OrderUnread,
    ReasonsMissing,
    RoleMayNotDecide,
    RuleNotUsable,
    SamePersonTwice,
)

NOW = Instant.parse("2026-11-23T01:13:00Z")
DAY = timedelta(days=1)
ONE, TWO = "https://board.example/p/1", "https://board.example/p/2"
PROPOSALS = st.sampled_from(Proposal)
RULE = rules.RuleFacts(
    rule="r" * 32,
    instrument="eu-tco",
    authority="a",
    channels=("api",),
    valid_from=NOW.plus(-DAY),
    valid_until=NOW.plus(DAY),
    approved=True,
    withdrawn=False,
)


def demand(*urls: str, **changes: Any) -> Demand:
    """A demand of a verified authority over the API."""
    form = {"content_locations": [{"url": url} for url in urls]}
    channel = Channel(kind=ChannelKind.API, sender_verified=True, authority_in_register=True)
    given: dict[str, Any] = {
        "case": "c" * 32,
        "instrument": "eu-tco",
        "channel": channel,
        "sender": Sender(authority="a", officer=None, method="oauth2", why="token"),
        "times": ReceiptTimes(sent_at=None, transport_received_at=NOW),
        "raw": ("0" * 64,),
        "reading": Reading.FORM,
        "form": form,
    }
    return Demand.model_validate(given | changes)


def assessed(answer: Answer = Answer.EXECUTE, proposed: Proposal = Proposal.COMPLY) -> Assessment:
    """What the law room found, as far as a rule looks at it."""
    return Assessment(
        instrument="eu-tco",
        law_version="1",
        received_at=NOW,
        answer=answer,
        proposed=proposed,
        findings=(),
        deadlines=(),
        unknown=(),
        routes=(),
    )


def speaks(rule: rules.RuleFacts = RULE, *, at: Instant = NOW, sane: bool = True, **more: Any) -> rules.Verdict:
    """Ask one rule about a demand in which nothing is off, except what is given."""
    asked, found = more.get("demand", demand(ONE)), more.get("assessment", assessed())
    return rules.rule_that_speaks([rule], asked, found, at=at, clock_is_sane=sane)


def test_a_rule_speaks_when_nothing_is_off_and_says_which_it_was():
    verdict = speaks()
    assert verdict.rule == RULE.rule
    assert RULE.rule[:8] in verdict.why


@pytest.mark.parametrize(
    "off",
    [
        {"approved": False},
        {"withdrawn": True},
        {"valid_from": NOW.plus(timedelta(microseconds=1))},
        {"valid_until": NOW},
        {"instrument": "eu-dsa-9"},
        {"authority": "b"},
        {"channels": ("email", "portal", "perci")},
    ],
)
def test_a_rule_that_is_off_in_one_thing_is_silent(off):
    verdict = speaks(replace(RULE, **off))
    assert verdict.rule is None
    assert verdict.why.startswith(f"rule {RULE.rule[:8]}: it ")


@pytest.mark.parametrize(
    ("off", "word"),
    [
        ({"sane": False}, "clock"),
        ({"demand": demand(ONE, channel=Channel(kind=ChannelKind.API))}, "verified"),
        ({"demand": demand(ONE, duplicate_of="d" * 32)}, "repeats"),
        ({"demand": demand(ONE, typed_by="staff:s")}, "typed"),
        ({"assessment": assessed(Answer.NEEDS_PERSON)}, "assessment"),
        ({"assessment": assessed(Answer.EXECUTE, Proposal.COMPLY_IN_PART)}, "assessment"),
    ],
)
def test_what_bars_every_rule_is_named(off, word):
    verdict = speaks(**off)
    assert verdict.rule is None
    assert word in verdict.why


def test_of_several_rules_the_first_that_holds_speaks_and_without_any_none_does():
    other = replace(RULE, rule="s" * 32)
    chosen = rules.rule_that_speaks(
        [replace(RULE, withdrawn=True), other, RULE], demand(ONE), assessed(), at=NOW, clock_is_sane=True
    )
    assert chosen.rule == other.rule
    none = rules.rule_that_speaks([], demand(ONE), assessed(), at=NOW, clock_is_sane=True)
    assert (none.rule, none.why) == (None, "no standing rule exists for this authority")


@given(
    sane=st.booleans(),
    verified=st.sampled_from([True, False, None]),
    answer=st.sampled_from(Answer),
    proposed=PROPOSALS,
    duplicate=st.sampled_from([None, "d" * 32]),
    kind=st.sampled_from(ChannelKind),
    authority=st.sampled_from(["a", "b", None]),
    instrument=st.sampled_from(["eu-tco", "eu-dsa-9"]),
    approved=st.booleans(),
    withdrawn=st.booleans(),
    at=st.integers(-3, 3),
)
def test_no_rule_ever_speaks_when_anything_is_off(**drawn: Any):
    rule = replace(RULE, approved=drawn["approved"], withdrawn=drawn["withdrawn"])
    asked = demand(
        ONE,
        channel=Channel(kind=drawn["kind"], sender_verified=drawn["verified"]),
        sender=Sender(authority=drawn["authority"], officer=None, method="x", why="x"),
        instrument=drawn["instrument"],
        duplicate_of=drawn["duplicate"],
    )
    at = NOW.plus(timedelta(hours=12) * drawn["at"])
    found = assessed(drawn["answer"], drawn["proposed"])
    verdict = rules.rule_that_speaks([rule], asked, found, at=at, clock_is_sane=drawn["sane"])
    right = (
        drawn["sane"] and drawn["verified"] is True and drawn["answer"] is Answer.EXECUTE,
        drawn["proposed"] is Proposal.COMPLY and drawn["duplicate"] is None,
        drawn["kind"] is ChannelKind.API and drawn["authority"] == "a" and drawn["instrument"] == "eu-tco",
        drawn["approved"] and not drawn["withdrawn"] and -2 <= drawn["at"] < 2,
    )
    assert (verdict.rule is not None) is all(right)
    assert verdict.why


ADDRESSES = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=8), max_size=6)


@given(asked=ADDRESSES, wanted=st.lists(st.text(max_size=8), max_size=6))
def test_what_is_granted_never_exceeds_what_was_asked(asked, wanted):
    try:
        granted = rules.grants_for(demand(*asked), wanted, Measure.DISABLE)
    except (BeyondTheDemand, NothingGranted):
        assert not wanted or not set(wanted) <= set(asked)
        return
    assert {grant.url for grant in granted} == set(wanted) <= set(asked)
    assert len({grant.url for grant in granted}) == len(granted)
    assert {(grant.measure, grant.territories) for grant in granted} == {(Measure.DISABLE, ("EU",))}


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "x"]), inner, max_size=2),
    )
)
def test_whatever_stands_where_addresses_should_be_only_text_is_one(locations):
    found = rules.addresses({"content_locations": locations})
    assert all(isinstance(url, str) for url in found)
    assert len(set(found)) == len(found)


def test_an_address_that_is_named_twice_is_granted_once_and_in_its_order():
    assert rules.addresses(demand(TWO, ONE, TWO).form) == (TWO, ONE)
    assert [grant.url for grant in rules.grants_for(demand(TWO, ONE), [ONE, ONE], Measure.DISABLE)] == [ONE]


@given(proposed=PROPOSALS, answer=PROPOSALS)
def test_to_depart_or_to_turn_down_takes_two(proposed, answer):
    needed = rules.approvals_needed(proposed, answer)
    both_comply = {proposed, answer} <= rules.COMPLYING
    turned_down = answer in (Proposal.REFUSE, Proposal.OBJECT)
    assert needed == (1 if (answer is proposed or both_comply) and not turned_down else 2)


@given(
    role=st.sampled_from(["moderator", "approver", "legal", "auditor", "registrar", "administrator", ""]),
    answer=PROPOSALS,
    proposed=PROPOSALS,
    verified=st.sampled_from([True, False, None]),
    reasons=st.sampled_from(["", "  \n", "because"]),
)
def test_a_signature_counts_only_with_role_verification_and_reasons(role, answer, proposed, verified, reasons):
    needs_reasons = answer is not proposed or answer in rules.DECLINING
    expected: type[Exception] | None = None
    if role not in {"moderator", "approver", "legal"}:
        expected = RoleMayNotDecide
    elif answer in rules.COMPLYING and verified is not True:
        expected = NotVerified
    elif needs_reasons and not reasons.strip():
        expected = ReasonsMissing
    if expected is None:
        rules.check_signature(role, answer=answer, proposed=proposed, verified=verified, reasons=reasons)
        return
    with pytest.raises(expected):
        rules.check_signature(role, answer=answer, proposed=proposed, verified=verified, reasons=reasons)


def test_the_second_is_another_person():
    rules.check_second("one", "two")
    with pytest.raises(SamePersonTwice):
        rules.check_second("one", "one")


@pytest.mark.parametrize(
    "off",
    [
        {"role": "moderator"},
        {"role": "auditor"},
        {"channels": ()},
        {"channels": ("api", "paper")},
        {"channels": ("hi1",)},
        {"valid_until": NOW},
        {"valid_until": NOW.plus(-DAY)},
        {"valid_until": NOW.plus(DAY * 367)},
    ],
)
def test_a_rule_is_made_by_people_of_rank_for_sure_channels_and_for_a_year_at_most(off):
    sound: dict[str, Any] = {"role": "legal", "channels": ("api", "email"), "valid_until": NOW.plus(DAY * 366)}
    rules.check_rule(valid_from=NOW, **sound)
    with pytest.raises(RuleNotUsable):
        rules.check_rule(valid_from=NOW, **(sound | off))


@pytest.mark.parametrize(
    ("answer", "measures", "restores"),
    [
        (Proposal.COMPLY, [Measure.RESTORE], True),
        (Proposal.COMPLY, [], True),
        (Proposal.COMPLY, [Measure.DISABLE], False),
        (Proposal.COMPLY, [Measure.RESTORE, Measure.DISABLE], False),
        (Proposal.CLARIFY, [], False),
    ],
)
def test_a_decision_to_reinstate_is_told_from_an_answer(answer, measures, restores):
    decision = Decision(
        case="c",
        answer=answer,
        grants=tuple(Grant(measure=one, url=ONE, territories=("EU",)) for one in measures),
        reasons=("x",),
        basis="b",
        approvals=(Approval(person=Person(id="p", role="legal"), at=NOW),),
    )
    assert rules.restores(decision) is restores


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"content_locations": "https://board.example/p/1"},
        {"content_locations": [None, 7, "https://board.example/p/1"]},
        {"content_locations": [{"url": 7}, {"link": ONE}, {"url": f"{ONE}\0.evil.example"}]},
    ],
)
def test_what_is_no_address_in_its_place_is_none(form):
    assert rules.addresses(form) == ()


def test_nothing_beyond_the_demand_and_nothing_at_all_is_not_granted():
    with pytest.raises(BeyondTheDemand, match=TWO):
        rules.grants_for(demand(ONE), [ONE, TWO], Measure.DISABLE)
    with pytest.raises(NothingGranted):
        rules.grants_for(demand(ONE), [], Measure.DISABLE)


@pytest.mark.parametrize(
    ("proposed", "answer", "people"),
    [
        (Proposal.COMPLY, Proposal.COMPLY, 1),
        (Proposal.COMPLY, Proposal.COMPLY_IN_PART, 1),
        (Proposal.CLARIFY, Proposal.CLARIFY, 1),
        (Proposal.CLARIFY, Proposal.COMPLY, 2),
        (Proposal.COMPLY, Proposal.REFUSE, 2),
        (Proposal.OBJECT, Proposal.OBJECT, 2),
    ],
)
def test_how_many_people_answer(proposed, answer, people):
    assert rules.approvals_needed(proposed, answer) == people


@pytest.mark.parametrize(
    ("off", "refusal"),
    [
        ({"role": "auditor"}, RoleMayNotDecide),
        ({"verified": None}, NotVerified),
        ({"verified": False}, NotVerified),
        ({"proposed": Proposal.CLARIFY}, ReasonsMissing),
        ({"answer": Proposal.REFUSE, "proposed": Proposal.REFUSE, "reasons": " "}, ReasonsMissing),
    ],
)
def test_a_signature_that_lacks_one_thing_is_refused(off, refusal):
    sound = {"role": "legal", "answer": Proposal.COMPLY, "proposed": Proposal.COMPLY, "verified": True, "reasons": ""}
    rules.check_signature(**sound)
    with pytest.raises(refusal):
        rules.check_signature(**(sound | off))


def illegal(**form: object) -> Demand:
    """An order under 2022/2065 Art 9 as far as these rules look at it."""
    return demand(instrument=rules.ILLEGAL, form={"content_locations": [{"url": ONE}], **form})


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("FR", ("FR",)),
        (" de, FR;de ", ("DE", "FR")),
        ("EL", ("GR",)),
        ("EU", ("EU",)),
        ("FR EU", ("EU",)),
    ],
)
def test_an_order_of_another_law_has_effect_where_it_says(said: str, where: tuple[str, ...]) -> None:
    assert rules.territories(illegal(territorial_scope=said)) == where
    assert [
        one.territories for one in rules.grants_back(illegal(territorial_scope=said), ("https://a.example/1",))
    ] == [where]


@pytest.mark.parametrize("said", [None, "", "  ", "France", "FR, US", "FR and DE", ["FR"], 7, "*"])
def test_where_it_has_effect_is_not_guessed(said: object) -> None:
    with pytest.raises(OrderUnread):
        rules.territories(illegal(territorial_scope=said))


def test_a_removal_order_has_effect_in_the_union_whatever_else_it_says() -> None:
    told = demand(form={"territorial_scope": "FR"})
    assert rules.territories(told) == rules.UNION
