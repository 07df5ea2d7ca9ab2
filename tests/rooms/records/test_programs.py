"""PostgreSQL's programs: copied where they can be reached, run by somebody who is not root."""

from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from comity.casefile.records.errors import NoDatabaseUser
from comity.casefile.records.programs import Runner, copied, system_user


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    for name in ("bin/postgres", "lib/kept.so", "lib/left.a", "include/left.h", "share/kept.bki"):
        path = tmp_path / "installed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "installed" / "bin" / "postgres").chmod(0o755)
    return tmp_path / "installed"


def test_the_copy_has_what_runs_and_is_made_once(installed, tmp_path):
    place = copied(installed, tmp_path / "places")
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()) == [
        "bin/postgres",
        "lib/kept.so",
        "share/kept.bki",
    ]
    assert (place / "bin" / "postgres").stat().st_mode & 0o777 == 0o755
    assert place.stat().st_mode & 0o777 == 0o755
    (place / "mark").touch()
    assert copied(installed, tmp_path / "places") == place
    assert (place / "mark").exists()
    assert list((tmp_path / "places").iterdir()) == [place]


def test_another_installation_is_another_copy(installed, tmp_path):
    first = copied(installed, tmp_path / "places")
    (installed / "bin" / "postgres").write_text("newer")
    assert copied(installed, tmp_path / "places") != first


def test_a_user_who_cannot_be_made_is_said(tmp_path):
    with pytest.raises(NoDatabaseUser, match="useradd --system Not A Name"):
        system_user("Not A Name")


def test_a_user_who_is_there_is_taken():
    assert system_user("nobody") == pwd.getpwnam("nobody")


def test_closed_folders_on_the_way_are_seen(tmp_path):
    nobody, inside = pwd.getpwnam("nobody"), tmp_path / "closed" / "inside"
    inside.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not Runner(tmp_path, nobody).reaches(inside)
    assert Runner(tmp_path, None).reaches(inside)
    assert Runner(tmp_path, nobody).reaches(Path("/usr/bin"))
