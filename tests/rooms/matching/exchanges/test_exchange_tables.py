"""Tables: the columns that a person names, rows refused one by one, whole tables refused where no column counts."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.documents.exchange import ExchangeTerms
from support.exchange_servers import serving
from support.exchanges import House, digest

HEAD = "type,signal,reference,member,withdrawn,expires\n"


def table(**settings: str) -> Any:
    from comity.matching.exchanges.kinds.tables import Table
    from comity.matching.exchanges.means import Means

    said = {"name": "them", "type": "csv", "bank": "LIST", "pace": 60}
    return Table(ExchangeTerms.model_validate(said | {"settings": {"path": "x", **settings}}), Means())


def read(data: bytes, **settings: str) -> Any:
    from comity.matching.exchanges.batches import Rows

    rows = Rows()
    table(**settings).read("list.csv", data, rows)
    return rows


def test_every_column() -> None:
    from comity.casefile.clock import Instant

    text = f"{HEAD}sha256,{digest(1)},a,them,no,2027-01-01T00:00:00Z\nMD5,{'ab' * 16},b,,yes,\n"
    rows = read(text.encode())
    first, second = rows.entries
    assert first.signals == {"sha256": digest(1)}
    assert (first.reference, first.member, first.expires_at) == ("a", "them", Instant.parse("2027-01-01T00:00:00Z"))
    assert (second.reference, second.member, second.withdrawn) == ("b", "them", True)


def test_columns_as_others_name_them() -> None:
    text = 'ID;"URL";Domain\r\n7;"https://example.org/a;b";example.org\r\n'
    settings = {"column_signal": "URL", "column_reference": "ID", "type": "url", "delimiter": "semicolon"}
    (entry,) = read(text.encode("utf-8-sig"), **settings).entries
    assert (entry.signals, entry.reference) == ({"url": "https://example.org/a;b"}, "7")


@pytest.mark.parametrize(
    ("text", "settings", "why"),
    [
        ("", {}, "no headings"),
        ("signal\nx\n", {}, "a column with the signal"),
        ("type,name\n", {}, "a column with the signal"),
        ("type,signal,signal\n", {}, "two columns"),
        ("type,signal\nsha256\n", {}, "row 2: 1 fields under 2 headings"),
        ('type,signal\nsha256,"x\n', {}, "unexpected end"),
        ("type,signal\n", {"column_member": "who"}, "no column is called 'who'"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused_whole(text: str, settings: dict[str, str], why: str) -> None:
    from comity.matching.exchanges.errors import UnusableAnswer

    with pytest.raises(UnusableAnswer, match=why):
        read(text.encode(), **settings)


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"delimiter": "pipe"}, "delimiter"), ({"whole": "perhaps"}, "whole"), ({"url": "https://a.example"}, "either")],
)
def test_settings_that_say_nothing(settings: dict[str, str], why: str) -> None:
    from comity.matching.exchanges.errors import UnusableExchange

    with pytest.raises(UnusableExchange, match=why):
        read(b"type,signal\n", **settings)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"sha256,{digest(1)},a,them,perhaps,", "withdrawn: yes or no"),
        (f"sha256,{digest(1)},a,them,no,tomorrow", "an instant"),
        (f"sha256,{digest(1)},a,{'m' * 201},no,", "200 characters"),
        ("pdq,zz,a,them,no,", "no signal of the type pdq"),
    ],
)
def test_a_bad_row_is_refused_alone(row: str, why: str) -> None:
    rows = read(f"{HEAD}{row}\nsha256,{digest(2)},b,them,,\n".encode())
    assert [why in one.why for one in rows.refused] == [True]
    assert [one.reference for one in rows.entries] == ["b"]


def test_a_name_that_is_too_long_refuses_the_table() -> None:
    from comity.matching.exchanges.errors import UnusableAnswer

    with pytest.raises(UnusableAnswer, match="longer"):
        read(f"{HEAD}sha256,{digest(1)},{'r' * 2000},them,no,\n".encode())


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(_CELL, st.sampled_from(["yes", "no", "", "1"])), max_size=8))
def test_what_is_written_is_read(found: list[tuple[str, str]]) -> None:
    """Quotes, commas, line ends and anything else in a field come back as they went in."""
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(["signal", "type", "reference", "withdrawn"])
    for place, (cell, gone) in enumerate(found):
        written.writerow([digest(place), "sha256", f"x{cell}x", gone])
    entries = read(out.getvalue().encode()).entries
    assert [(one.reference, one.withdrawn) for one in entries] == [
        (f"x{cell}x", gone in ("yes", "1")) for cell, gone in found
    ]


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"type,signal\n{text}".encode()))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    from comity.matching.exchanges.errors import UnusableAnswer

    try:
        rows = read(data)
    except UnusableAnswer:
        return
    assert all(one.signals or one.withdrawn for one in rows.entries)


def test_a_table_behind_an_address(house: House) -> None:
    with serving(lambda _call: (200, f"type,signal\nsha256,{digest(1)}\n".encode())) as server:
        house.set_up("csv", settings={"url": f"{server.url}/list.csv"})
        assert house.fetch().failures == 0
    assert house.signals() == {("sha256", digest(1))}
    assert house.fetch().code == "exchange_not_reached"
    assert len(house.signals()) == 1


@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        ((404, b""), "exchange_answer", "404"),
        ((401, b""), "exchange_answer", "credentials"),
        ((302, b"", {"location": "https://other.example/"}), "exchange_answer", "302"),
        ((503, b""), "exchange_not_reached", "503"),
        ((200, b"\xff"), "exchange_answer", "not UTF-8"),
    ],
)
def test_an_address_that_answers_something_else(house: House, answer: Any, code: str, why: str) -> None:
    with serving(lambda _call: answer) as server:
        house.set_up("csv", settings={"url": f"{server.url}/list.csv"})
        pulse = house.fetch()
    assert pulse.code == code
    assert why in pulse.said
    assert house.signals() == set()


def test_an_exchange_that_asks_for_patience_gets_it(house: House) -> None:
    with serving(lambda _call: (429, b"", {"retry-after": "7200"})) as server:
        house.set_up("csv", pace=60, settings={"url": f"{server.url}/list.csv"})
        pulse = house.fetch()
    assert pulse.next_at.since(house.clock.now()).total_seconds() == 7200


def test_an_answer_without_end_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges import reaching
    from comity.matching.exchanges.kinds import lists

    monkeypatch.setattr(lists, "MOST_BYTES", 1000)
    with serving(lambda _call: (200, b"a" * 1001)) as server:
        house.set_up("csv", settings={"url": f"{server.url}/list.csv"})
        assert "more than 1,000 bytes" in house.fetch().said
        monkeypatch.setattr(lists, "MOST_BYTES", 5000)
        monkeypatch.setattr(reaching, "_ALL", -1.0)
        assert "takes longer" in house.fetch().said
