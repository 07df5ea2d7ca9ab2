"""Every way in is given damaged samples for minutes; a part of ``make soak``. Writes ``docs/soak-fuzz.md``.

    .venv/bin/python tools/soak_fuzz.py [--minutes 10] [--seed 1]

The same table as the tests' (``tests/support/fuzzing.py``): pictures and films through the confined decoders, texts,
addresses, forms, JSON, tokens, lists, STIX patterns, the index's files. What raises anything but a named failure, or
gives a hash that is none, is written down with its seed and kept.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

ROOT = Path(__file__).resolve().parent.parent
PAGE, KEPT = ROOT / "docs" / "soak-fuzz.md", ROOT / "var" / "fuzz"
_PAGE = """\
# Damaged files

Written by `make soak`, {at}: {minutes:g} minutes, from seed {seed}, on {cores} cores. Result: **{result}**.

Real samples with a few changes: bits turned, pieces put in, taken out, doubled or taken from another sample, ends lost.
Each has an outcome with a name; none gave a hash that is no hash. *decoder_died* is one of them: a library ended its
confined process, the service went on.

| way in | tried | outcomes |
| --- | ---: | --- |
{rows}
{faults}"""


def main() -> int:
    """Run it; 0 when everything had an outcome."""
    import conftest

    conftest.pytest_configure(None)  # type: ignore[arg-type]
    from support.fuzzing import entries

    options = _options()
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    faults: list[str] = []
    outcomes: dict[str, Counter[str]] = {}
    with entries() as found:
        share = options.minutes * 60 / len(found)
        for name, entry in found.items():
            outcomes[name] = _tried(entry, share, options.seed, faults)
            print(f"{name}: {outcomes[name].total():,} tried", flush=True)
    rows = [f"| {name} | {told.total():,} | {_said(told)} |" for name, told in outcomes.items()]
    text = _PAGE.format(
        at=at,
        minutes=options.minutes,
        seed=options.seed,
        cores=len(os.sched_getaffinity(0)),
        result="failed" if faults else "everything had an outcome",
        rows="\n".join(rows),
        faults="".join(f"\n- **{line}**" for line in faults[:20]) + ("\n" if faults else ""),
    )
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE}")
    for line in faults:
        print(f"NOT AS IT SHOULD BE: {line}")
    return 1 if faults else 0


def _tried(entry: Any, seconds: float, seed: int, faults: list[str]) -> Counter[str]:
    from support.fuzzing import mutated

    told: Counter[str] = Counter()
    for sample in entry.samples:  # compiles and starts what is needed before the clock runs
        entry.attempt(sample)
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        number += 1
        data = mutated(random.Random(f"{seed} {entry.name} {number}"), entry.samples)  # noqa: S311 -- not secrets
        try:
            told[entry.attempt(data)] += 1
        except Exception as failure:  # noqa: BLE001 -- whatever it is, it is the finding
            KEPT.mkdir(parents=True, exist_ok=True)
            kept = KEPT / f"{entry.name.replace(' ', '-').replace(':', '')}-{seed}-{number}"
            kept.write_bytes(data)
            faults.append(f"{entry.name}: {type(failure).__name__} {str(failure)[:120]} ({kept.relative_to(ROOT)})")
    return told


def _said(told: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in told.most_common(8))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Damaged samples for every way in.")
    minutes = float(os.environ.get("SOAK_MINUTES") or 30) / 3
    parser.add_argument("--minutes", type=float, default=minutes, help="in all (a third of SOAK_MINUTES)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
