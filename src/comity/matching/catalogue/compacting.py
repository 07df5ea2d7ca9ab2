"""Live fingerprints become partitions, small partitions become larger ones, and what was forgotten leaves them.

A number is given out first; what is forgotten from then on concerns the new partition too. Its files are written whole
and put in force, with what they replace taken out of force, in one transaction. Files that are not in force are deleted
when no hunt reads: a hunt that began before goes on with what it began with.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from comity.matching.catalogue import partition
from comity.matching.catalogue.errors import Compacting, PartitionDamaged
from comity.matching.catalogue.fingerprints import KINDS
from comity.matching.catalogue.live import Ledger, Listed, live_of
from comity.matching.catalogue.rows import RowsFile

MOST = 1 << 22
"""Fingerprints in a partition that is made of others; larger ones stay as they are."""
_ALIKE = 4
_READING, _COMPACTING = "reading", "compacting"
Words64 = npt.NDArray[np.uint64]


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """While a hunt reads, files that it may have yet to open are not deleted."""
    with _held(folder / _READING, fcntl.LOCK_SH):
        yield


def compact(folder: Path, ledger: Ledger) -> None:
    """Do all of it for every type. Raises ``Compacting`` when another process does, ``PartitionDamaged``."""
    with _only(folder):
        forgotten = ledger.standing(()).forgotten
        for kind in KINDS:
            while _live_to_partition(folder, ledger, kind):
                pass
            for some in _chosen(folder, ledger, kind):
                _merge(folder, ledger, kind, some)
        _drop(ledger, forgotten)
        _derive_missing(folder, ledger)
        _delete_others(folder, ledger)


def _live_to_partition(folder: Path, ledger: Ledger, kind: str) -> bool:
    """Make a partition of live fingerprints that no partition has; whether there were any live ones."""
    with ledger.change() as file:
        ids = file.execute("SELECT id FROM fingerprint WHERE signal_type = ? ORDER BY id LIMIT ?", [kind, MOST])
        last = max((one for (one,) in ids), default=0)
        if not last:
            return False
        number = _next_number(file)
    standing = ledger.standing([kind])
    with ledger.look() as file:
        live = live_of(file, kind, last)
    table = partition.table_of(kind, live)
    table = table.filter(pa.array(~_known(folder, standing.partitions, standing.forgotten, table)))
    listed = partition.write(folder, kind, number, table) if table.num_rows else None
    with ledger.change() as file:
        if listed is not None:
            _put_in_force(file, listed)
        file.execute("DELETE FROM fingerprint WHERE signal_type = ? AND id <= ?", [kind, last])
    return True


def _known(
    folder: Path, partitions: Sequence[Listed], forgotten: dict[str, int], table: pa.Table
) -> npt.NDArray[np.bool_]:
    """Which rows stand in a partition already, where their item was not forgotten."""
    known = np.zeros(table.num_rows, dtype=np.bool_)
    if not table.num_rows:
        return known
    keys = _keys(table["key"])
    order = np.argsort(keys[:, 0], kind="stable")
    before = np.array([forgotten.get(item, -1) for item in table["item"].to_pylist()])
    for listed in partitions:
        with partition.opened(folder, listed) as file:
            theirs = _keys(file.read(columns=["key"])["key"])
        known |= _among(keys, order, theirs) & (before < listed.number)
    return known


def _among(keys: Words64, order: npt.NDArray[np.intp], theirs: Words64) -> npt.NDArray[np.bool_]:
    """Which of ``keys`` are among ``theirs``."""
    rising = keys[order, 0]
    place = np.searchsorted(rising, theirs[:, 0])
    near = theirs[rising[np.minimum(place, len(rising) - 1)] == theirs[:, 0]]
    found = np.zeros(len(keys), dtype=np.bool_)
    if len(near):
        pairs = np.concatenate([keys, near])
        _, inverse = np.unique(pairs, axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        found = np.isin(inverse[: len(keys)], inverse[len(keys) :])
    return found


def _keys(column: pa.ChunkedArray) -> Words64:
    """Keys as two words each."""
    pieces = []
    for chunk in column.chunks:
        begin = chunk.offset * 16
        pieces.append(np.frombuffer(chunk.buffers()[1], dtype=np.uint8)[begin : begin + len(chunk) * 16])
    together = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.uint8)
    return np.ascontiguousarray(together).view(np.uint64).reshape(-1, 2)


def _chosen(folder: Path, ledger: Ledger, kind: str) -> list[list[Listed]]:
    """Groups of partitions that become one each: small ones of about a size, and each that holds what was forgotten."""
    standing = ledger.standing([kind])
    groups: list[list[Listed]] = []
    taken: list[Listed] = []
    rows = 0
    for one in sorted(standing.partitions, key=lambda one: one.fingerprints):
        if rows + one.fingerprints > MOST or (taken and one.fingerprints > _ALIKE * rows):
            groups, taken, rows = [*groups, taken], [], 0
        taken, rows = [*taken, one], rows + one.fingerprints
    groups.append(taken)
    return [some for some in groups if len(some) > 1 or any(_has(folder, one, standing.forgotten) for one in some)]


def _has(folder: Path, listed: Listed, forgotten: dict[str, int]) -> bool:
    """Whether a partition holds an item that was forgotten."""
    items = [item for item, before in forgotten.items() if before >= listed.number]
    if not items:
        return False
    with partition.opened(folder, listed) as file:
        return bool(pc.any(_of_items(file.read(columns=["item"]), items)).as_py())


def _of_items(table: pa.Table, items: Sequence[str]) -> pa.ChunkedArray:
    return pc.is_in(table["item"], value_set=pa.array(items, pa.string()))


def _merge(folder: Path, ledger: Ledger, kind: str, some: Sequence[Listed]) -> None:
    """Make one partition of some, without what was forgotten."""
    with ledger.change() as file:
        number = _next_number(file)
    forgotten = ledger.standing([kind]).forgotten
    tables = []
    for listed in some:
        table = partition.read(folder, listed)
        items = [item for item, before in forgotten.items() if before >= listed.number]
        tables.append(table.filter(pc.invert(_of_items(table, items))) if items else table)
    together = pa.concat_tables(tables)
    new = partition.write(folder, kind, number, together) if together.num_rows else None
    with ledger.change() as file:
        file.executemany("DELETE FROM partition WHERE number = ?", [(one.number,) for one in some])
        if new is not None:
            _put_in_force(file, new)


def _next_number(file: sqlite3.Connection) -> int:
    execute = file.execute
    (number,) = execute("SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'next'").fetchone()
    execute("UPDATE fact SET value = ? WHERE name = 'next'", [str(number + 1)])
    return int(number)


def _put_in_force(file: sqlite3.Connection, listed: Listed) -> None:
    file.execute(
        "INSERT INTO partition VALUES (?, ?, ?, ?)",
        [listed.number, listed.signal_type, listed.fingerprints, listed.digest],
    )


def _drop(ledger: Ledger, forgotten: dict[str, int]) -> None:
    """Removals that have left every partition need not be remembered, unless they were repeated meanwhile."""
    with ledger.change() as file:
        file.executemany("DELETE FROM forgotten WHERE item = ? AND before = ?", list(forgotten.items()))


def _derive_missing(folder: Path, ledger: Ledger) -> None:
    """Make rows again where they are missing or damaged, from Parquet files that are whole."""
    for listed in ledger.standing(KINDS).partitions:
        try:
            found = RowsFile(partition.rows_path(folder, listed.signal_type, listed.number), listed.digest)
            found.check(0, found.rows, anew=True)
            _ = found.owners
        except PartitionDamaged:
            if partition.digest_of(partition.parquet_path(folder, listed.signal_type, listed.number)) != listed.digest:
                raise
            partition.derive(folder, listed)


def _delete_others(folder: Path, ledger: Ledger) -> None:
    """Delete files that are not in force, unless a hunt reads: then the next time."""
    try:
        with _held(folder / _READING, fcntl.LOCK_EX | fcntl.LOCK_NB):
            kept = set()
            for one in ledger.standing(KINDS).partitions:
                kept.add(partition.parquet_path(folder, one.signal_type, one.number))
                kept.add(partition.rows_path(folder, one.signal_type, one.number))
            for path in folder.glob("signal_type=*/*part-*"):
                if path not in kept:
                    path.unlink(missing_ok=True)
    except BlockingIOError:
        return


@contextmanager
def _only(folder: Path) -> Iterator[None]:
    try:
        with _held(folder / _COMPACTING, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as failure:
        raise Compacting from failure


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
