"""Files that survive a crash: a write is over when the file, its name and its folder are on the disk.

open temporary file · write · fsync · rename over the name · fsync the folder (and each folder just made).
A crash leaves either the old file or the new one, and perhaps a temporary file that the next write overwrites: one
process writes here (the live sequencer), so the temporary name is fixed.
"""

from __future__ import annotations

import os
from pathlib import Path

from comity.casefile.audit.errors import ImmutableDiffers


def read(path: Path) -> bytes | None:
    """The file's bytes, or ``None`` when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_immutable(path: Path, data: bytes) -> None:
    """Write a file that never changes again; one that exists must be identical or ``ImmutableDiffers`` is raised."""
    existing = read(path)
    if existing is None:
        replace(path, data)
    elif existing != data:
        raise ImmutableDiffers(f"{path.parent.name}/{path.name}")


def replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all, in the place of any older one."""
    _make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
