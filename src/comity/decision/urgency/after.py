"""What is due once data have left in an emergency: the written demand, and the review by somebody else. Pure."""

from __future__ import annotations

from datetime import timedelta

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Certainty, Deadline
from comity.decision.urgency.facts import Limits

WRITTEN = "written_demand"
REVIEW = "emergency_review"
_BY_LAW = {"ie-2011": ("written_confirmation", "transport_received_at")}
"""Laws that say by when a demand made by word is confirmed in writing, and from what that runs."""
_HOUSE = ("emergency-voluntary", "paper_demand", "released_at")
"""Where no law says it: the period that the law room holds as this house's own."""
_OURS = "No law gives this length: it is the provider's own"


def due_after(
    instrument: str, *, received_at: Instant, released_at: Instant, limits: Limits, in_writing: bool
) -> tuple[Deadline, ...]:
    """The deadlines that a release starts. ``in_writing``: what was released on is itself a written order.

    By the law's own period where it gives one, else by the provider's, which says so in its computation.
    """
    review = _own(REVIEW, "Review the release, by somebody who had no part in it", released_at, limits.review_within)
    if in_writing:
        return (review,)
    return (_written(instrument, received_at, released_at, limits), review)


def _written(instrument: str, received_at: Instant, released_at: Instant, limits: Limits) -> Deadline:
    duty = "The authority sends its written demand by now"
    if instrument not in _BY_LAW and limits.written_within is not None:
        return _own(WRITTEN, duty, released_at, limits.written_within)
    identifier, period, event = (instrument, *_BY_LAW[instrument]) if instrument in _BY_LAW else _HOUSE
    start = received_at if event == "transport_received_at" else released_at
    found = law.deadline(identifier, period, {event: start})
    assert found is not None  # a period that counts elapsed time begins with its event
    return found.model_copy(update={"id": WRITTEN, "duty": duty})


def _own(identifier: str, duty: str, start: Instant, length: timedelta) -> Deadline:
    due = start.plus(length)
    return Deadline(
        id=identifier,
        duty=duty,
        due_at=due,
        citations=("GDPR Art 32",),
        computation=(f"Released: {start}", f"Plus {length}: {due}", _OURS),
        certainty=Certainty.SECONDARY,
    )
