"""Reads of the tables of reviews that count what happened in a stretch of time; ``store`` stays their only writer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from comity.casefile.clock import Instant
from comity.docket.reviews.models import ItemRow, MatchRow, ReviewRow, State
from comity.docket.reviews.store import PENDING

MOST = 50_000
"""Detections that are counted; of more, the newest."""


@dataclass(frozen=True)
class Counted:
    """One detection, and one bank's item that it matched. A detection that matched two items stands here twice."""

    case: str
    item: str
    bank: str
    listed: int
    """The bank's item."""
    at: Instant
    review: UUID | None


def detections(since: Instant, until: Instant) -> list[Counted]:
    """What was detected from ``since`` on and before ``until``; banks that are only tried do not count."""
    items = ItemRow.objects.filter(detected_at__gte=since.utc, detected_at__lt=until.utc).order_by("-detected_at")
    found = {one.id: one for one in items.only("id", "item", "detected_at", "review")[:MOST]}
    matches = MatchRow.objects.filter(case_id__in=list(found), shadow=False).order_by("id")
    return [
        Counted(
            case=match.case_id.hex,
            item=found[match.case_id].item,
            bank=match.bank,
            listed=match.item,
            at=Instant(found[match.case_id].detected_at),
            review=found[match.case_id].review,
        )
        for match in matches
    ]


def pending_of(reviews: Iterable[UUID]) -> list[ReviewRow]:
    """Of these reviews those that wait for a person, the oldest first."""
    return list(ReviewRow.objects.filter(id__in=list(reviews), state__in=PENDING).order_by("number"))


def decided_of(reviews: Iterable[UUID]) -> list[ReviewRow]:
    """Of these reviews those that a person decided."""
    states = (State.APPLYING.value, State.DECIDED.value)
    return list(ReviewRow.objects.filter(id__in=list(reviews), state__in=states).order_by("number"))
