"""ThreatExchange, NCMEC and StopNCII by the threatexchange library, against servers that speak their protocols."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.exchange_servers import Call, Entries, Group, Hashes, Server, as_json, serving
from support.exchanges import House

pytest.importorskip("threatexchange.exchanges.impl.ncmec_api", reason="the extra exchanges is not installed")

PDQ, OTHER = "f8" * 32, "0f" * 32
MD5 = "ab" * 16
TOKEN = f"12345678|{'s' * 24}"


def group(house: House, server: Server) -> None:
    house.secret("te", TOKEN)
    house.set_up("fb_threatexchange", settings={"privacy_group": "4242", "url": server.url}, secrets={"token": "te"})


def entries(house: House, server: Server, **more: str) -> None:
    house.secret("ncmec", "us:pass")
    house.set_up("ncmec", settings={"url": server.url, **more}, secrets={"credentials": "ncmec"})


def hashes(house: House, server: Server, *, told: bool = True) -> None:
    for name, text in (("sub", "subscribed"), ("fetch", "fetching"), ("feed", "feeding")):
        house.secret(name, text)
    more = {"feedback_key": "feed"} if told else {}
    keys = {"subscription_key": "sub", "fetch_key": "fetch", **more}
    house.set_up("stopncii", settings={"url": server.url}, secrets=keys)


def test_updates_of_a_privacy_group(house: House) -> None:
    said = Group()
    said.add("HASH_PDQ", PDQ)
    said.add("HASH_MD5", MD5.upper())
    said.add("URI", "https://a.example/x")
    said.add("TEXT_STRING", "The bridge stands above the river.")
    said.add("HASH_TMK", "tmk")
    said.add("HASH_PDQ", OTHER, status="NON_MALICIOUS")
    said.add("HASH_PDQ", "nonsense")
    with serving(said) as server:
        said.base = server.url
        group(house, server)
        pulse = house.fetch()
        assert (pulse.said, [one.why for one in pulse.refused]) == ("", ["no signal of the type pdq"])
        kinds = sorted(kind for kind, _ in house.signals())
        assert kinds == ["md5", "pdq", "text", "url"]
        said.add("HASH_PDQ", PDQ, deleted=True)
        said.add("HASH_PDQ", OTHER)
        server.calls.clear()
        assert house.fetch().failures == 0
        assert server.calls[0].query["start_time"] == "1007"
    assert ("pdq", PDQ) not in house.signals()
    assert ("pdq", OTHER) in house.signals()


def test_a_quiet_group_enters_nothing(house: House) -> None:
    from comity.casefile import audit
    from comity.matching.exchanges import store

    said = Group()
    with serving(said) as server:
        group(house, server)
        assert house.fetch().said == ""
        said.add("HASH_PDQ", PDQ)
        for _ in range(3):
            assert house.fetch().said == ""
    assert len(audit.entries_of(store.named("them").id)) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [{}]},
        {"data": [{"indicator": 7, "type": "HASH_PDQ", "last_updated": 1, "should_delete": True}]},
        {"data": [{"indicator": PDQ, "type": "HASH_PDQ", "last_updated": "x", "should_delete": False}]},
        {"data": 7},
        {"data": {"a": 1}},
        {"paging": 7},
        {"data": [], "paging": {"next": "http://127.0.0.1:9/x?access_token=stolen"}},
        {"data": [], "paging": {"next": "https://other.example/"}},
        {"data": [], "paging": {"next": "file:///etc/passwd"}},
    ],
)
def test_a_group_that_answers_something_else(house: House, answer: Any) -> None:
    with serving(lambda _call: as_json(answer)) as server:
        group(house, server)
        pulse = house.fetch()
    assert pulse.code == "exchange_answer", pulse.said
    assert TOKEN not in pulse.said
    assert house.signals() == set()


def test_a_group_whose_pages_have_no_end(house: House) -> None:
    with serving(lambda _call: as_json({})) as server:
        server.says = lambda call: as_json({"data": [], "paging": {"next": f"{server.url}{call.path}"}})
        group(house, server)
        pulse = house.fetch()
        assert len(server.calls) <= 2
    assert "no end" in pulse.said


@pytest.mark.parametrize(("answer", "code"), [((500, b""), "exchange_not_reached"), ((302, b""), "exchange_answer")])
def test_a_group_that_does_not_answer(house: House, answer: Any, code: str) -> None:
    with serving(lambda _call: answer) as server:
        group(house, server)
        assert house.fetch().code == code
    assert house.fetch().code == "exchange_not_reached"


def test_a_group_that_was_not_asked_for_so_long_is_fetched_anew(house: House) -> None:
    said = Group()
    said.add("HASH_PDQ", PDQ)
    said.add("HASH_MD5", MD5)
    with serving(said) as server:
        said.base = server.url
        group(house, server)
        house.fetch()
        del said.updates[0]
        house.later(86 * 24 * 3600)
        house.fetch()
        assert "start_time" not in server.calls[-1].query
    assert house.signals() == {("md5", MD5)}


def test_entries_of_ncmec_within_spans(house: House) -> None:
    said = Entries()
    said.add(1_000_000, "a1", pdq=PDQ, md5=MD5, sha1="00" * 20)
    said.add(900_000, "a2", tag="video", md5="cd" * 16)
    said.add(1_200_000, "a3", pdna="AAAA")
    said.add(1_300_000, "a4", pdq="zz")
    said.add(1_250_000, "a5", pdq=OTHER)
    with serving(said) as server:
        entries(house, server)
        pulse = house.fetch()
        assert (pulse.said, [one.why for one in pulse.refused]) == ("", ["no signal of the type pdq"])
        assert house.signals() == {("pdq", PDQ), ("md5", MD5), ("md5", "cd" * 16), ("pdq", OTHER)}


def test_ncmec_takes_back_and_other_members_are_passed_over(house: House) -> None:
    said = Entries(page=10)
    said.add(1_000, "a1", pdq=PDQ)
    said.add(1_001, "a1", deleted=True)
    said.add(1_002, "a2", pdq=OTHER)
    with serving(said) as server:
        entries(house, server)
        house.fetch()
        assert house.signals() == {("pdq", OTHER)}
        house.set_up(
            "ncmec", "less", settings={"url": server.url, "only_members": "7, 8"}, secrets={"credentials": "ncmec"}
        )
        house.fetch("less")
        assert house.signals() == {("pdq", OTHER)}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<a",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        "<a/>".encode("utf-16"),
        b"<a><images count='1' maxTimestamp='x'><image/></images></a>",
        b"<a><images maxTimestamp='2026-01-01T00:00:00Z'><image><id>1</id><member id='x'/></image></images></a>",
        b"<a><images maxTimestamp='2026-01-01T00:00:00Z'><sound><id>1</id><member id='1'/></sound></images></a>",
    ],
)
def test_ncmec_answering_something_else(house: House, answer: bytes) -> None:
    with serving(lambda _call: (200, answer)) as server:
        entries(house, server)
        pulse = house.fetch()
    assert pulse.code == "exchange_answer", pulse.said
    assert house.signals() == set()


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "either environment or url"),
        ({"environment": "Nowhere"}, "environment: one of"),
        ({"environment": "Industry", "only_members": "x"}, "only_members"),
        ({"url": "http://ncmec.example"}, "https"),
    ],
)
def test_settings_of_ncmec_that_cannot_be_used(house: House, settings: dict[str, str], why: str) -> None:
    house.secret("ncmec", "us:pass")
    house.set_up("ncmec", settings=settings, secrets={"credentials": "ncmec"})
    pulse = house.fetch()
    assert (pulse.code, why in pulse.said) == ("exchange_unusable", True)


def test_records_of_stopncii(house: House) -> None:
    said = Hashes()
    said.add("ImagePDQ", PDQ)
    said.add("VideoMD5", MD5)
    said.add("Text", "The bridge stands above the river.")
    said.add("VideoTMK", "tmk")
    said.add("Text", "...")
    with serving(said) as server:
        hashes(house, server)
        pulse = house.fetch()
        assert (pulse.said, [one.why for one in pulse.refused]) == ("", ["a text without words"])
        assert sorted(kind for kind, _ in house.signals()) == ["md5", "pdq", "text"]
        said.add("ImagePDQ", PDQ, "Withdrawn")
        said.records.append({"hashValue": 7})
        said.records[-1]["lastModtimestamp"] = 200
        pulse = house.fetch()
        assert [one.why for one in pulse.refused] == ["no record of the protocol"]
        assert server.calls[-1].query["startTimestamp"] == "104"
    assert sorted(kind for kind, _ in house.signals()) == ["md5", "text"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"hashRecords": 7},
        {"hashRecords": [], "count": 0, "nextSetTimestamp": "x", "hasMoreRecords": False, "nextPageToken": None},
        {"hashRecords": [], "count": 0, "nextSetTimestamp": 1, "hasMoreRecords": True, "nextPageToken": None},
        {"hashRecords": [], "count": 0, "nextSetTimestamp": 1, "hasMoreRecords": True, "nextPageToken": "1"},
    ],
)
def test_stopncii_answering_something_else(house: House, answer: Any) -> None:
    with serving(lambda _call: as_json(answer)) as server:
        hashes(house, server)
        pulse = house.fetch()
        assert len(server.calls) <= 2
    assert pulse.code == "exchange_answer", pulse.said


def test_a_fetch_of_stopncii_that_breaks_off_begins_again(house: House) -> None:
    """Its time is that of the whole answer: kept after the first page, it would lose the second."""
    said = Hashes()
    for place in range(4):
        said.add("VideoMD5", f"{place:x}a" * 16)
    with serving(said) as server:

        def breaking(call: Call) -> Any:
            return (500, b"") if call.query.get("nextPageToken") else said(call)

        server.says = breaking
        hashes(house, server)
        assert house.fetch().code == "exchange_not_reached"
        assert len(house.signals()) == 2
        server.says = said
        assert house.fetch().failures == 0
        assert len(house.signals()) == 4


def opinions(house: House, *stances: str) -> None:
    """One opinion for each item, in their order."""
    from comity.matching.banks import service, store
    from support.exchanges import BANK

    for item, stance in zip(store.items(store.bank(BANK)), stances, strict=True):
        with house.begin() as work:
            service.give_opinion(work, BANK, item.number, service.Opinion(stance), "seen by us", "anna")


def untold() -> int:
    from comity.matching.banks import papers

    return len(papers.untold())


def test_reactions_go_back_to_threatexchange_once(house: House) -> None:
    said = Group()
    said.add("HASH_PDQ", PDQ)
    said.add("HASH_MD5", MD5)
    said.add("URI", "https://a.example/x")
    said.add("TEXT_STRING", "The bridge stands above the river.")
    with serving(said) as server:
        said.base = server.url
        group(house, server)
        house.fetch()
        opinions(house, "confirm", "dispute", "seen", "confirm")
        assert house.fetch().said == ""
        wanted = [("501", "HELPFUL"), ("502", "NOT_HELPFUL"), ("503", "SAW_THIS_TOO")]
        assert said.reactions == wanted
        house.fetch()
        assert said.reactions == wanted
    assert untold() == 1  # a text is named nowhere, and so cannot be found there


def test_a_reaction_that_is_not_taken_is_brought_again(house: House) -> None:
    said = Group()
    said.add("HASH_PDQ", PDQ)
    with serving(said) as server:
        said.base = server.url
        group(house, server)
        house.fetch()
        opinions(house, "confirm")
        server.says = lambda call: as_json({"success": False}) if call.method == "POST" else said(call)
        pulse = house.fetch()
        assert (pulse.code, untold()) == ("exchange_answer", 1)
        server.says = said
        assert (house.fetch().failures, untold()) == (0, 0)


def test_votes_go_back_to_ncmec(house: House) -> None:
    said = Entries(page=10)
    said.add(1_000, "a1", pdq=PDQ, md5=MD5)
    said.add(1_001, "a2", pdq=OTHER)
    said.add(1_002, "a3", md5="cd" * 16)
    with serving(said) as server:
        entries(house, server)
        house.fetch()
        opinions(house, "confirm", "dispute", "seen")
        assert house.fetch().said == ""
    assert [path for path, _ in said.votes] == [
        "/v2/entries/42/a1/MD5/feedback",
        "/v2/entries/42/a1/PDQ/feedback",
        "/v2/entries/42/a2/PDQ/feedback",
    ]
    assert [b"affirmative" in body for _, body in said.votes] == [True, True, False]
    assert b"<guid>g-1</guid>" in said.votes[2][1]
    assert untold() == 1


def test_feedback_goes_back_to_stopncii_where_there_is_a_key(house: House) -> None:
    said = Hashes()
    said.add("ImagePDQ", PDQ)
    said.add("VideoMD5", MD5)
    with serving(said) as server:
        hashes(house, server)
        house.fetch()
        opinions(house, "confirm", "dispute")
        assert house.fetch().said == ""
    assert [(one["hashValue"], one["feedbackValue"]) for one in said.told] == [(PDQ, "Blocked"), (MD5, "NotBlocked")]
    assert untold() == 0


def test_without_a_key_nothing_is_told(house: House) -> None:
    said = Hashes()
    said.add("ImagePDQ", PDQ)
    with serving(said) as server:
        hashes(house, server, told=False)
        house.fetch()
        opinions(house, "confirm")
        assert house.fetch().said == ""
    assert (said.told, untold()) == ([], 1)


def test_a_fetch_of_ncmec_goes_on_within_its_span(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges import running, store

    monkeypatch.setattr(running, "AT_ONCE", 1)
    said = Entries(page=2)
    for place in range(6):
        said.add(1_000, f"a{place}", md5=f"{place}a" * 16)
    with serving(said) as server:
        server.says = lambda call: (503, b"") if call.query.get("start") == "4" else said(call)
        entries(house, server)
        assert house.fetch().code == "exchange_not_reached"
        some = len(house.signals())
        server.says = said
        for _ in range(3):
            if house.fetch().failures == 0:
                break
        assert store.progress(store.named("them").id).turn > 0
    assert some <= 6
    assert len(house.signals()) == 6


_STATUS = st.sampled_from(["Active", "Withdrawn", "Unknown", "x", 7])
_RECORD = st.fixed_dictionaries(
    {
        "lastModtimestamp": st.integers() | st.none() | st.booleans(),
        "signalType": st.sampled_from(["ImagePDQ", "Text", "Unknown", "x", None]),
        "hashValue": st.text(max_size=5) | st.integers(),
        "hashStatus": _STATUS,
    },
    optional={
        "caseNumbers": st.just([]) | st.dictionaries(st.text(max_size=3), _STATUS, max_size=2) | st.integers(),
        "CSPFeedbacks": st.lists(
            st.fixed_dictionaries(
                {"feedbackValue": st.sampled_from(["Blocked", "None", "x", 7])},
                optional={"tags": st.lists(st.text(max_size=3) | st.integers(), max_size=2), "source": st.text()},
            )
            | st.integers(),
            max_size=2,
        ),
        "more": st.integers(),
    },
)


@given(_RECORD | st.integers() | st.text(max_size=3))
def test_a_record_that_is_taken_for_one_is_read_by_the_library(record: Any) -> None:
    """The library would write one that it cannot read into its log, with the hash."""
    import enum

    import dacite
    from threatexchange.exchanges.clients.stopncii.api import StopNCIIHashRecord

    from comity.matching.exchanges.kinds.stopncii import _is_record

    if _is_record(record):
        cases = record["caseNumbers"] or {}
        told = dacite.Config(cast=[enum.Enum, set])
        assert dacite.from_dict(StopNCIIHashRecord, record | {"caseNumbers": cases}, told).hashValue


def test_answers_without_end_are_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges.kinds import bounded

    with serving(lambda _call: as_json({"data": [], "more": "a" * 1000})) as server:
        group(house, server)
        monkeypatch.setattr(bounded, "MOST_BYTES", 500)
        assert "more than 500 bytes" in house.fetch().said
        monkeypatch.setattr(bounded, "MOST_BYTES", 5000)
        monkeypatch.setattr(bounded, "_ALL", -1.0)
        assert "takes longer" in house.fetch().said
        monkeypatch.setattr(bounded, "_ALL", 300.0)
        assert house.fetch().failures == 0


@pytest.mark.parametrize(
    ("kind", "settings", "secret", "why"),
    [
        ("fb_threatexchange", {"privacy_group": "x"}, TOKEN, "a number"),
        ("fb_threatexchange", {"privacy_group": "1"}, "no token", "its number and its secret"),
        ("fb_threatexchange", {"privacy_group": "1", "url": "http://te.example"}, TOKEN, "https"),
        ("ncmec", {"environment": "Industry"}, "user", "user:password"),
    ],
)
def test_what_cannot_be_used_is_said(house: House, kind: str, settings: dict[str, str], secret: str, why: str) -> None:
    house.secret("key", secret)
    name = "token" if kind == "fb_threatexchange" else "credentials"
    house.set_up(kind, settings=settings, secrets={name: "key"})
    pulse = house.fetch()
    assert why in pulse.said
    assert secret not in pulse.said or secret == "user"


def test_a_group_of_empty_pages_without_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.matching.exchanges.kinds import meta

    monkeypatch.setattr(meta, "_MOST_EMPTY", 3)
    with serving(lambda _call: as_json({})) as server:
        base = f"{server.url}/4242/threat_updates/"
        server.says = lambda _call: as_json({"data": [], "paging": {"next": f"{base}?cursor={len(server.calls)}"}})
        group(house, server)
        assert "no end" in house.fetch().said
        assert len(server.calls) == 4
