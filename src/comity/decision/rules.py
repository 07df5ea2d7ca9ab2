"""Pure judgement about answers: who may give which, how many must sign, when a standing rule speaks.

Invariant 6 of the house: the machine proposes, a named person decides. A rule that two people approved beforehand may
execute; nothing but people may decline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Assessment, Proposal
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Decision, Grant, Measure
from comity.casefile.documents.demand import Demand
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
from comity.law.states import MEMBER_STATES, state_code

DECIDING_ROLES = frozenset({"moderator", "approver", "legal"})
RULE_ROLES = frozenset({"approver", "legal"})
COMPLYING = frozenset({Proposal.COMPLY, Proposal.COMPLY_IN_PART})
DECLINING = frozenset({Proposal.CLARIFY, Proposal.OBJECT, Proposal.REFUSE, Proposal.REFER})
UNION = ("EU",)
ILLEGAL = "eu-dsa-art9"
_SEPARATED = re.compile(r"[\s,;]+")
MAX_RULE_DAYS = 366


@dataclass(frozen=True)
class RuleFacts:
    """What must be known of a standing rule to judge whether it speaks."""

    rule: str
    instrument: str
    authority: str
    channels: tuple[str, ...]
    valid_from: Instant
    valid_until: Instant
    approved: bool
    withdrawn: bool


@dataclass(frozen=True)
class Verdict:
    """Whether a rule decides, which one, and in words why or why not."""

    rule: str | None
    why: str


def addresses(form: Json) -> tuple[str, ...]:
    """The addresses that a demand names, each once, in its order. What holds NUL is no text anywhere, so no address."""
    found: dict[str, None] = {}
    locations = form.get("content_locations")
    for location in locations if isinstance(locations, list) else []:
        url = location.get("url") if isinstance(location, dict) else None
        if isinstance(url, str) and "\0" not in url:
            found[url] = None
    return tuple(found)


def grants_for(demand: Demand, urls: Sequence[str], measure: Measure) -> tuple[Grant, ...]:
    """One grant an address, all of them within the demand, in the territory that it has effect in."""
    asked = addresses(demand.form)
    for url in urls:
        if url not in asked:
            raise BeyondTheDemand(f"{BeyondTheDemand.__doc__} {url}")
    if not urls:
        raise NothingGranted
    where = territories(demand)
    return tuple(Grant(measure=measure, url=url, territories=where) for url in dict.fromkeys(urls))


def grants_back(demand: Demand, urls: Sequence[str]) -> tuple[Grant, ...]:
    """What lets addresses stand again, exactly where the order had effect."""
    return tuple(Grant(measure=Measure.RESTORE, url=url, territories=territories(demand)) for url in urls)


def territories(demand: Demand) -> tuple[str, ...]:
    """Where an order has effect: in all of the Union (2021/784 Art 3(3)), or where it says so (2022/2065 Art 9(2)(b)).

    Nothing is guessed: ``OrderUnread`` for a scope that is not codes of Member States or *EU*.
    """
    if demand.instrument != ILLEGAL:
        return UNION
    said = demand.form.get("territorial_scope")
    codes = _SEPARATED.split(said.strip()) if isinstance(said, str) else [""]
    read = [code if code in UNION else state_code(code) for code in codes]
    found = [code for code in read if code in MEMBER_STATES or code in UNION]
    if len(found) != len(codes):
        raise OrderUnread
    return UNION if set(UNION) <= set(found) else tuple(sorted(dict.fromkeys(found)))


def restores(decision: Decision) -> bool:
    """Whether a decision lets something stand again: to comply with nothing to disable is no answer to a demand."""
    measures = {grant.measure for grant in decision.grants}
    return decision.answer in COMPLYING and measures <= {Measure.RESTORE}


def approvals_needed(proposed: Proposal, answer: Proposal) -> int:
    """Two people where the answer departs from the proposal or turns the authority down for good; else one."""
    if answer in (Proposal.REFUSE, Proposal.OBJECT):
        return 2
    return 1 if answer is proposed or {answer, proposed} <= COMPLYING else 2


def check_signature(role: str, *, answer: Proposal, proposed: Proposal, verified: bool | None, reasons: str) -> None:
    """Refuse a signature that this role may not give, or an answer without what it needs."""
    if role not in DECIDING_ROLES:
        raise RoleMayNotDecide
    if answer in COMPLYING and verified is not True:
        raise NotVerified
    if (answer is not proposed or answer in DECLINING) and not reasons.strip():
        raise ReasonsMissing


def check_second(first: str, second: str) -> None:
    """The second approval is another person's."""
    if first == second:
        raise SamePersonTwice


def check_rule(*, role: str, valid_from: Instant, valid_until: Instant, channels: Sequence[str]) -> None:
    """A rule is made by a person of rank, for named authenticated channels, and ends within a year."""
    if role not in RULE_ROLES:
        message = f"Standing rules are made by {' or '.join(sorted(RULE_ROLES))}, not by a {role}."
        raise RuleNotUsable(message)
    if not channels or not set(channels) <= {"api", "email", "portal", "perci"}:
        message = "A standing rule names the authenticated channels it holds for; paper always takes a person."
        raise RuleNotUsable(message)
    if valid_until <= valid_from or valid_until.since(valid_from).days > MAX_RULE_DAYS:
        message = "A standing rule has an end, at most a year after its beginning."
        raise RuleNotUsable(message)


def rule_that_speaks(
    rules: Sequence[RuleFacts], demand: Demand, assessment: Assessment, *, at: Instant, clock_is_sane: bool
) -> Verdict:
    """The first rule that lets this demand be executed at once, or why none does. In doubt, none."""
    bar = _bar(demand, assessment, clock_is_sane=clock_is_sane)
    if bar:
        return Verdict(None, bar)
    for rule in rules:
        if not _why_silent(rule, demand, at):
            return Verdict(rule.rule, f"standing rule {rule.rule[:8]} holds for this authority on this channel")
    reasons = "; ".join(f"rule {rule.rule[:8]}: {_why_silent(rule, demand, at)}" for rule in rules)
    return Verdict(None, reasons or "no standing rule exists for this authority")


def _bar(demand: Demand, assessment: Assessment, *, clock_is_sane: bool) -> str:
    """What stops every rule, whatever it says."""
    if not clock_is_sane:
        return "the clock jumped: automatic acts are suspended until a person has looked"
    if demand.channel.sender_verified is not True:
        return "the sender is not verified"
    if demand.typed_by is not None:
        return "one of us typed it in, or a part of it: a person decides"
    if assessment.answer is not Answer.EXECUTE or assessment.proposed is not Proposal.COMPLY:
        return "the assessment does not say that the order can be executed as it stands"
    if demand.duplicate_of is not None:
        return "it repeats an earlier demand"
    return ""


def _why_silent(rule: RuleFacts, demand: Demand, at: Instant) -> str:
    """Why this rule does not speak for this demand; empty when it does."""
    checks = (
        (rule.approved and not rule.withdrawn, "it is not approved by a second person, or was withdrawn"),
        (rule.valid_from <= at < rule.valid_until, "it is not in force now"),
        (rule.instrument == demand.instrument, "it is for another instrument"),
        (rule.authority == demand.sender.authority, "it is for another authority"),
        (demand.channel.kind.value in rule.channels, "it does not hold for this channel"),
    )
    return next((words for holds, words in checks if not holds), "")
