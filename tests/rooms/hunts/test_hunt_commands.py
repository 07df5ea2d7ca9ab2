"""``comity hunt``: ordered by somebody who says their password, followed, read by people and by machines."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest

from comity.cli.command import main
from comity.main import hunting as programs
from comity.registry.errors import NotYourDutyError
from comity.settings import Settings, UnusableSettings
from support.hunting import Hunting
from support.reviewing import PDQ, bits

PASSWORD = "a password nobody guesses"
SETTINGS = Settings()


@pytest.fixture
def house(hunting: Hunting, monkeypatch: pytest.MonkeyPatch) -> Hunting:
    """The programs of the command over this house."""
    from django.contrib.auth.models import User

    from comity.main import compose

    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    monkeypatch.setattr(programs, "opened", lambda _settings: contextlib.nullcontext())
    monkeypatch.setattr(compose, "docket_of", lambda _settings: hunting.night.docket)
    return hunting


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    def bound(name: str) -> Any:
        return lambda wanted: getattr(programs, name)(SETTINGS, wanted)

    known = dict.fromkeys(("read_pdf",)) | {name: bound(name) for name in ("hunt_start", "hunt_show", "hunt_list")}
    return main(["hunt", *arguments], known)  # type: ignore[arg-type]  # only these are asked for


START = ("start", "--by", "mia", "--because", "seen")


def test_a_hunt_is_ordered_and_its_result_is_read(
    house: Hunting, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.posts(0, 5)
    assert run(monkeypatch, *START, "--signal", PDQ) == 0
    assert "H-1  ordered" in capsys.readouterr().out
    house.night.work_on()
    assert run(monkeypatch, "show", "1", "--items") == 0
    said = capsys.readouterr().out
    assert "H-1  done  found 2 of about 10,002" in said
    assert "decided in review R-1" in said
    assert said.count("waiting  https://board.example/p/") == 2
    assert run(monkeypatch, "list") == 0
    assert "found 2  R-1" in capsys.readouterr().out


def test_machines_read_one_json_object(
    house: Hunting, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.posts(0, 5)
    house.order()
    assert run(monkeypatch, "show", "1", "--json", "--wait", "--items") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["found"], said["became"], len(said["items"])) == ("done", 2, {"entered": 2}, 2)
    assert sum(said["distances"]["pdq"]["bins"]) == 2
    assert run(monkeypatch, "list", "--json") == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert (line["number"], line["ordered_at"][-1]) == (1, "Z")


def test_what_waits_for_a_person_says_so_by_its_exit_code(house: Hunting, monkeypatch: pytest.MonkeyPatch) -> None:
    house.shelf.more = 0
    for number in range(60):
        house.shelf.keep(f"p{number:016d}", bits(PDQ, number % 20))
    house.order()
    assert run(monkeypatch, "show", "1", "--wait") == 1
    assert run(monkeypatch, "list") == 1


@pytest.mark.parametrize(("by", "password"), [("mia", "guessed"), ("nobody", PASSWORD), ("mia", "")])
def test_without_the_password_of_a_member_nothing_is_ordered(
    house: Hunting, monkeypatch: pytest.MonkeyPatch, by: str, password: str
) -> None:
    start = ("start", "--by", by, "--because", "seen", "--signal", PDQ)
    with contextlib.suppress(UnusableSettings):
        assert run(monkeypatch, *start, password=password) != 0
    assert house.night.docket.hunts(house.gallery.staff.mia).hunts == ()


def test_an_auditor_orders_nothing_here_either(house: Hunting, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.suppress(NotYourDutyError):
        assert run(monkeypatch, "start", "--by", "dan", "--because", "seen", "--signal", PDQ) != 0
    assert house.night.docket.hunts(house.gallery.staff.mia).hunts == ()


def test_lists_banks_items_and_cases_are_told_apart(
    house: Hunting, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    house.gallery.listing(PDQ)
    path = tmp_path / "list.txt"
    path.write_text(f"sha256 {PDQ}\n{PDQ}\n")
    for what in (("--list", str(path)), ("--bank", "KNOWN"), ("--item", "p1")):
        assert run(monkeypatch, *START, *what, "--only", "photo", "--threshold", "20") == 0
    assert run(monkeypatch, *START, "--case", "99") != 0
    hunts = house.night.docket.hunts(house.gallery.staff.mia).hunts
    assert [(line.source, line.signals) for line in reversed(hunts)] == [("signals", 2), ("bank", 1), ("item", 0)]


def test_one_source_and_no_other(house: Hunting, monkeypatch: pytest.MonkeyPatch) -> None:
    for what in ((), ("--signal", PDQ, "--bank", "KNOWN")):
        with pytest.raises(SystemExit):
            run(monkeypatch, *START, *what)


def test_the_name_of_the_catalogue_s_ledger_is_the_catalogue_s_own(tmp_path: Any) -> None:
    from comity.docket.hunts.catalogue import means
    from comity.matching.catalogue import Catalogue

    found = means(tmp_path / "catalogue", tmp_path / "kernels")
    assert (found.filled(), found.stored()) == (False, 0)
    Catalogue.open(tmp_path / "catalogue", make=True).close()
    assert (found.filled(), found.stored()) == (True, 0)


def test_a_real_catalogue_is_searched(tmp_path: Any) -> None:
    from comity.casefile.clock import Instant
    from comity.docket.hunts.catalogue import means
    from comity.docket.seeking import Sought
    from comity.matching.catalogue import Catalogue, Fingerprint

    at, told = Instant.parse("2026-11-20T09:00:00Z"), []
    rows = [
        Fingerprint(f"p{distance}", None, "ada", "photo", "pdq", bits(PDQ, distance), "pdq", at)
        for distance in (0, 12, 31, 32)
    ]
    with Catalogue.open(tmp_path / "catalogue", make=True) as catalogue:
        catalogue.add(rows)
        catalogue.compact()
        catalogue.add([Fingerprint("live", None, None, "photo", "pdq", bits(PDQ, 1), None, at)])
    found = means(tmp_path / "catalogue", tmp_path / "kernels")
    far = Sought("pdq", f"{int(PDQ, 16) ^ ((1 << 256) - 1):064x}", 31.0)
    hits = list(found.search([far, Sought("pdq", PDQ, 31.0)], lambda done, total, n: told.append((done, total, n))))
    assert {(one.item, one.line, one.distance) for one in hits} == {
        ("p0", 1, 0),
        ("p12", 1, 12),
        ("p31", 1, 31),
        ("live", 1, 1),
    }
    assert (told[-1][0], found.stored()) == (told[-1][1], 5)
