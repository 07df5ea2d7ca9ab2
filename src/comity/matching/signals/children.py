"""Confined decoder processes: started with nothing of ours but their task, stopped at once, their answers parsed.

A film is decoded by a process of its own, which ends with its answer.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from comity.matching.errors import MissingLibraries
from comity.matching.signals.outcomes import Film, Outcome

_CHILD = (sys.executable, "-I", "-m", "comity.matching.signals.child")
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/nonexistent", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class FilmLimits:
    """How much a film may cost."""

    seconds: float = 1.0
    """Between two frames that are hashed; 0 hashes every frame."""
    frames: int = 1_000_000
    hashes: int = 50_000
    pixels: int = 40_000_000
    memory_bytes: int = 3 * 1024 * 1024 * 1024
    cpu_seconds: int = 1_800
    wall_seconds: float = 1_800.0
    answer_bytes: int = 16 * 1024 * 1024


def of_film(task: str, file: IO[bytes], limits: FilmLimits, asked: Mapping[str, float]) -> Any:
    """What a process says of a film in an open file, read from its beginning; a ``Film`` where it had no say."""
    demand("av", "films")
    file.seek(0)
    confines = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "answer_bytes": limits.answer_bytes,
    }
    with nameless() as answered:
        child = start([task, json.dumps(confines), json.dumps(asked)], file, answered)
        try:
            ended = child.wait(limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return Film(Outcome.TOO_COSTLY, why=f"was not decoded within {limits.wall_seconds:g} seconds")
        finally:
            stop(child)
        answered.seek(0)
        said = answered.read(limits.answer_bytes)
    if ended in (-signal.SIGXCPU, -signal.SIGKILL):
        return Film(Outcome.TOO_COSTLY, why=f"needed more than {limits.cpu_seconds} seconds of processor time")
    return parsed(said) if ended == 0 else Film(Outcome.DECODER_DIED, why=f"ended it with status {ended}")


def demand(library: str, extra: str) -> None:
    """The child would only die of it; raises ``MissingLibraries``."""
    if importlib.util.find_spec(library) is None:
        raise MissingLibraries.named(library, extra)


def start(arguments: list[str], asked: Any, answered: Any) -> subprocess.Popen[bytes]:
    """Start a process for this task, with what it reads and where it answers."""
    child = subprocess.Popen(  # noqa: S603 -- ourselves, by fixed arguments
        [*_CHILD, *arguments],
        stdin=asked,
        stdout=answered,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        bufsize=0,
        start_new_session=True,
    )
    if child.stdin is not None:
        os.set_blocking(child.stdin.fileno(), False)
    return child


def stop(child: subprocess.Popen[bytes]) -> None:
    """Kill it with all that it started, unless it has ended."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def parsed(said: bytes) -> dict[str, Any] | None:
    """An answer in JSON; ``None`` for anything else."""
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def nameless() -> IO[bytes]:
    """A file in memory without a name, which is gone when it is closed or its process ends."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("comity-film"), "w+b")
    return tempfile.TemporaryFile()
