"""Processes that end with the process that started them, so that nothing serves on unseen and no port stays taken."""

from __future__ import annotations

import ctypes
import os
import signal

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
