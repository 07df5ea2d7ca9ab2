"""What every adapter checks alike, whatever the platform."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.platform.checks import as_announced, sendable_key, sendable_territories, together
from comity.platform.errors import Unintelligible, Unsendable
from comity.platform.protocols import StrangerView

TEXT = b"what stood there"
DIGEST = hashlib.sha256(TEXT).hexdigest()


def view(gone):
    return StrangerView(200, gone, str(gone))


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ([True], True),
        ([True, True], True),
        ([True, False], False),
        ([None, False], False),
        ([True, None], None),
        ([None], None),
    ],
)
def test_an_item_is_gone_only_when_every_look_says_so(looks, said):
    assert together([view(gone) for gone in looks]).gone is said


@given(st.lists(st.sampled_from([True, False, None]), min_size=1))
def test_one_doubt_or_one_sight_is_never_called_gone(looks):
    assert (together([view(gone) for gone in looks]).gone is True) == all(gone is True for gone in looks)


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "a\r\nX-Evil: 1", "schlüssel", "a/b"])
def test_a_key_that_could_leave_its_header_is_not_sent(key):
    with pytest.raises(Unsendable):
        sendable_key(key)


@pytest.mark.parametrize("territories", [(), ("fr",), ("FRA",), ("FR", ""), ("**",), ("FR\n",)])
def test_what_is_no_territory_is_not_sent(territories):
    with pytest.raises(Unsendable):
        sendable_territories(territories)


def test_territories_are_sent_in_one_order():
    assert sendable_territories(("FR", "*", "EU", "FR")) == ["*", "EU", "FR"]


def test_bytes_are_passed_on_as_they_come():
    assert list(as_announced("part a", len(TEXT), DIGEST, [TEXT[:4], TEXT[4:]])) == [TEXT[:4], TEXT[4:]]
    assert list(as_announced("part a", len(TEXT), None, [TEXT])) == [TEXT]


@pytest.mark.parametrize(
    ("size", "digest", "chunks"),
    [
        (len(TEXT) + 1, DIGEST, [TEXT]),
        (len(TEXT) + 1, None, [TEXT]),
        (len(TEXT), "0" * 64, [TEXT]),
        (len(TEXT), DIGEST, []),
        (len(TEXT), DIGEST, [TEXT, b"!"]),
    ],
)
def test_other_bytes_than_were_announced_are_refused_at_their_end(size, digest, chunks):
    with pytest.raises(Unintelligible):
        list(as_announced("part a", size, digest, chunks))
