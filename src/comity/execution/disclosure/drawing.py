"""Pages and pictures as pixels, drawn in a process that can do nothing else: looked at, or black in parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import IO, Any

from comity.casefile.documents.collection import Region
from comity.execution.disclosure.errors import NotRedacted

MOST_BYTES = 256 << 20
PDF = "application/pdf"
DRAWABLE = frozenset({PDF, "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"})
"""Kinds of files that are drawn; parts of others cannot be made black."""
_MEMORY, _CPU_SECONDS, _WALL_SECONDS = 2 << 30, 120, 240.0
_DRAWER = (sys.executable, "-I", "-m", "comity.execution.disclosure.child")


def blacken(body: bytes, media_type: str, regions: tuple[Region, ...]) -> bytes:
    """A drawn form with black regions; raises ``NotRedacted`` for whatever cannot be drawn whole."""
    if not regions or any(not _proper(one) for one in regions):
        raise NotRedacted("a region lies inside its page and has an area")
    return _drawn(body, media_type, "blacken", regions=[one.model_dump() for one in regions])


def page(body: bytes, media_type: str, number: int) -> bytes:
    """One page as it is seen, a JPEG for people to look at; raises ``NotRedacted`` where there is no such page."""
    return _drawn(body, media_type, "page", page=number)


def pages(body: bytes, media_type: str) -> int:
    """How many pages a PDF has; a picture is one."""
    return int(_drawn(body, media_type, "count")) if media_type == PDF else 1


def _proper(region: Region) -> bool:
    return region.page >= 1 and 0 <= region.left < region.right <= 1 and 0 <= region.top < region.bottom <= 1


def _drawn(body: bytes, media_type: str, what: str, **more: Any) -> bytes:
    question = {
        "what": what,
        "media_type": media_type,
        "confines": {"memory_bytes": _MEMORY, "cpu_seconds": _CPU_SECONDS, "answer_bytes": 4 * MOST_BYTES},
        **more,
    }
    with _nameless("question") as asked, _nameless("answer") as answered:
        asked.write(json.dumps(question).encode() + b"\n" + body)
        asked.flush()
        asked.seek(0)
        ended = _run(asked, answered)
        answered.seek(0)
        drawn = answered.read()
    if ended != 0 or not drawn:
        raise NotRedacted(f"the file could not be drawn (status {ended})")
    return drawn


def _run(asked: IO[bytes], answered: IO[bytes]) -> int | None:
    try:
        done = subprocess.run(  # noqa: S603 -- ourselves, by fixed arguments
            _DRAWER,
            stdin=asked,
            stdout=answered,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/nonexistent"},
            cwd="/",
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _nameless(name: str) -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(f"comity-{name}"), "w+b")
    return tempfile.TemporaryFile()
