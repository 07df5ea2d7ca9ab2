"""Pure judgement about nights: when a case rings, whom the next step calls, when nobody answers, when a rule speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Outcome
from comity.casefile.documents.night import Step
from comity.docket.nights.errors import NightRuleRefused, UnreadableLadder, UnusableAddress

WAYS: tuple[str, ...] = ("push", "email", "webhook")
LOUD = 1000
"""Steps from this number on call everybody on every way, again and again."""
AGAIN = timedelta(minutes=5)
"""Between two loud steps."""
JOINS = timedelta(minutes=10)
"""So long a person's earlier page stands for what unverified senders bring; a flood of them rings once."""
MARGIN = timedelta(minutes=15)
"""Before the hour's end, from which on nobody has answered."""
MOST_UNVERIFIED = 50
"""Alarms of unverified senders that ring at a time; the docket shows the rest."""
TRIES = (5, 15, 45, 120, 300)
"""Seconds before each further attempt of a page while its alarm rings."""
_ADDRESSES = {
    "email": re.compile(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII
    ),
    "push": re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII),
    "webhook": re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII),
}
_STEP = re.compile(r"(\d{1,3})\s+(?:min(?:utes)?\s+)?([^\[\]]+?)(?:\s*\[([a-z, ]+)\])?", re.ASCII)
_MOST_STEPS = 20


class Turn(StrEnum):
    """What is to be done about a case now."""

    NOTHING = "nothing"
    BEGIN = "begin"
    SETTLE = "settle"
    ANEW = "anew"
    """It was acknowledged, and since then the hour warned again: it rings anew."""


@dataclass(frozen=True)
class CaseNow:
    """What must be known of a case."""

    status: str
    needs_person: bool
    due_at: Instant | None
    warned_at: Instant | None
    """The newest warning of the hour that is past, if one is."""


@dataclass(frozen=True)
class AlarmNow:
    """What must be known of a case's newest alarm."""

    state: str
    turn: str
    reason: str
    ended_at: Instant | None


@dataclass(frozen=True)
class Verdict:
    """What to do, and why."""

    turn: Turn
    reason: str = ""
    because: str = ""


def judge(case: CaseNow, alarm: AlarmNow | None) -> Verdict:
    """Whether a case begins to ring, is settled, or rings anew. Acting on a case settles its alarm."""
    if alarm is None or alarm.state == "settled":
        return _fresh(case, alarm)
    moved = alarm.turn != case.status
    if alarm.reason == "person":
        over = moved or not case.needs_person
    else:
        over = case.due_at is None or (moved and not case.needs_person)
    if over:
        return Verdict(Turn.SETTLE, because="the case moved on")
    if alarm.state == "acknowledged" and _since(case.warned_at, alarm.ended_at):
        return Verdict(Turn.ANEW, "hour", "the hour warns again and nothing was done")
    return Verdict(Turn.NOTHING)


def _fresh(case: CaseNow, alarm: AlarmNow | None) -> Verdict:
    if case.needs_person:
        return Verdict(Turn.BEGIN, "person", f"the case needs a person: {case.status.replace('_', ' ')}")
    if case.due_at is not None and _since(case.warned_at, alarm.ended_at if alarm else None):
        return Verdict(Turn.BEGIN, "hour", f"the hour warns while the case is {case.status.replace('_', ' ')}")
    return Verdict(Turn.NOTHING)


def _since(moment: Instant | None, earlier: Instant | None) -> bool:
    return moment is not None and (earlier is None or earlier < moment)


def silence_from(
    steps: Sequence[Step], unanswered: int, began: Instant, due: Instant | None, margin: timedelta = MARGIN
) -> Instant:
    """From when on nobody has answered: after the ladder, or ``margin`` before the hour ends, whichever comes first."""
    last = max((step.minutes for step in steps), default=0)
    end = began.plus(timedelta(minutes=last + unanswered))
    if due is None:
        return end
    return max(began, min(end, due.plus(-margin)))


def again_at(now: Instant, due: Instant | None, minutes: Iterable[int]) -> Instant:
    """When to look again after nobody answered: in a while, or when the next rule's minutes come."""
    moments = [due.plus(-timedelta(minutes=number)) for number in minutes] if due is not None else []
    return min([now.plus(AGAIN), *(moment for moment in moments if moment > now)])


def next_step(steps: Sequence[Step], step: int, began: Instant, silence: Instant) -> Instant:
    """When the step after ``step`` (−1: none yet) is due. Beyond the last one, when nobody has answered."""
    if step + 1 < len(steps):
        return min(began.plus(timedelta(minutes=steps[step + 1].minutes)), silence)
    return silence


def pause(attempts: int) -> timedelta | None:
    """How long to wait before the next attempt of a page; ``None`` when it is given up."""
    return timedelta(seconds=TRIES[attempts - 1]) if 0 < attempts <= len(TRIES) else None


def climbs(states: Iterable[tuple[str, int]]) -> bool:
    """Whether a step reached nobody, so that the next one begins at once; ``states`` are (state, failed attempts)."""
    pages = list(states)
    return not any(state in ("sent", "joined") or (state == "ordered" and not failed) for state, failed in pages)


def usable(way: str, address: str) -> str:
    """The address, if something can be sent to it on this way; raises ``UnusableAddress``."""
    text = address.strip()
    if way not in _ADDRESSES or _ADDRESSES[way].fullmatch(text) is None:
        raise UnusableAddress(f"{way}: “{text[:60]}” is no address. A push topic has at least eight letters or digits.")
    return text


def read_ladder(text: str, targets: Mapping[str, str]) -> tuple[Step, ...]:
    """Steps, one a line: ``0 First line``, ``5 Anna, role:approver [push, email]``.

    ``targets`` maps what may be written (names of rosters and of staff, ``role:…``) to its identifier.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > _MOST_STEPS:
        raise UnreadableLadder(f"A ladder has one to {_MOST_STEPS} steps.")
    steps = tuple(_read_step(line, targets) for line in lines)
    minutes = [step.minutes for step in steps]
    if minutes[0] != 0 or sorted(set(minutes)) != minutes:
        raise UnreadableLadder("The first step comes after 0 minutes, each further one later than the one before.")
    return steps


def write_step(step: Step, names: Mapping[str, str]) -> str:
    """A step as ``read_ladder`` reads it; ``names`` maps identifiers to what people write."""
    ways = f" [{', '.join(step.ways)}]" if step.ways else ""
    return f"{step.minutes} {', '.join(names.get(target, target) for target in step.to)}{ways}"


def _read_step(line: str, targets: Mapping[str, str]) -> Step:
    match = _STEP.fullmatch(line)
    if match is None:
        raise UnreadableLadder(f"“{line[:80]}” is not like: 5 Second line [push, email]")
    known = {name.casefold(): identifier for name, identifier in targets.items()}
    to = []
    for name in (part.strip() for part in match[2].split(",")):
        if name.casefold() not in known:
            raise UnreadableLadder(f"There is no roster, colleague or role “{name[:60]}”.")
        to.append(known[name.casefold()])
    ways = tuple(dict.fromkeys(part.strip() for part in (match[3] or "").split(",") if part.strip()))
    if not set(ways) <= set(WAYS):
        raise UnreadableLadder(f"“{line[:80]}”: ways are {', '.join(WAYS)}.")
    return Step(minutes=int(match[1]), to=tuple(dict.fromkeys(to)), ways=ways)


def check_minutes(minutes: int) -> None:
    """A rule for the night speaks late, but early enough to act."""
    if not 5 <= minutes <= 30:
        raise NightRuleRefused("It speaks between 5 and 30 minutes before the hour ends.")


def nothing_open(assessment: Assessment) -> bool:
    """Whether no finding fails and none is undetermined. In doubt, a rule for the night is silent."""
    return all(finding.outcome is Outcome.HOLDS for finding in assessment.findings)
