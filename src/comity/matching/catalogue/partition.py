"""A partition: fingerprints of one type in a Parquet file that never changes, and the file of rows beside it.

Columns: ``key`` (16 bytes), ``item``, ``url``, ``account``, ``content_type``, ``signal`` (bytes where the type's
signals are hexadecimal digits, else text), ``recipe``, ``seen_at``. The type is the folder's name, as DuckDB, Spark and
Ray read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from comity.matching.catalogue import rows
from comity.matching.catalogue.errors import PartitionDamaged
from comity.matching.catalogue.fingerprints import KEY_BYTES, Fingerprint, key_of
from comity.matching.catalogue.live import Listed, instant, microseconds
from comity.matching.catalogue.spelling import OCTETS_OF, Rows, rows_of_octets, rows_of_signals, width_of
from comity.matching.index.files import ONLY_OWNER, whole

GROUP = 65_536
"""Fingerprints in a row group: what is read to name one of them."""
_PIECE = 1 << 20


def schema(kind: str) -> pa.Schema:
    """The columns of a type's partitions."""
    octets = OCTETS_OF.get(kind)
    return pa.schema(
        [
            pa.field("key", pa.binary(KEY_BYTES), nullable=False),
            pa.field("item", pa.string(), nullable=False),
            pa.field("url", pa.string()),
            pa.field("account", pa.string()),
            pa.field("content_type", pa.string(), nullable=False),
            pa.field("signal", pa.string() if octets is None else pa.binary(octets), nullable=False),
            pa.field("recipe", pa.string()),
            pa.field("seen_at", pa.timestamp("us", tz="UTC"), nullable=False),
        ]
    )


def folder_of(folder: Path, kind: str) -> Path:
    """Where partitions of a type lie."""
    return folder / f"signal_type={kind}"


def parquet_path(folder: Path, kind: str, number: int) -> Path:
    """Where a partition's Parquet file lies."""
    return folder_of(folder, kind) / f"part-{number:08}.parquet"


def rows_path(folder: Path, kind: str, number: int) -> Path:
    """Where its rows lie."""
    return folder_of(folder, kind) / f"part-{number:08}.rows"


def table_of(kind: str, fingerprints: Sequence[Fingerprint]) -> pa.Table:
    """Fingerprints as columns."""
    signals: list[Any] = [one.signal for one in fingerprints]
    if kind in OCTETS_OF:
        signals = [bytes.fromhex(signal) for signal in signals]
    columns = {
        "key": [key_of(one.item, one.signal_type, one.signal) for one in fingerprints],
        "item": [one.item for one in fingerprints],
        "url": [one.url for one in fingerprints],
        "account": [one.account for one in fingerprints],
        "content_type": [one.content_type for one in fingerprints],
        "signal": signals,
        "recipe": [one.recipe for one in fingerprints],
        "seen_at": [microseconds(one.seen_at) for one in fingerprints],
    }
    return pa.table(columns, schema=schema(kind))


def write(folder: Path, kind: str, number: int, table: pa.Table) -> Listed:
    """Write both files; when this returns they are on the disk. Nobody reads them before they are in force."""
    place = folder_of(folder, kind)
    place.mkdir(mode=0o700, exist_ok=True)
    path = parquet_path(folder, kind, number)
    with whole(path) as file:
        pq.write_table(
            table,
            file,
            row_group_size=GROUP,
            compression="zstd",
            use_dictionary=["account", "content_type", "recipe"],
            write_page_checksum=True,
        )
    path.chmod(ONLY_OWNER)
    listed = Listed(number, kind, table.num_rows, digest_of(path))
    derive(folder, listed)
    return listed


def derive(folder: Path, listed: Listed) -> None:
    """Make the file of rows from the Parquet file."""
    path = rows_path(folder, listed.signal_type, listed.number)
    pieces = _rows(folder, listed)
    rows.write(path, width_of(listed.signal_type), listed.fingerprints, listed.digest, pieces)


def _rows(folder: Path, listed: Listed) -> Iterator[Rows]:
    kind, first = listed.signal_type, 0
    with opened(folder, listed) as file:
        for batch in file.iter_batches(batch_size=GROUP, columns=["signal"]):
            column = batch.column(0)
            if kind in OCTETS_OF:
                octets = OCTETS_OF[kind]
                begin = column.offset * octets
                data = memoryview(column.buffers()[1])[begin : begin + len(column) * octets]
                yield Rows(rows_of_octets(kind, bytes(data)), None)
                continue
            found = rows_of_signals(kind, column.to_pylist())
            yield found if found.owners is None else Rows(found.words, found.owners + np.uint32(first))
            first += len(column)


def opened(folder: Path, listed: Listed) -> pq.ParquetFile:
    """The Parquet file; its pages' checksums are verified when they are read. Raises ``PartitionDamaged``."""
    path = parquet_path(folder, listed.signal_type, listed.number)
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as failure:
        raise PartitionDamaged(f"{path.name}: {type(failure).__name__}") from failure
    if file.metadata.num_rows != listed.fingerprints:
        raise PartitionDamaged(path.name)
    return file


def read(folder: Path, listed: Listed) -> pa.Table:
    """All of it, after its digest was compared. Raises ``PartitionDamaged``."""
    path = parquet_path(folder, listed.signal_type, listed.number)
    if digest_of(path) != listed.digest:
        raise PartitionDamaged(path.name)
    with opened(folder, listed) as file:
        return file.read()


def named(folder: Path, listed: Listed, numbers: Sequence[int]) -> Iterator[tuple[int, Fingerprint]]:
    """The fingerprints with these numbers (rising). Raises ``PartitionDamaged``."""
    wanted: dict[int, list[int]] = {}
    for number in numbers:
        wanted.setdefault(number // GROUP, []).append(number)
    with opened(folder, listed) as file:
        for group, some in wanted.items():
            try:
                table = file.read_row_group(group).take([number % GROUP for number in some])
            except (OSError, pa.ArrowException) as failure:
                raise PartitionDamaged(f"part-{listed.number:08}.parquet, group {group}") from failure
            yield from zip(some, fingerprints_of(listed.signal_type, table), strict=True)


def signals(folder: Path, listed: Listed, first: int, last: int) -> Iterator[str]:
    """The signals of fingerprints from ``first``, a multiple of ``GROUP``, to ``last``, of a type written as text."""
    with opened(folder, listed) as file:
        for group in range(first // GROUP, -(-last // GROUP)):
            try:
                yield from file.read_row_group(group, columns=["signal"])["signal"].to_pylist()
            except (OSError, pa.ArrowException) as failure:
                raise PartitionDamaged(f"part-{listed.number:08}.parquet, group {group}") from failure


def fingerprints_of(kind: str, table: pa.Table) -> list[Fingerprint]:
    """Columns as fingerprints."""
    table = table.set_column(7, "seen_at", table["seen_at"].cast(pa.int64()))
    return [
        Fingerprint(
            item=row["item"],
            url=row["url"],
            account=row["account"],
            content_type=row["content_type"],
            signal_type=kind,
            signal=row["signal"].hex() if kind in OCTETS_OF else row["signal"],
            recipe=row["recipe"],
            seen_at=instant(row["seen_at"]),
        )
        for row in table.to_pylist()
    ]


def digest_of(path: Path) -> str:
    """SHA-256 of a file. Raises ``PartitionDamaged`` where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as failure:
        raise PartitionDamaged(f"{path.name}: {failure.strerror}") from failure
    return digest.hexdigest()
