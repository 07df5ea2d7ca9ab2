"""The record of calls: who called what, how much was asked and found, never what. Files that only grow, one a day.

They lie in ``match-calls`` beside the folder of the indexes, since these may be thrown away.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from comity.casefile.clock import Clock
from comity.matching.serving.calls import Answer, Call


class Recording:
    """Writes one line a call, in the order of answers; any process may write to the same file."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()
        self._day, self._file = "", -1

    def enter(self, caller: str, call: str, answer: Answer, about: Call | None) -> None:
        """The line is in the file when this returns."""
        at = self._clock.now().z()
        asked, found = (about.asked, about.found) if about is not None else (0, 0)
        line = (
            f'{{"at":"{at}","caller":"{caller}","call":"{call}","status":{answer.status},'
            f'"asked":{asked},"found":{found}}}\n'
        )
        with self._lock:
            if at[:10] != self._day:
                self._open(at[:10])
            os.write(self._file, line.encode("ascii"))

    def _open(self, day: str) -> None:
        if self._file >= 0:
            os.close(self._file)
        path = self._folder / f"{day}.jsonl"
        self._file, self._day = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), day

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
            self._day, self._file = "", -1
