"""What a program and everything that it started use: processor time, memory, room on the disk; read from /proc."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import children

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(parent: int) -> list[int]:
    """The process and all its descendants."""
    found, new = [], [parent]
    while new:
        found += new
        new = [child for one in new for child in children(one)]
    return found


def processor_seconds(parent: int) -> float:
    """Seconds of processor that the tree has used, with those of its children that have ended.

    Correct as long as nobody in the tree that has children of its own ends between two readings.
    """
    return sum(_seconds(number) for number in tree(parent))


def _seconds(number: int) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(word) for word in fields[11:15]) / _TICKS


def memory_mib(parent: int) -> float:
    """Memory of the tree in MiB; what several processes share is counted once."""
    return sum(map(proportional_mib, tree(parent)))


def proportional_mib(number: int) -> float:
    """Memory of one process in MiB, its part of what it shares with others."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def bytes_on_disk(*folders: Path) -> int:
    """Room that the files below take, as the disk counts it."""
    taken = 0
    for folder in folders:
        for place, _inside, names in os.walk(folder):
            for name in names:
                try:
                    taken += (Path(place) / name).lstat().st_blocks * 512
                except OSError:
                    continue
    return taken


@contextmanager
def regularly(what: Callable[[], None], seconds: float) -> Iterator[None]:
    """Do it once so many seconds, in a thread of its own, until the block ends; what fails there is raised here."""
    stop, failures = threading.Event(), []

    def body() -> None:
        while not stop.wait(seconds):
            try:
                what()
            except Exception as failure:  # noqa: BLE001 -- raised by the one who waits
                failures.append(failure)
                return

    thread = threading.Thread(target=body)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    for failure in failures:
        raise failure
