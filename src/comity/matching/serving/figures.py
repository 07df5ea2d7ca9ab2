"""Figures for Prometheus of all serving processes together: each counts in a page of its own, whoever is asked adds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

_STATUSES = (200, 201, 400, 401, 403, 404, 405, 413, 429, 500, 501, 503)
_BOUNDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 10.0)
_OTHERS = ("signals", "matches", "detections", "hashed")
_SLOTS = len(_STATUSES) + len(_BOUNDS) + 2 + len(_OTHERS)
_TIMES = len(_STATUSES)
_SUM = _TIMES + len(_BOUNDS) + 1
_FIRST = _SUM + 1
_MEANING = {
    "signals": "Signals looked up",
    "matches": "Signals that something listed lies near",
    "detections": "Detections entered",
    "hashed": "Pictures and films hashed",
}


class Figures:
    """Counts of this process, in a file of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        path = folder / f"{os.getpid()}"
        path.write_bytes(bytes(8 * _SLOTS))
        self._page = np.memmap(path, dtype=np.float64, mode="r+", shape=(_SLOTS,))

    def answered(self, status: int, seconds: float) -> None:
        """One call was answered."""
        self._page[_STATUSES.index(status) if status in _STATUSES else _STATUSES.index(500)] += 1
        place = next((place for place, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        self._page[_TIMES + place] += 1
        self._page[_SUM] += seconds

    def count(self, what: str, number: int = 1) -> None:
        """Count some of ``signals``, ``matches``, ``detections`` or ``hashed``."""
        self._page[_FIRST + _OTHERS.index(what)] += number

    def text(self, rows: dict[str, int]) -> str:
        """Every process's figures together, as Prometheus reads them; ``rows`` are those of each index."""
        total = np.zeros(_SLOTS)
        for path in self._folder.iterdir():
            data = path.read_bytes()
            if len(data) == 8 * _SLOTS:
                total += np.frombuffer(data, dtype=np.float64)
        lines = ["# HELP comity_match_calls_total Calls answered", "# TYPE comity_match_calls_total counter"]
        lines += [
            f'comity_match_calls_total{{status="{status}"}} {total[place]:.0f}'
            for place, status in enumerate(_STATUSES)
        ]
        lines += ["# HELP comity_match_seconds Time to answer", "# TYPE comity_match_seconds histogram"]
        below = np.cumsum(total[_TIMES:_SUM])
        bounds = [f"{bound:g}" for bound in _BOUNDS] + ["+Inf"]
        lines += [
            f'comity_match_seconds_bucket{{le="{bound}"}} {count:.0f}'
            for bound, count in zip(bounds, below, strict=True)
        ]
        lines += [f"comity_match_seconds_sum {total[_SUM]:.6f}", f"comity_match_seconds_count {below[-1]:.0f}"]
        for place, name in enumerate(_OTHERS):
            lines += [f"# HELP comity_match_{name}_total {_MEANING[name]}", f"# TYPE comity_match_{name}_total counter"]
            lines.append(f"comity_match_{name}_total {total[_FIRST + place]:.0f}")
        lines += ["# HELP comity_match_rows Rows of an index", "# TYPE comity_match_rows gauge"]
        lines += [f'comity_match_rows{{type="{kind}"}} {count}' for kind, count in rows.items()]
        return "\n".join([*lines, ""])
