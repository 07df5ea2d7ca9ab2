"""The only reader and writer of the room's tables."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from comity.casefile.clock import Instant
from comity.casefile.documents.collection import Collection, DisclosurePackage, HoldState, RecordsHold
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.records import rows
from comity.execution.disclosure.errors import NoSuchCollection, NoSuchHold, Superseded
from comity.execution.disclosure.models import CollectionRow, CollectionState, HoldRow, PackageRow, PackageState

_SAME_COLLECTION = rows.Reader(CollectionRow, "id = %s AND state = %s AND attempt = %s FOR UPDATE")
_SAME_HOLD = rows.Reader(HoldRow, "id = %s AND state = %s AND attempt = %s FOR UPDATE")
OPEN_HOLDS = (HoldState.ORDERED.value, HoldState.RELEASING.value)
STANDING_HOLDS = (HoldState.PLACED.value, HoldState.COPIED.value)


def add(ordered: Collection, entry: str, decision: DisclosureDecision) -> None:
    """A collection that was ordered; a grant that was ordered before is refused by the database."""
    people = [approval.person.id for approval in decision.approvals]
    CollectionRow.objects.create(
        entry=UUID(entry),
        case_id=UUID(ordered.case),
        collection=UUID(ordered.collection),
        ordered=UUID(entry),
        decision=UUID(ordered.grant.decision),
        number=ordered.grant.number,
        first_by=people[0],
        second_by=people[1] if len(people) > 1 else "",
        needs_two=decision.needs_two,
        state=CollectionState.ORDERED.value,
    )


def ordered_under(decision: str) -> frozenset[int]:
    """Which grants of a decision were ordered already."""
    return frozenset(CollectionRow.objects.filter(decision=decision).values_list("number", flat=True))


def collection(identifier: str) -> CollectionRow:
    """One collection; raises ``NoSuchCollection``."""
    row = CollectionRow.objects.filter(collection=identifier).first()
    if row is None:
        raise NoSuchCollection
    return row


def collections(case: str) -> list[CollectionRow]:
    """Every collection of a case, in the order in which they were ordered."""
    return list(CollectionRow.objects.filter(case_id=case).order_by("id"))


def claim(row: CollectionRow | HoldRow) -> None:
    """Lock a row for this unit of work; raises ``Superseded`` when it is no longer as it was read."""
    reader = _SAME_COLLECTION if isinstance(row, CollectionRow) else _SAME_HOLD
    if reader.first(row.id, row.state, row.attempt) is None:
        raise Superseded


def save(row: CollectionRow | HoldRow | PackageRow, entry: str, fields: Iterable[str]) -> None:
    """Write changed fields together with the entry that caused them."""
    row.entry = UUID(entry)
    rows.write(row, frozenset({"entry", *fields}))


def add_hold(ordered: RecordsHold, entry: str) -> None:
    """A hold that was ordered."""
    HoldRow.objects.create(
        entry=UUID(entry),
        case_id=UUID(ordered.case),
        hold=UUID(ordered.hold),
        ordered=UUID(entry),
        state=ordered.state.value,
        until=ordered.preservation.until.utc,
    )


def hold(identifier: str) -> HoldRow:
    """One hold; raises ``NoSuchHold``."""
    row = HoldRow.objects.filter(hold=identifier).first()
    if row is None:
        raise NoSuchHold
    return row


def holds(case: str) -> list[HoldRow]:
    """Every hold of a case."""
    return list(HoldRow.objects.filter(case_id=case).order_by("id"))


def holds_due(at: Instant) -> list[HoldRow]:
    """Standing holds whose end has come."""
    return list(HoldRow.objects.filter(state__in=STANDING_HOLDS, until__lte=at.utc).order_by("until"))


def add_package(made: DisclosurePackage, package: str, entry: str) -> None:
    """A package in custody."""
    PackageRow.objects.create(
        entry=UUID(entry),
        case_id=UUID(made.case),
        package=UUID(package),
        authority=made.authority,
        state=PackageState.MADE.value,
        exhibit=made.exhibit,
        size=made.file.size,
        name=made.file.name,
        pulled=made.pulled,
        available_until=made.available_until.utc if made.available_until else None,
    )


def package(identifier: str) -> PackageRow | None:
    """One package."""
    return PackageRow.objects.filter(package=identifier).first()


def packages(case: str) -> list[PackageRow]:
    """Every package of a case."""
    return list(PackageRow.objects.filter(case_id=case).order_by("id"))


def packages_over(at: Instant) -> list[PackageRow]:
    """Packages whose time is over and that are not erased yet."""
    over = PackageRow.objects.filter(state=PackageState.MADE.value, available_until__lte=at.utc)
    return list(over.order_by("available_until"))
