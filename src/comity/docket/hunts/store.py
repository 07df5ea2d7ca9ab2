"""The only reader and writer of the tables of hunts."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.records import rows
from comity.docket.hunts.errors import NoSuchHunt
from comity.docket.hunts.models import Became, FoundRow, HuntRow, ListRow, ProgressRow
from comity.docket.hunts.rules import Item

_ROWS_AT_ONCE = 2_000


def next_number() -> int:
    """The next short number for a hunt."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('hunts_number')")
        return int(cursor.fetchone()[0])


def hunt(identifier: str, *, locked: bool = False) -> HuntRow:
    """A hunt by its identifier; raises ``NoSuchHunt``."""
    found = HuntRow.objects.select_for_update() if locked else HuntRow.objects
    row = found.filter(id=UUID(identifier)).first()
    if row is None:
        raise NoSuchHunt
    return row


def by_number(number: int, *, locked: bool = False) -> HuntRow:
    """A hunt by its short number; raises ``NoSuchHunt``."""
    found = HuntRow.objects.select_for_update() if locked else HuntRow.objects
    row = found.filter(number=number).first()
    if row is None:
        raise NoSuchHunt
    return row


def newest(most: int = 50) -> list[HuntRow]:
    """The hunts ordered last."""
    return list(HuntRow.objects.order_by("-number")[:most])


def of_case(case: str) -> list[HuntRow]:
    """Hunts for copies of what a case disabled, the newest first."""
    return list(HuntRow.objects.filter(case_id=UUID(case)).order_by("-number"))


def add(row: HuntRow) -> None:
    """Keep a new hunt."""
    row.save(force_insert=True)


def change(row: HuntRow, entry: str, **fields: Any) -> None:
    """Change a hunt together with the entry that says so."""
    row.entry = UUID(entry)
    for name, value in fields.items():
        setattr(row, name, value)
    rows.write(row, frozenset({"entry", *fields}))


# -- what is sought ----------------------------------------------------------------------------------------------------


def keep_list(hunt_id: UUID, body: bytes) -> None:
    """Keep what a hunt seeks, once."""
    ListRow.objects.create(hunt=hunt_id, body=zlib.compress(body, 6))


def sought(hunt_id: UUID) -> bytes | None:
    """What a hunt seeks, or nothing where that is not known yet."""
    row = ListRow.objects.filter(hunt=hunt_id).first()
    return zlib.decompress(bytes(row.body)) if row is not None else None


# -- what was found ----------------------------------------------------------------------------------------------------


def forget_found(hunt_id: UUID) -> None:
    """Throw the working copy away: the search is made anew, or it is over."""
    FoundRow.objects.filter(hunt=hunt_id).delete()


def keep_found(hunt_id: UUID, items: Sequence[tuple[Item, Became]], first: int) -> None:
    """Keep some of what was found, from place ``first`` on."""
    FoundRow.objects.bulk_create(
        (
            FoundRow(
                hunt=hunt_id,
                place=place,
                item=one.item,
                url=one.url,
                account=one.account,
                content_type=one.content_type,
                signal_type=one.nearest.signal_type,
                signal=one.nearest.signal,
                recipe=one.nearest.recipe,
                matches=one.matches,
                became=became.value,
            )
            for place, (one, became) in enumerate(items, first)
        ),
        batch_size=_ROWS_AT_ONCE,
    )


def waiting(hunt_id: UUID, most: int) -> list[FoundRow]:
    """What is not a detection yet, nearest first."""
    found = FoundRow.objects.filter(hunt=hunt_id, became=Became.WAITING.value).order_by("place")
    return list(found[:most])


def sample(hunt_id: UUID, most: int) -> list[FoundRow]:
    """Found items spread evenly from the nearest to the farthest."""
    count = FoundRow.objects.filter(hunt=hunt_id).count()
    if not count:
        return []
    step = max(1, count // most)
    places = [1 + number * step for number in range(most)]
    return list(FoundRow.objects.filter(hunt=hunt_id, place__in=places).order_by("place"))


def found(hunt_id: UUID, place: int) -> FoundRow | None:
    """One found item, while the hunt still has it."""
    return FoundRow.objects.filter(hunt=hunt_id, place=place).first()


def settle(rows_of: Iterable[FoundRow], became: Became) -> None:
    """Say what became of found items."""
    FoundRow.objects.filter(id__in=[row.id for row in rows_of]).update(became=became.value)


def became(hunt_id: UUID) -> dict[str, int]:
    """How many became what."""
    return dict(Counter(FoundRow.objects.filter(hunt=hunt_id).values_list("became", flat=True)))


# -- progress ----------------------------------------------------------------------------------------------------------


def tell(hunt_id: UUID, at: Instant, **numbers: int) -> None:
    """Say how far it is."""
    ProgressRow.objects.update_or_create(hunt=hunt_id, defaults={**numbers, "at": at.utc})


def progress(hunt_id: UUID) -> ProgressRow | None:
    """How far it is, if it began."""
    return ProgressRow.objects.filter(hunt=hunt_id).first()
