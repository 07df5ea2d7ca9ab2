"""Processes that end with the process that started them, so that nothing serves on unseen and no port stays taken.

And each is called by its program's name, so that ``ps -e`` and ``top`` tell a worker from the record's keeper.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of prctl(2)."""


def end_with(parent: int) -> None:
    """End when the process that started us ends, however it ends: the next ``comity run`` needs ports and database.

    Only Linux can promise it; elsewhere whoever kills ``comity run`` without a chance to stop must end its programs.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def be_called(name: str) -> None:
    """Show this name (15 bytes of it) in place of the interpreter's, where there is Linux's ``/proc``."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(f"comity {name}"[:15], encoding="ascii")
