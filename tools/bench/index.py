"""The index of signals: look-ups, builds, restarts and changes at 100 thousand, 1 and 10 million rows, beside peers.

One thread each (peers with OMP_NUM_THREADS=1), one question a call unless it says batch; every tenth question lies
within the radius of some row, and what is missed is counted. A hundred million as well, without peers,
where 18 GiB of memory are free (and 12 of disk). Prints one JSON object.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

from comity.matching.index import Index, build, warm

RADIUS = 31
SECONDS = 1.0
CHANGES = 200
SIZES = {100_000: "100k", 1_000_000: "1m", 10_000_000: "10m"}
_MOST = 100_000_000
_FLIPS = 25
_THREATEXCHANGE = ("threatexchange_build_s", "threatexchange_bytes_a_row", "threatexchange_per_s")


def main() -> None:
    figures: dict[str, float] = {}
    sizes = SIZES | ({_MOST: "100m"} if _free() >= 18 << 30 else {})
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        began = time.perf_counter()
        warm(Path(folder) / "kernels")
        figures["warm_s"] = time.perf_counter() - began
        for rows, name in sizes.items():
            figures |= {f"{name}_{figure}": value for figure, value in _size(Path(folder) / name, rows).items()}
    json.dump({name: float(f"{value:.4g}") for name, value in figures.items()}, sys.stdout, indent=1)
    print()


def _size(folder: Path, rows: int) -> dict[str, float]:
    rng = np.random.default_rng(rows)
    hashes = rng.integers(0, 1 << 64, (rows, 4), dtype=np.uint64)
    numbers = np.arange(rows, dtype=np.uint64)
    questions, near = _questions(rng, hashes)
    folder.mkdir()
    figures = _alone(folder / "alone", numbers, hashes) if rows < _MOST else {}
    began = time.perf_counter()
    with Index.open(folder / "index", background=False) as index:
        index.add(numbers, hashes)
    if rows == _MOST:
        figures = {"build_s": time.perf_counter() - began, "bytes_a_row": _octets(folder / "index") / rows}
        hashes = hashes[:0].copy()  # gives their memory back
    began = time.perf_counter()
    with Index.open(folder / "index", background=False) as index:
        figures["open_s"] = time.perf_counter() - began
        figures |= _ours(index, questions, near)
        if rows == 1_000_000:
            figures |= _changes(index, folder / "index", rng)
    return figures | (_peers(hashes, questions) if rows < _MOST else {})


def _alone(path: Path, numbers: Any, hashes: Any) -> dict[str, float]:
    """One segment, built without an index around it."""
    began = time.perf_counter()
    build(path, numbers, hashes)
    figures = {"build_s": time.perf_counter() - began, "bytes_a_row": path.stat().st_size / len(hashes)}
    path.unlink()
    return figures


def _octets(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _free() -> int:
    line = next(one for one in Path("/proc/meminfo").read_text().splitlines() if one.startswith("MemAvailable"))
    return int(line.split()[1]) << 10


def _questions(rng: np.random.Generator, hashes: Any) -> tuple[Any, dict[int, int]]:
    """Questions, and for every tenth the row that it was made from."""
    questions = rng.integers(0, 1 << 64, (40_000, 4), dtype=np.uint64)
    near = {}
    for place in range(0, len(questions), 10):
        row = int(rng.integers(len(hashes)))
        questions[place], near[place] = hashes[row], row
        for bit in rng.choice(256, size=_FLIPS, replace=False).tolist():
            questions[place, bit >> 6] ^= np.uint64(1 << (bit & 63))
    return questions, near


def _ours(index: Index, questions: Any, near: dict[int, int]) -> dict[str, float]:
    singles = [questions[place : place + 1] for place in range(len(questions))]
    batch = len(questions) if index.rows < 10_000_000 else 4_000
    answer = index.search(questions[:batch])
    found = set(zip(answer.query.tolist(), answer.number.tolist(), strict=True))
    missed = sum((place, row) not in found for place, row in near.items() if place < batch)
    one = _rate(lambda place: index.search(singles[place % len(singles)]))
    began = time.perf_counter()
    index.search(questions[:batch])
    return {"one_per_s": one, "batch_per_s": batch / (time.perf_counter() - began), "missed": missed}


def _rate(ask: Callable[[int], object]) -> float:
    """Questions a second, for at least a second."""
    for place in range(3):
        ask(place)
    began, place = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for _ in range(4):
            ask(place)
            place += 1
    return place / (time.perf_counter() - began)


def _changes(index: Index, folder: Path, rng: np.random.Generator) -> dict[str, float]:
    """Milliseconds from calling ``add`` (or ``remove``) until another opening of the folder says so."""
    rows = rng.integers(0, 1 << 64, (CHANGES, 4), dtype=np.uint64)
    waits = []
    with Index.open(folder, read_only=True) as reader:
        for place in range(CHANGES):
            number, row = np.array([1 << 40 | place], dtype=np.uint64), rows[place : place + 1]
            began = time.perf_counter()
            index.add(number, row)
            assert len(reader.search(row).number) == 1
            waits.append(time.perf_counter() - began)
            began = time.perf_counter()
            index.remove(number)
            assert not len(reader.search(row).number)
            waits.append(time.perf_counter() - began)
    waits.sort()
    figures = {"change_ms_p50": waits[len(waits) // 2] * 1e3, "change_ms_p99": waits[int(len(waits) * 0.99)] * 1e3}
    return figures | {"compacting_one_per_s": _while_compacting(index, rows)}


def _while_compacting(index: Index, rows: Any) -> float:
    """Questions a second while the whole index is written anew."""
    index.add(np.array([1 << 41], dtype=np.uint64), rows[:1])
    compacting = threading.Thread(target=index.compact)
    asked, began = 0, time.perf_counter()
    compacting.start()
    while compacting.is_alive():
        index.search(rows[asked % CHANGES : asked % CHANGES + 1])
        asked += 1
    return asked / (time.perf_counter() - began)


def _peers(hashes: Any, questions: Any) -> dict[str, float]:
    """FAISS compared row by row, at every size; its tables and threatexchange's index where they fit into 4 GiB."""
    import faiss

    faiss.omp_set_num_threads(1)
    rows = len(hashes)
    data, asked = hashes.byteswap().view(np.uint8), questions.byteswap().view(np.uint8)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(data)
    figures = {"faiss_flat_per_s": _rate(_asking(flat, asked))}
    if rows <= 1_000_000:
        multi = faiss.IndexBinaryMultiHash(256, 16, 16)
        began = time.perf_counter()
        multi.add(data)
        figures["faiss_multi_build_s"] = time.perf_counter() - began
        multi.nflip = RADIUS // 16
        figures["faiss_multi_per_s"] = _rate(_asking(multi, asked))
        del multi
        figures |= _threatexchange(data, asked)
    return figures


def _asking(peer: Any, asked: Any) -> Callable[[int], object]:
    """FAISS counts distances below its radius."""
    return lambda place: peer.range_search(asked[place : place + 1], RADIUS + 1)


def _threatexchange(data: Any, asked: Any) -> dict[str, float]:
    """Not a number where the extra ``peers`` is not installed."""
    try:
        from threatexchange.signal_type.pdq.pdq_index import PDQIndex
    except ImportError:
        return dict.fromkeys(_THREATEXCHANGE, math.nan)
    texts = [row.tobytes().hex() for row in asked[:2_000]]
    before = _resident()
    began = time.perf_counter()
    index = PDQIndex((row.tobytes().hex(), place) for place, row in enumerate(data))
    figures = {"threatexchange_build_s": time.perf_counter() - began}
    figures["threatexchange_bytes_a_row"] = (_resident() - before) / len(data)
    figures["threatexchange_per_s"] = _rate(lambda place: index.query(texts[place % len(texts)]))
    return figures


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
