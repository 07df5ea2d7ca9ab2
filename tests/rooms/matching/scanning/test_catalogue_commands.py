"""``comity catalogue`` as an operator types it: a killed scan goes on, and every failure is said in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comity.matching.catalogue import Catalogue
from comity.matching.hunting import Query, hunt
from comity.matching.scanning import state_of
from comity.matching.signals import text
from support.board import free_port
from support.night import PROVIDER
from support.pictures import encoded, scene

POSTS = 105
"""More than a page."""


class Operator:
    def __init__(self, home: Path, board) -> None:
        home.mkdir()
        (home / "provider.yaml").write_text(PROVIDER)
        self.home = home
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
        self.environment |= {
            "COMITY_HOME": str(home),
            "COMITY_PROVIDER": str(home / "provider.yaml"),
            "COMITY_PLATFORM": "board",
            "COMITY_PLATFORM_URL": board.url,
            "COMITY_PLATFORM_SECRET_FILE": str(board.secret_file),
        }

    def starts(self, *words: str, **changes: str) -> subprocess.Popen[str]:
        """An empty word leaves a setting out."""
        return subprocess.Popen(
            [sys.executable, "-m", "comity.main", "catalogue", *words],
            env={name: word for name, word in (self.environment | changes).items() if word},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def types(self, *words: str, **changes: str) -> tuple[int, list[str]]:
        """Exit code and lines."""
        process = self.starts(*words, **changes)
        said, _ = process.communicate(timeout=300)
        assert "Traceback" not in said
        return process.returncode, said.splitlines()


@pytest.fixture
def operator(tmp_path: Path, board) -> Operator:
    return Operator(tmp_path / "home", board)


@pytest.fixture(scope="module")
def posted(board) -> set[str]:
    board.user("ada").join()
    bridge = {board.publish("ada", "Bridge", f"number {at}", (encoded(scene()),)) for at in range(2)}
    for at in range(2, POSTS):
        board.publish("ada", f"Text {at}", "There is no picture beside these words")
    return bridge


def test_a_killed_scan_goes_on_and_what_was_scanned_is_found_and_put_in_order(operator, posted):
    with operator.starts("scan", "--rate", "1") as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    assert told.startswith("100 items, "), told
    code, lines = operator.types("status")
    assert code == 1
    assert any(", not ended: scan again to go on; 100 items, " in line for line in lines), lines

    code, lines = operator.types("scan", "--rate", "1000")
    assert code == 0, lines
    assert lines[0].startswith(f"{POSTS} items, "), "the first page was not read again"
    code, lines = operator.types("status")
    assert (code, any(f"; {POSTS} items, " in line and ", ended 20" in line for line in lines)) == (0, True), lines
    assert f"text  {POSTS}" in lines
    said = "Text 7\nThere is no picture beside these words"
    (found,) = hunt(operator.home / "catalogue", [Query("text", text.signal(said))])
    assert found.account
    with Catalogue.open(operator.home / "catalogue") as catalogue:
        catalogue.forget([found.item])
        assert state_of(catalogue).items == POSTS
    assert any("; 1 items forgotten since" in line for line in operator.types("status")[1])
    for path in operator.home.glob("catalogue/signal_type=text/*.rows"):
        path.unlink()
    code, lines = operator.types("compact")
    assert (code, f"text  {POSTS - 1}" in lines) == (0, True), lines
    assert any("; 0 items forgotten since" in line for line in lines)
    assert not list(hunt(operator.home / "catalogue", [Query("text", text.signal(said))]))


def test_a_scan_that_is_told_to_stop_ends_after_its_page_and_says_so(operator, posted):
    with operator.starts("scan", "--rate", "1") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == 1
    assert "not ended: scan again to go on; 100 items" in said


def test_before_the_first_scan_it_says_what_to_type(operator):
    for part in ("status", "compact"):
        code, lines = operator.types(part)
        assert code == 1
        assert lines[-1].endswith("There is no catalogue yet: fill one with `comity catalogue scan`."), lines
    assert not (operator.home / "catalogue").exists()


def test_what_is_wrong_is_said_in_one_line(operator):
    assert operator.types("scan", "--rate", "0")[0] == 2
    code, lines = operator.types("scan", COMITY_PLATFORM_SECRET_FILE="")
    assert (code, len(lines)) == (2, 1), lines
    assert "COMITY_PLATFORM_SECRET_FILE: name the file" in lines[0]
    (operator.home / "catalogue").mkdir()
    (operator.home / "catalogue" / "catalogue.sqlite").write_bytes(b"no database" * 100)
    for part in ("scan", "status"):
        code, lines = operator.types(part)
        assert (code, len(lines)) == (1, 1), lines
        assert "The catalogue's list of partitions cannot be read" in lines[0]


def test_a_platform_that_is_away_stops_the_scan_with_its_own_words(operator):
    code, lines = operator.types("scan", COMITY_PLATFORM_URL=f"http://127.0.0.1:{free_port()}")
    assert (code, len(lines)) == (1, 1), lines
    assert lines[0].startswith("stopped: platform_")
    assert lines[0].endswith("; scan again to go on where it was")
