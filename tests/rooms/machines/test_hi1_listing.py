"""A long list in pieces: each thing once whatever happens meanwhile, and no place that was not given to its asker."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from comity.casefile.clock import Instant
from support.hi1 import certificate, identifier

if TYPE_CHECKING:
    from support.machines import Court, House

TOKEN = "ContinuationToken"


def ask(court: Court, **filters: Any) -> tuple[list[str], str]:
    """One piece of a list, and where it goes on."""
    found = court.says((0, "LIST", filters), transaction=900)[0] or {}
    assert isinstance(found, dict), found
    return [one["ObjectIdentifier"] for one in found.get("ListResponseRecord", [])], found.get(TOKEN, "")


def refused(court: Court, **filters: Any) -> int:
    found = court.says((0, "LIST", filters), transaction=900)[0]
    assert isinstance(found, tuple), found
    return int(found[0])


def filed(house: House, *numbers: int) -> None:
    for number in numbers:
        house.court.says(*certificate(number), transaction=number)
        house.night.clock.set(house.night.clock.now().plus(_SECOND))


_SECOND = Instant.parse("2026-09-01T08:00:01Z").since(Instant.parse("2026-09-01T08:00:00Z"))
EVERY = {identifier(100 * number + place) for number in (1, 2, 3) for place in range(3)}


def test_each_thing_is_listed_once_whatever_comes_or_changes_meanwhile(house: House) -> None:
    filed(house, 1, 2, 3)
    found, token = ask(house.court, MaximumObjectCount=2)
    seen = list(found)
    assert len(found) == 2
    for round_ in range(10):
        if not token:
            break
        filed(house, 10 + round_)  # comes before the place
        change = {"HI1Object": [{"@type": "LDTaskObject", "ObjectIdentifier": identifier(101), "Flags": f"x{round_}"}]}
        house.court.says((0, "UPDATE", change), transaction=800 + round_)
        found, token = ask(house.court, MaximumObjectCount=2, **{TOKEN: token})
        assert len(found) <= 2
        seen += found
    assert token == ""
    assert sorted(seen) == sorted(EVERY)


def test_a_filter_holds_over_every_piece(house: House) -> None:
    filed(house, 1, 2, 3)
    seen: list[str] = []
    token = ""
    for _round in range(9):
        more = {TOKEN: token} if token else {}
        found, token = ask(house.court, MaximumObjectCount=4, ObjectType="LDTask", Status="AwaitingApproval", **more)
        seen += found
        if not token:
            break
    assert sorted(seen) == [identifier(101), identifier(201), identifier(301)]
    house.move("assessed", "needs a person", "declined", "asked")
    _found, token = ask(house.court, MaximumObjectCount=9)
    assert len(ask(house.court, **{TOKEN: token})[0]) == 1  # the notice, behind the objects


def test_no_place_but_ones_own_is_taken(house: House) -> None:
    filed(house, 1)
    _found, token = ask(house.court, MaximumObjectCount=1)
    body, _, mac = token.rpartition(":")
    elsewhere = base64.urlsafe_b64encode(json.dumps(["2030-01-01T00:00:00Z", "f" * 32, None]).encode()).decode()
    for forged in (f"{body}x:{mac}", f"{body}:{mac[:-2]}xx", f"{elsewhere}:{mac}", body, "x" * 5_000, "a:b"):
        assert refused(house.court, **{TOKEN: forged}) == 3007
    assert refused(house.court, ObjectType="LDTask", **{TOKEN: token}) == 3007  # another question
    assert refused(house.stranger, **{TOKEN: token}) == 3007  # another's
    assert ask(house.court, MaximumObjectCount=5, **{TOKEN: token})[1] == ""


@pytest.mark.parametrize("most", [0, 500, 999_999])
def test_a_list_is_bounded(house: House, most: int) -> None:
    filed(house, 1)
    found, token = ask(house.court, MaximumObjectCount=most)
    assert (len(found), token) == (3 if most else 0, "")
