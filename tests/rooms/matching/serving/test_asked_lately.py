"""What was asked about lately is what lists are tried on; it names nobody."""

from __future__ import annotations

import hashlib
from pathlib import Path

from comity.matching.banks.rules import NewEntry
from comity.matching.serving.recent import PLACES, Recent, sample
from support.match_service import MatchService, a_hash, altered


def test_nothing_was_asked_about(tmp_path: Path) -> None:
    assert sample(tmp_path / "absent") is None
    Recent(tmp_path)
    assert sample(tmp_path) is None


def test_a_list_is_tried_on_what_was_asked(tmp_path: Path) -> None:
    recent, picture, digest = Recent(tmp_path), a_hash(), hashlib.md5(b"x", usedforsecurity=False).hexdigest()
    recent.keep({"pdq": picture.upper(), "vpdq": "[]", "url": "https://example.org/"})
    recent.keep({"md5": digest})
    recent.keep({"url": "https://example.org/"})
    tried = sample(tmp_path)
    assert tried is not None
    assert tried([NewEntry({"pdq": altered(picture, 31)}, "m"), NewEntry({"md5": digest}, "m")]) == (2, 2)
    assert tried([NewEntry({"pdq": altered(picture, 32)}, "m"), NewEntry({"sha256": "ab" * 32}, "m")]) == (2, 0)


def test_a_long_list_is_tried_as_exactly(tmp_path: Path) -> None:
    recent = Recent(tmp_path)
    asked = [a_hash() for _ in range(1_000)]
    for one in asked:
        recent.keep({"pdq": one})
    new = [NewEntry({"pdq": altered(one, place % 40)}, "m") for place, one in enumerate(asked)]
    new += [NewEntry({"pdq": a_hash()}, "m") for _ in range(30_000)]
    tried = sample(tmp_path)
    assert tried is not None
    assert tried(new) == (1_000, sum(place % 40 <= 31 for place in range(1_000)))


def test_the_oldest_is_forgotten(tmp_path: Path) -> None:
    recent = Recent(tmp_path)
    first = a_hash()
    recent.keep({"sha256": first})
    for _ in range(PLACES):
        recent.keep({"sha256": a_hash()})
    tried = sample(tmp_path)
    assert tried is not None
    assert tried([NewEntry({"sha256": first}, "m")]) == (PLACES, 0)


def test_what_ended_processes_left_does_not_pile_up(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"ended-{number}").write_bytes(b"")
    Recent(tmp_path)
    assert len(list(tmp_path.iterdir())) <= 33


def test_the_running_service_remembers_signals_and_no_more(service: MatchService) -> None:
    from comity.matching.serving.running import lately

    one = a_hash()
    service.client.get("/m/lookup", params={"signal": one, "signal_type": "pdq"})
    service.client.post("/v1/match", json={"signals": {"sha256": one}, "account": "somebody@example.org"})
    tried = lately(service.home)
    assert tried is not None
    assert tried([NewEntry({"pdq": one}, "m")])[1] == 1
    assert tried([NewEntry({"sha256": one}, "m")])[1] == 1
    files = list((service.home / "match" / "recent").iterdir())
    assert all(b"somebody" not in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
