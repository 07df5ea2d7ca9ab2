"""The only file of the decision room that acts: inside the unit of work it is given, it enters answers and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.assessment import Assessment, Proposal
from comity.casefile.documents.decision import (
    Approval,
    Decision,
    DraftDecision,
    Grant,
    Measure,
    Person,
    StandingRule,
)
from comity.casefile.documents.demand import Demand
from comity.casefile.records import UnitOfWork
from comity.decision import rules, store
from comity.decision.errors import RuleNotUsable
from comity.decision.models import DraftRow


@dataclass(frozen=True)
class Choice:
    """What a person chose on the decision screen."""

    answer: Proposal
    urls: tuple[str, ...]
    reasons: str


@dataclass(frozen=True)
class Terms:
    """What a new standing rule should say."""

    instrument: str
    authority: str
    channels: tuple[str, ...]
    valid_until: Instant
    why: str


def decide_by_rule(
    work: UnitOfWork, demand: Entered[Demand], assessment: Assessment
) -> tuple[Entered[Decision] | None, str]:
    """Enter a decision where a standing rule speaks; otherwise nothing, and why."""
    authority = demand.document.sender.authority
    known = tuple(rule for rule in store.rules_for(authority) if _as_entered(rule)) if authority else ()
    return decide_by_these(work, demand, assessment, known)


def decide_by_these(
    work: UnitOfWork, demand: Entered[Demand], assessment: Assessment, known: tuple[rules.RuleFacts, ...]
) -> tuple[Entered[Decision] | None, str]:
    """The same for rules that the caller read from what was entered, as the nights do with theirs."""
    verdict = rules.rule_that_speaks(
        known, demand.document, assessment, at=work.at, clock_is_sane=audit.clock_is_sane()
    )
    if verdict.rule is None:
        return None, verdict.why
    urls = rules.addresses(demand.document.form)
    decision = Decision(
        case=demand.case,
        answer=Proposal.COMPLY,
        grants=rules.grants_for(demand.document, urls, Measure.DISABLE),
        reasons=("The order is complete and comes from a verified authority (2021/784 Art 3(3)-(5)).", verdict.why),
        basis=demand.entry,
        standing_rule=verdict.rule,
    )
    return audit.enter(work, demand.case, decision), verdict.why


def _as_entered(rule: rules.RuleFacts) -> bool:
    """Whether a rule's row says what its newest entry says: two people approved the entry, anybody can write a row."""
    entries = [one.entry for one in audit.entries_of(rule.rule) if one.kind == StandingRule.kind]
    try:
        return bool(entries) and store.facts_of(audit.find(entries[-1], StandingRule).document) == rule
    except AuditFailure:
        return False


def decide(
    work: UnitOfWork, demand: Entered[Demand], proposed: Proposal, choice: Choice, person: Person
) -> Entered[Decision] | None:
    """Enter a person's decision, or keep it as a draft where a second person must agree (then ``None``)."""
    verified = demand.document.channel.sender_verified
    rules.check_signature(
        person.role, answer=choice.answer, proposed=proposed, verified=verified, reasons=choice.reasons
    )
    _grants(demand.document, choice)
    if rules.approvals_needed(proposed, choice.answer) == 1:
        return _enter(work, demand, proposed, choice, (Approval(person=person, at=work.at),))
    draft = DraftDecision(
        case=demand.case, answer=choice.answer, urls=choice.urls, reasons=choice.reasons, by=person, at=work.at
    )
    entered = audit.enter(work, demand.case, draft)
    store.save_draft(
        DraftRow(
            case_id=demand.case,
            entry=entered.entry,
            answer=choice.answer.value,
            urls=list(choice.urls),
            reasons=choice.reasons,
            by=person.id,
            role=person.role,
            at=work.at.utc,
        )
    )
    return None


def approve(work: UnitOfWork, demand: Entered[Demand], proposed: Proposal, person: Person) -> Entered[Decision]:
    """A second person agrees with the draft: now it is a decision."""
    draft = store.draft(demand.case)
    rules.check_second(draft.by, person.id)
    choice = Choice(Proposal(draft.answer), tuple(draft.urls), draft.reasons)
    verified = demand.document.channel.sender_verified
    rules.check_signature(
        person.role, answer=choice.answer, proposed=proposed, verified=verified, reasons=choice.reasons
    )
    first = Approval(person=Person(id=draft.by, role=draft.role), at=Instant(draft.at))
    decided = _enter(work, demand, proposed, choice, (first, Approval(person=person, at=work.at)))
    store.drop_draft(demand.case)
    return decided


def disagree(work: UnitOfWork, case: str, person: Person, because: str) -> Entered[DraftDecision]:
    """A second person does not agree: the draft falls, its entries remain."""
    draft = store.draft(case)
    rules.check_second(draft.by, person.id)
    document = DraftDecision(
        case=case,
        answer=Proposal(draft.answer),
        urls=tuple(draft.urls),
        reasons=because,
        by=Person(id=draft.by, role=draft.role),
        at=work.at,
        disagreed_by=person,
    )
    store.drop_draft(case)
    return audit.enter(work, case, document)


def _grants(demand: Demand, choice: Choice) -> tuple[Grant, ...]:
    if choice.answer not in rules.COMPLYING:
        return ()
    return rules.grants_for(demand, choice.urls, Measure.DISABLE)


def _enter(
    work: UnitOfWork,
    demand: Entered[Demand],
    proposed: Proposal,
    choice: Choice,
    approvals: Sequence[Approval],
) -> Entered[Decision]:
    decision = Decision(
        case=demand.case,
        answer=choice.answer,
        grants=_grants(demand.document, choice),
        reasons=tuple(line for line in choice.reasons.splitlines() if line.strip()) or ("As proposed.",),
        basis=demand.entry,
        approvals=tuple(approvals),
        departs_from=None if choice.answer is proposed else proposed,
    )
    return audit.enter(work, demand.case, decision)


def decide_restoration(
    work: UnitOfWork, case: str, *, basis: str, grants: tuple[Grant, ...], approvals: tuple[Approval, ...], because: str
) -> Entered[Decision]:
    """Enter the decision to reinstate: a person's, on a complaint, a scrutiny decision or a withdrawal."""
    decision = Decision(
        case=case, answer=Proposal.COMPLY, grants=grants, reasons=(because,), basis=basis, approvals=approvals
    )
    return audit.enter(work, case, decision)


def propose_rule(work: UnitOfWork, terms: Terms, person: Person) -> Entered[StandingRule]:
    """A first person proposes a standing rule; it does nothing until another approves it."""
    rules.check_rule(role=person.role, valid_from=work.at, valid_until=terms.valid_until, channels=terms.channels)
    identifier = new_id()
    document = StandingRule(
        rule=identifier,
        instrument=terms.instrument,
        authority=terms.authority,
        channels=terms.channels,
        proposed_by=person,
        approved_by=None,
        valid_from=work.at,
        valid_until=terms.valid_until,
        why=terms.why,
    )
    entered = audit.enter(work, identifier, document)
    store.save_rule(document, entered.entry)
    return entered


def approve_rule(work: UnitOfWork, rule: str, person: Person) -> Entered[StandingRule]:
    """A second person approves it: from now on it may execute."""
    row = store.rule(rule)
    rules.check_second(row.proposed_by, person.id)
    if row.approved_by or row.withdrawn:
        message = "This rule was already approved or withdrawn."
        raise RuleNotUsable(message)
    return _change_rule(work, rule, approved_by=person, role=person.role)


def withdraw_rule(work: UnitOfWork, rule: str, person: Person, because: str) -> Entered[StandingRule]:
    """Any person who may make rules ends one at once; no second person is needed to be more careful."""
    return _change_rule(work, rule, role=person.role, withdrawn=because)


def _change_rule(
    work: UnitOfWork, rule: str, *, role: str, approved_by: Person | None = None, withdrawn: str | None = None
) -> Entered[StandingRule]:
    row = store.rule(rule)
    valid_from, valid_until = Instant(row.valid_from), Instant(row.valid_until)
    rules.check_rule(role=role, valid_from=valid_from, valid_until=valid_until, channels=row.channels)
    before = audit.find(row.entry.hex, StandingRule).document
    document = before.model_copy(
        update={
            "approved_by": approved_by or before.approved_by,
            "withdrawn": withdrawn is not None or before.withdrawn,
            "why": withdrawn if withdrawn is not None else before.why,
        }
    )
    entered = audit.enter(work, rule, StandingRule.model_validate(document.model_dump()))
    store.save_rule(document, entered.entry)
    return entered
