"""What a leaf must say, and when a clock is believed. Pure: the trigger in the database is measured against this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import rfc8785

from comity.casefile.clock import Instant

LEAF_VERSION = 1

LEAF_CLASSES = {
    "demand": "received",
    "clarification": "received",
    "assessment": "assessed",
    "decision": "decided",
    "standing_rule": "decided",
    "complaint_decision": "decided",
    "scrutiny_decision": "decided",
    "act": "acted",
    "form_reply": "answered",
    "receipt": "answered",
    "notice": "noticed",
    "secrecy": "noticed",
    "complaint": "noticed",
}
"""A document's kind, made so coarse that a leaf betrays neither person, case nor secrecy. All others: recorded."""

OTHER_CLASS = "recorded"


def leaf_data(entry: str, kind: str, at: Instant, commitment: bytes) -> bytes:
    """The data of an entry's leaf: canonical JSON (RFC 8785), exactly as the database's trigger writes it."""
    return rfc8785.dumps(
        {
            "at": at.utc.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "commitment": commitment.hex(),
            "entry": entry,
            "kind": LEAF_CLASSES.get(kind, OTHER_CLASS),
            "v": LEAF_VERSION,
        }
    )


@dataclass(frozen=True, slots=True)
class ClockTolerance:
    """How far the wall clock may stray before automatic acts are suspended."""

    backward: timedelta = timedelta(seconds=2)
    """Behind the newest checkpoint: more than a time server's gentle correction."""
    forward: timedelta | None = timedelta(seconds=60)
    """Ahead of the machine's uninterrupted running time since the last look; ``None`` where time is replayed."""


def clock_fault(now: Instant, *, newest: Instant | None, elapsed: tuple[timedelta, timedelta] | None,
                tolerance: ClockTolerance) -> str | None:  # fmt: skip
    """``backward`` or ``forward`` when the clock jumped, else ``None``.

    ``newest`` is the time of the newest checkpoint; ``elapsed`` is (by the wall clock, by the machine's running time)
    since the last look, unknown at the first one.
    """
    if newest is not None and newest.since(now) > tolerance.backward:
        return "backward"
    if elapsed is None or tolerance.forward is None:
        return None
    by_wall, by_running = elapsed
    if by_wall - by_running > tolerance.forward:
        return "forward"
    if by_running - by_wall > max(tolerance.forward, tolerance.backward):
        return "backward"
    return None


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a named person vouched for by settling the last alarm about the clock."""

    at: Instant
    """The time of the entry that settled it: the clock was right then."""
    until: Instant
    """The time of the newest checkpoint before that entry, perhaps by a clock that ran ahead."""


def believed(newest: Instant, vouched: Vouched | None) -> Instant:
    """The latest time that the clock is known to have shown rightly; it may not fall behind it.

    After a clock that ran ahead was put right, the log's own time stands still until real time has caught up with it.
    Meanwhile the person who settled the alarm is believed, not the checkpoint: one jump, one alarm.
    """
    return vouched.at if vouched is not None and newest <= vouched.until else newest
