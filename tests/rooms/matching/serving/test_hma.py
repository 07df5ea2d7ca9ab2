"""Clients of Hasher-Matcher-Actioner find what they know, at the paths they know, with a token."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from support.exchange_servers import Answer, Call, serving
from support.films import film
from support.match_service import MatchService, a_hash, altered, match_service
from support.pictures import encoded, scene


def asked(service: MatchService, path: str, **query: object) -> Any:
    answer = service.client.get(path, params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_life_of_a_bank(service: MatchService) -> None:
    made = service.client.post("/c/banks", json={"name": "LIFE", "enabled_ratio": 0.5})
    assert (made.status_code, made.json()) == (201, {"name": "LIFE", "matching_enabled_ratio": 0.5})
    assert {"name": "LIFE", "matching_enabled_ratio": 0.5} in asked(service, "/c/banks")
    assert service.client.put("/c/bank/LIFE", json={"name": "LIFE_TWO", "enabled": False}).json() == {
        "name": "LIFE_TWO",
        "matching_enabled_ratio": 0.0,
    }
    assert service.client.get("/c/bank/LIFE").status_code == 404
    assert service.client.delete("/c/bank/LIFE_TWO").status_code == 200
    assert service.client.get("/c/bank/LIFE_TWO").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": "lower"}, {"name": "A B"}, {"name": 3}, {"name": "R", "enabled_ratio": 2}]
)
def test_a_bank_that_cannot_be_is_refused_by_name(service: MatchService, body: dict[str, Any]) -> None:
    answer = service.client.post("/c/banks", json=body)
    assert answer.status_code == 400
    assert set(answer.json()) >= {"message"}


def test_two_banks_of_one_name(service: MatchService) -> None:
    service.bank("TWICE")
    service.bank("TWICE_NOT")
    assert service.client.post("/c/banks", json={"name": "TWICE"}).status_code == 403
    assert service.client.put("/c/bank/TWICE_NOT", json={"name": "TWICE"}).status_code == 403


def test_a_signal_matches_when_it_is_answered(service: MatchService) -> None:
    near = a_hash()
    (number,) = service.bank("AT_ONCE", {"pdq": near})
    found = asked(service, "/m/lookup", signal=altered(near, 31), signal_type="pdq")
    assert found == {"AT_ONCE": [{"bank_content_id": number, "distance": "31"}]}
    assert asked(service, "/m/lookup", signal=altered(near, 32), signal_type="pdq") == {}


def test_every_worker_knows_it(service: MatchService) -> None:
    for _ in range(20):
        one = a_hash()
        service.client.post("/c/banks", json={"name": "ALL_KNOW"})
        service.client.post("/c/bank/ALL_KNOW/signal", json={"pdq": one})
        for _ in range(4):  # a connection of its own each: another worker may take it
            with service.bearing(service.tokens["reader"]) as reader:
                assert reader.get("/m/lookup", params={"signal": one, "signal_type": "pdq"}).json()


def test_raw_look_ups(service: MatchService) -> None:
    one = a_hash()
    (number,) = service.bank("RAW", {"pdq": one})
    assert asked(service, "/m/raw_lookup", signal=one, signal_type="pdq") == {"matches": [number]}
    told = asked(service, "/m/raw_lookup", signal=altered(one, 4), signal_type="pdq", include_distance="true")
    assert told == {"matches": [{"bank_content_id": number, "distance": "4"}]}
    assert asked(service, "/m/raw_lookup", signal=one, signal_type="pdq", banks="OTHER") == {"matches": []}
    assert asked(service, "/m/raw_lookup", signal=one, signal_type="pdq", banks="OTHER,RAW") == {"matches": [number]}


def test_one_item_is_switched_off_and_not_the_bank(service: MatchService) -> None:
    one, other = a_hash(), a_hash()
    number, _ = service.bank("SWITCH", {"pdq": one}, {"pdq": other})
    item = service.client.put(f"/c/bank/SWITCH/content/{number}", json={"disable_until_ts": 1}).json()
    assert item["disable_until_ts"] == 1
    assert asked(service, "/m/lookup", signal=one, signal_type="pdq") == {}
    assert asked(service, "/m/lookup", signal=other, signal_type="pdq")
    assert asked(service, "/m/raw_lookup", signal=one, signal_type="pdq") == {"matches": [number]}
    until = int(time.time()) + 3600
    assert service.client.put(f"/c/bank/SWITCH/content/{number}", json={"disable_until_ts": until}).status_code == 200
    assert service.client.get(f"/c/bank/SWITCH/content/{number}").json()["disable_until_ts"] == until
    service.client.put(f"/c/bank/SWITCH/content/{number}", json={"disable_until_ts": 0})
    assert asked(service, "/m/lookup", signal=one, signal_type="pdq")


def test_an_item_withdrawn_stops_at_once(service: MatchService) -> None:
    one = a_hash()
    (number,) = service.bank("WITHDRAWN", {"pdq": one})
    gone = service.client.delete(f"/c/bank/WITHDRAWN/content/{number}")
    assert (gone.status_code, gone.json()["deleted"]) == (200, 1)
    assert asked(service, "/m/raw_lookup", signal=one, signal_type="pdq") == {"matches": []}
    assert service.client.get(f"/c/bank/WITHDRAWN/content/{number}").status_code == 404


def test_a_share_of_look_ups(service: MatchService) -> None:
    one = a_hash()
    service.bank("SHARE", {"pdq": one})
    service.client.put("/c/bank/SHARE", json={"enabled_ratio": 0.5})
    answers = {
        seed: bool(asked(service, "/m/lookup", signal=one, signal_type="pdq", seed=f"seed {seed}"))
        for seed in range(60)
    }
    assert {True, False} == set(answers.values())
    again = {
        seed: bool(asked(service, "/m/lookup", signal=one, signal_type="pdq", seed=f"seed {seed}")) for seed in range(9)
    }
    assert again == {seed: answers[seed] for seed in range(9)}, "the same seed is answered alike"
    assert all(
        asked(service, "/m/lookup", signal=one, signal_type="pdq", seed=f"seed {seed}", bypass_coinflip="true")
        for seed in range(9)
    )


def test_a_picture_is_hashed_looked_up_and_listed(service: MatchService) -> None:
    picture = encoded(scene(seed=5), "JPEG")
    hashed = service.client.post("/h/hash", files={"photo": ("a.jpg", picture, "image/jpeg")})
    assert set(hashed.json()) == {"pdq"}
    service.bank("PICTURES")
    metadata = {"metadata": json.dumps({"content_id": "theirs-7"})}
    listed = service.client.post(
        "/c/bank/PICTURES/content", files={"photo": ("a.jpg", picture, "image/jpeg")}, data=metadata
    ).json()
    assert listed["signals"] == hashed.json()
    found = service.client.post(
        "/m/lookup", files={"photo": ("b.jpg", encoded(scene(seed=5), "JPEG", quality=60), "image/jpeg")}
    ).json()
    assert [one["bank_content_id"] for one in found["pdq"]["PICTURES"]] == [listed["id"]]
    other = service.client.post(
        "/m/lookup", files={"photo": ("b.jpg", encoded(scene(seed=6), "JPEG"), "image/jpeg")}
    ).json()
    assert other == {"pdq": {}}
    assert service.client.get(f"/c/bank/PICTURES/content/{listed['id']}").json()["reference"] == "theirs-7"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/m/lookup?signal=zz&signal_type=pdq", 400),
        ("/m/lookup?signal=&signal_type=pdq", 400),
        ("/m/lookup?signal=00&signal_type=nonsense", 400),
        ("/m/raw_lookup?signal_type=pdq", 400),
        ("/m/lookup", 400),
        ("/h/hash?url=http://169.254.169.254/&content_type=photo", 403),
        ("/h/hash?url=file:///etc/passwd&content_type=photo", 400),
        ("/h/hash?url=http://user:word@localhost/&content_type=photo", 400),
        ("/h/hash", 400),
        ("/c/bank/NONE", 404),
        ("/c/bank/NONE/content/1", 404),
        ("/c/exchange/NONE", 404),
        ("/c/exchange/NONE/status", 404),
        ("/c/exchanges/api/nonsense", 400),
        ("/nothing", 404),
    ],
)
def test_what_cannot_be_answered_says_why(service: MatchService, path: str, status: int) -> None:
    answer = service.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]


def test_a_file_that_is_no_picture_is_named(service: MatchService) -> None:
    for data in (b"no picture", b"\xff\xd8\xff\xe0" + b"\0" * 100, b""):
        answer = service.client.post("/h/hash", files={"photo": ("a.jpg", data, "image/jpeg")})
        assert answer.status_code == 400, answer.text
        assert "pdq" not in answer.json()


def test_state_types_and_index(service: MatchService) -> None:
    with service.bearing(None) as nobody:
        assert nobody.get("/status").text == "I-AM-ALIVE"
        assert nobody.get("/status/live").status_code == 200
    assert asked(service, "/m/index/status")["pdq"]["present"] is True
    assert set(asked(service, "/c/signal_types")) >= {"pdq", "vpdq", "md5"}
    assert set(asked(service, "/c/content_types")) >= {"photo", "video"}


def test_a_bank_as_a_client_in_use_makes_it(service: MatchService) -> None:
    """Numbers as texts, identifiers beside the file, and the question whether an exchange fills it."""
    made = service.client.post("/c/banks", json={"name": "AS_TEXT", "enabled_ratio": "0.25"})
    assert (made.status_code, made.json()["matching_enabled_ratio"]) == (201, 0.25)
    assert service.client.put("/c/bank/AS_TEXT", json={"enabled_ratio": 1, "enabled": "true"}).status_code == 200
    for wrong in ({"enabled_ratio": "nan"}, {"enabled_ratio": "much"}, {"enabled_ratio": True}, {"enabled": "perhaps"}):
        assert service.client.put("/c/bank/AS_TEXT", json=wrong).status_code == 400
    assert service.client.get("/c/exchange/AS_TEXT").status_code == 404
    file = {"photo": ("blob", encoded(scene(seed=41), "JPEG"), "application/octet-stream")}
    said = {"content_id": "theirs-8", "metadata": json.dumps({"anything": [1]})}
    listed = service.client.post("/c/bank/AS_TEXT/content", files=file, data=said).json()
    item = asked(service, f"/c/bank/AS_TEXT/content/{listed['id']}")
    assert item["reference"] == "theirs-8"
    assert service.client.delete("/c/exchange/AS_TEXT").status_code == 200, "none was there: nothing happens"
    assert service.client.get("/c/bank/AS_TEXT").status_code == 200
    assert service.client.delete("/c/bank/AS_TEXT").status_code == 200


def test_exchanges_are_shown_set_up_switched_off_and_ended(service: MatchService) -> None:
    client = service.client
    assert set(asked(service, "/c/exchanges/apis")) >= {"fb_threatexchange", "ncmec", "stopncii", "stix"}
    about = asked(service, "/c/exchanges/api/fb_threatexchange")
    assert about == {"supports_authentification": True, "has_set_authentification": False}
    folder = service.home / "keys" / "exchanges"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fb_threatexchange.token").touch(mode=0o600)
    assert asked(service, "/c/exchanges/api/fb_threatexchange")["has_set_authentification"] is True
    schema = asked(service, "/c/exchanges/api/fb_threatexchange/schema")
    assert [one["name"] for one in schema["config_schema"]["fields"] if one["required"]] == ["privacy_group"]
    body = {"bank": "FROM_A_GROUP", "api": "fb_threatexchange", "api_json": {"privacy_group": 3}}
    assert client.post("/c/exchanges", json=body | {"api_json": {}}).status_code == 400
    assert client.post("/c/exchanges", json=body | {"api": "nonsense"}).status_code == 400
    assert client.post("/c/exchanges", json=body | {"bank": "lower case"}).status_code == 400
    secret = body | {"credential_json": {"api_token": "S3CRET"}}
    refused = client.post("/c/exchanges", json=secret)
    assert (refused.status_code, "S3CRET" in refused.text) == (501, False)
    for path in ("/c/exchange/FROM_A_GROUP/credentials", "/c/exchanges/api/ncmec"):
        assert client.post(path, json={"credential_json": {"a": "b"}}).status_code == 501
    with service.bearing(service.tokens["reader"]) as reader:
        assert reader.post("/c/exchanges", json=body).status_code == 403
    assert client.post("/c/exchanges", json=body).status_code == 201
    assert client.post("/c/exchanges", json=body).status_code == 403
    assert asked(service, "/c/bank/FROM_A_GROUP")["matching_enabled_ratio"] == 1.0
    assert "FROM_A_GROUP" in asked(service, "/c/exchanges")
    one = asked(service, "/c/exchange/FROM_A_GROUP")
    assert (one["api"], one["enabled"], one["privacy_group"]) == ("fb_threatexchange", True, "3")
    assert one["credential_status"]["has_credentials"] is True
    state = asked(service, "/c/exchange/FROM_A_GROUP/status")
    assert (state["last_fetch_complete_ts"], state["up_to_date"], state["fetched_items"]) == (None, False, 0)
    assert client.put("/c/exchange/FROM_A_GROUP", json={"enabled": "no"}).status_code == 400
    assert client.put("/c/exchange/FROM_A_GROUP", json={"enabled": False}).json()["enabled"] is False
    assert client.delete("/c/exchange/FROM_A_GROUP").status_code == 200
    assert client.get("/c/exchange/FROM_A_GROUP").status_code == 404
    assert client.get("/c/bank/FROM_A_GROUP").status_code == 404


def test_content_behind_an_address_is_what_its_host_says(databases: Any, tmp_path: Any, monkeypatch: Any) -> None:
    picture, moving = encoded(scene(seed=5), "JPEG"), film(30)

    def answer(call: Call) -> Answer:
        if "picture" in call.path:
            return 200, picture, {"content-type": "image/jpeg"}
        return 200, moving, {"content-type": "video/mp4"}

    with serving(answer) as host:
        monkeypatch.setenv("MATCH_TEST_HOST", host.url.removeprefix("http://"))
        with databases.clone() as fresh, match_service(fresh, tmp_path) as lone:
            assert set(asked(lone, "/h/hash", url=f"{host.url}/picture")) == {"pdq"}
            assert set(asked(lone, "/h/hash", url=f"{host.url}/film")) >= {"video_md5"}
            lone.bank("BY_ADDRESS")
            listed = lone.client.post(
                "/c/bank/BY_ADDRESS/content", params={"url": f"{host.url}/picture", "content_id": "c-1"}
            )
            assert listed.status_code == 200, listed.text
            found = asked(lone, "/m/lookup", url=f"{host.url}/picture", content_type="photo")
            assert found["pdq"]["BY_ADDRESS"][0]["bank_content_id"] == listed.json()["id"]


def test_a_bank_that_is_only_tried_tells_such_clients_nothing(service: MatchService) -> None:
    from comity.casefile.clock import WallClock
    from comity.casefile.records import unit_of_work
    from comity.matching.banks import service as banks
    from support.databases import point_django_at

    one = a_hash()
    service.bank("TRIED", {"pdq": one})
    point_django_at(service.server)  # another test's service may have led it elsewhere
    assert asked(service, "/m/lookup", signal=one, signal_type="pdq")
    with unit_of_work(WallClock().now(), "system:test") as work:
        banks.change_bank(work, "TRIED", shadow=True)
    query = {"signal": one, "signal_type": "pdq"}
    service.wait(lambda: service.client.get("/m/lookup", params=query).json() == {})
    assert asked(service, "/m/raw_lookup", **query) == {"matches": []}
    (match,) = asked(service, "/v1/match", type="pdq", signal=one)["matches"]
    assert match["shadow"] is True
    answer = service.client.post("/v1/match", json={"signals": {"pdq": one}}).json()
    assert answer["measure"] == "let_pass"


def test_same_matches_as_the_library_of_its_makers(service: MatchService) -> None:
    index = pytest.importorskip(
        "threatexchange.signal_type.pdq.pdq_index", reason="threatexchange is not installed"
    ).PDQIndex
    listed = [a_hash() for _ in range(200)]
    numbers = service.bank("LIBRARY", *({"pdq": one} for one in listed))
    theirs = index.build(zip(listed, numbers, strict=True))
    for place in range(0, 200, 5):
        for bits in (0, 1, 17, 30, 31):
            query = altered(listed[place], bits)
            expected = {(one.metadata, str(one.similarity_info.distance)) for one in theirs.query(query)}
            found = asked(service, "/m/lookup", signal=query, signal_type="pdq", banks="LIBRARY").get("LIBRARY", [])
            assert {(one["bank_content_id"], one["distance"]) for one in found} == expected
