"""Every failure of every command, as a new operator meets it: one line that says what is wrong, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate, pending
from comity.main.house import EXAMPLE, Places

COMITY = Path(sys.executable).with_name("comity")
NEEDS_DATABASE = [
    ["worker"],
    ["record"],
    ["mail"],
    ["log", "fsck"],
    ["log", "export", "out"],
    ["staff", "found", "anna=administrator", "ben=approver"],
]
UNREACHABLE = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"


def comity(home: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Exit code and what was said on standard error, which must be one line."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    own |= {"COMITY_HOME": str(home / "house")} | {f"COMITY_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run(
        [COMITY, *arguments], env=own, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stderr.strip()


def one_line(said: str) -> str:
    assert said.count("\n") == 0, said
    assert said.startswith("comity ")
    return said


@pytest.fixture
def profile(tmp_path: Path) -> str:
    (tmp_path / "secret").write_text("x" * 40)
    (tmp_path / "provider.yaml").write_text(EXAMPLE)
    return str(tmp_path / "provider.yaml")


@pytest.mark.parametrize("command", NEEDS_DATABASE, ids=" ".join)
def test_a_command_without_its_database_says_so(tmp_path, command):
    code, said = comity(tmp_path, *command)
    assert code == 1
    assert "no Comity runs a database" in one_line(said)


@pytest.mark.parametrize("command", [["worker"], ["run"], ["log", "fsck"]], ids=" ".join)
def test_a_server_that_does_not_answer_is_named(tmp_path, command, profile):
    code, said = comity(tmp_path, *command, database_url=UNREACHABLE, provider=profile)
    assert code == 1
    assert "COMITY_DATABASE_URL does not answer" in one_line(said)


def test_an_address_of_a_database_that_is_none(tmp_path, profile):
    code, said = comity(tmp_path, "run", database_url="zzz", provider=profile)
    assert code == 1
    assert "COMITY_DATABASE_URL is not an address" in one_line(said)


@pytest.mark.parametrize("command", [["run"], ["init"]], ids=" ".join)
@pytest.mark.parametrize("text", ["name: [", "name: x", "- 1", ""])
def test_a_broken_profile_is_said_before_anything_starts(tmp_path, command, text):
    (tmp_path / "provider.yaml").write_text(text)
    code, said = comity(tmp_path, *command, provider=str(tmp_path / "provider.yaml"))
    assert code in (1, 2)
    assert "provider profile" in one_line(said)
    assert not (tmp_path / "house" / "database").exists()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "COMITY_PROVIDER"),
        ({"provider": "/nonexistent"}, "COMITY_PROVIDER"),
        ({"provider": "/"}, "COMITY_PROVIDER"),
        ({"workers": "many"}, "COMITY_WORKERS"),
        ({"no_such_setting": "1"}, "COMITY_NO_SUCH_SETTING"),
    ],
    ids=["nothing", "absent", "folder", "number", "unknown"],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path, settings, named):
    code, said = comity(tmp_path, "run", **settings)
    assert code == 2
    assert named in one_line(said)


def test_a_platform_that_is_not_named_stops_the_start_and_everything_it_began(tmp_path, profile):
    code, said = comity(tmp_path, "run", provider=profile)
    assert code == 2
    assert "COMITY_PLATFORM_SECRET_FILE" in one_line(said)
    Embedded.start(tmp_path / "house" / "database", fast=True).destroy()  # nobody holds the directory


def test_a_second_comity_in_the_same_home_is_refused_by_name(tmp_path, profile):
    database = Places(tmp_path / "house").database
    with Embedded.start(database, fast=True) as first:
        code, said = comity(tmp_path, "run", provider=profile)
        assert code == 1
        assert f"process {os.getpid()}" in one_line(said)
        first.destroy()


def test_tables_that_are_missing_are_said_to_be(tmp_path, profile):
    comity(tmp_path, "init", provider=profile)
    database = Places(tmp_path / "house").database
    with Embedded.start(database, fast=True) as first:
        code, said = comity(tmp_path, "log", "fsck", provider=profile)
        assert code == 1
        assert "tables are not those of this version" in one_line(said)
        first.destroy()


def test_people_that_are_not_written_as_they_should(tmp_path):
    code, said = comity(tmp_path, "staff", "found", "anna")
    assert code == 2
    assert "USERNAME=ROLE" in one_line(said)


def test_where_nothing_is_pending_nothing_is_migrated(database):
    assert pending() == []
    assert migrate(database) is False
