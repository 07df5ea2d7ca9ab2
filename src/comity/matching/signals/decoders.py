"""The parent's side of the confined decoders: keep a few, feed them, wait no longer than allowed, believe little.

Pictures are decoded by a few long-lived processes, one picture at a time each, because starting one costs a hundred
pictures. A process that takes too long, dies or answers nonsense is replaced, and so is every one after ``serves``
pictures: a picture that took its decoder over could falsify the answers about those after it, and no longer. A film is
decoded by a process of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Self

from comity.matching.errors import DecoderDidNotStart, DecodersClosed
from comity.matching.signals import children
from comity.matching.signals.children import FilmLimits
from comity.matching.signals.outcomes import Film, Outcome, Picture, Stills, film_of, picture_of, stills_of

_START_SECONDS = 60.0


@dataclass(frozen=True)
class PictureLimits:
    """How much a picture may cost."""

    bytes: int = 64 * 1024 * 1024
    pixels: int = 60_000_000
    """Decoded, of one frame; a JPEG is decoded at a smaller scale."""
    stored_pixels: int = 400_000_000
    frames: int = 8
    """That are hashed of a picture that moves."""
    dihedral: int = 0
    """1: also the hashes of the picture turned and mirrored in all eight ways."""
    memory_bytes: int = 2 * 1024 * 1024 * 1024
    wall_seconds: float = 10.0
    answer_bytes: int = 64 * 1024
    serves: int = 5_000
    """Pictures, after which a process is replaced."""
    life_cpu_seconds: int = 3_600


@dataclass
class _Server:
    """One confined process that decodes pictures."""

    child: subprocess.Popen[bytes]
    served: int = 0

    def end(self) -> None:
        """Stop it at once."""
        children.stop(self.child)
        for stream in (self.child.stdin, self.child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


@dataclass
class Decoders:
    """Decodes and hashes pictures and films, in processes that have no network, no files and little else.

    ``processes`` pictures at a time; any number of threads may ask. Close it at the end (``with``).
    """

    processes: int = 2
    limits: PictureLimits = field(default_factory=PictureLimits)
    films: FilmLimits = field(default_factory=FilmLimits)

    def __post_init__(self) -> None:
        self._idle: queue.LifoQueue[_Server | None] = queue.LifoQueue()
        for _ in range(self.processes):
            self._idle.put(None)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop every process; a picture being decoded is waited for."""
        self._closed = True
        for _ in range(self.processes):
            server = self._idle.get()
            if server is not None:
                server.end()
        for _ in range(self.processes):
            self._idle.put(None)

    def warm(self) -> None:
        """Start every process now, so that the first pictures do not wait for it."""
        taken = [self._idle.get() for _ in range(self.processes)]
        for server in taken:
            self._idle.put(server or self._started())

    def picture(self, data: bytes) -> Picture:
        """The hashes of a picture, or the name of what became of it."""
        if len(data) > self.limits.bytes:
            return Picture(Outcome.TOO_LARGE, why=f"{len(data)} bytes")
        server = self._idle.get()
        try:
            if self._closed:
                raise DecodersClosed
            server = server or self._started()
            answer = self._ask(server, data)
            server.served += 1
            if answer is None:
                ended = _end_of(server)
                server = None
                return ended
            if server.served >= self.limits.serves:
                server.end()
                server = None
            return picture_of(answer)
        finally:
            self._idle.put(server)

    def film(self, file: IO[bytes]) -> Film:
        """The hashes of a film in an open file, read from its beginning, or the name of what became of it."""
        limits = self.films
        asked = {"seconds": limits.seconds, "frames": limits.frames, "hashes": limits.hashes, "pixels": limits.pixels}
        answer = children.of_film("film", file, limits, asked)
        return answer if isinstance(answer, Film) else film_of(answer)

    def stills(self, file: IO[bytes]) -> Stills:
        """A sheet of moments of a film in an open file, for whoever must see what it shows, or what became of it."""
        answer = children.of_film("stills", file, self.films, {"pixels": self.films.pixels})
        return Stills(answer.outcome, why=answer.why) if isinstance(answer, Film) else stills_of(answer)

    def _started(self) -> _Server:
        children.demand("numpy", "matching")
        limits = self.limits
        confines = {
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.life_cpu_seconds,
            "answer_bytes": limits.answer_bytes,
        }
        server = _Server(children.start(["pictures", json.dumps(confines)], subprocess.PIPE, subprocess.PIPE))
        if children.parsed(_line(server.child, time.monotonic() + _START_SECONDS, limits.answer_bytes)) != {
            "ready": True
        }:
            server.end()
            raise DecoderDidNotStart
        return server

    def _ask(self, server: _Server, data: bytes) -> dict[str, Any] | None:
        """The process's answer; ``None`` when there is none in time, whatever the reason."""
        limits = asdict(self.limits)
        question = {name: limits[name] for name in ("pixels", "stored_pixels", "frames", "dihedral")}
        head = json.dumps({"size": len(data), "limits": question}).encode() + b"\n"
        until = time.monotonic() + self.limits.wall_seconds
        if not (_feed(server.child, head, until) and _feed(server.child, data, until)):
            return None
        return children.parsed(_line(server.child, until, self.limits.answer_bytes))


def _end_of(server: _Server) -> Picture:
    """Stop it, and say why it gave no answer: it still worked, or it was gone."""
    status = server.child.poll()
    server.end()
    if status is None or status in (-signal.SIGXCPU, -signal.SIGKILL):
        return Picture(Outcome.TOO_COSTLY, why="was not decoded in the time that a picture is given")
    return Picture(Outcome.DECODER_DIED, why=f"ended the decoder with status {status}")


def _feed(child: subprocess.Popen[bytes], data: bytes, until: float) -> bool:
    """Write as the process reads, no longer than ``until``."""
    assert child.stdin is not None
    left = memoryview(data)
    while left:
        _read, ready, _bad = select.select([], [child.stdin], [], max(0.0, until - time.monotonic()))
        if not ready:
            return False
        try:
            left = left[os.write(child.stdin.fileno(), left) :]
        except (BrokenPipeError, BlockingIOError):
            if child.poll() is not None:
                return False
    return True


def _line(child: subprocess.Popen[bytes], until: float, most: int) -> bytes:
    """One line of the process, or what there is of it when it ends, or time or size is up."""
    assert child.stdout is not None
    said = bytearray()
    while not said.endswith(b"\n") and len(said) <= most:
        ready, _write, _bad = select.select([child.stdout], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(child.stdout.fileno(), 1 << 16) if ready else b""
        if not piece:
            break
        said += piece
    return bytes(said) if said.endswith(b"\n") else b""
