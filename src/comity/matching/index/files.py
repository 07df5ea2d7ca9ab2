"""Files that survive a crash: a write is over when the file, its name and its folder are on the disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

ONLY_OWNER = 0o600
_PAUSE = 0.05


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file whole, in the place of any older one, or not at all: temporary · sync · rename · sync the folder."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def syncing(file: BinaryIO) -> Iterator[None]:
    """Have what is written go to the disk while more is being made, so that the last sync finds little left to do."""
    done = threading.Event()

    def sync() -> None:
        while not done.wait(_PAUSE):
            with suppress(OSError):  # the last sync, which counts, will say so
                os.fdatasync(file.fileno())

    thread = threading.Thread(target=sync, name="syncing")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
