"""The members of a DeliveryObject are data: each thing said has one place, in both encodings, and can be left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.docket.hi1.deliveries import names, placed
from comity.hi1 import read
from comity.hi1.message import Encoding
from comity.hi1.tree import TYPE
from comity.hi1.writing import Envelope, write_request
from support.hi1 import COURT, HOST, identifier

WORDS = st.text("abcdefgh", min_size=1, max_size=5)


def test_every_name_has_a_place_of_its_own() -> None:
    paths = list(names().members.values())
    assert len(set(paths)) == len(paths)
    assert not [one for one in paths if any(other.startswith(f"{one}.") for other in paths)]
    assert 0 < names().enclosed_most_bytes <= 25_600 * 1024


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_is_said_is_read_back_in_both_encodings(encoding: Encoding) -> None:
    said = placed({key: f"of {key}" for key in names().members}, names().members)
    one = {TYPE: "DeliveryObject", "ObjectIdentifier": identifier(1), **said}
    head = Envelope(HOST, COURT, identifier(2), Instant.parse("2026-09-01T08:00:00Z"), "V1.22.1", "EU", "v1.3.1")
    body = write_request(head, [(0, "DELIVER", {"HI1Object": [one]})], encoding)
    (action,) = read(body, encoding).actions
    assert action.object == one


@given(st.dictionaries(WORDS, st.lists(WORDS, max_size=3).map(".".join), max_size=4), st.sets(WORDS))
def test_what_has_no_name_or_is_not_said_is_left_out(members: dict[str, str], said: set[str]) -> None:
    # Two names of which one lies in the other cannot both have a value; the table's own test refuses such a table.
    paths = [path for path in members.values() if path]
    if len(set(paths)) < len(paths) or any(
        f"{one}." in f"{other}." for one in paths for other in paths if one != other
    ):
        return
    found: Any = placed(dict.fromkeys(said, 1), members)
    assert len(leaves(found)) == len([key for key, path in members.items() if path and key in said])


def leaves(tree: Any) -> list[Any]:
    return [leaf for one in tree.values() for leaf in leaves(one)] if isinstance(tree, dict) else [tree]
