"""The vault's directory: files under random names, on the disk before their row commits, locked until it has.

A name says nothing about what the file holds, so that nobody who has the digest of a known file can look it up. While a
file has no committed row its writer holds a lock (``flock``) on it; a killed writer's lock goes with it. A file without
row and without lock is what a crash left behind, and ``sweep`` may remove it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents.identifiers import new_id
from comity.casefile.evidence.cipher import HEAD_BYTES
from comity.casefile.evidence.errors import ExhibitMissing

_FANOUT = 2
_NAME_LENGTH = 32


class WrittenFile:
    """A file that is wholly on the disk, locked until ``release`` (or until nobody refers to it any more)."""

    __slots__ = ("_descriptor", "name")

    def __init__(self, name: str, descriptor: int | None) -> None:
        self.name = name
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give up the lock: the row is committed, or the file was removed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()


class ExhibitStore(Protocol):
    """Where encrypted exhibits lie. Knows names and bytes, nothing of exhibits."""

    def write(self, chunks: Iterable[bytes]) -> WrittenFile:
        """Write a new file, durably; on any failure nothing stays."""

    def put_back(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write the file of that name from a backup; one that is there stays."""

    def open(self, name: str) -> BinaryIO:
        """The file's bytes from their beginning; raises ``ExhibitMissing``."""

    def remove(self, name: str) -> None:
        """Destroy the file, or leave it to a later ``sweep`` where a lock still keeps it; it may be gone already."""

    def names(self) -> Iterator[str]:
        """The names of all files there are."""

    def remove_abandoned(self, name: str, wanted: Callable[[], bool]) -> bool:
        """Remove a file that nobody writes and that is not ``wanted``; gives whether it did."""

    def keep(self, name: str, *, until: Instant | None) -> None:
        """Let nobody delete the file before an instant, or, with ``None``, before ``let_go``."""

    def let_go(self, name: str) -> None:
        """End what ``keep`` without an instant began."""


class VaultDirectory:
    """Files of one vault in a local directory."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        missing = [path for path in _folders(root) if not path.is_dir()]
        for path in missing:
            path.mkdir(mode=0o700, exist_ok=True)
        if missing:
            _sync_directory(root)

    def write(self, chunks: Iterable[bytes]) -> WrittenFile:
        """Write a new file, through to the disk, its directory entry too; on any failure nothing stays."""
        name, descriptor = self._create()
        written = WrittenFile(name, descriptor)
        try:
            for chunk in chunks:
                _write_all(descriptor, chunk)
            os.fsync(descriptor)
            _sync_directory(self._path(name).parent)
        except BaseException:
            self.remove(name)
            raise
        return written

    def put_back(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write the file of that name from a backup, whole or not at all; one that is there stays."""
        path = self._path(name)
        if path.exists():
            return
        started = path.with_name(f".{name}")
        with started.open("wb") as file:
            started.chmod(0o600)
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        started.rename(path)
        _sync_directory(path.parent)

    def open(self, name: str) -> BinaryIO:
        """The file's bytes from their beginning; raises ``ExhibitMissing``."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError as error:
            raise ExhibitMissing from error

    def remove(self, name: str) -> None:
        """Destroy the head (half of the key), then the file; it may be gone already."""
        path = self._path(name)
        try:
            with path.open("r+b") as file:
                file.write(bytes(HEAD_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _sync_directory(path.parent)
        except FileNotFoundError:
            return

    def names(self) -> Iterator[str]:
        """The names of all files there are."""
        for folder in _folders(self._root):
            yield from sorted(path.name for path in folder.iterdir() if is_name(path.name))

    def keep(self, name: str, *, until: Instant | None) -> None:
        """A directory locks nothing: the database's guards stand, the disk's owner can delete."""

    def let_go(self, name: str) -> None:
        """Nothing was locked."""

    def remove_abandoned(self, name: str, wanted: Callable[[], bool]) -> bool:
        """Remove a file that no living writer holds and that is not ``wanted``; gives whether it did.

        The lock is had before anybody is asked, and kept until the file is gone: a writer lets go of it only after its
        row is committed, and one that gets it afterwards sees that its file has no name any more.
        """
        try:
            descriptor = os.open(self._path(name), os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if wanted():
                return False
            self.remove(name)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def _create(self) -> tuple[str, int]:
        while True:
            name = new_id()
            descriptor = os.open(self._path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # A sweep may have removed the file between its creation and our lock; then it has no name any more.
            if os.fstat(descriptor).st_nlink:
                return name, descriptor
            os.close(descriptor)

    def _path(self, name: str) -> Path:
        if not is_name(name):
            raise ExhibitMissing("not a name this vault gives")
        return self._root / name[:_FANOUT] / name


def _folders(root: Path) -> Iterator[Path]:
    return (root / f"{number:0{_FANOUT}x}" for number in range(16**_FANOUT))


def is_name(name: str) -> bool:
    """Whether a store may have given this name."""
    return len(name) == _NAME_LENGTH and not set(name) - set("0123456789abcdef")


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
