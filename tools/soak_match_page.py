"""What the soak of the match service showed, as a page for people."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from soak_match_load import BASE, Load
from soak_memory import LEAST_MINUTES, MOST_MIB_A_MINUTE, Memory
from soak_page import growth_line

_PAGE = """\
# Soak of the match service

Written by `make soak` (`SOAK_MINUTES={minutes:g}`), {at}, on {cores} cores that also ran the database and the callers.
Result: **{result}**.

One keeper and two processes that answer, from {base:,} signals. For {killing:g} minutes a process was killed with
SIGKILL every {every:g} seconds; for {quiet:g} more nobody was. Every answer was compared with what had to be answered:
a signal within 31 bits of a listed one is found, another is not; what was answered as listed matches in the next call,
and what was answered as withdrawn does not. Load average at the end: {load}.

- Killed: {killed}. The slowest stood again after {stood:.0f} s.
- Look-ups while nobody was killed, from outside: {fast}.

| asked | answered | broken off by a kill, asked again |
| --- | ---: | ---: |
{counts}
{wrong}
## Memory

As in [soak.md](soak.md): private memory, the first minute of a life left out; more than {bound:g} MiB a minute in both
slopes fails; a life of less than {least:g} minutes is not judged.

| process | lives | minutes of the longest | MiB, warm → end | most | MiB a minute | in the last third | verdict |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
{memory}
"""


@dataclass(frozen=True)
class Shown:
    """Everything that is told."""

    minutes: float
    every: float
    killing_part: float
    at: str
    killed: dict[str, int]
    stood_up: float
    load: Load
    memory: Memory


def write(page: Path, shown: Shown, wrong: list[str]) -> None:
    """Write the page."""
    killing, load = shown.minutes * shown.killing_part, shown.load
    counts = [f"| {name} | {count:,} | {load.broken[name]:,} |" for name, count in sorted(load.counts.items())]
    text = _PAGE.format(
        minutes=shown.minutes,
        at=shown.at,
        cores=len(os.sched_getaffinity(0)),
        result="failed" if wrong else "everything held",
        base=BASE,
        killing=round(killing, 1),
        quiet=round(shown.minutes - killing, 1),
        every=shown.every,
        load=f"{os.getloadavg()[1]:.1f}",
        killed=", ".join(f"{kind} {count}" for kind, count in sorted(shown.killed.items())) or "nobody",
        stood=shown.stood_up,
        fast=_fast(load.seconds),
        counts="\n".join(counts),
        wrong="".join(f"\n- **{line}**" for line in wrong[:20]) + ("\n" if wrong else ""),
        bound=MOST_MIB_A_MINUTE,
        least=LEAST_MINUTES,
        memory="\n".join(map(growth_line, shown.memory.growth())),
    )
    page.write_text(text, encoding="utf-8")


def _fast(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    if not ordered:
        return "none"
    middle, late = (1000 * ordered[int(part * (len(ordered) - 1))] for part in (0.5, 0.99))
    return f"{middle:.1f} ms at the half, {late:.1f} ms at the 99th of a hundred, {len(ordered):,} of them"
