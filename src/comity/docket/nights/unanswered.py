"""When nobody answers: a rule that two people made for it speaks, else Annex III lies ready and everybody is called.

A rule for the night can do exactly what a standing rule could, and less: the same bars hold, no finding may be open,
and it speaks only in the last minutes of the hour of an order that nobody acknowledged.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.night import AnswerDraft, NightRule
from comity.casefile.documents.transcription import Transcription
from comity.casefile.records import UnitOfWork
from comity.decision import service as deciding
from comity.decision.rules import RuleFacts, addresses
from comity.delivery.errors import DeliveryError
from comity.docket import answering, clocks, drills, people
from comity.docket import store as docket
from comity.docket.models import Case
from comity.docket.nights import rules, store
from comity.docket.nights.models import AlarmRow
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import service as executing

SPOKE = "decided by night rule"
_NOBODY = (
    "Order received {received}. {pages} page(s) went out in {steps} step(s) between {began} and {now}; nobody "
    "acknowledged. Whether this is force majeure or de facto impossibility that is not attributable to the hosting "
    "service provider (2021/784 Art 3(7)) is for a person to judge; nothing was sent."
)


def nobody(work: UnitOfWork, row: Case, alarm: AlarmRow, parts: Parts) -> None:
    """Nobody has answered: let a rule speak when its minutes have come; else have the draft ready."""
    if alarm.unanswered_at is None:
        alarm.unanswered_at = work.at.utc
        store.change_alarm(work, alarm, "unanswered", "nobody acknowledged")
    if _spoken(work, row, parts):
        ended = {"state": "settled", "next_at": None, "ended_at": work.at.utc}
        store.change_alarm(work, alarm, "settled", "a rule for the night spoke", **ended)
        return
    if alarm.draft is None and row.due_at is not None and row.due_duty == clocks.HOUR:
        _prepare(work, row, alarm, parts)


def _spoken(work: UnitOfWork, row: Case, parts: Parts) -> bool:
    """Whether a rule for the night decided; in any doubt none does."""
    found = _beyond_doubt(row)
    if found is None:
        return False
    demand, assessment = found
    ready = _ready(demand.document.sender.authority or "", work.at, row)
    if row.test and not drills.may_act(addresses(demand.document.form), parts):
        return False
    decision, _why = deciding.decide_by_these(work, demand, assessment, ready)
    if decision is None:
        return False
    executing.order(work, decision)
    rule = decision.document.standing_rule
    docket.move(row, SPOKE, decision.entry, decision=decision.entry, rule=rule, needs_person=False)
    work.defer("advance", lock=row.id.hex, case=row.id.hex)
    return True


def _beyond_doubt(row: Case) -> tuple[Entered[Demand], Assessment] | None:
    """What a rule would decide about: an order in its hour, of an authority that is trusted now, with no open finding.

    An order that a person typed in from a scan is for people: no standing rule could have spoken about it either.
    """
    waits = row.status == Status.WAITING.value and row.needs_person and row.due_duty == clocks.HOUR
    if not waits or row.due_at is None or row.assessment is None:
        return None
    try:
        demand = audit.find(row.demand.hex, Demand)
        assessment = audit.find(row.assessment.hex, Assessment).document
    except AuditFailure:  # no rule speaks about what was altered; people are called all the same
        return None
    typed = any(one.kind == Transcription.kind for one in audit.entries_of(row.id.hex))
    trusted = people.still_trusted(demand.document.sender.authority)
    return (demand, assessment) if trusted and not typed and rules.nothing_open(assessment) else None


def _ready(authority: str, now: Instant, row: Case) -> tuple[RuleFacts, ...]:
    """The rules whose minutes have come, each as its newest entry states it, as the decision room judges them."""
    assert row.due_at is not None  # asked before
    due = Instant(row.due_at)
    held = (rule for rule in store.night_rules(authority) if now >= due.plus(-timedelta(minutes=rule.minutes)))
    return tuple(facts(rule) for rule in held if now < due and rule == store.as_last_entered(rule.rule))


def facts(rule: NightRule) -> RuleFacts:
    """A rule as the decision room judges it."""
    return RuleFacts(
        rule=rule.rule,
        instrument=rule.instrument,
        authority=rule.authority,
        channels=rule.channels,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        approved=rule.approved_by is not None,
        withdrawn=rule.withdrawn,
    )


def _prepare(work: UnitOfWork, row: Case, alarm: AlarmRow, parts: Parts) -> None:
    """Fill Annex III from the record; a form that cannot be filled is no reason not to call people."""
    pages = store.pages_of(alarm.id)
    said = _NOBODY.format(
        received=Instant(row.received_at).z(),
        pages=sum(1 for page in pages if page.state == "sent"),
        steps=len({page.step for page in pages}),
        began=Instant(alarm.began_at).z(),
        now=work.at.z(),
    )
    try:
        filled = answering.draft_annex_3(row, parts, said, work.at)
    except (DeliveryError, AuditFailure):
        return
    draft = AnswerDraft(case=row.id.hex, alarm=alarm.id.hex, form=filled.form, fields=filled.fields, at=work.at)
    alarm.draft = UUID(hex=audit.enter(work, row.id.hex, draft).entry)


def minutes_of(authority: str) -> tuple[int, ...]:
    """How long before the hour's end the rules of an authority speak."""
    found = store.night_rules(authority) if authority else ()
    return tuple(rule.minutes for rule in found if rule.approved_by and not rule.withdrawn)
