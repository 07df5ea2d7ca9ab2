"""Tech Against Terrorism: its hash list by checkpoint, alerts by page; answers that are not the protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.exchange_servers import Call, HashList, as_json, serving
from support.exchanges import House, digest

PDQ = "f8" * 32


def hashes(house: House, url: str, **more: Any) -> None:
    house.secret("tcap", "us:pass:word")
    said = {"settings": {"what": "hashes", "url": url}, "secrets": {"credentials": "tcap"}}
    house.set_up("tcap", **(said | more))


def alerts(house: House, url: str) -> None:
    house.secret("tcap", "a-key")
    settings = {"what": "alerts", "url": url, "path": "integrations/api/us/urls/", "scheme": "Token"}
    house.set_up("tcap", settings=settings, secrets={"credentials": "tcap"})


def test_the_hash_list_from_its_start_and_then_what_is_new(house: House) -> None:
    said = HashList()
    for number in range(5):
        said.add(number, "SHA256", digest(number))
    said.add(5, "PDQ", PDQ)
    said.add(6, "SHA1", "00" * 20)
    with serving(said) as server:
        hashes(house, server.url)
        assert house.fetch().failures == 0
        assert house.signals() == {("sha256", digest(number)) for number in range(5)} | {("pdq", PDQ)}
        asked = [call.query["after"] for call in server.asked("hash-list")]
        assert asked == ["", "1700000000,2", "1700000000,4", "1700000000,6"]
        said.add(0, "SHA256", digest(0), deleted=True)
        said.add(7, "MD5", "ab" * 16)
        server.calls.clear()
        assert house.fetch().failures == 0
        assert [call.query["after"] for call in server.asked("hash-list")] == ["1700000000,7"]
    assert ("sha256", digest(0)) not in house.signals()
    assert ("md5", "ab" * 16) in house.signals()


def test_nothing_new_enters_nothing(house: House) -> None:
    from comity.casefile import audit
    from comity.matching.exchanges import store

    said = HashList()
    said.add(1, "MD5", "ab" * 16)
    with serving(said) as server:
        hashes(house, server.url)
        for _ in range(3):
            house.fetch()
    assert len(audit.entries_of(store.named("them").id)) == 2


def test_wrong_credentials_are_said_and_nothing_is_taken(house: House) -> None:
    with serving(HashList()) as server:
        hashes(house, server.url)
        house.secret("tcap", "us:wrong")
        pulse = house.fetch()
    assert (pulse.code, "credentials" in pulse.said, "wrong" in pulse.said) == ("exchange_answer", True, False)


def test_alerts_on_every_page(house: House) -> None:
    pages = [
        {"results": [{"id": 1, "url": "https://a.example/1"}, {"id": 2, "url": 7}], "next": "?page=2"},
        {"results": [{"id": 3, "url": "https://b.example/2"}], "next": None},
    ]

    def says(call: Call) -> Any:
        assert call.headers["authorization"] == "Token a-key"
        return as_json(pages[int(call.query.get("page", "1")) - 1])

    with serving(says) as server:
        alerts(house, server.url)
        pulse = house.fetch()
    assert house.signals() == {("url", "https://a.example/1"), ("url", "https://b.example/2")}
    assert [one.place for one in pulse.refused] == ["page 1, entry 1"]


@pytest.mark.parametrize("following", ["http://127.0.0.1:9/", "//other.example/", "?page=1", 7, "http://[", "\n"])
def test_pages_that_lead_elsewhere_or_have_no_end(house: House, following: Any) -> None:
    with serving(lambda _call: as_json({"results": [], "next": following})) as server:
        alerts(house, server.url)
        pulse = house.fetch()
        assert len(server.calls) <= 2
    assert pulse.code == "exchange_answer"
    assert "page" in pulse.said


GOOD = {"id": 1, "hash_digest": digest(1), "algorithm": "SHA256", "deleted": False}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({}, "no list of results"),
        ({"results": {}}, "no list of results"),
        ({"results": [1]}, "no list of results"),
        ({"results": [{**GOOD, "id": "1"}], "checkpoint": "1,1"}, "without its number"),
        ({"results": [{**GOOD, "id": True}], "checkpoint": "1,1"}, "without its number"),
        ({"results": [{**GOOD, "deleted": "no"}], "checkpoint": "1,1"}, "whether it was deleted"),
        ({"results": [GOOD], "checkpoint": ""}, "stands still"),
        ({"results": [GOOD], "checkpoint": 7}, "stands still"),
        ({"results": [GOOD], "checkpoint": "1" * 201}, "stands still"),
        ({"results": [{**GOOD, "hash_digest": "z", "id": n} for n in range(30)], "checkpoint": "1,1"}, "30 of 30 rows"),
    ],
)
def test_an_answer_that_is_not_the_protocol_changes_nothing(house: House, answer: Any, why: str) -> None:
    def says(call: Call) -> Any:
        return as_json({"token": "t"} if call.method == "POST" else answer)

    with serving(says) as server:
        hashes(house, server.url)
        pulse = house.fetch()
    assert (pulse.code, why in pulse.said) == ("exchange_answer", True), pulse.said
    assert house.signals() == set()


def test_a_checkpoint_that_stands_still_ends_with_what_came_before(house: House) -> None:
    def says(call: Call) -> Any:
        return as_json(
            {"token": "t"} if call.method == "POST" else {"results": [GOOD], "checkpoint": "1,1", "next": "?"}
        )

    with serving(says) as server:
        hashes(house, server.url)
        pulse = house.fetch()
        assert len(server.asked("hash-list")) == 2
    assert "stands still" in pulse.said
    assert house.signals() == {("sha256", digest(1))}


@pytest.mark.parametrize("token", [None, "", 7, "a\nb", "é", "x" * 9000])
def test_a_token_that_is_none(house: House, token: Any) -> None:
    with serving(lambda _call: as_json({"token": token})) as server:
        hashes(house, server.url)
        assert "no token" in house.fetch().said


def test_answers_that_are_no_json(house: House) -> None:
    bodies = iter([b"", b"[]", b'{"token": NaN}', b'{"token":"a","token":"b"}', b"{" * 100_000])
    with serving(lambda _call: (200, next(bodies))) as server:
        hashes(house, server.url)
        for _ in range(5):
            assert "JSON" in house.fetch().said


@pytest.mark.parametrize(
    ("settings", "secret", "why"),
    [
        ({"what": "both"}, "a:b", "hashes or alerts"),
        ({"what": "alerts"}, "a:b", "where your alerts are"),
        ({"what": "hashes"}, "token", "user:password"),
        ({"what": "hashes", "url": "http://tcap.example"}, "a:b", "https"),
        ({"what": "hashes", "url": "https://a:b@tcap.example"}, "a:b", "without a password"),
        ({"what": "hashes", "url": "ftp://tcap.example"}, "a:b", "https"),
        ({"what": "hashes", "url": "https://[x"}, "a:b", "https"),
    ],
)
def test_settings_that_cannot_be_used(house: House, settings: dict[str, str], secret: str, why: str) -> None:
    house.secret("tcap", secret)
    house.set_up("tcap", settings=settings, secrets={"credentials": "tcap"})
    pulse = house.fetch()
    assert (pulse.code, why in pulse.said) == ("exchange_unusable", True), pulse.said


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_ENTRY = st.fixed_dictionaries(
    {"id": st.integers() | _JSON},
    optional=dict.fromkeys(("url", "algorithm", "hash_digest", "deleted"), _JSON),
)


@given(st.fixed_dictionaries({"results": st.lists(_ENTRY | _JSON, max_size=4) | _JSON}), st.booleans())
def test_any_page_is_read_or_refused(page: dict[str, Any], as_hashes: bool) -> None:
    from comity.matching.exchanges.batches import Rows
    from comity.matching.exchanges.errors import UnusableAnswer
    from comity.matching.exchanges.kinds import tcap
    from comity.matching.exchanges.reaching import json_object

    rows = Rows()
    try:
        for one in tcap._results(json_object(json.dumps(page).encode(), "the answer")):
            (tcap._hash if as_hashes else tcap._alert)("a place", one, rows)
    except UnusableAnswer:
        return
    assert all(one.signals or one.withdrawn for one in rows.entries)
