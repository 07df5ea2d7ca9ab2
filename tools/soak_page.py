"""What a soak showed, as a page for people."""

from __future__ import annotations

import os
from pathlib import Path

from soak_memory import LEAST_MINUTES, MOST_MIB_A_MINUTE, Growth
from soak_run import KILLING_PART, Result

_PAGE = """\
# Soak

Written by `make soak` (`SOAK_MINUTES={minutes:g}`), {at}, on {cores} cores that also ran the board and the clients.
Result: **{result}**.

For {killing:g} minutes a process was killed with SIGKILL every {every:g} seconds, every kind in its turn; for
{quiet:g} more nobody was. All the while orders came at {rate:g} a second, half by the API and half as signed PDF by
mail, and junk at {junk:g} a second. An order that is not acknowledged is sent again, the same bytes, as an authority's
machine does.

- {orders} orders acknowledged, {junk_sent} junk messages sent; the slowest acknowledgement took {slowest:.0f} s,
  through restarts.
- Killed: {killed}.
- Disk: {disk:.0f} KiB more for each order with its junk (exhibits, published log, database; without the write-ahead
  log).

| checked at the end | found |
| --- | --- |
{checks}
{wrong}
## Memory

Private memory (`RssAnon`), looked at every two seconds. The first minute of a process's life is left out. The first
slope is one least-squares line through all lives of a kind, each with its own level; the second goes through the last
third of the longest life. What fills up is flat there; a leak rises in both, and more than {bound:g} MiB a minute in
both fails. A kind whose longest life was watched for less than {least:g} minutes is not judged.

| process | lives | minutes of the longest | MiB, warm → end | most | MiB a minute | in the last third | verdict |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
{memory}
"""


def write(page: Path, result: Result, wrong: list[str]) -> None:
    """Write the page."""
    options = result.options
    killing = options.minutes * KILLING_PART
    text = _PAGE.format(
        minutes=options.minutes,
        at=result.at,
        cores=len(os.sched_getaffinity(0)),
        result="failed" if wrong else "everything held",
        killing=round(killing, 1),
        quiet=round(options.minutes - killing, 1),
        every=options.every,
        rate=options.rate,
        junk=options.junk,
        orders=len(result.filed),
        junk_sent=result.junk,
        slowest=result.slowest,
        killed=", ".join(f"{kind} {count}" for kind, count in result.killed.items()) or "nobody",
        disk=result.disk_kib,
        checks="\n".join(f"| {name} | {said} |" for name, said in result.checks.items()),
        wrong="".join(f"\n- **{line}**" for line in wrong[:20]) + ("\n" if wrong else ""),
        bound=MOST_MIB_A_MINUTE,
        least=LEAST_MINUTES,
        memory="\n".join(map(growth_line, result.growth)),
    )
    page.write_text(text, encoding="utf-8")


def growth_line(one: Growth) -> str:
    """A row of the table of memory."""
    verdict = ("**grows**" if one.grows else "flat") if one.judged else "too short to judge"
    size = f"{one.first_mib:.0f} → {one.last_mib:.0f}"
    figures = f"{one.minutes:.1f} | {size} | {one.most_mib:.0f} | {one.slope:+.2f} | {one.late_slope:+.2f}"
    return f"| {one.kind} | {one.lives} | {figures} | {verdict} |"
