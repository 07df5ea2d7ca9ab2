"""``make bench``: run every measurement in turn, print as they come, and write ``docs/benchmarks.md`` with its picture.

    .venv/bin/python tools/bench/run.py [--only NAME …] [--repeat N] [--minutes M]

Each measurement is a program of this folder that prints one JSON object. Figures are medians over its repetitions.
What a program found is kept in ``build/bench``: with ``--only`` the page is written anew with what was kept of the
others, as long as every one was measured once.
``--minutes`` is how long ``load`` sends: 2 by default; the full measurement is 10, and the page says which it was.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from report import Machine, Measured, write

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PROGRAMS: dict[str, int] = {
    "law": 3,
    "hi1": 1,
    "evidence": 3,
    "package": 1,
    "log": 1,
    "index": 1,
    "hunt": 1,
    "deadlines": 3,
    "docket": 3,
    "signals": 1,
    "phrases": 1,
    "recall": 1,
    "serving": 1,
    "startup": 1,
    "path": 1,
    "load": 1,
}
"""Each measurement with how often it is repeated; those that repeat inside themselves run once."""
_PATIENCE = 600


def main() -> int:
    """Measure; 0 when everything could be measured, whatever the figures are."""
    options = _options()
    began, chosen = time.monotonic(), options.only or list(PROGRAMS)
    for name in chosen:
        found = _measure(name, options.repeat or PROGRAMS[name], minutes=options.minutes)
        if found is None:
            return 1
        _keep(name, found)
    print(f"{time.monotonic() - began:.0f} s in all", flush=True)
    if missing := [name for name in PROGRAMS if not _kept(name).exists()]:
        print(f"docs/benchmarks.md waits for: {', '.join(missing)}")
        return 0
    measured = {name: Measured(**json.loads(_kept(name).read_text(encoding="utf-8"))) for name in PROGRAMS}
    write(ROOT / "docs", Machine.here(), measured)
    print("wrote docs/benchmarks.md and docs/benchmarks.svg")
    return 0


def _kept(name: str) -> Path:
    return ROOT / "build" / "bench" / f"{name}.json"


def _keep(name: str, found: Measured) -> None:
    _kept(name).parent.mkdir(parents=True, exist_ok=True)
    _kept(name).write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Comity beside named peers.")
    parser.add_argument("--only", choices=PROGRAMS, nargs="+", help="measure these; take the others as they were kept")
    parser.add_argument("--repeat", type=int, help="repetitions of each measurement")
    parser.add_argument("--minutes", type=float, default=2, help="how long load sends; the full measurement is 10")
    return parser.parse_args()


def _measure(name: str, repetitions: int, *, minutes: float) -> Measured | None:
    """Run one program so often; the median of each of its figures."""
    found: dict[str, list[float]] = {}
    load, at = [], datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    for number in range(repetitions):
        load.append(os.getloadavg()[0])
        print(f"{name} ({number + 1} of {repetitions}, load {load[-1]:.1f}) …", flush=True)
        figures = _run(name, minutes)
        if figures is None:
            return None
        for figure, value in figures.items():
            found.setdefault(figure, []).append(value)
    medians = {figure: statistics.median(values) for figure, values in found.items()}
    for figure, value in medians.items():
        print(f"  {figure:<34} {value:>12,.10g}", flush=True)
    return Measured(medians, repetitions, statistics.median(load), at)


def _run(name: str, minutes: float) -> dict[str, float] | None:
    command, environment = (
        [sys.executable, str(FOLDER / f"{name}.py")],
        os.environ | {"BENCH_MINUTES": f"{minutes:g}"},
    )
    patience = _PATIENCE + (2 * minutes * 60 if name == "load" else 0)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode:
        print(done.stdout + done.stderr + f"bench: {name} failed", flush=True)
        return None
    figures = json.loads(done.stdout[done.stdout.index("{") :])
    return {figure: float(value) for figure, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
