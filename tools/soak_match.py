"""The long run of the match service: mixed load, lists that change, processes that are killed; a part of ``make soak``.

    .venv/bin/python tools/soak_match.py [--minutes 30] [--every 15]

Real processes on a real PostgreSQL: one keeper, two that answer. Callers look up signals (near listed ones and near
none), batches, pictures, films, texts, addresses and rubbish; a curator lists and withdraws items and looks at once
whether that is in force; lists are replaced. For three fifths of the time a process is killed with SIGKILL every few
seconds; in the rest nobody is, and memory is watched. No answer may be wrong, none may fail while nobody is killed, and
nothing may grow. Writes ``docs/soak-match.md``.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import httpx
from processes import children, command

from soak_match_load import Load
from soak_match_page import Shown, write
from soak_memory import Memory

PAGE = Path(__file__).resolve().parent.parent / "docs" / "soak-match.md"
KILLING_PART = 0.6
_SAY_EVERY = 30.0
_STAND_UP = 300.0
_MORE_FILES = 50
"""Open files that a process may have more of at the end than after warming up."""


class MatchSoak:
    """One service from its first signal to the count."""

    def __init__(self, service: Any, options: argparse.Namespace) -> None:
        self.service, self.options = service, options
        self.killed: Counter[str] = Counter()
        self.quiet = threading.Event()
        self.load = Load(service, self.quiet)
        self.memory = Memory(self.groups)
        self.files: dict[int, list[int]] = {}
        self.stood_up: list[float] = []
        self._ways = itertools.cycle(("worker", "decoder", "keeper", "worker", "everything that answers"))

    def groups(self) -> Iterator[tuple[str, int]]:
        """Every kind of process that lives."""
        door, keeper = self.service._door, self.service._keeper  # noqa: SLF001 -- the test's own service
        if keeper is not None:
            yield "keeper", keeper.pid
        if door is not None:
            yield "web server", door.pid
            for worker in _workers(door.pid):
                yield "one that answers", worker
                yield from (("decoder", number) for number in children(worker) if _decodes(number))

    def run(self) -> list[str]:
        """Run to the end and say what was wrong."""
        self.load.prepare()
        self.memory.start()
        stop = threading.Event()
        threads = [*self.load.threads(stop), threading.Thread(target=self._strike)]
        seconds, began = self.options.minutes * 60, time.monotonic()
        for thread in threads:
            thread.start()
        said = began
        while (passed := time.monotonic() - began) < seconds:
            time.sleep(1)
            if time.monotonic() - said > _SAY_EVERY:
                said = time.monotonic()
                print(f"{passed:6.0f} s: {self.load.line()}, {self.memory.total():.0f} MiB", flush=True)
            if self.quiet.is_set():
                self._count_files()
        stop.set()
        for thread in threads:
            thread.join()
        self.memory.stop()
        return self.load.wrong() + self._growing() + self._left_behind()

    def _strike(self) -> None:
        until = time.monotonic() + self.options.minutes * 60 * KILLING_PART
        while time.monotonic() < until:
            time.sleep(self.options.every)
            way = next(self._ways)
            with self.load.struck():
                self.killed[way] += self._kill(way)
                self._until_it_answers()
        time.sleep(self.load.CALM)
        self.quiet.set()

    def _until_it_answers(self) -> None:
        """Nobody is struck again before it stands: how long that takes is the machine's matter, and told."""
        began = time.monotonic()
        client = self.service.bearing(None)
        while time.monotonic() - began < _STAND_UP:
            with suppress(httpx.TransportError):
                if client.get("/status").status_code == httpx.codes.OK:
                    break
            time.sleep(0.1)
        client.close()
        self.stood_up.append(time.monotonic() - began)

    def _kill(self, way: str) -> bool:
        door = self.service._door.pid  # noqa: SLF001 -- as above
        if way == "keeper":
            self.service.kill_keeper()
            self.service.start_keeper()
            _drain(self.service._keeper)  # noqa: SLF001 -- as above
            return True
        if way == "everything that answers":
            self.service.kill_door()
            self.service.start_door()
            _drain(self.service._door)  # noqa: SLF001 -- as above
            return True
        workers = _workers(door)
        found = workers if way == "worker" else [one for worker in workers for one in children(worker) if _decodes(one)]
        with suppress(ProcessLookupError):
            if found:
                os.kill(found[self.killed.total() % len(found)], signal.SIGKILL)
                return True
        return False

    def _count_files(self) -> None:
        for kind, number in self.groups():
            if kind in ("keeper", "one that answers"):
                with suppress(OSError):
                    self.files.setdefault(number, []).append(sum(1 for _ in Path(f"/proc/{number}/fd").iterdir()))

    def _growing(self) -> list[str]:
        wrong = [f"{one.kind} grows by {one.slope:.2f} MiB a minute" for one in self.memory.growth() if one.grows]
        for counts in self.files.values():
            middle = counts[len(counts) // 3 :]
            if middle and max(middle[-5:]) > min(middle) + _MORE_FILES:
                wrong.append(f"a process holds {middle[-1]} files, {min(middle)} before")
        return wrong

    def _left_behind(self) -> list[str]:
        """Nothing of a picture or film lies anywhere, and the index's folder holds its own files only."""
        known = ("segment", "journal", "manifest", "changes", "lock")
        odd = [path.name for path in (self.service.home / "match" / "pdq").iterdir() if not path.name.startswith(known)]
        return [f"left behind in the index's folder: {name}" for name in odd]


def main() -> int:
    """Run it; 0 when everything held."""
    import conftest

    conftest.pytest_configure(None)  # type: ignore[arg-type]
    from support.databases import start_databases
    from support.match_service import match_service

    options = _options()
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    databases = start_databases()
    try:
        home = Path(tempfile.mkdtemp(prefix="comity-soak-match-"))
        with databases.clone() as server, match_service(server, home, workers=2) as service:
            _drain(service._keeper)  # noqa: SLF001 -- as above
            _drain(service._door)  # noqa: SLF001 -- as above
            soak = MatchSoak(service, options)
            wrong = soak.run()
    finally:
        databases.close()
    shown = Shown(
        options.minutes,
        options.every,
        KILLING_PART,
        at,
        dict(soak.killed),
        max(soak.stood_up, default=0),
        soak.load,
        soak.memory,
    )
    write(PAGE, shown, wrong)
    print(f"wrote {PAGE}")
    for line in wrong:
        print(f"NOT AS IT SHOULD BE: {line}")
    print("soak of the match service: failed" if wrong else "soak of the match service: ok")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A long run of the match service under repeated kills.")
    minutes = float(os.environ.get("SOAK_MINUTES") or 30)
    parser.add_argument("--minutes", type=float, default=minutes, help="how long it is asked (SOAK_MINUTES)")
    parser.add_argument("--every", type=float, default=15, help="seconds between two kills")
    return parser.parse_args()


def _workers(door: int) -> list[int]:
    """The processes that answer: those that the web server started and that have children, the decoders."""
    return [number for number in children(door) if children(number)]


def _decodes(number: int) -> bool:
    return b"comity.matching.signals.child" in command(number)


def _drain(program: Any) -> None:
    """Read what a program says, so that it never waits for a reader."""
    threading.Thread(target=lambda: [None for _ in program.stdout], daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
