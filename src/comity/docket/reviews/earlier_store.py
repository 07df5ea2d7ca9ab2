"""Reads what people decided before about the same listed items of banks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from comity.casefile.documents.detection import Detection
from comity.casefile.documents.review import Outcome, Standing
from comity.docket.reviews import rules, store
from comity.docket.reviews.models import ItemRow, MatchRow, ReviewRow, State
from comity.docket.reviews.rules import Earlier


def find(detection: Detection) -> Earlier | None:
    """The newest decision about the same signal; else, of what lies close to it, about the nearest.

    What a hunt gathers is one review whatever it resembles: of the one like it a decision says nothing of the others.
    """
    kind, signal, listed = detection.signal_type, detection.signal, [match.entry for match in detection.matches]
    same = _of_the_same(rules.alike(kind, signal), listed)
    if same is not None or detection.hunt is not None:
        return same
    review = rules.close(kind, signal, _decided_signals(kind, listed))
    return _decided_in(review, listed) if review else None


def _of_the_same(alike: str, listed: Iterable[int]) -> Earlier | None:
    known = MatchRow.objects.filter(item__in=list(listed)).values("case_id")
    found = ItemRow.objects.filter(alike=alike, decision__isnull=False, id__in=known).exclude(outcome="")
    row = found.order_by("-decided_at").first()
    return None if row is None else _earlier(row)


def _earlier(row: ItemRow) -> Earlier:
    assert row.decision is not None  # asked for where it is set
    standing = Standing(row.standing) if row.standing else None
    return Earlier(row.decision.hex, Outcome(row.outcome), standing, row.account)


def _decided_signals(signal_type: str, listed: Iterable[int]) -> list[tuple[str, str]]:
    """Of reviews that were decided about the same items of banks, the newest first: identifier and first signal."""
    known = MatchRow.objects.filter(item__in=list(listed), review__isnull=False).values("review")
    found = ReviewRow.objects.filter(id__in=known, signal_type=signal_type, hunt=None, state=State.DECIDED.value)
    newest = found.exclude(decision=None).order_by("-number").values_list("id", "signal")
    return [(row.hex, signal) for row, signal in newest[: store.most_compared(signal_type)]]


def _decided_in(review: str, listed: Iterable[int]) -> Earlier | None:
    """What a person decided in a review about what matched one of these items, the newest; not what a complaint did."""
    known = MatchRow.objects.filter(item__in=list(listed), review=review).values("case_id")
    found = ItemRow.objects.filter(id__in=known, decision__isnull=False).exclude(outcome="")
    row = found.exclude(standing=Standing.COMPLAINT.value).order_by("-decided_at").first()
    return None if row is None else replace(_earlier(row), same=False)


def same_as(row: ReviewRow) -> bool:
    """Whether what is proposed for a review was decided about its very signal."""
    alike = rules.alike(row.signal_type, row.signal)
    return ItemRow.objects.filter(decision=row.earlier, alike=alike).exists()


def overturned(listed: int) -> bool:
    """Whether a person found that what matched an item of a bank was not what it is listed for."""
    wrong = (Standing.OTHER_CONTENT.value, Standing.NO_GROUND.value)
    cases = MatchRow.objects.filter(item=listed).values("case_id")
    return ItemRow.objects.filter(id__in=cases, standing__in=wrong).exists()
