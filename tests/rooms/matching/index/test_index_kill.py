"""A real process that writes is killed at any moment; opened again, the index has all that was acknowledged."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from comity.matching.index import Index
from support.brute import Words64

ROUNDS = 4
_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from comity.matching.index import Index, keep_compiled
keep_compiled(Path(sys.argv[1]))
def hashes(numbers):
    return np.array([np.random.default_rng(int(n)).integers(0, 1 << 64, 4, dtype=np.uint64) for n in numbers])
with Index.open(Path(sys.argv[2]), live=64) as index:
    first = int(sys.argv[3])
    while True:
        numbers = np.arange(first, first + 8, dtype=np.uint64)
        index.add(numbers, hashes(numbers))
        print("added", first, flush=True)
        index.remove(numbers[:4])
        print("removed", first, flush=True)
        first += 8
"""


def _hashes(numbers: range) -> Words64:
    return np.array([np.random.default_rng(n).integers(0, 1 << 64, 4, dtype=np.uint64) for n in numbers])


def _run_until_killed(cache: Path, folder: Path, first: int, words: int) -> list[tuple[str, int]]:
    """Start it, kill it after so many acknowledgements, and give everything it acknowledged."""
    command = [sys.executable, "-c", _PROGRAM, str(cache), str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(words)]
        process.send_signal(signal.SIGKILL)
        rest, error = process.communicate(timeout=120)
    assert all(lines), error
    said = [line.split() for line in [*lines, *rest.splitlines(keepends=True)] if line.endswith("\n")]
    return [(what, int(number)) for what, number in said]


@pytest.mark.parametrize("readers", [False, True], ids=["alone", "with a reader"])
def test_all_that_was_acknowledged_is_there_after_every_kill(readers, tmp_path):
    cache, folder = Path(__file__).resolve().parents[4] / ".cache" / "kernels", tmp_path / "index"
    added, removed, perhaps, tried = set(), set(), set(), 0
    Index.open(folder).close()
    reader = Index.open(folder, read_only=True) if readers else None
    for turn in range(ROUNDS):
        said = _run_until_killed(cache, folder, tried, 5 + 13 * turn)
        added |= {n for what, first in said if what == "added" for n in range(first, first + 8)}
        removed |= {n for what, first in said if what == "removed" for n in range(first, first + 4)}
        perhaps |= _maybe_removed(said)
        tried = max(added) + 9  # the last, unacknowledged one may or may not be there
        opened = Index.open(folder)
        with opened:
            for index in (opened, reader) if reader else (opened,):
                there = set(index.search(_hashes(range(tried)), 0).number.tolist())
                assert added - removed - perhaps <= there
                assert not there & removed
                assert max(there, default=0) < tried
    if reader:
        reader.close()


def _maybe_removed(said: list[tuple[str, int]]) -> set[int]:
    """What was being removed, unacknowledged, when the process was killed."""
    what, first = said[-1]
    return set(range(first, first + 4)) if what == "added" else set()
