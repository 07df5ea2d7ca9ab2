"""How long somebody looked, and whether they may go on: pure; times in, times out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.docket.care import Care


class Refusal(StrEnum):
    """Why nothing is shown now."""

    PAUSE = "pause"
    DAY = "day"


@dataclass(frozen=True)
class Exposure:
    """What a person looked at today, in seconds."""

    day: date
    seconds: float = 0.0
    run: float = 0.0
    """Since the last pause."""
    looks: int = 0
    began_at: Instant | None = None
    case: str = ""
    """What is looked at now; forgotten when the look ends."""
    ended_at: Instant | None = None
    pause_until: Instant | None = None

    def looking(self, at: Instant, care: Care) -> str:
        """The case whose content is shown clearly at this moment; empty where nothing is."""
        shown = self.began_at is not None and at.since(self.began_at) < care.longest_look
        return self.case if shown else ""

    def left(self, at: Instant, care: Care) -> int:
        """Whole seconds, rounded up, until what is shown is veiled again."""
        if self.began_at is None or not self.looking(at, care):
            return 0
        return math.ceil((care.longest_look - at.since(self.began_at)).total_seconds())


def of_day(before: Exposure, day: date) -> Exposure:
    """The same person on another day: the day's count begins anew, a pause goes on."""
    return before if before.day == day else replace(before, day=day, seconds=0.0, looks=0)


def ended(now: Exposure, at: Instant, care: Care) -> Exposure:
    """A look ends; what nobody ended counts as long as one look may last."""
    if now.began_at is None:
        return now
    lasted = min(max(at.since(now.began_at), type(care.run)()), care.longest_look)
    seconds = lasted.total_seconds()
    counted = replace(now, seconds=now.seconds + seconds, run=now.run + seconds)
    return replace(counted, began_at=None, case="", ended_at=now.began_at.plus(lasted))


def begun(now: Exposure, case: str, at: Instant, care: Care) -> tuple[Exposure, Refusal | None]:
    """A look begins, after whatever ran before has ended; or nothing is shown, and why."""
    now = ended(now, at, care)
    if now.pause_until is not None and at < now.pause_until:
        return now, Refusal.PAUSE
    if now.seconds >= care.day.total_seconds():
        return now, Refusal.DAY
    if now.pause_until is not None or _paused(now, at, care):
        now = replace(now, run=0.0, pause_until=None)
    if now.run >= care.run.total_seconds():
        return replace(now, run=0.0, pause_until=at.plus(care.pause)), Refusal.PAUSE
    return replace(now, began_at=at, case=case, looks=now.looks + 1), None


def _paused(now: Exposure, at: Instant, care: Care) -> bool:
    """Whether they took a pause of their own."""
    return now.ended_at is not None and at.since(now.ended_at) >= care.pause
