"""The hunt: 1 and 10,000 signals over 100 million stored fingerprints of pictures, by threads and by Ray's workers.

2,000 stored fingerprints lie within the threshold of some signal, in a partition like any other; what is missed is
counted, what is found named. All other partitions are random rows, near no signal, and have no Parquet file: a hunt
reads it only to name what it found. *First* is the first hunt of a process, which compares every sum; *streaming* means
that the rows were thrown out of the system's cache before. Where less than 8 GiB of memory or 8 of disk are free it is
10 million, and the figures say so (``rows_m``); ``BENCH_HUNT_ROWS`` sets another number. What goes on is told on
standard error; the figures are one JSON object.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from comity.matching.catalogue import Catalogue, partition
from comity.matching.catalogue import rows as rows_file
from comity.matching.catalogue.live import Listed
from comity.matching.catalogue.spelling import Rows
from comity.matching.hunting import Query, hunt
from comity.matching.hunting.cluster import Cluster
from comity.matching.hunting.runners import Runner, Threads
from comity.matching.hunting.service import PIECE
from comity.matching.index import keep_compiled, to_digits

PARTITION = 1 << 22
NAMED = 1 << 16
"""Fingerprints in the partition that has a Parquet file."""
SIGNALS, FOR_WORKERS, PLANTED = 10_000, 1_000, 2_000
_FLIPS = 25
_BEGAN = time.perf_counter()


def main() -> None:
    rows = int(os.environ.get("BENCH_HUNT_ROWS", "0")) or (100_000_000 if _room() else 10_000_000)
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as temporary:
        folder, kernels = Path(temporary) / "catalogue", Path(temporary) / "kernels"
        keep_compiled(kernels)
        signals = np.random.default_rng(1).integers(0, 1 << 64, (SIGNALS, 4), dtype=np.uint64)
        began = time.perf_counter()
        small = Path(temporary) / "small"
        _fill(small, min(rows, NAMED + 8 * PIECE), signals)  # a piece for every worker
        for some in (signals[:1], signals[:200], signals[:FOR_WORKERS], signals):
            _timed(small, some, Threads())
        _tell("compiled")
        began = time.perf_counter()
        _fill(folder, rows, signals)
        figures = {"rows_m": rows / 1e6, "build_s": time.perf_counter() - began}
        figures |= _threads(folder, signals) | _workers(folder, small, signals, kernels)
    json.dump({name: float(f"{value:.4g}") for name, value in figures.items()}, sys.stdout, indent=1)
    print()


def _threads(folder: Path, signals: Any) -> dict[str, float]:
    runner = Threads()
    first, _ = _timed(folder, signals[:1], runner)
    times = sorted(_timed(folder, signals[:1], runner)[0] for _ in range(3))
    cold = []
    for _ in range(3):
        _out_of_cache(folder)
        cold.append(_timed(folder, signals[:1], runner)[0])
    _timed(folder, signals[:1], runner)
    many, missed = _timed(folder, signals, runner)
    fewer, _ = _timed(folder, signals[:FOR_WORKERS], runner)
    figures = {
        "1_first_s": first,
        "1_memory_s": times[1],
        "1_streaming_s": sorted(cold)[1],
        "10k_memory_s": many,
        "missed": missed,
    }
    return figures | {"1k_threads_s": fewer}


def _workers(folder: Path, small: Path, signals: Any, kernels: Path) -> dict[str, float]:
    figures = {}
    for workers in (1, 2, 4):
        with Cluster(workers=workers, kernels=kernels) as cluster:
            _timed(small, signals[:FOR_WORKERS], cluster)  # starts and loads
            figures[f"1k_ray_{workers}_s"], missed = _timed(folder, signals[:FOR_WORKERS], cluster)
            assert not missed
    return figures


def _timed(folder: Path, signals: Any, runner: Runner) -> tuple[float, int]:
    """Seconds for a whole hunt, and how many planted fingerprints it missed."""
    queries = [Query("pdq", text) for text in to_digits(signals)]
    began = time.perf_counter()
    found = {one.item for one in hunt(folder, queries, runner=runner)}
    took = time.perf_counter() - began
    planted = {f"planted-{at}" for at in range(PLANTED) if at % SIGNALS < len(signals)}
    _tell(f"{len(signals):,} signals, {type(runner).__name__}: {took:.2f} s")
    return took, len(planted - found)


def _fill(folder: Path, rows: int, signals: Any) -> None:
    """Partitions as compaction leaves them, as far as hunts read them."""
    rng = np.random.default_rng(rows)
    Catalogue.open(folder, make=True).close()
    hashes = rng.integers(0, 1 << 64, (min(NAMED, rows), 4), dtype=np.uint64)
    _plant(rng, hashes, signals)
    items = pa.array([f"planted-{at}" if at < PLANTED else str(at) for at in range(len(hashes))])
    _put_in_force(folder, partition.write(folder, "pdq", 1, _table(hashes, items)))
    for number, first in enumerate(range(len(hashes), rows, PARTITION), 2):
        count = min(PARTITION, rows - first)
        listed = Listed(number, "pdq", count, f"{number:064x}")
        words = np.frombuffer(rng.bytes(count * 32), dtype=np.uint64).reshape(-1, 4)
        rows_file.write(partition.rows_path(folder, "pdq", number), 4, count, listed.digest, [Rows(words, None)])
        _put_in_force(folder, listed)
        _tell(f"{first + count:,} of {rows:,} rows written")


def _plant(rng: np.random.Generator, hashes: Any, signals: Any) -> None:
    for at in range(PLANTED):
        hashes[at] = signals[at % SIGNALS]
        for bit in rng.choice(256, size=_FLIPS, replace=False).tolist():
            hashes[at, bit >> 6] ^= np.uint64(1 << (bit & 63))


def _table(hashes: Any, items: Any) -> Any:
    count = len(items)
    octets = pa.py_buffer(hashes.astype(">u8").tobytes())
    nothing = pa.nulls(count, pa.string())
    columns = [
        pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(hashes[:, :2].tobytes())]),
        items,
        nothing,
        nothing,
        pa.repeat("photo", count),
        pa.Array.from_buffers(pa.binary(32), count, [None, octets]),
        nothing,
        pa.repeat(0, count).cast(pa.timestamp("us", tz="UTC")),
    ]
    return pa.table(columns, schema=partition.schema("pdq"))


def _put_in_force(folder: Path, listed: Listed) -> None:
    with Catalogue.open(folder) as catalogue, catalogue.ledger.change() as file:
        row = [listed.number, listed.signal_type, listed.fingerprints, listed.digest]
        file.execute("INSERT INTO partition VALUES (?, ?, ?, ?)", row)
        file.execute("UPDATE fact SET value = ? WHERE name = 'next'", [str(listed.number + 1)])


def _out_of_cache(folder: Path) -> None:
    """Have the rows read from the disk the next time; nobody maps them now."""
    for path in folder.glob("signal_type=pdq/*.rows"):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def _tell(line: str) -> None:
    print(f"{time.perf_counter() - _BEGAN:7.1f} s  {line}", file=sys.stderr, flush=True)


def _room() -> bool:
    line = next(one for one in Path("/proc/meminfo").read_text().splitlines() if one.startswith("MemAvailable"))
    return int(line.split()[1]) >= 8 << 20 and shutil.disk_usage(tempfile.gettempdir()).free >= 8 << 30


if __name__ == "__main__":
    main()
