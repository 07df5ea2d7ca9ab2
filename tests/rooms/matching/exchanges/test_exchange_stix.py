"""STIX 2.1: bundles in, bundles out, patterns that say more than a list can, and bytes that are none of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.exchanges import BANK, House, digest

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


def indicator(number: int, pattern: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{number:08x}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "pattern": pattern,
        "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00.000Z", **more,
    }  # fmt: skip


def bundle(*objects: Any) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()


def read(data: bytes) -> Any:
    from comity.matching.exchanges.batches import Rows
    from comity.matching.exchanges.kinds.bundles import read_bundle

    rows = Rows()
    read_bundle("list.json", data, rows, member="them")
    return rows


def test_hashes_and_addresses_of_an_indicator() -> None:
    identity = {"type": "identity", "id": "identity--1", "name": "A Centre"}
    pattern = f"[file:hashes.'SHA-256' = '{digest(1)}' OR file:hashes.MD5 = '{'ab' * 16}' OR file:hashes.x_pdq='{PDQ}']"
    more = {"created_by_ref": "identity--1", "valid_until": "2027-01-01T00:00:00Z"}
    rows = read(bundle(indicator(1, pattern, **more), identity, indicator(2, "[url:value = 'https://a.example/x']")))
    first, second = rows.entries
    assert first.signals == {"sha256": digest(1), "md5": "ab" * 16, "pdq": PDQ}
    assert (first.member, first.expires_at.z()[:10]) == ("A Centre", "2027-01-01")
    assert (second.signals, second.member) == ({"url": "https://a.example/x"}, "them")


def test_two_signals_of_one_type_are_two_items() -> None:
    pattern = f"[file:hashes.MD5 = '{'ab' * 16}'] OR [file:hashes.MD5 = '{'cd' * 16}']"
    rows = read(bundle(indicator(1, pattern)))
    assert [one.signals["md5"] for one in rows.entries] == ["ab" * 16, "cd" * 16]
    assert rows.entries[1].reference == f"{rows.entries[0].reference}#1"


def test_a_revoked_indicator_is_taken_back() -> None:
    (entry,) = read(bundle(indicator(1, f"[file:hashes.MD5 = '{'ab' * 16}']", revoked=True))).entries
    assert entry.withdrawn


@pytest.mark.parametrize(
    "pattern",
    [
        f"[file:hashes.MD5 = '{'ab' * 16}' AND file:name = 'a.exe']",
        "[ipv4-addr:value = '198.51.100.1']",
        f"[file:hashes.MD5 != '{'ab' * 16}']",
        f"[file:hashes.MD5 IN ('{'ab' * 16}')]",
        f"[NOT file:hashes.MD5 = '{'ab' * 16}']",
        f"[(file:hashes.MD5 = '{'ab' * 16}' OR url:value = 'https://a.example/')]",
        f"([file:hashes.MD5 = '{'ab' * 16}'])",
        f"[file:hashes.MD5 = '{'ab' * 16}'] FOLLOWEDBY [url:value = 'https://a.example/']",
        f"[file:hashes.MD5 = '{'ab' * 16}'] REPEATS 5 TIMES",
        f"[file:hashes.'SHA-1' = '{'ab' * 20}']",
    ],
)
def test_a_pattern_that_says_more_than_a_list_is_passed_over(pattern: str) -> None:
    rows = read(bundle(indicator(1, pattern)))
    assert (rows.entries, rows.passed + len(rows.refused)) == ([], 1)


@pytest.mark.parametrize("pattern", ["", "[", "[]", "file:hashes.MD5 = 'x'", "[file:hashes.MD5 = 'x", None, 7, "[x=']"])
def test_what_is_no_pattern_is_refused(pattern: Any) -> None:
    rows = read(bundle(indicator(1, pattern)))
    assert [one.why for one in rows.refused] == ["no pattern of STIX"]
    assert rows.entries == []


def test_other_pattern_languages_are_passed_over() -> None:
    assert read(bundle(indicator(1, "rule x {}", pattern_type="yara"))).passed == 1


@pytest.mark.parametrize("until", ["tomorrow", 7])
def test_an_end_that_is_none_is_refused(until: Any) -> None:
    rows = read(bundle(indicator(1, "[url:value = 'https://a.example/']", valid_until=until)))
    assert (rows.entries, len(rows.refused)) == ([], 1)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"\xff", b'{"type":"bundle","objects":{}}', b'{"type":"bundle","objects":[1]}',
        b'{"type":"bundle","type":"bundle","objects":[]}', b'{"type":"bundle","objects":[{"id":NaN}]}',
        b'{"type":"bundle","objects":' + b"[" * 100_000, b'{"type":"report","objects":[]}',
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused_whole(data: bytes) -> None:
    from comity.matching.exchanges.errors import UnusableAnswer

    with pytest.raises(UnusableAnswer):
        read(data)


_TYPES = ["sha256", "md5", "pdq", "url", "url_host", "text", "x"]
_SIGNALS = st.lists(st.tuples(st.sampled_from(_TYPES), st.text(max_size=40)), min_size=1, max_size=6)


@given(_SIGNALS)
def test_a_pattern_says_what_was_put_into_it(signals: list[tuple[str, str]]) -> None:
    from comity.matching.exchanges.patterns import pattern_of, signals_of

    assert signals_of(pattern_of(signals)) == signals


_PIECES = [
    "[",
    "]",
    "(",
    ")",
    " OR ",
    " AND ",
    "file:hashes.MD5",
    "url:value",
    "=",
    "!=",
    "'a'",
    "'",
    "\\",
    " ",
    "x",
    ":",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join) | st.text(max_size=80))
def test_any_text_is_a_pattern_or_named_as_none(text: str) -> None:
    from comity.matching.exchanges.patterns import NoPattern, SaysMore, signals_of

    try:
        assert signals_of(text)
    except (NoPattern, SaysMore):
        return


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_OBJECT = st.fixed_dictionaries(
    {"type": st.sampled_from(["indicator", "identity", "report"]) | _JSON, "id": st.text(max_size=8) | _JSON},
    optional=dict.fromkeys(("pattern", "pattern_type", "valid_until", "revoked", "created_by_ref", "name"), _JSON),
)


@given(st.lists(_OBJECT, max_size=4))
def test_any_objects_are_read_or_refused(objects: list[Any]) -> None:
    from comity.matching.exchanges.errors import UnusableAnswer

    try:
        rows = read(bundle(*objects))
    except UnusableAnswer:
        return
    assert all(one.signals or one.withdrawn for one in rows.entries)


def test_what_is_exported_comes_back_the_same(house: House) -> None:
    from comity.matching.banks import service, store
    from comity.matching.exchanges.exporting import bundle as exported

    said = {"source": "us", "member": "we", "reason": "r"}
    with house.begin() as work:
        service.add_entry(work, BANK, {"sha256": digest(1), "pdq": PDQ}, reference="case 7", **said)
        service.add_entry(work, BANK, {"url": "https://a.example/it's%5Cso"}, **said)
        gone = service.add_entry(work, BANK, {"url_host": "*.b.example"}, **said)
        off = service.add_entry(work, BANK, {"md5": "ab" * 16}, **said)
    with house.begin() as work:
        service.remove_entry(work, BANK, gone.number, "no longer")
        service.switch_entry(work, BANK, off.number, "wrong")
    text = "".join(exported(BANK))
    assert text == "".join(exported(BANK))
    found = json.loads(text)
    assert {one["id"].split("--")[0] for one in found["objects"]} == {"identity", "indicator"}
    entries = read(text.encode()).entries
    wanted = {pair for item in store.items(store.bank(BANK)) if not item.off for pair in item.signals.items()}
    assert {pair for one in entries for pair in one.signals.items()} == wanted
    assert {one.member for one in entries} == {"us"}
    with house.begin() as work:
        service.create_bank(work, store.bank(BANK).terms.model_copy(update={"name": "OTHER"}))
    house.write("bundle.json", text)
    house.set_up("stix", bank="OTHER", settings={"path": "bundle.json"})
    assert house.fetch().failures == 0
    again = store.items(store.bank("OTHER"))
    assert {pair for item in again for pair in item.signals.items()} == wanted
