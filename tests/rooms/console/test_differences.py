"""Ordered beside granted beside collected: what a grant names is found whatever its spelling, and nothing else is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from comity.casefile.clock import Instant
from comity.console.differences import Difference, differences
from comity.docket.disclosures.views import CollectionLine, PieceLine
from support.grants import terms

SINCE, UNTIL = (Instant.parse(f"2026-11-{day}T00:00:00+01:00") for day in (10, 19))


@dataclass(frozen=True)
class Signed:
    terms: tuple[Any, ...]


@dataclass(frozen=True)
class Shown:
    """As much of the page as the comparison reads."""

    pieces: tuple[PieceLine, ...]
    decision: Signed | None
    collections: tuple[CollectionLine, ...] = ()


def piece(**changes: Any) -> PieceLine:
    said = {
        "key": "1:TRAFFIC", "number": "1", "type": "USER_ID", "value": "alice", "category": "TRAFFIC", "since": SINCE,
        "until": UNTIL, "law": "holds", "proposed": True, "why_not": "", "reasons": (), "fields": ("event", "ip"),
    }  # fmt: skip
    return PieceLine(**{**said, **changes})


def line(granted: Any, **changes: Any) -> CollectionLine:
    said = {
        "collection": "c", "decision": "d", "state": "performed", "detail": "", "data": "e", "redacted": False,
        "instead": (), "rows": 2, "cut": (), "categories": tuple(one.value for one in granted.categories),
        "fields": granted.fields, "since": granted.period.since, "until": granted.period.until,
        "identifiers": tuple(f"{one.kind.value} {one.value}" for one in granted.identifiers),
    }  # fmt: skip
    return CollectionLine(**{**said, **changes})


def compared(one: PieceLine, *granted: Any, lines: tuple[CollectionLine, ...] = (), signed: bool = True) -> Difference:
    (found,) = differences(cast("Any", Shown((one,), Signed(granted) if signed else None, lines)))
    return found


def test_before_a_decision_nothing_is_granted() -> None:
    found = compared(piece(), signed=False)
    assert (found.granted, found.since, found.left_out, found.collections) == (False, None, (), ())
    assert differences(cast("Any", Shown((), None))) == ()


def test_what_was_granted_stands_beside_its_own_collection_alone() -> None:
    granted = terms()
    own, others = line(granted), line(granted, identifiers=("USER_ID alice2",), collection="x")
    narrower = line(granted, since=Instant.parse("2026-11-11T00:00:00Z"), collection="y")
    found = compared(
        piece(since=granted.period.since, until=granted.period.until), granted, lines=(own, others, narrower)
    )
    assert (found.granted, found.narrowed, found.collections) == (True, False, (own,))


@pytest.mark.parametrize(
    "other",
    [{"value": "alice2"}, {"value": "Alice"}, {"type": "EMAIL"}, {"category": "CONTENT"}, {"value": "not an address"}],
    ids=lambda one: "-".join(one.values()),
)
def test_a_grant_for_somebody_or_something_else_grants_nothing(other: dict[str, str]) -> None:
    found = compared(piece(**other), terms())
    assert (found.granted, found.collections) == (False, ())


def test_less_time_and_fewer_fields_are_said() -> None:
    granted = terms(fields=("event", "ip"))
    earlier = Instant.parse("2026-01-01T00:00:00Z")
    found = compared(piece(since=earlier, until=granted.period.until, fields=(*granted.fields, "route")), granted)
    assert (found.narrowed, found.left_out) == (True, ("route",))
    assert (found.since, found.until) == (granted.period.since, granted.period.until)


def test_an_address_is_the_same_however_it_is_written_and_no_address_is_none() -> None:
    from comity.casefile.documents.disclosure import Identifier, IdentifierKind

    granted = terms(identifiers=(Identifier(kind=IdentifierKind("IPV_6"), value="2001:db8::1"),))
    assert compared(piece(type="IPV_6", value="2001:0DB8:0::1"), granted).granted
    assert not compared(piece(type="IPV_6", value="2001:db8::2"), granted).granted
    assert not compared(piece(type="IPV_6", value="nobody"), granted).granted
