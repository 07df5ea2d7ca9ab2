"""The life of a demand as one table. ``docs/procedure.md`` draws it; the database refuses any other move.

Each arrow names the event that causes it. Whoever adds an arrow adds its rows to the failure tables, or the build
fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    WAITING = "waiting"
    SECOND = "second_person"
    EXECUTING = "executing"
    EXECUTED = "executed"
    DECLINING = "declining"
    CLARIFYING = "clarifying"
    ANSWERED = "answered"
    IN_EFFECT = "in_effect"
    REINSTATING = "reinstating"
    REINSTATED = "reinstated"
    REFUSED = "refused"
    DISMISSED = "dismissed"
    CLOSED = "closed"
    COLLECTED = "collected"
    """Of demands about users: what was granted lies in custody, and a person looks at what would leave."""
    PACKING = "packing"
    CONTESTING = "contesting"
    """An objection, a motion or a referral is open; nothing leaves meanwhile."""


@dataclass(frozen=True)
class Arrow:
    """One permitted move, the event that causes it and who causes it."""

    source: Status
    event: str
    target: Status
    by: str
    """``machine`` (a job walks on by itself), ``person`` or ``authority`` or ``clock``."""
    means: str


PROCEDURE: tuple[Arrow, ...] = (
    Arrow(
        Status.RECEIVED, "assessed", Status.ASSESSED, "machine", "The law room found what holds, fails and is unknown"
    ),
    Arrow(
        Status.ASSESSED, "decided by rule", Status.EXECUTING, "machine", "A standing rule that two people made applies"
    ),
    Arrow(Status.ASSESSED, "needs a person", Status.WAITING, "machine", "No rule may decide: a named person is called"),
    Arrow(Status.WAITING, "authenticated", Status.RECEIVED, "person", "A call-back settled who sent it; assessed anew"),
    Arrow(Status.WAITING, "decided", Status.EXECUTING, "person", "A person decided to comply, wholly or in part"),
    Arrow(
        Status.WAITING,
        "decided by night rule",
        Status.EXECUTING,
        "person",
        "Nobody answered: a rule that two people made for this",
    ),
    Arrow(
        Status.WAITING,
        "declined",
        Status.DECLINING,
        "person",
        "A person asks for clarification or says it is impossible",
    ),
    Arrow(
        Status.WAITING,
        "first approval",
        Status.SECOND,
        "person",
        "The decision departs from the proposal: a second person",
    ),
    Arrow(Status.WAITING, "dismissed", Status.DISMISSED, "person", "Not an order: a referral, a forgery, a duplicate"),
    Arrow(Status.SECOND, "decided", Status.EXECUTING, "person", "The second person agreed"),
    Arrow(Status.SECOND, "declined", Status.DECLINING, "person", "The second person agreed to decline"),
    Arrow(Status.SECOND, "disagreed", Status.WAITING, "person", "The second person did not agree; back to the docket"),
    Arrow(Status.EXECUTING, "executed", Status.EXECUTED, "machine", "Every act was performed and seen from outside"),
    Arrow(
        Status.EXECUTING, "impossible", Status.WAITING, "machine", "An act failed for good: a person, the clock running"
    ),
    Arrow(
        Status.EXECUTED, "answered", Status.ANSWERED, "machine", "The form went back on the channel the demand came by"
    ),
    Arrow(Status.DECLINING, "asked", Status.CLARIFYING, "machine", "Annex III went out; the hour is suspended"),
    Arrow(Status.DECLINING, "refused", Status.REFUSED, "machine", "Annex III went out; nothing was done"),
    Arrow(
        Status.CLARIFYING, "clarified", Status.RECEIVED, "authority", "The answer came or the grounds ended: a new hour"
    ),
    Arrow(
        Status.ANSWERED, "noticed", Status.IN_EFFECT, "machine", "The content provider was told, or may not be told yet"
    ),
    Arrow(
        Status.IN_EFFECT, "secrecy ended", Status.IN_EFFECT, "clock", "Non-disclosure ended: the notice goes by itself"
    ),
    Arrow(
        Status.IN_EFFECT,
        "legal effect ended",
        Status.REINSTATING,
        "authority",
        "Scrutiny, a court or a withdrawal ended it",
    ),
    Arrow(
        Status.IN_EFFECT,
        "complaint upheld",
        Status.REINSTATING,
        "person",
        "The complaint was right and no order bars it",
    ),
    Arrow(
        Status.IN_EFFECT, "preservation ended", Status.CLOSED, "clock", "Six months passed: erased, with a certificate"
    ),
    Arrow(Status.REINSTATING, "reinstated", Status.REINSTATED, "machine", "What stood there stands there again"),
    Arrow(Status.REINSTATING, "still barred", Status.IN_EFFECT, "machine", "Another decision bars it"),
    Arrow(
        Status.REINSTATED, "secrecy ended", Status.REINSTATED, "clock", "Non-disclosure ended: told that it was away"
    ),
    Arrow(
        Status.REINSTATED, "preservation ended", Status.CLOSED, "clock", "Six months passed: erased, with a certificate"
    ),
    Arrow(Status.REFUSED, "retention ended", Status.CLOSED, "clock", "The provider's own period passed: erased"),
    Arrow(Status.DISMISSED, "retention ended", Status.CLOSED, "clock", "The provider's own period passed: erased"),
    Arrow(Status.CLARIFYING, "retention ended", Status.CLOSED, "clock", "Nobody answered in all that time: erased"),
    Arrow(Status.EXECUTING, "legal effect ended", Status.REINSTATING, "authority", "Withdrawn while being carried out"),
    Arrow(
        Status.EXECUTED, "legal effect ended", Status.REINSTATING, "authority", "Withdrawn before the answer went out"
    ),
    Arrow(
        Status.ANSWERED, "legal effect ended", Status.REINSTATING, "authority", "Withdrawn before the notice went out"
    ),
    Arrow(Status.RECEIVED, "withdrawn", Status.DISMISSED, "authority", "Withdrawn before anything was done"),
    Arrow(Status.WAITING, "withdrawn", Status.DISMISSED, "authority", "Withdrawn before anything was done"),
    Arrow(Status.SECOND, "withdrawn", Status.DISMISSED, "authority", "Withdrawn before anything was done"),
    Arrow(Status.CLARIFYING, "withdrawn", Status.DISMISSED, "authority", "Withdrawn before anything was done"),
)

MACHINE_STEPS = frozenset(arrow.source for arrow in PROCEDURE if arrow.by == "machine")


def target(source: Status, event: str, table: tuple[Arrow, ...] = PROCEDURE) -> Status:
    """Where ``event`` leads from ``source``; a move that is not in the table is refused."""
    for arrow in table:
        if arrow.source is source and arrow.event == event:
            return arrow.target
    message = f"a case that is {source.value} cannot be {event}"
    raise ForbiddenMove(message)


class ForbiddenMove(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The procedure has no such arrow."""

    code = "forbidden_move"
