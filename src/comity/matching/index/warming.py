"""Have every kernel compiled, or loaded, before a process says that it is ready."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from comity.matching.index.compiled import keep_compiled
from comity.matching.index.segment import build
from comity.matching.index.service import Index

_ROWS = 5_000
_SPREAD = 0x9E3779B97F4A7C15


def warm(folder: Path) -> None:
    """Keep compiled kernels in ``folder`` (its owner's alone) and run each once: seconds, or less if they are there."""
    keep_compiled(folder)
    numbers = np.arange(_ROWS, dtype=np.uint64)
    hashes = (np.arange(_ROWS * 4, dtype=np.uint64) * np.uint64(_SPREAD)).reshape(-1, 4)
    with tempfile.TemporaryDirectory(prefix="comity-index-") as temporary:
        build(Path(temporary) / "segment", numbers, hashes)
        with Index.open(Path(temporary) / "index", background=False) as index:
            index.add(numbers, hashes)
            index.compact()
            index.add(numbers[:1] + np.uint64(_ROWS), hashes[:1])
            index.search(hashes[:8])
