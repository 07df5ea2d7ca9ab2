"""Attacks on what is known content: a list that matches everything, a hostile upload, the service as an oracle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.casefile.clock import FixedClock
from comity.casefile.documents.bank import BankTerms
from comity.casefile.records import unit_of_work
from support.match_desk import opened
from support.match_service import a_hash
from support.pictures import claiming, encoded, scene


def test_a_list_that_matches_everything(database: object, clock: FixedClock, tmp_path: Path) -> None:
    """Somebody slips into a list what everybody shows: it waits, and what slipped through is held back."""
    from comity.matching.banks import papers, service, store
    from comity.matching.banks.rules import NewEntry
    from comity.matching.serving.flood import holding
    from comity.matching.serving.recent import Recent, sample

    recent, shown = Recent(tmp_path), [a_hash() for _ in range(100)]
    for one in shown:
        recent.keep({"pdq": one})
    said = {"name": "LIST", "owner": "us", "source": "an exchange", "reason": "r", "legal_basis": "terms 4"}
    with unit_of_work(clock.now(), "system:test") as work:
        service.create_bank(work, BankTerms.model_validate(said))
        new = [NewEntry({"pdq": one}, "m", str(place)) for place, one in enumerate([*shown[:25], a_hash()])]
        done = service.add_many(work, "LIST", new, "fetched", sample=sample(tmp_path))
    assert (done.items, store.count(store.bank("LIST"))) == (0, 0)
    assert [(one.items, one.would_match) for one in papers.all_waiting()] == [(26, 25)]
    with unit_of_work(clock.now(), "system:test") as work:
        number = service.add_entry(work, "LIST", {"pdq": shown[0]}, source="s", member="m", reason="r").number
    holding(clock)(number, "pdq", "it matched 40 of 2000")
    assert store.snapshot()["items"][str(number)]["quarantined"] is True


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (claiming(60_000, 60_000), "image/png"),
        (encoded(scene(64, 64))[:60], "image/png"),
        (b"GIF89a" + b"\xff" * 500, "image/gif"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 500, "video/webm"),
        (b"#EXTM3U\nhttp://127.0.0.1/secret\n", "video/mp4"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
    ],
)
def test_a_hostile_upload(tmp_path: Path, data: bytes, kind: str) -> None:
    desk = opened(tmp_path)
    status, body = desk.call("POST", "/v1/match", data, content_type=kind)
    told = json.loads(body)
    assert status == 200
    assert told["outcome"] not in ("hashed", "")
    assert {one["type"] for one in told["signals"]} == {"sha256", "md5"}
    good = desk.call("POST", "/v1/match", encoded(scene(200, 120)), content_type="image/png")
    assert json.loads(good[1])["outcome"] == "hashed", "the next one is read as if nothing had been"
    desk.app.close()


def test_asking_the_match_service_what_is_listed(tmp_path: Path) -> None:
    desk = opened(tmp_path, calls_a_second=5.0)
    token, desk.token = desk.token, "guessed"
    query = b"type=pdq&signal=" + b"0" * 63 + b"1"
    for path in ("/v1/match", "/m/lookup", "/m/raw_lookup", "/c/banks", "/v1/status", "/metrics", "/c/exchanges"):
        status, body = desk.call("GET", path, query=query)
        assert (status, json.loads(body)["code"]) == (401, "token_missing"), path
    desk.token = token
    assert desk.call("POST", "/c/bank/ONE/signal", b'{"pdq": "00"}')[0] == 403
    assert desk.call("DELETE", "/c/bank/ONE")[0] == 403
    assert desk.call("GET", "/h/hash", query=b"url=http://169.254.169.254/&content_type=photo")[0] == 403
    assert 429 in [desk.call("GET", "/v1/match", query=query)[0] for _ in range(10)]
    (record,) = (tmp_path / "match-calls").iterdir()
    assert "guessed" not in record.read_text()
    assert "0" * 63 not in record.read_text()
    desk.app.close()
