"""Alarms that ring for an incident instead of a case: the same ladder, pages and acknowledgement.

No hour of an order runs; the ladder climbs until one person acknowledges, or the incident ends and settles it.
"""

from __future__ import annotations

import structlog

from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.records import UnitOfWork
from comity.docket.nights import ringing, rules, store, summons_store
from comity.docket.nights.models import AlarmRow
from comity.docket.parts import Parts

log = structlog.get_logger("comity.nights")
REASON = summons_store.SUMMONS


def call(work: UnitOfWork, file: str, number: int, because: str) -> AlarmRow:
    """Begin to ring for a file that is no case; the watch climbs from here."""
    return summons_store.begin(work, file, number, because=because)


def settle(work: UnitOfWork, file: str, because: str) -> None:
    """Nobody need be called any more."""
    alarm = store.newest_alarm(file)
    if alarm is not None and alarm.state in store.OPEN:
        ended = alarm.ended_at or work.at.utc
        store.change_alarm(work, alarm, "settled", because, state="settled", next_at=None, ended_at=ended)


def look(parts: Parts) -> int:
    """Climb wherever a step is due; gives how many alarms changed."""
    return sum(_tended(one, parts) for one in summons_store.due(parts.clock.now()))


def _tended(identifier: str, parts: Parts) -> bool:
    """One alarm; what is wrong with its entries must not keep anybody from being called to another."""
    try:
        with parts.work() as work:
            alarm = store.alarm(identifier)
            if alarm.state != "ringing" or alarm.next_at is None or alarm.next_at > work.at.utc:
                return False
            _climb(work, alarm, parts)
    except AuditFailure as broken:
        log.error("cannot be tended", alarm=identifier, failure=broken.code)  # noqa: TRY400 -- the code says all
        return False
    return True


def _climb(work: UnitOfWork, alarm: AlarmRow, parts: Parts) -> None:
    """The next step of the ladder; beyond the last one everybody is called, on every way, again and again."""
    steps, after = ringing.ladder()
    began = Instant(alarm.began_at)
    silence = rules.silence_from(steps, after, began, None)
    if alarm.step >= len(steps) - 1 or work.at >= silence:
        _loud(work, alarm)
        targets, ways = ringing.everybody(), rules.WAYS
    else:
        alarm.step += 1
        alarm.next_at = rules.next_step(steps, alarm.step, began, silence).utc
        targets, ways = ringing.people(steps[alarm.step], work.at), steps[alarm.step].ways or rules.WAYS
    if not ringing.order(work, alarm, targets, ways, parts) and alarm.step < rules.LOUD:
        alarm.next_at = work.at.utc
    said = f"step {alarm.step + 1}" if alarm.step < rules.LOUD else "everybody, on every way"
    store.change_alarm(work, alarm, "climbed", said)


def _loud(work: UnitOfWork, alarm: AlarmRow) -> None:
    if alarm.unanswered_at is None:
        store.change_alarm(work, alarm, "unanswered", "nobody answered", unanswered_at=work.at.utc)
    alarm.step = max(alarm.step + 1, rules.LOUD)
    alarm.next_at = work.at.plus(rules.AGAIN).utc
