"""The keeper: the one process that writes what serving processes read. It follows the banks in the database.

Changes are applied in their order: what left an index first, then what is listed, then what came, then the banks'
terms, then the position. A crash at any point repeats the last step, which changes nothing twice. Folders that are
lost, damaged or ahead of the database are made again from it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import structlog

from comity.casefile.documents import new_id
from comity.matching.index import Index, from_digits
from comity.matching.index.errors import FolderOwned, IndexFailure
from comity.matching.index.files import whole
from comity.matching.serving import places, snapshot
from comity.matching.serving.listed import Item, Listed
from comity.matching.signals.rows import rows_of

log = structlog.get_logger("comity.matching.serving")
_PAUSE = 0.25
_AT_ONCE = 200_000
"""Enough to be a segment of an index at once."""


class StandingItem(Protocol):
    """An item as the banks' store gives it."""

    @property
    def number(self) -> int:
        """Of the item, in all banks."""

    @property
    def bank(self) -> int:
        """Number of its bank."""

    @property
    def member(self) -> str:
        """Who listed it."""

    @property
    def signals(self) -> dict[str, str]:
        """By type."""

    @property
    def withdrawn(self) -> bool:
        """Whether it is listed no more."""


class Change(Protocol):
    """Items of a range changed, or a bank did."""

    @property
    def position(self) -> int:
        """Its place in the order of changes."""

    @property
    def first(self) -> int:
        """The first item."""

    @property
    def last(self) -> int:
        """The last item; before the first where only the bank changed."""


class Banks(Protocol):
    """What the keeper asks of the banks (``banks.store`` answers it)."""

    def position(self) -> int:
        """Of the newest change."""

    def changed_after(self, seen: int, most: int = ...) -> Sequence[Change]:
        """Changes after a position, in order."""

    def standing(self, first: int, last: int, most: int = ...) -> Iterator[Sequence[StandingItem]]:
        """Items of a range as they stand now, the withdrawn among them."""

    def snapshot(self) -> dict[str, Any]:
        """How every bank stands, and the items that are not plainly in force."""


class Kept:
    """The files, as their one writer holds them."""

    def __init__(self, folder: Path) -> None:
        """Own ``folder``, making what is not there. Raises ``FolderOwned``."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._lock = _locked(folder)
        self._indexes: dict[str, Index] = {}
        self._listed: Listed | None = None
        self.generation, self.position = _read_position(folder)
        try:
            self._open()
        except (IndexFailure, sqlite3.Error, OSError, ValueError) as failure:
            log.warning("index made again", why=type(failure).__name__)
            self.start_anew()

    def _open(self) -> None:
        if not self.generation:
            self.start_anew()
            return
        for kind in places.INDEXED:
            if not (places.folder_of(self.folder, kind) / "manifest").exists():
                raise ValueError(kind)
        if not (self.folder / places.LISTED).exists():
            raise ValueError(places.LISTED)
        self._open_files()

    def _open_files(self) -> None:
        self._listed = Listed(self.folder / places.LISTED, write=True)
        for kind in places.INDEXED:
            self._indexes[kind] = Index.open(places.folder_of(self.folder, kind))

    def start_anew(self) -> None:
        """Throw everything away and begin with nothing; readers go on with what they have open until it is whole."""
        self.close_files()
        for kind in places.INDEXED:
            shutil.rmtree(places.folder_of(self.folder, kind), ignore_errors=True)
        for name in (places.LISTED, f"{places.LISTED}-wal", f"{places.LISTED}-shm", places.POSITION):
            (self.folder / name).unlink(missing_ok=True)
        self.generation, self.position = new_id(), 0
        Listed.make(self.folder / places.LISTED)
        self._open_files()

    def apply(self, items: Sequence[StandingItem]) -> None:
        """Have the files say of these items what the database says of them."""
        assert self._listed is not None
        numbers = [item.bank << places.ITEM_BITS | item.number for item in items]
        before = self._listed.get(numbers)
        new = {
            number: Item(item.member, item.signals)
            for number, item in zip(numbers, items, strict=True)
            if not item.withdrawn
        }
        for kind, index in self._indexes.items():
            gone = [
                number for number, item in before.items() if kind in item.signals and _left(kind, item, new.get(number))
            ]
            if gone:
                index.remove(np.array(gone, dtype=np.uint64))
        self._listed.put(new, [number for number in before if number not in new], places.LIKENESS)
        for kind, index in self._indexes.items():
            _add(index, kind, new)

    def publish(self, said: Mapping[str, Any], position: int) -> None:
        """Put the banks' terms in force, then say how far this is."""
        snapshot.write(self.folder, {**said, "generation": self.generation})
        self.position = position
        with whole(self.folder / places.POSITION) as file:
            file.write(json.dumps({"generation": self.generation, "position": position}).encode())

    def beat(self) -> None:
        """Tell that everything known is applied."""
        (self.folder / places.HEARTBEAT).touch(mode=0o600)

    def close_files(self) -> None:
        """Let go of the indexes."""
        for index in self._indexes.values():
            index.close()
        self._indexes = {}
        if self._listed is not None:
            self._listed.close()
            self._listed = None

    def close(self) -> None:
        """Let another process keep them."""
        self.close_files()
        os.close(self._lock)


class Keeper:
    """Follows the banks into the files."""

    def __init__(self, kept: Kept, banks: Banks, rules: Callable[[], Any] | None = None) -> None:
        self._kept, self._banks, self._rules = kept, banks, rules
        self._published = False

    def step(self) -> bool:
        """Apply what changed, a thousand changes at most; whether there was anything."""
        if self._banks.position() < self._kept.position:  # an older database was put in place: nothing here is true
            log.warning("index made again", why="ahead of the database")
            self._kept.start_anew()
        changes = self._banks.changed_after(self._kept.position)
        if not changes and self._published:
            return False
        for first, last in _ranges(changes):
            for items in self._banks.standing(first, last, _AT_ONCE):
                self._kept.apply(items)
        said = self._banks.snapshot()
        if self._rules is not None:
            said["rules"] = self._rules()
        self._kept.publish(said, changes[-1].position if changes else self._kept.position)
        self._published = True
        return True

    def run(self, stop: threading.Event, wait: Callable[[float], object]) -> None:
        """Follow until told to stop; ``wait`` returns when something changed, or after so many seconds."""
        while not stop.is_set():
            if not self.step():
                self._kept.beat()
                wait(_PAUSE)


def _left(kind: str, item: Item, now: Item | None) -> bool:
    return kind in item.signals and (now is None or now.signals.get(kind) != item.signals[kind])


def _add(index: Index, kind: str, new: Mapping[int, Item]) -> None:
    numbers: list[int] = []
    rows: list[str] = []
    for number, item in new.items():
        if kind in item.signals:
            these = rows_of(kind, item.signals[kind])
            rows += these
            numbers += [number] * len(these)
    if rows:
        index.add(np.array(numbers, dtype=np.uint64), from_digits(rows))


def _ranges(changes: Iterable[Change]) -> list[tuple[int, int]]:
    """Ranges of items, joined where they touch."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted((one.first, one.last) for one in changes if one.first <= one.last):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def position_of(folder: Path) -> int:
    """How far the keeper is: everything up to this change is in force. 0 before it began."""
    return _read_position(folder)[1]


def _read_position(folder: Path) -> tuple[str, int]:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads((folder / places.POSITION).read_bytes())
        return str(said["generation"]), int(said["position"])
    return "", 0


def _locked(folder: Path) -> int:
    handle = os.open(folder / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise FolderOwned(str(folder)) from error
    return handle
