"""Our own endpoints: what is asked, what is answered, who may ask, and what is entered."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity.casefile import audit
from comity.casefile.documents.detection import Detection, Source
from comity.matching.hunting import Query, hunt
from comity.matching.serving.tokens import new_token
from support.films import film
from support.match_service import MatchService, a_hash, altered
from support.pictures import encoded, scene


def posted(service: MatchService, path: str = "/v1/match", *, key: str | None = None, **fields: object) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = service.client.post(path, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_one_answer_tells_everything(service: MatchService) -> None:
    near = a_hash()
    (number,) = service.bank("WHOLE", {"pdq": near})
    found = service.client.get("/v1/match", params={"type": "pdq", "signal": altered(near, 3)}).json()
    (match,) = found["matches"]
    assert (found["match"], found["allowed"], found["capped"]) == (True, False, False)
    told = (match["bank"], match["bank_version"], match["entry"], match["member"], match["distance"])
    assert told == ("WHOLE", 1, number, "all", 3.0)
    assert (match["threshold"], match["shadow"], match["in_force"], match["listed"]) == (31.0, False, True, near)


def test_a_threshold_for_one_question(service: MatchService) -> None:
    near = a_hash()
    service.bank("WIDER", {"pdq": near})
    wish = {"type": "pdq", "signal": altered(near, 40)}
    assert not service.client.get("/v1/match", params=wish).json()["match"]
    (match,) = service.client.get("/v1/match", params={**wish, "threshold": 40}).json()["matches"]
    assert (match["distance"], match["threshold"]) == (40.0, 40.0)
    for wrong in ("-1", "81", "nan", "inf", "ten", "1e400"):
        answer = service.client.get("/v1/match", params={**wish, "threshold": wrong})
        assert (answer.status_code, "threshold" in answer.json()["message"]) == (400, True)


def test_many_signals_at_once_in_three_forms(service: MatchService) -> None:
    listed = [a_hash() for _ in range(5)]
    service.bank("MANY", *({"pdq": one} for one in listed))
    signals = [one for place in range(200) for one in (a_hash(), altered(listed[place % 5], place % 32))]
    told = posted(service, "/v1/match/batch", type="pdq", signals=signals, banks=["MANY"])
    assert (told["asked"], [one["at"] for one in told["found"]]) == (400, list(range(1, 400, 2)))
    lines = service.client.post(
        "/v1/match/batch?type=pdq&banks=MANY", content="\n".join(signals), headers={"content-type": "text/plain"}
    )
    words = np.array([[int(one[at : at + 16], 16) for at in range(0, 64, 16)] for one in signals], dtype=">u8")
    raw = service.client.post(
        "/v1/match/batch?type=pdq&banks=MANY",
        content=words.tobytes(),
        headers={"content-type": "application/octet-stream"},
    )
    assert lines.json() == raw.json() == told


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"signals": "x"}', "application/json"),
        (b'{"signals": ["zz"]}', "application/json"),
        (b"x" * 33, "application/octet-stream"),
        (b"[" * 100_000, "application/json"),
        ("é\n".encode(), "text/plain"),
    ],
)
def test_a_batch_that_cannot_be_read(service: MatchService, content: bytes, media_type: str) -> None:
    answer = service.client.post("/v1/match/batch", content=content, headers={"content-type": media_type})
    assert answer.status_code == 400, answer.text
    assert answer.json()["message"]


def test_too_many_in_one_call(service: MatchService) -> None:
    answer = service.client.post(
        "/v1/match/batch", content=bytes(32 * 100_001), headers={"content-type": "application/octet-stream"}
    )
    assert answer.status_code == 413


def test_a_picture_as_bytes_and_as_a_form(service: MatchService) -> None:
    picture = encoded(scene(seed=11), "JPEG")
    hashed = service.client.post("/v1/hash", content=picture, headers={"content-type": "image/jpeg"}).json()
    assert (hashed["outcome"], set(hashed["signals"])) == ("hashed", {"pdq", "sha256", "md5"})
    service.bank("SHOWN", {"pdq": hashed["signals"]["pdq"][0]})
    for call in (
        {"content": picture, "headers": {"content-type": "image/jpeg"}},
        {"files": {"photo": ("x", picture, "application/octet-stream")}},
    ):
        found = service.client.post("/v1/match", **call).json()  # type: ignore[arg-type]
        assert [one["match"] for one in found["signals"] if one["type"] == "pdq"] == [True]
        assert found["detections"] == [], "nobody named an item"


def test_a_film_is_found_and_leaves_no_file(service: MatchService) -> None:
    data, before = film(), set(Path(tempfile.gettempdir()).glob("*film*"))
    hashed = service.client.post("/v1/hash", content=data, headers={"content-type": "video/mp4"}).json()
    assert set(hashed["signals"]) == {"vpdq", "sha256", "md5"}
    service.bank("FILMS", {"vpdq": hashed["signals"]["vpdq"][0]})
    found = service.client.post("/v1/match", content=data, headers={"content-type": "video/mp4"}).json()
    assert [one["type"] for one in found["signals"] if one["match"]] == ["vpdq"]
    assert set(Path(tempfile.gettempdir()).glob("*film*")) == before


def test_texts_and_addresses(service: MatchService) -> None:
    words = "They announced that the old bridge above the river would be closed on Friday evening for repairs."
    text = service.client.post("/v1/hash", json={"text": words}).json()["signals"]
    service.bank("WORDS", {"text": text["text"][0]}, {"url_host": "bad.example"})
    again = posted(service, text=words.upper().replace(" ", "  "))
    assert [one["type"] for one in again["signals"] if one["match"]] == ["text"]
    address = posted(service, url="http://bad.example/some/where?x=1")
    assert [one["type"] for one in address["signals"] if one["match"]] == ["url_host"]
    assert not any(one["match"] for one in posted(service, url="https://notbad.example/")["signals"])
    said = posted(service, text="look at https://fine.example/a and (http://bad.example/b), quickly")["signals"]
    (found,) = [one for one in said if one["match"]]
    assert (found["type"], found["signal"].rstrip(",)")) == ("url_host", "https://bad.example/b")
    assert not any(one["match"] for one in posted(service, text="look at https://fine.example/a")["signals"])


@pytest.mark.parametrize(
    "fields",
    [{}, {"nonsense": 1}, {"text": 5}, {"url": "not an address"}, {"signals": []}, {"signals": {"pdq": "00"}}],
)
def test_content_that_cannot_be_looked_up(service: MatchService, fields: dict[str, Any]) -> None:
    answer = service.client.post("/v1/match", json=fields)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_match_of_a_named_item_is_entered_once(service: MatchService) -> None:
    near = a_hash()
    (number,) = service.bank("ENTERED", {"pdq": near})
    about = {"signals": {"pdq": altered(near, 2)}, "item": "media/77", "account": "someone", "content_type": "photo"}
    (first,) = posted(service, key="upload-77", **about)["detections"]
    again = posted(service, key="upload-77", **about)["detections"]
    assert again == [first]
    entered = audit.find(first["entry"], Detection).document
    assert (entered.source, entered.item, entered.account) == (Source.UPLOAD, "media/77", "someone")
    assert [(one.bank, one.entry, one.distance) for one in entered.matches] == [("ENTERED", number, 2.0)]
    other = posted(service, key="upload-78", **about)["detections"]
    assert other[0]["case"] != first["case"]


@pytest.mark.parametrize("item", ["", "x" * 2_001, "line\nbreak", 7])
def test_an_item_without_a_usable_name(service: MatchService, item: object) -> None:
    answer = service.client.post("/v1/match", json={"signals": {"pdq": a_hash()}, "item": item})
    assert answer.status_code == 400


def test_what_an_allow_bank_knows_is_let_pass(service: MatchService) -> None:
    from comity.casefile.clock import WallClock
    from comity.casefile.records import unit_of_work
    from comity.matching.banks import service as banks

    near = a_hash()
    service.bank("LISTED", {"pdq": near})
    service.bank("ALLOWED", {"pdq": near})
    with unit_of_work(WallClock().now(), "staff:1") as work:
        banks.change_bank(work, "ALLOWED", "news pictures", negative=True)
    service.wait(lambda: posted(service, signals={"pdq": near}, item="news")["allowed"])
    answer = posted(service, signals={"pdq": near}, item="news")
    assert answer["detections"] == []
    assert not service.client.get("/m/lookup", params={"signal": near, "signal_type": "pdq"}).json()


def test_who_may_ask(service: MatchService) -> None:
    with service.bearing(None) as nobody:
        assert nobody.get("/v1/status").status_code == 401
        assert nobody.get("/v1/status").headers["www-authenticate"] == "Bearer"
        assert nobody.get("/metrics").status_code == 401
    with service.bearing("x" * 43) as stranger:
        assert stranger.get("/m/lookup?signal=00&signal_type=pdq").status_code == 401
    with service.bearing(service.tokens["reader"]) as reader:
        assert reader.get("/v1/status").status_code == 200
        assert reader.post("/c/banks", json={"name": "READER"}).status_code == 403
        assert reader.put("/c/bank/READER", json={}).status_code == 403
    assert service.client.get("/c/bank/READER").status_code == 404


def test_a_caller_is_let_in_and_out_while_it_runs(service: MatchService) -> None:
    path = service.home / "match.tokens"
    before = path.read_text()
    token, line = new_token("later", "read")
    path.write_text(f"{before}{line}\n")
    with service.bearing(token) as later:
        service.wait(lambda: later.get("/v1/status").status_code == 200)
        path.write_text(before)
        for _ in range(4):
            service.wait(lambda: later.get("/v1/status").status_code == 401)


def test_calls_are_recorded_without_what_was_asked(service: MatchService) -> None:
    near = a_hash()
    service.bank("RECORDED", {"pdq": near})
    posted(service, signals={"pdq": near}, item="a-very-private-item")
    files = list((service.home / "match-calls").glob("*.jsonl"))
    text = "".join(path.read_text() for path in files)
    assert near not in text
    assert "a-very-private-item" not in text
    last = json.loads(text.splitlines()[-1])
    assert (last["caller"], last["call"], last["asked"], last["found"]) == ("all", "POST /v1/match", 1, 1)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_figures_of_all_workers(service: MatchService) -> None:
    before = service.client.get("/metrics").text
    assert "comity_match_calls_total" in before
    for _ in range(10):
        with service.bearing(service.tokens["reader"]) as reader:
            reader.get("/v1/match", params={"type": "pdq", "signal": a_hash()})

    def count(text: str) -> int:
        return int(
            next(line.split()[-1] for line in text.splitlines() if line.startswith("comity_match_signals_total"))
        )

    assert count(service.client.get("/metrics").text) - count(before) >= 10


def test_its_contract_describes_what_is_there(service: MatchService) -> None:
    with service.bearing(None) as nobody:
        document = nobody.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method in methods:
            assert service.client.request(method.upper(), path).status_code not in (404, 405, 500), (path, method)


def test_an_upload_with_an_item_is_in_the_catalogue_when_it_is_answered(service: MatchService) -> None:
    signal = a_hash()
    assert "catalogued" not in posted(service, signals={"pdq": signal})
    said = {"item": "post-9", "item_url": "https://board.test/post-9", "account": "ada", "content_type": "photo"}
    for _ in range(2):
        assert posted(service, signals={"pdq": signal}, **said)["catalogued"] is True
    (found,) = hunt(service.home / "catalogue", [Query("pdq", altered(signal, 5))])
    assert (found.item, found.url, found.account, found.distance) == ("post-9", said["item_url"], "ada", 5.0)
    assert (found.signal, found.content_type) == (signal, "photo")


def test_addresses_are_kept_and_rules_are_not(service: MatchService) -> None:
    posted(service, url="https://example.org/a/b?utm_source=x", item="post-10")
    (found,) = hunt(service.home / "catalogue", [Query("url_host", "example.org")])
    assert (found.item, found.signal_type) == ("post-10", "url")
