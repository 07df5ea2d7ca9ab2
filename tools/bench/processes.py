"""Processes by their numbers, as /proc shows them, and their violent ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def children(parent: int) -> list[int]:
    """Numbers of the processes that this one started."""
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        return [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []


def command(number: int) -> bytes:
    """The words it was started with; empty when it is gone."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(number: int) -> bool:
    """SIGKILL; whether there was anybody to kill."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kill_group(number: int) -> bool:
    """The same for a whole group."""
    try:
        os.killpg(number, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
