"""Identifiers, periods and ticks of demands for data: what is read, and which rule what is refused breaks."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law.datatypes import READERS, identifiers, interval, trick
from comity.law.fieldtypes import UnreadableValue

AT, LATER = "2026-09-01T09:30:00+02:00", "2026-09-02T00:00:00Z"


@pytest.mark.parametrize(
    "item",
    [
        {"type": "EMAIL", "value": "mira@board.example"},
        {"type": "USER_ID", "value": "mira_k"},
        {"type": "USER_ID", "value": "Émile"},
        {"type": "IPV_4", "value": "192.0.2.17", "timestamp": AT},
        {"type": "IPV_6", "value": "2001:db8::17", "start": AT, "end": LATER},
        {"type": "IP_ADDRESS_RANGE", "value": "192.0.2.1-192.0.2.9"},
        {"type": "IP_BLOCKS", "value": "192.0.2.0/24"},
        {"type": "PHONE_NUMBER", "value": "+33 1 70 00 00 00"},
        {"type": "IMEI_NUMBER", "value": "490154203237518"},
        {"type": "MAC_ADDRESS", "value": "00:00:5e:00:53:01"},
        {"Id": 7, "Type": "USER_ID", "Value": "mira_k", "DateTimeRange": {"Start": AT, "End": LATER}},
        {"id": "7", "type": "OTHER", "value": "order 4711", "date_time_range": {"start": AT}},
    ],
)
def test_identifiers_are_read(item: dict[str, Any]) -> None:
    found = identifiers([item])
    assert found.faults == ()
    (one,) = found.items
    assert one.trick is None
    assert one.id == ("7" if "id" in item or "Id" in item else "1")


def test_the_times_of_one_identifier() -> None:
    (one,) = identifiers([{"Type": "USER_ID", "Value": "a", "DateTimeRange": {"Start": AT, "End": LATER}}]).items
    assert one.interval is not None
    assert (str(one.interval.start), str(one.interval.end)) == (AT, LATER)
    assert identifiers([{"type": "USER_ID", "value": "a"}]).items[0].interval is None


@pytest.mark.parametrize(
    ("item", "rule", "where"),
    [
        ("mira_k", "wrong_type", "[0]"),
        ({"value": "mira_k"}, "not_an_option", "[0].type"),
        ({"type": "ACCOUNT", "value": "mira_k"}, "not_an_option", "[0].type"),
        ({"type": "USER_ID"}, "wrong_type", "[0].value"),
        ({"type": "USER_ID", "value": " "}, "empty", "[0].value"),
        ({"type": "USER_ID", "value": "a" * 321}, "too_long", "[0].value"),
        ({"type": "EMAIL", "value": "mira"}, "not_an_identifier", "[0].value"),
        ({"type": "IPV_4", "value": "192.0.2.300"}, "not_an_identifier", "[0].value"),
        ({"type": "IPV_6", "value": "192.0.2.3"}, "not_an_identifier", "[0].value"),
        ({"type": "IP_BLOCKS", "value": "everything"}, "not_an_identifier", "[0].value"),
        ({"type": "PHONE_NUMBER", "value": "call me"}, "not_an_identifier", "[0].value"),
        ({"type": "USER_ID", "value": "a", "start": "2026-09-01T09:30:00"}, "no_offset", "[0].start"),
        ({"type": "USER_ID", "value": "a", "end": "2026-09-01"}, "no_offset", "[0].end"),
        ({"type": "USER_ID", "value": "a", "end": "soon"}, "not_a_time", "[0].end"),
        ({"type": "USER_ID", "value": "a", "end": 5}, "wrong_type", "[0].end"),
        ({"type": "USER_ID", "value": "a", "start": LATER, "end": AT}, "reversed", "[0].end"),
    ],
)
def test_a_bad_identifier_names_its_place_and_leaves_the_others(item: Any, rule: str, where: str) -> None:
    found = identifiers([item, {"type": "USER_ID", "value": "sound"}])
    (fault,) = found.faults
    assert (fault.rule, fault.where) == (rule, where)
    assert [one.value for one in found.items] == ["sound"]


@pytest.mark.parametrize("raw", ["mira_k", {}, [], [{}] * 1001])
def test_what_is_no_list_of_identifiers(raw: Any) -> None:
    with pytest.raises(UnreadableValue):
        identifiers(raw)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("mirа_k", "letters of several scripts (U+006D LATIN, U+0430 CYRILLIC)"),
        ("mira\u200bk", "a hidden character U+200B at place 5"),
        ("mira\u202ek", "a hidden character U+202E at place 5"),
        ("ｍira", "characters that only look like the usual ones"),
        ("a\x00b", "a hidden character U+0000 at place 2"),
    ],
)
def test_an_account_that_reads_otherwise_than_it_looks(value: str, says: str) -> None:
    assert trick(value) == says


@pytest.mark.parametrize("value", ["mira_k", "Émile", "мира", "müller@board.example", "名前"])
def test_an_honest_account(value: str) -> None:
    assert trick(value) is None


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ([], "wrong_type"),
        ({}, "empty"),
        ({"start": "2026-09-01"}, "no_offset"),
        ({"start": LATER, "end": AT}, "reversed"),
    ],
)
def test_what_is_no_period(raw: Any, rule: str) -> None:
    with pytest.raises(UnreadableValue) as caught:
        interval(raw)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("kind", "raw", "read_as"),
    [
        ("ticks", True, ("yes",)),
        ("ticks", False, ()),
        ("ticks", [], ()),
        ("ticks", "log files", ("log files",)),
        ("ticks", ["log files", "tickets", "log files"], ("log files", "tickets")),
        ("ticks", {"i": ["call attempts"], "iii": True, "ii": None}, ("call attempts", "iii")),
        ("seal", "Amtsgericht, stamped", "Amtsgericht, stamped"),
        ("seal", {"kind": "qualified seal"}, "qualified seal"),
        ("number", 4, 4),
    ],
)
def test_ticks_seals_and_numbers(kind: str, raw: Any, read_as: Any) -> None:
    assert READERS[kind](raw) == read_as


@pytest.mark.parametrize(
    ("kind", "raw", "rule"),
    [
        ("ticks", [1], "wrong_type"),
        ("ticks", ["x"] * 1001, "wrong_type"),
        ("ticks", 1, "wrong_type"),
        ("seal", {"evidence": "x"}, "wrong_type"),
        ("number", True, "not_a_number"),
        ("number", "4", "not_a_number"),
        ("number", -1, "not_a_number"),
        ("moment", "2026-02-30", "not_a_date"),
        ("moment", "0001-01-01", "not_a_date"),
        ("moment", "2026-09-01T10:00:00", "no_offset"),
    ],
)
def test_what_they_are_not(kind: str, raw: Any, rule: str) -> None:
    with pytest.raises(UnreadableValue) as caught:
        READERS[kind](raw)
    assert caught.value.rule == rule


def test_a_date_of_issue_is_the_first_instant_of_its_day() -> None:
    assert str(READERS["moment"]("2026-09-01")) == "2026-09-01T00:00:00Z"
    assert str(READERS["moment"](AT)) == AT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just(AT),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "value", "start", "end", "Id", "range", "kind", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(READERS)), JSON)
def test_any_value_is_read_or_refused_by_rule(kind: str, raw: Any) -> None:
    with contextlib.suppress(UnreadableValue):
        assert READERS[kind](raw) is not None
