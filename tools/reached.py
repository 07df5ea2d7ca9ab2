"""Judge what ``tests/support/measuring.py`` found: every branch of pure rooms, a floor for the rest of the record."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parent.parent
EXACT = ("src/comity/law/", "src/comity/casefile/clock/", "src/comity/casefile/documents/")
FLOOR = 89.0
"""Percent of lines and branches of the rest of the case file that the measured tests reach. Below 100: what only a
killed process, a full disk or a foreign server reaches is tried by tests in programs of their own, which are not
measured. It may rise, and never falls."""


def exact(path: str) -> bool:
    """Whether every branch of a file is to be reached: pure judgement has no excuse."""
    return path.startswith(EXACT) or path.endswith("/rules.py")


def judge(files: dict[str, dict[str, Any]], wanted: list[str]) -> list[str]:
    """What is wrong, in words; ``files`` as in coverage's JSON report, ``wanted`` what must stand in it."""
    wrong = [f"{path}: not measured at all" for path in wanted if path not in files]
    rest = [held["summary"] for path, held in files.items() if not exact(path)]
    reached = sum(one["covered_lines"] + one["covered_branches"] for one in rest)
    whole = sum(one["num_statements"] + one["num_branches"] for one in rest)
    for path, held in sorted(files.items()):
        if exact(path) and (held["missing_lines"] or held["missing_branches"]):
            jumps = [f"{start}->{end}" for start, end in held["missing_branches"]]
            wrong.append(f"{path}: not reached: {', '.join([*map(str, held['missing_lines']), *jumps])}")
    if whole and 100 * reached < FLOOR * whole:
        wrong.append(f"the case file beyond clock and documents: {100 * reached / whole:.1f} % reached, not {FLOOR} %")
    return wrong


def main(folder: Path) -> int:
    """Put together what the test processes left in a folder, and judge it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.measuring import subjects

    measured = coverage.Coverage(data_file=folder / "reached", config_file=ROOT / "pyproject.toml")
    measured.combine([str(folder)])
    measured.json_report(outfile=str(folder / "reached.json"))
    files = json.loads((folder / "reached.json").read_text())["files"]
    wanted = [str(path.relative_to(ROOT)) for path in subjects() if path.read_text().strip()]
    wrong = judge(files, wanted)
    print("\n".join(["reached: not every branch:", *wrong] if wrong else ["reached: every branch that must be"]))
    return 1 if wrong else 0
