"""The case page's reading: everything about one case, as frozen values, and what this person may do with it now."""

from __future__ import annotations

import json

from comity.casefile import audit
from comity.casefile.audit import Entered, EntryRow
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply, Receipt
from comity.casefile.documents.assessment import Assessment, Deadline, Outcome
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Decision, Person
from comity.casefile.documents.demand import Demand
from comity.casefile.records import deadlines
from comity.decision import store as decisions
from comity.delivery.service import delivered
from comity.docket import clocks, pages, people, telling
from comity.docket.errors import NotYourTurn
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.docket.sayings import says
from comity.docket.views import CallBack, CaseView, Draft, ExhibitLine, ItemLine, ReplyLine, RunningClock, TimelineLine
from comity.execution.content import looking
from comity.law.asking import about_users
from comity.registry import store as register
from comity.registry.directory import Directory
from comity.registry.duties import Duty, Member, duties_of
from comity.registry.errors import RegistryError
from comity.registry.means import HeldAuthority
from comity.transparency import service as transparency

_MAY: dict[Status, tuple[tuple[str, Duty], ...]] = {
    Status.WAITING: (("decide", Duty.DECIDE), ("dismiss", Duty.DECIDE), ("call_back", Duty.RECORD_CALL_BACK)),
    Status.SECOND: (("approve", Duty.APPROVE_DECISION), ("disagree", Duty.APPROVE_DECISION)),
    Status.CLARIFYING: (("clarified", Duty.DECIDE),),
    Status.EXECUTING: (("scrutiny", Duty.DECIDE),),
    Status.EXECUTED: (("scrutiny", Duty.DECIDE),),
    Status.ANSWERED: (("scrutiny", Duty.DECIDE),),
    Status.IN_EFFECT: (("scrutiny", Duty.DECIDE),),
}


def view(row: Case, member: Member, parts: Parts) -> CaseView:
    """The case page."""
    case = row.id.hex
    demand = _opened(audit.find(row.demand.hex, Demand).document, row)
    assessment = audit.find(row.assessment.hex, Assessment).document if row.assessment else None
    decided = row.decision if row.instrument not in about_users() else None
    decision = audit.find(decided.hex, Decision).document if decided else None
    return CaseView(
        line=pages.line(row),
        demand=demand,
        assessment=assessment,
        decision=decision,
        draft=_draft(case),
        clocks=clocks_of(case),
        items=_items(case),
        timeline=timeline(case),
        exhibits=exhibits_of(case, parts),
        replies=replies_of(case),
        call_back=call_back_of(demand),
        secret_until=telling.secret_until(row),
        missing=_missing(assessment),
        may=(*_may(row, member), *_may_later(row, member, parts)),
        now=parts.clock.now(),
    )


def _opened(demand: Demand, row: Case) -> Demand:
    """The demand with the fourth instant of receipt, which is known only later: when the first person opened it."""
    opened = Instant(row.opened_at) if row.opened_at else None
    times = demand.times.model_copy(update={"opened_at": opened})
    return demand.model_copy(update={"times": times})


def timeline(case: str) -> tuple[TimelineLine, ...]:
    """Every entry of the case, in words; those inside a signed checkpoint carry their index."""
    names: dict[str, str] = {}
    lines = []
    for entry in audit.entries_of(case):
        who = names.setdefault(entry.actor, people.name_of(entry.actor))
        lines.append(_line(entry, who))
    return tuple(lines)


def _line(entry: EntryRow, who: str) -> TimelineLine:
    body: Json = json.loads(entry.body) if entry.body else {}
    return TimelineLine(
        entry=entry.entry,
        kind=entry.kind,
        at=entry.at,
        who=who,
        says=says(entry.kind, body),
        index=entry.index,
        proven=entry.index is not None,
        erased=entry.body is None,
        detail=body,
    )


def _draft(case: str) -> Draft | None:
    row = decisions.find_draft(case)
    if row is None:
        return None
    return Draft(answer=row.answer, reasons=(row.reasons,), by=Person(id=row.by, role=row.role), at=Instant(row.at))


def clocks_of(case: str) -> tuple[RunningClock, ...]:
    """Every clock of a case."""
    return tuple(
        RunningClock(
            deadline=Deadline(
                id=one.name,
                duty=one.duty,
                due_at=one.due_at or Instant.parse("9999-01-01T00:00:00Z"),
                citations=one.citations,
                computation=one.computation,
            ),
            state=one.state.value,
            due_at=one.due_at,
        )
        for one in deadlines.deadlines_of(case)
    )


def _items(case: str) -> tuple[ItemLine, ...]:
    return tuple(
        ItemLine(
            url=item.url,
            state=item.state,
            detail=item.detail,
            disabled_at=Instant(item.disabled_at) if item.disabled_at else None,
            restored_at=Instant(item.restored_at) if item.restored_at else None,
            exhibits=tuple(item.exhibits),
        )
        for item in looking.items(case)
    )


def exhibits_of(case: str, parts: Parts) -> tuple[ExhibitLine, ...]:
    """Everything of a case in custody."""
    lines = []
    for custody in parts.vault.exhibits(case):
        ends = [hold.until for hold in custody.holds if hold.until is not None]
        exhibit = custody.exhibit
        lines.append(
            ExhibitLine(
                digest=exhibit.digest,
                media_type=exhibit.media_type,
                size=exhibit.size,
                name=exhibit.name,
                held_until=max(ends) if ends else None,
                erased=custody.erased,
                on_hold=any(hold.until is None and not hold.released for hold in custody.holds),
            )
        )
    return tuple(lines)


def replies_of(case: str) -> tuple[ReplyLine, ...]:
    """Every form that was or will be sent."""
    return tuple(
        ReplyLine(
            entry=reply.entry,
            form=reply.document.form,
            prepared_at=reply.at,
            delivered_at=receipt.at if receipt else None,
            proof=receipt.document.proof if receipt else "",
            pdf=reply.document.pdf,
        )
        for reply, receipt in _prepared(case)
    )


def _prepared(case: str) -> list[tuple[Entered[FormReply], Entered[Receipt] | None]]:
    entries = [one.entry for one in audit.entries_of(case) if one.kind == FormReply.kind and one.body]
    replies = [audit.find(entry, FormReply) for entry in entries]
    return [(reply, delivered(reply)) for reply in replies]


def held_for_call(demand: Demand) -> HeldAuthority | None:
    """The authority of the registry that a demand points to, proven or not: whom to call."""
    try:
        if demand.sender.authority:
            return register.authority(demand.sender.authority)
    except RegistryError:
        return None
    domain = (demand.sender.reply_to or "").rpartition("@")[2]
    return Directory().authority_by_mail_domain(domain) if domain else _by_name(demand)


def _by_name(demand: Demand) -> HeldAuthority | None:
    """Paper names its authority in words: only an exact name in the same Member State points to a record."""
    issuer = demand.form.get("issuer")
    name = issuer.get("name") if isinstance(issuer, dict) else None
    state = demand.form.get("issuing_member_state")
    found = [held for held in register.authorities() if held.name == name and held.member_state == state]
    return found[0] if len(found) == 1 else None


def number_id(authority: HeldAuthority, number: str) -> str:
    """The registry's identifier of a number it holds for this authority; no other number may be called."""
    wanted = "".join(number.split())
    for held in authority.numbers:
        if wanted in (held.number, held.id):
            return held.id
    raise NotYourTurn("Only a number that was held beforehand proves anything; this one is not in the registry.")


def call_back_of(demand: Demand) -> CallBack | None:
    """Whom to ring about a demand, on a number held beforehand."""
    authority = held_for_call(demand)
    if authority is None or not authority.numbers:
        return None
    number = authority.numbers[0]
    return CallBack(
        authority=authority.id,
        authority_name=authority.name,
        number=number.number,
        source=f"held since {number.held_since.z()}",
    )


def _missing(assessment: Assessment | None) -> tuple[str, ...]:
    if assessment is None:
        return ()
    return tuple(finding.why for finding in assessment.findings if finding.outcome is Outcome.FAILS)


def _may_later(row: Case, member: Member, parts: Parts) -> tuple[str, ...]:
    """The same for what may come at any time after the answer."""
    case, duties = row.id.hex, duties_of(member)
    standing = [one for one in parts.vault.exhibits(case) if not one.erased]
    held = any(hold.until is None and not hold.released for one in standing for hold in one.holds)
    preserves = any(
        one.name == clocks.PRESERVE and one.state is deadlines.State.RUNNING for one in deadlines.deadlines_of(case)
    )
    silent = row.status == Status.IN_EFFECT.value and telling.is_secret(row, parts)
    offered = (
        ("confirm_reply", Duty.DECIDE, any(receipt is None for _, receipt in _prepared(case))),
        ("extend_silence", Duty.DECIDE, silent and transparency.extended_by(case) is None),
        ("extend_preservation", Duty.DECIDE, preserves),
        ("hold", Duty.DECIDE, bool(standing)),
        ("release", Duty.APPROVE_DECISION, held),
    )
    return tuple(word for word, duty, holds in offered if holds and duty in duties)


def _may(row: Case, member: Member) -> tuple[str, ...]:
    duties = duties_of(member)
    return tuple(word for word, duty in _MAY.get(Status(row.status), ()) if duty in duties)
