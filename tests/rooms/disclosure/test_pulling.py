"""A package is fetched in pieces by whom it is for, while it is available, and is gone afterwards."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile import audit
from comity.casefile.documents.collection import DisclosurePackage, PackedFile
from comity.casefile.documents.identifiers import new_id
from comity.casefile.documents.record import CustodyEvent
from comity.execution.disclosure import pulling, store
from comity.execution.disclosure.errors import NotAvailable, UnsatisfiableRange
from comity.execution.disclosure.pulling import Span, span

BODY = bytes(range(256)) * 12_000  # three chunks of the vault, the last not whole


@pytest.fixture
def package(room) -> str:
    number = new_id()
    with room.work() as unit:
        exhibit = room.vault.take_in(unit, number, [BODY], media_type="x/y", name="p", purpose="a test")
        made = DisclosurePackage(
            case=room.case,
            decision=new_id(),
            collections=(),
            authority="theirs",
            exhibit=exhibit.digest,
            file=PackedFile(name="p.asice.age", size=len(BODY), sha512=hashlib.sha512(BODY).hexdigest()),
            contents=(),
            encrypted_to="age",
            pulled=True,
            available_until=unit.at.plus(timedelta(days=10)),
            at=unit.at,
        )
        room.vault.hold(unit, number, exhibit.digest, because="availability", until=made.available_until)
        store.add_package(made, number, audit.enter(unit, room.case, made).entry)
    return number


def fetched(room, package: str, header: str | None = None, authority: str = "theirs") -> bytes:
    return b"".join(pulling.fetch(package, authority, span(header, len(BODY)), room.vault, room.work, by="officer 7"))


def test_a_broken_download_goes_on_where_it_ended(room, package) -> None:
    whole, place = b"", 0
    for length in (1, 1_000_000, 48_575, 1_048_577, 7):
        whole += fetched(room, package, f"bytes={place}-{place + length - 1}")
        place += length
    whole += fetched(room, package, f"bytes={place}-")
    assert whole == BODY == fetched(room, package)
    opened = [CustodyEvent.from_canonical(row.body) for row in audit.entries_of(package) if row.kind == "custody"]
    assert opened[2].purpose == f"fetched by officer 7: bytes 0-0/{len(BODY)}"
    assert len([one for one in opened if one.event == "opened"]) == 7


@given(st.integers(0, len(BODY) + 5), st.none() | st.integers(0, len(BODY) + 5))
def test_a_range_is_what_its_bytes_are(first: int, last: int | None) -> None:
    header = f"bytes={first}-{'' if last is None else last}"
    if first >= len(BODY) and (last is None or last >= first):
        with pytest.raises(UnsatisfiableRange):
            span(header, len(BODY))
        return
    made = span(header, len(BODY))
    if last is not None and last < first:
        assert made is None
        return
    wanted = BODY[first : None if last is None else last + 1]
    assert BODY[made.first : made.last + 1] == wanted
    assert made.length == len(wanted)


@pytest.mark.parametrize(
    ("header", "made"),
    [
        (None, None),
        ("", None),
        ("bytes=-5", Span(95, 99, 100)),
        ("bytes=-500", Span(0, 99, 100)),
        ("bytes=0-0,5-9", None),
        ("octets=0-5", None),
        ("bytes=x-", None),
        ("bytes=5-2", None),
        (" bytes=99-200 ", Span(99, 99, 100)),
        ("bytes=" + "9" * 20 + "-", None),
    ],
)
def test_other_headers(header: str | None, made: Span | None) -> None:
    assert span(header, 100) == made


def test_a_suffix_of_nothing_is_unsatisfiable() -> None:
    for header, size in (("bytes=-0", 100), ("bytes=-5", 0), ("bytes=0-", 0)):
        with pytest.raises(UnsatisfiableRange, match=f"/{size}"):
            span(header, size)


def test_nobody_else_can_tell_that_it_is_there(room, package) -> None:
    for other, authority in ((package, "another"), (new_id(), "theirs"), ("nonsense", "theirs"), ("", "")):
        with pytest.raises(NotAvailable) as caught:
            fetched(room, other, authority=authority)
        assert str(caught.value) == NotAvailable.__doc__
    events = [CustodyEvent.from_canonical(row.body).event for row in audit.entries_of(package)]
    assert events == ["taken_in", "held"], "and nothing was opened"


def test_it_is_gone_when_its_time_is_over(room, package) -> None:
    with room.work() as unit:
        assert pulling.erase(unit, room.vault) == 0
    room.clock.advance(timedelta(days=10))
    with pytest.raises(NotAvailable):
        fetched(room, package)
    with room.work() as unit:
        assert pulling.erase(unit, room.vault) == 1
    assert [one.erased for one in room.vault.exhibits(package)] == [True]
    assert room.entered(CustodyEvent)[-1].event == "erased"
    with room.work() as unit:
        assert pulling.erase(unit, room.vault) == 0
    with pytest.raises(NotAvailable):
        fetched(room, package)
