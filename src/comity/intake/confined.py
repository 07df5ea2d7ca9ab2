"""The parent's side of the confined reader: start it, feed it, wait no longer than allowed, believe little of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import IO, Any

Answer = dict[str, Any]
_READER = (sys.executable, "-I", "-m", "comity.intake.child")


@dataclass(frozen=True)
class Letters:
    """The program that recognises letters (tesseract), the languages it is told, and how long it may take a page."""

    program: str
    languages: str = "eng"
    seconds: int = 20


@dataclass(frozen=True)
class ReadingLimits:
    """How much a document may cost. A removal order has two pages and some hundred objects."""

    bytes: int = 20 * 1024 * 1024
    pages: int = 60
    objects: int = 40_000
    depth: int = 100
    fields: int = 2_000
    characters: int = 400_000
    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    answer_bytes: int = 4 * 1024 * 1024
    files: int = 40
    """Of an archive or of winmail.dat."""
    unpacked: int = 24 * 1024 * 1024
    """Bytes that an archive may unpack to, all its files together."""
    pictures: int = 6
    """Pages of a scan that are drawn for a person."""

    def for_document(self) -> dict[str, int]:
        """What the child checks by itself while reading."""
        names = ("pages", "objects", "depth", "fields", "characters", "files", "unpacked", "pictures")
        return {name: int(value) for name, value in asdict(self).items() if name in names}


@dataclass(frozen=True)
class Confined:
    """Reads documents in a process of its own, one process a document.

    The child has no network, no files to write, and limits of memory, processor time and answer; what it says is data
    of a stranger, checked by whoever uses it.
    """

    limits: ReadingLimits = field(default_factory=ReadingLimits)

    def read_pdf(self, data: bytes, labels: Sequence[tuple[str, str]] = ()) -> Answer:
        """What ``comity.intake.child.document`` answers, or ``{"failed": code, "why": text}``."""
        return self._ask({"task": "pdf", "labels": [list(pair) for pair in labels]}, [data])

    def check_detached(self, content: bytes, signature: bytes) -> Answer:
        """Whether the CMS ``signature`` fits ``content``; no trust is judged."""
        return self._ask({"task": "cms", "labels": []}, [content, signature])

    def open_signed(self, data: bytes) -> Answer:
        """The content that a CMS signature carries, and whether the signature fits it; no trust is judged."""
        return self._ask({"task": "opaque", "labels": []}, [data], further=2 * len(data))

    def check_openpgp(self, content: bytes, signature: bytes, certificates: Sequence[bytes]) -> Answer:
        """Whether the OpenPGP ``signature`` fits ``content``, and by which of ``certificates``."""
        return self._ask({"task": "openpgp", "labels": []}, [content, signature, *certificates])

    def open_openpgp(self, data: bytes, certificates: Sequence[bytes]) -> Answer:
        """The text that an OpenPGP signature covers, and by which of ``certificates`` it was made."""
        return self._ask({"task": "openpgp-open", "labels": []}, [data, *certificates], further=2 * len(data))

    def open_zip(self, data: bytes) -> Answer:
        """The files of an archive, within ``files`` and ``unpacked``."""
        return self._ask({"task": "zip", "labels": []}, [data], further=2 * self.limits.unpacked)

    def open_winmail(self, data: bytes) -> Answer:
        """The files of a winmail.dat (TNEF)."""
        return self._ask({"task": "winmail", "labels": []}, [data], further=2 * len(data))

    def read_text(self, data: bytes, labels: Sequence[tuple[str, str]]) -> Answer:
        """Values behind printed labels, and boxes, of a text without layout."""
        return self._ask({"task": "text", "labels": [list(pair) for pair in labels]}, [data])

    def check_dkim(self, message: bytes, records: dict[str, str]) -> Answer:
        """What each DKIM signature of ``message`` is worth, by the key records that were asked for beforehand."""
        return self._ask({"task": "dkim", "labels": [], "records": records}, [message])

    def draw_pages(self, data: bytes) -> Answer:
        """The first pages of a PDF as pictures."""
        return self._ask({"task": "pictures", "labels": []}, [data], further=self.limits.unpacked)

    def recognise(self, picture: bytes, letters: Letters) -> str:
        """The letters that a program guesses on a picture (PNG); nothing where it fails, however it fails."""
        limits = self.limits
        command = [sys.executable, "-I", "-m", "comity.intake.child.recognise", letters.program, letters.languages]
        command += [str(limits.memory_bytes), str(letters.seconds), str(limits.answer_bytes)]
        with _nameless("picture") as asked, _nameless("letters") as answered:
            asked.write(picture)
            asked.flush()
            asked.seek(0)
            ended = _run(asked, answered, 2.0 * letters.seconds, command)
            answered.seek(0)
            said = answered.read(limits.characters)
        return said.decode("utf-8", "replace") if ended == 0 else ""

    def _ask(self, question: dict[str, Any], parts: list[bytes], further: int = 0) -> Answer:
        """``further``: bytes by which the answer may be larger, where it gives content back."""
        limits = replace(self.limits, answer_bytes=self.limits.answer_bytes + further)
        question |= {
            "confines": {
                "memory_bytes": limits.memory_bytes,
                "cpu_seconds": limits.cpu_seconds,
                "answer_bytes": limits.answer_bytes,
            },
            "limits": limits.for_document(),
            "sizes": [len(part) for part in parts],
        }
        # Two nameless files in memory instead of pipes: no reader that must keep up, and the kernel bounds the answer.
        with _nameless("question") as asked, _nameless("answer") as answered:
            asked.write(json.dumps(question).encode() + b"\n")
            for part in parts:
                asked.write(part)
            asked.flush()
            asked.seek(0)
            ended = _run(asked, answered, limits.wall_seconds)
            answered.seek(0)
            said = answered.read(limits.answer_bytes + 1)
        return _understood(ended, said, limits)


def _nameless(name: str) -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(f"comity-{name}"), "w+b")
    return tempfile.TemporaryFile()


def _run(asked: IO[bytes], answered: IO[bytes], seconds: float, command: Sequence[str] = _READER) -> int | None:
    """The child's exit status, or ``None`` when it had to be stopped."""
    child = subprocess.Popen(  # noqa: S603 -- ourselves, by fixed arguments
        command,
        stdin=asked,
        stdout=answered,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PATH": "/nonexistent"},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _understood(ended: int | None, said: bytes, limits: ReadingLimits) -> Answer:
    if ended is None:
        return {"failed": "too_costly", "why": f"was not read within {limits.wall_seconds:g} seconds"}
    if ended in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"failed": "too_costly", "why": f"needed more than {limits.cpu_seconds} seconds of processor time"}
    if ended != 0:
        return {"failed": "reader_died", "why": f"ended the reading process with status {ended}"}
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return {"failed": "reader_died", "why": "made the reading process answer nonsense"}
    return answer if isinstance(answer, dict) else {"failed": "reader_died", "why": "made the reader answer nonsense"}
