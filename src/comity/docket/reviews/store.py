"""The only reader and writer of the tables of reviews, save what counts exposure and what tells of the past."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from comity.casefile.clock import Instant
from comity.casefile.documents.detection import ListedMatch
from comity.casefile.documents.review import Outcome
from comity.casefile.records import rows
from comity.docket.reviews.errors import NoSuchReview
from comity.docket.reviews.models import ItemRow, MatchRow, Progress, ReviewRow, State
from comity.docket.reviews.rules import Figures
from comity.docket.reviews.views import Counted

_JOINED = 7223017
"""The lock under which detections join reviews, one after the other."""
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
PENDING = (State.OPEN.value, State.SECOND.value)


def lock() -> None:
    """Wait for whoever joins a detection to a review; held until this unit of work ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_JOINED])


def next_number() -> int:
    """The next short number for a review."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('reviews_number')")
        return int(cursor.fetchone()[0])


# -- reviews -----------------------------------------------------------------------------------------------------------


def by_number(number: int, *, locked: bool = False) -> ReviewRow:
    """A review by its short number; raises ``NoSuchReview``."""
    found = ReviewRow.objects.select_for_update() if locked else ReviewRow.objects
    row = found.filter(number=number).first()
    if row is None:
        raise NoSuchReview
    return row


def by_id(identifier: UUID | str, *, locked: bool = False) -> ReviewRow:
    """A review by its identifier; raises ``NoSuchReview``."""
    found = ReviewRow.objects.select_for_update() if locked else ReviewRow.objects
    row = found.filter(id=identifier).first()
    if row is None:
        raise NoSuchReview
    return row


def pending(most: int = 200) -> list[ReviewRow]:
    """Reviews that wait for a person: what was disabled already first, then the oldest."""
    return list(ReviewRow.objects.filter(state__in=PENDING).order_by("-automatic", "opened_at")[:most])


def newest_decided(most: int = 30) -> list[ReviewRow]:
    """The reviews decided last."""
    return list(ReviewRow.objects.exclude(state__in=PENDING).order_by("-number")[:most])


def open_of_hunt(hunt: str) -> ReviewRow | None:
    """The open review that gathers a hunt's detections."""
    return ReviewRow.objects.select_for_update().filter(hunt=hunt, state__in=PENDING).first()


def of_hunt(hunt: UUID) -> ReviewRow | None:
    """The newest review that gathers a hunt's detections, decided or not."""
    return ReviewRow.objects.filter(hunt=hunt).order_by("-number").first()


def open_with(item: str, alike: str) -> ReviewRow | None:
    """The open review that has the same item, or the same content, already."""
    for same in ({"item": item}, {"alike": alike}):
        reviews = ItemRow.objects.filter(**same, review__isnull=False).values("review")
        row = ReviewRow.objects.select_for_update().filter(id__in=reviews, state__in=PENDING).order_by("number").first()
        if row is not None:
            return row
    return None


def most_compared(signal_type: str) -> int:
    """With how many reviews a signal is compared: films and texts more slowly, and others wait meanwhile."""
    return 5_000 if signal_type == "pdq" else 200


def open_signals(signal_type: str) -> list[tuple[str, str]]:
    """Of the open reviews about one type, identifier and first signal. Hunts gather their own."""
    found = ReviewRow.objects.filter(signal_type=signal_type, state__in=PENDING, hunt=None).order_by("-number")
    return [(row.hex, signal) for row, signal in found.values_list("id", "signal")[: most_compared(signal_type)]]


def open_review(row: ReviewRow) -> None:
    """Keep a new review."""
    row.save(force_insert=True)


def change(row: ReviewRow, entry: str, **fields: Any) -> None:
    """Change a review together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


# -- detections --------------------------------------------------------------------------------------------------------


def item(case: str, *, locked: bool = False) -> ItemRow | None:
    """A detection by its case; nothing for whatever is no identifier."""
    found = ItemRow.objects.select_for_update() if locked else ItemRow.objects
    return found.filter(id=case).first() if _IDENTIFIER.fullmatch(case) else None


def items_of(review: UUID, *, after: int = 0, most: int | None = None) -> list[ItemRow]:
    """The detections of a review, in the order in which they joined."""
    found = ItemRow.objects.filter(review=review, place__gt=after).order_by("place")
    return list(found if most is None else found[:most])


def undecided(review: UUID) -> list[ItemRow]:
    """Those that wait for the decision."""
    return list(ItemRow.objects.filter(review=review, outcome="").order_by("place"))


def last_place(review: UUID) -> int:
    """Of the newest detection of a review; 0 where there is none."""
    return ItemRow.objects.filter(review=review).aggregate(last=Max("place"))["last"] or 0


def first_of(review: UUID, item_name: str) -> ItemRow | None:
    """The detection of the same item that joined first."""
    found = ItemRow.objects.filter(review=review, item=item_name, follows=None)
    return found.order_by("place").first()


def followers(case: UUID) -> list[ItemRow]:
    """Detections of the same item, which follow this one."""
    return list(ItemRow.objects.filter(follows=case).order_by("place"))


def failed(most: int = 50) -> list[ItemRow]:
    """What could not be disabled, the oldest first."""
    return list(ItemRow.objects.filter(progress=Progress.FAILED.value).order_by("decided_at", "detected_at")[:most])


def add(row: ItemRow, matches: Iterable[ListedMatch]) -> None:
    """Keep a detection and what it matched."""
    row.save(force_insert=True)
    MatchRow.objects.bulk_create(
        MatchRow(
            entry=row.entry,
            case_id=row.id,
            review=row.review,
            bank=match.bank,
            bank_version=match.bank_version,
            item=match.entry,
            signal_type=match.signal_type,
            distance=match.distance,
            shadow=match.shadow,
        )
        for match in matches
    )


def move(row: ItemRow, entry: str, **fields: Any) -> None:
    """Change a detection together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


def matches_of(cases: Iterable[UUID]) -> list[MatchRow]:
    """What these detections matched, nearest first."""
    return list(MatchRow.objects.filter(case_id__in=list(cases)).order_by("distance", "id"))


def banks_of(review: UUID) -> tuple[str, ...]:
    """The banks in which a review's detections matched."""
    found = MatchRow.objects.filter(review=review).order_by("bank").values_list("bank", flat=True).distinct()
    return tuple(found[:20])


def sample_of(listed: int, review: UUID | None) -> str:
    """The newest case of another review in which a person found what this item of a bank lists, still kept."""
    cases = MatchRow.objects.filter(item=listed).values("case_id")
    found = ItemRow.objects.filter(
        id__in=cases, outcome=Outcome.DISABLE.value, progress=Progress.DISABLED.value, follows=None
    ).exclude(review=review)
    row = found.order_by("-decided_at").values_list("id", flat=True).first()
    return row.hex if row else ""


def is_sample_for(case: UUID, review: UUID) -> bool:
    """Whether a case shows what an item of a bank lists that a review's detections matched."""
    listed = MatchRow.objects.filter(review=review).values("item")
    same = MatchRow.objects.filter(case_id=case, item__in=listed).exists()
    return same and ItemRow.objects.filter(id=case, outcome=Outcome.DISABLE.value).exists()


_NAMED = 20


def counted(review: UUID) -> Counted:
    """A review's detections in numbers."""
    held = ItemRow.objects.filter(review=review)
    accounts, content, progress = (
        tuple(held.values(by).annotate(n=Count("id")).order_by("-n", by).values_list(by, "n"))
        for by in ("account", "content_type", "progress")
    )
    return Counted(
        undecided=held.filter(outcome="").count(),
        accounts=accounts[:_NAMED],
        other_accounts=max(0, len(accounts) - _NAMED),
        content=content,
        progress=progress,
    )


_FIGURES = """
SELECT held.bank,
       count(DISTINCT found.review) FILTER (WHERE found.outcome = 'disable' OR found.standing = 'purpose'),
       count(DISTINCT found.review) FILTER (WHERE found.standing IN ('other_content', 'no_ground')),
       count(DISTINCT found.review) FILTER (WHERE found.outcome = 'disable'),
       count(DISTINCT found.id) FILTER (WHERE found.progress = 'passed'),
       (SELECT count(DISTINCT review) FROM reviews_item WHERE outcome = 'disable')
FROM reviews_match AS held JOIN reviews_item AS found ON found.id = held.case_id GROUP BY held.bank
"""


def figures() -> dict[str, Figures]:
    """What decisions say of each bank. A review counts once, however many copies it had."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        return {
            bank: Figures(bank, right=right, wrong=wrong, disabled=known, all_disabled=every, passed=passed)
            for bank, right, wrong, known, passed, every in cursor.fetchall()
        }


def used(rule: str) -> int:
    """How many detections a rule disabled."""
    return ItemRow.objects.filter(rule=UUID(rule)).count()


def instant(moment: object) -> Instant | None:
    """A column's instant."""
    return None if moment is None else Instant(moment)  # type: ignore[arg-type]  # a DateTimeField gives datetimes
