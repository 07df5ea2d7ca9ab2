"""A drill through the real house: real receiver, real workers, a real push server, and everything killed on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.phones import Phones

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from demo_world import BIN, World

_CONTACT = """
import json, sys
from comity.main.house import server_of, set_up_django
from comity.settings import Settings
settings = Settings.from_environment()
set_up_django(settings, server_of(settings), "none")
from comity.main.compose import docket_of
from comity.registry import store_staff
docket = docket_of(settings)
for one in store_staff.everybody():
    docket.save_contact(one.member.id, ways={"push": "topic-" + one.member.name})
"""


class Lit(World):
    """The demo's world with a way to call people."""

    push = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"COMITY_NIGHTS_PUSH_URL": self.push, "COMITY_WORKERS": "1"}


@pytest.fixture
def world(tmp_path: Path, ringing: Phones) -> Iterator[Lit]:
    opened = Lit(tmp_path)
    opened.push = ringing.url
    try:
        opened.open(3)
        yield opened
    finally:
        opened.close()


def _until(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def _children(world: Lit) -> list[int]:
    """The programs of ``comity run``, except its database."""
    (run,) = (program for program in world.programs if "run" in program.args)
    listed = subprocess.run(["pgrep", "-P", str(run.pid), "-a"], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "postgres" not in line]


def _ran(world: Lit, *command: str | Path) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, env=world.environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_drill_comes_by_mail_and_rings_once_though_every_program_is_killed(world: Lit, ringing: Phones) -> None:
    comity = BIN / "comity"
    done = _ran(world, comity, "staff", "found", "anna=administrator,registrar", "mia=moderator")
    assert done.returncode == 0, done.stderr
    done = _ran(world, sys.executable, "-c", _CONTACT)
    assert done.returncode == 0, done.stderr

    sent = _ran(world, comity, "drill", "--minutes", "0.02")
    assert re.search(r"DRILL-[0-9a-f]{16}-[0-9a-f]{32}", sent.stdout), sent.stdout + sent.stderr
    for child in _children(world):
        os.kill(child, signal.SIGKILL)
    _until(lambda: ringing.rings("/topic-mia"))
    time.sleep(3)  # whatever would ring a second time has had its chance
    assert len(ringing.rings("/topic-mia")) == 1
    assert ringing.rings("/topic-anna") == [], "who has no part in cases is not called"
    assert ringing.posts[0][1]["x-title"].startswith("DRILL: case C-1")

    refused = _ran(world, comity, "drill", "--name", "Bundeskriminalamt")
    assert refused.returncode == 2
    assert "Comity drill" in refused.stderr
    checked = _ran(world, comity, "log", "fsck")
    assert checked.returncode == 0, checked.stdout + checked.stderr
