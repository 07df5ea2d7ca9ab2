"""The list of an index's files: changing it is one rename, and what it does not name does not exist.

Two lines: the SHA-256 of the second in hexadecimal digits, and JSON with ``version`` (1), ``generation`` (grows with
every change), ``next`` (number of the next file), ``segments`` (``number`` and ``since``: the first journal whose
removals concern it) and ``journals`` (numbers, oldest first; changes are written to the last).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.matching.index.errors import ManifestDamaged
from comity.matching.index.files import whole

NAME = "manifest"
EMPTY = 32
"""Bytes of a journal without records: a crash while an index is made may leave one."""


class Listed(BaseModel):
    """A segment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: int = Field(ge=0)
    since: int = Field(ge=0)


class Manifest(BaseModel):
    """Which files make up the index."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: int = Field(default=1, ge=1, le=1)
    generation: int = Field(ge=0)
    next: int = Field(ge=0)
    segments: list[Listed]
    journals: list[int] = Field(min_length=1)


def segment_path(folder: Path, number: int) -> Path:
    """Where a segment lies."""
    return folder / f"segment-{number:08}"


def journal_path(folder: Path, number: int) -> Path:
    """Where a journal lies."""
    return folder / f"journal-{number:08}"


def read(folder: Path) -> Manifest | None:
    """What the folder holds; ``None`` when nothing was ever written there. Raises ``ManifestDamaged``."""
    try:
        digest, _, text = (folder / NAME).read_bytes().partition(b"\n")
    except FileNotFoundError:
        if any(folder.glob("segment-*")) or any(path.stat().st_size > EMPTY for path in folder.glob("journal-*")):
            raise ManifestDamaged from None  # what was acknowledged is there, and nothing says which of it counts
        return None
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise ManifestDamaged
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise ManifestDamaged from error


def write(folder: Path, manifest: Manifest) -> None:
    """Put it in force: when this returns it is on the disk."""
    text = manifest.model_dump_json().encode()
    with whole(folder / NAME) as file:
        file.write(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


def remove_others(folder: Path, manifest: Manifest) -> None:
    """Delete files that the manifest does not name: what a crash or a compaction left."""
    kept = {segment_path(folder, listed.number) for listed in manifest.segments}
    kept |= {journal_path(folder, number) for number in manifest.journals}
    for pattern in ("segment-*", "journal-*", ".*.new"):
        for path in folder.glob(pattern):
            if path not in kept:
                path.unlink(missing_ok=True)
