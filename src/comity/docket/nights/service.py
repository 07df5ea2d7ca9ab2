"""The only file of the nights that acts: it looks at the docket, rings, climbs, settles, and sends pages.

``look`` may be called by any number of processes at once, late, twice, or after a kill: every change is made under the
lock of the case's row and looks at what stands there first. A page is *ordered* (entered), then sent under its own
identifier, then *sent* or *failed* is entered; a page whose *sent* was lost goes out again under the same identifier.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from comity import law
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.records import UnitOfWork
from comity.docket import clocks
from comity.docket import store as docket
from comity.docket.calling import Call, NotCalled
from comity.docket.models import Case
from comity.docket.nights import links, ringing, rules, store, summons, unanswered
from comity.docket.nights.models import AlarmRow, PageRow
from comity.docket.nights.rules import AlarmNow, CaseNow, Turn
from comity.docket.parts import Parts

log = structlog.get_logger("comity.nights")
SEND = ringing.SEND
_SOON = rules.MARGIN * 2
"""The earliest warning of the hour."""


def look(parts: Parts) -> int:
    """Look once at everything that may ring; gives how many cases changed."""
    now = parts.clock.now()
    cases = store.cases_to_look_at(now, _SOON)
    newest, changed = store.newest_alarms(cases), 0
    full = store.ringing_unverified() >= rules.MOST_UNVERIFIED
    for case in cases:
        alarm = newest.get(case.id)
        waits = full and case.verified is not True and (alarm is None or alarm.state == "settled")
        if not waits and _due(case, alarm, now):
            changed += _tended(case.id.hex, parts)
    return changed + summons.look(parts)


def _tended(case: str, parts: Parts) -> bool:
    """One case; what is wrong with its entries must not keep anybody from being called to another."""
    try:
        return tend(case, parts)
    except AuditFailure as broken:
        log.error("cannot be tended", case=case, failure=broken.code)  # noqa: TRY400 -- the code says all
        return False


def _due(case: Case, alarm: AlarmRow | None, now: Instant) -> bool:
    """Whether a case is worth its lock."""
    if rules.judge(_case(case, now), _alarm(alarm)).turn is not Turn.NOTHING:
        return True
    return alarm is not None and alarm.state == "ringing" and (alarm.next_at is None or alarm.next_at <= now.utc)


def tend(case: str, parts: Parts) -> bool:
    """Do what is due for one case; whether anything was."""
    with parts.work() as work:
        row = docket.locked(case)
        alarm = store.newest_alarm(case)
        verdict = rules.judge(_case(row, work.at), _alarm(alarm))
        if verdict.turn in (Turn.SETTLE, Turn.ANEW) and alarm is not None:
            ended = alarm.ended_at or work.at.utc  # whoever acknowledged it ended it then
            store.change_alarm(work, alarm, "settled", verdict.because, state="settled", next_at=None, ended_at=ended)
        if verdict.turn is Turn.SETTLE:
            return True
        if verdict.turn in (Turn.BEGIN, Turn.ANEW):
            if row.verified is not True and store.ringing_unverified() >= rules.MOST_UNVERIFIED:
                return False
            alarm = store.begin_alarm(work, row, reason=verdict.reason, because=verdict.because, next_at=work.at)
            log.info("rings", case=case, reason=verdict.reason)
        if alarm is None or alarm.state != "ringing" or alarm.next_at is None or alarm.next_at > work.at.utc:
            return False
        _climb(work, row, alarm, parts)
    return True


def _climb(work: UnitOfWork, row: Case, alarm: AlarmRow, parts: Parts) -> None:
    """The next step of the ladder; beyond the last one, or too near the hour's end, nobody has answered."""
    steps, after = ringing.ladder()
    began = Instant(alarm.began_at)
    due = Instant(alarm.due_at) if alarm.due_at else None
    minutes = unanswered.minutes_of(row.authority)
    margin = max([rules.MARGIN, *(timedelta(minutes=number) for number in minutes)])
    silence = rules.silence_from(steps, after, began, due, margin)
    if alarm.step >= len(steps) - 1 or work.at >= silence:
        unanswered.nobody(work, row, alarm, parts)
        if row.status != alarm.turn:  # a rule for the night spoke
            return
        alarm.step = max(alarm.step + 1, rules.LOUD)
        alarm.next_at = rules.again_at(work.at, due, minutes).utc
        targets, ways = ringing.everybody(), rules.WAYS
    else:
        alarm.step += 1
        alarm.next_at = rules.next_step(steps, alarm.step, began, silence).utc
        targets = ringing.people(steps[alarm.step], work.at)
        ways = steps[alarm.step].ways or rules.WAYS
    if not ringing.order(work, alarm, targets, ways, parts) and alarm.step < rules.LOUD:
        alarm.next_at = work.at.utc  # nobody to call: the next step at once
    said = f"step {alarm.step + 1}" if alarm.step < rules.LOUD else "everybody, on every way"
    store.change_alarm(work, alarm, "climbed", said)


def send(page_id: str, parts: Parts) -> None:
    """Send one ordered page, unless its alarm was answered meanwhile; then enter what came of it."""
    prepared = _prepared(page_id, parts)
    if prepared is None:
        return
    call, way = prepared
    try:
        said = parts.nights.ways[way].call(call)
    except NotCalled as failure:
        _failed(page_id, parts, str(failure))
        return
    with parts.work() as work:
        page, alarm = _locked(page_id)
        if page.state == "ordered":
            store.change_page(work, page, alarm, "sent", said, sent_at=work.at.utc)


def _prepared(page_id: str, parts: Parts) -> tuple[Call, str] | None:
    """What to say and on which way; nothing when nobody need be called any more."""
    with parts.work() as work:
        page, alarm = _locked(page_id)
        if page.state != "ordered":
            return None
        contact = store.contact(page.staff)
        address = contact.ways.get(page.way, "") if contact else ""
        if alarm.state != "ringing" or not address or page.way not in parts.nights.ways:
            store.change_page(work, page, alarm, "dropped", "nobody need be called any more")
            return None
        call = Call(
            id=page.id.hex,
            to=address,
            number=alarm.number,
            due_at=Instant(alarm.due_at) if alarm.due_at else None,
            link=links.link(page.id.hex, parts.nights),
            at=work.at,
            loud=alarm.step >= rules.LOUD,
            drill=alarm.drill,
            incident=alarm.reason == summons.REASON,
        )
    return call, page.way


def _failed(page_id: str, parts: Parts, why: str) -> None:
    """Enter the failure, try again later, and climb at once where this step reached nobody."""
    with parts.work() as work:
        page, alarm = _locked(page_id)
        if page.state != "ordered":
            return
        store.change_page(work, page, alarm, "failed", why, attempts=page.attempts + 1)
        log.warning("page failed", page=page_id, way=page.way, attempt=page.attempts)
        wait = rules.pause(page.attempts)
        if wait is not None and page.state == "ordered":
            work.defer(SEND, at=work.at.plus(wait), lock=page_id, page=page_id)
        states = [(one.state, one.attempts) for one in store.pages_of(alarm.id, page.step)]
        if alarm.state == "ringing" and alarm.step == page.step < rules.LOUD and rules.climbs(states):
            store.change_alarm(work, alarm, "failing", "this step reached nobody", next_at=work.at.utc)


def _locked(page_id: str) -> tuple[PageRow, AlarmRow]:
    """A page and its alarm, locked in the order in which everybody locks them: case, alarm, page."""
    seen = store.page(page_id)
    assert seen is not None  # only ordered pages are deferred, in the same transaction
    alarm = store.alarm(seen.alarm.hex)
    page = store.locked_page(page_id)
    assert page is not None
    return page, alarm


def _case(row: Case, now: Instant) -> CaseNow:
    due = Instant(row.due_at) if row.due_at else None
    warned = None
    if due is not None and row.due_duty == clocks.HOUR:
        past = [moment for moment in law.warnings(row.instrument, row.due_duty, due) if moment <= now]
        warned = max(past, default=None)
    return CaseNow(row.status, row.needs_person, due, warned)


def _alarm(row: AlarmRow | None) -> AlarmNow | None:
    if row is None:
        return None
    return AlarmNow(row.state, row.turn, row.reason, Instant(row.ended_at) if row.ended_at else None)
