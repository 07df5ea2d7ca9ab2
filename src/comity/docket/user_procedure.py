"""The life of a demand about users as one table, beside that of an order about content; the database knows both."""

from __future__ import annotations

from comity.docket.procedure import PROCEDURE, Arrow, Status
from comity.law.asking import about_users


def _arrow(source: Status, event: str, target: Status, by: str, means: str) -> Arrow:
    return Arrow(source, event, target, by, means)


_BEFORE = (
    _arrow(
        Status.RECEIVED,
        "assessed",
        Status.ASSESSED,
        "machine",
        "What must be kept is kept; then the law room found what holds, fails and is unknown",
    ),
    _arrow(Status.ASSESSED, "needs a person", Status.WAITING, "machine", "No rule ever answers a demand about users"),
    _arrow(Status.WAITING, "authenticated", Status.RECEIVED, "person", "A call-back settled who sent it"),
    _arrow(Status.WAITING, "found out", Status.RECEIVED, "person", "A question was answered; assessed anew"),
    _arrow(Status.WAITING, "decided", Status.EXECUTING, "person", "A person decided to comply, wholly or in part"),
    _arrow(Status.WAITING, "declined", Status.DECLINING, "person", "A person asks, refuses, objects or refers"),
    _arrow(Status.WAITING, "first approval", Status.SECOND, "person", "It takes two: a second person"),
    _arrow(Status.WAITING, "dismissed", Status.DISMISSED, "person", "Not a demand: a forgery, a duplicate"),
    _arrow(Status.SECOND, "decided", Status.EXECUTING, "person", "The second person agreed"),
    _arrow(Status.SECOND, "declined", Status.DECLINING, "person", "The second person agreed to decline"),
    _arrow(Status.SECOND, "disagreed", Status.WAITING, "person", "The second person did not agree"),
)
_CARRIED_OUT = (
    _arrow(Status.EXECUTING, "collected", Status.COLLECTED, "machine", "What was granted lies in custody, cut to it"),
    _arrow(Status.EXECUTING, "kept", Status.EXECUTED, "machine", "It asks to keep only: the hold stands"),
    _arrow(Status.EXECUTING, "impossible", Status.WAITING, "machine", "It could not be collected: a person looks"),
    _arrow(Status.COLLECTED, "found out", Status.COLLECTED, "person", "What lets it leave, or not, became known"),
    _arrow(Status.COLLECTED, "released", Status.PACKING, "person", "A person saw what would leave, and lets it go"),
    _arrow(Status.COLLECTED, "sent back", Status.WAITING, "person", "What was collected must not leave: decided anew"),
    _arrow(Status.PACKING, "packed", Status.EXECUTED, "machine", "Sealed, and encrypted to the authority's key"),
    _arrow(Status.PACKING, "impossible", Status.COLLECTED, "machine", "It could not be packed: a person looks"),
    _arrow(Status.EXECUTED, "answered", Status.ANSWERED, "machine", "The answer went out on the channel of the demand"),
    _arrow(Status.ANSWERED, "noticed", Status.IN_EFFECT, "machine", "The user was told, or may not be told yet"),
    _arrow(Status.IN_EFFECT, "secrecy ended", Status.IN_EFFECT, "clock", "Silence ended: the notice goes by itself"),
    _arrow(Status.IN_EFFECT, "the rest", Status.WAITING, "person", "What was not given at first is decided about now"),
    _arrow(Status.IN_EFFECT, "retention ended", Status.CLOSED, "clock", "The provider's own period passed: erased"),
)
_PUSHED_BACK = (
    _arrow(Status.DECLINING, "asked", Status.CLARIFYING, "machine", "The questions went out; the period stands still"),
    _arrow(Status.DECLINING, "refused", Status.REFUSED, "machine", "The refusal or referral went out"),
    _arrow(Status.DECLINING, "contested", Status.CONTESTING, "machine", "The objection went out; nothing leaves"),
    _arrow(Status.CLARIFYING, "clarified", Status.RECEIVED, "authority", "The answer came: assessed anew"),
    _arrow(Status.CLARIFYING, "retention ended", Status.CLOSED, "clock", "Nobody answered in all that time: erased"),
    _arrow(Status.CONTESTING, "upheld", Status.REFUSED, "person", "Whoever decides about it set the order aside"),
    _arrow(Status.CONTESTING, "rejected", Status.WAITING, "person", "The order stands: decided anew"),
    _arrow(Status.REFUSED, "retention ended", Status.CLOSED, "clock", "The provider's own period passed: erased"),
    _arrow(Status.DISMISSED, "retention ended", Status.CLOSED, "clock", "The provider's own period passed: erased"),
)
_WITHDRAWABLE = (
    Status.RECEIVED,
    Status.WAITING,
    Status.SECOND,
    Status.CLARIFYING,
    Status.CONTESTING,
    Status.EXECUTING,
    Status.COLLECTED,
)
_WITHDRAWN = tuple(
    _arrow(source, "withdrawn", Status.DISMISSED, "authority", "Withdrawn before anything left")
    for source in _WITHDRAWABLE
)

ABOUT_USERS: tuple[Arrow, ...] = (*_BEFORE, *_CARRIED_OUT, *_PUSHED_BACK, *_WITHDRAWN)
BEFORE_ANYTHING_LEFT = frozenset(_WITHDRAWABLE)


def table_of(instrument: str) -> tuple[Arrow, ...]:
    """The procedure that a case of this instrument follows."""
    return ABOUT_USERS if instrument in about_users() else PROCEDURE
