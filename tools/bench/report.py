"""What was measured, as a page for people: one table, every aim with an honest verdict, one picture."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aims import Row
from aims_hunt import ROWS
from picture import Bar, Group, draw


@dataclass(frozen=True)
class Measured:
    """Figures of one program: medians over its repetitions, and how busy the machine was before each."""

    figures: Mapping[str, float]
    repetitions: int
    load: float
    at: str
    """UTC, to the minute."""


@dataclass(frozen=True)
class Machine:
    """Where it was measured, without its name."""

    processor: str
    cores: int
    memory_gib: int
    kernel: str
    at: str

    @classmethod
    def here(cls) -> Machine:
        """Read /proc."""
        processor = _first("/proc/cpuinfo", "model name") or platform.machine()
        memory = int((_first("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) // (1 << 20)
        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        kernel = f"{platform.system()} {platform.release().split('-')[0]}"
        return cls(processor, len(os.sched_getaffinity(0)), memory, kernel, at)


_PAGE = """\
# Benchmarks

Written by `make bench`. Every figure is from one machine; what stands beside ours was measured by the same program in
the same run.

- Machine: {machine.processor}, {machine.cores} cores for everything (database, board, load and Comity),
  {machine.memory_gib} GiB, {machine.kernel}, {machine.at}.
- Load average (1 minute) before each measurement, and when it began: {loads}. More than {machine.cores} means that
  other work had the cores too, and that the figures are worse than on a quiet machine.
- Repetitions: {repeated}; figures are medians. `log` repeats three times in itself, with and without the
  log in turn; `path`, `load` and `startup` run once; percentiles are over orders.
- `path`: real processes (`comity run`, a board, an HTTP client). Orders arrive at fixed instants, however slow the
  answers are; time counts from the instant at which an order was due to be sent to the instants of the entries.
- `load`: {load} minutes of junk at 500 a minute (spam, HTML, broken MIME, archives, winmail, scans, unsigned and
  forged orders, bounces; a tenth at the API) from 560 networks, and 20 valid orders a minute, half by API and half
  as signed PDF by mail. Somebody of the staff opens the docket page once a second. What junk costs is the
  difference to orders alone.
- `signals`: by the processor time of one thread (films: of two processes, added), but for the confined decoders.
  Pictures and films are made of the reference project's photo where it lies beside the repository, else of numbers.
- `serving`: real processes, a token asked for and every call recorded. Eight callers with one call at a time each
  share the two cores with the service. HMA's figures were seen elsewhere on two such cores: it needs a database server
  of its own.
- What must be durable is durable: PostgreSQL with `fsync`, exhibits synced.

![The same figures as bars](benchmarks.svg)

| what | measured | aim | beside it, same run | verdict |
| --- | ---: | ---: | --- | --- |
{table}

## Altered copies that are found

Of {originals:.0f} pictures ({source}), the share of copies within 31 bits of their original, change by change;
*turned*:
when the listed picture counts turned and mirrored, too (eight hashes for one). What the hash does not find, the index
cannot: copies that are cropped, framed or painted over need a signal of their own. Of the reference project's own
altered copies ({published}) {found} are found.

| change | found | turned |
| --- | ---: | ---: |
{recall}

Each program is in `tools/bench/`; `tools/bench/run.py --only NAME` runs one.
"""


def write(docs: Path, machine: Machine, measured: Mapping[str, Measured]) -> None:
    """Write ``benchmarks.md`` and ``benchmarks.svg``."""
    (docs / "benchmarks.svg").write_text(draw(_groups(measured)), encoding="utf-8")
    (docs / "benchmarks.md").write_text(_page(machine, measured), encoding="utf-8")


def _page(machine: Machine, measured: Mapping[str, Measured]) -> str:
    lines = [_line(row, measured[row.program].figures) for row in ROWS if row.figure in measured[row.program].figures]
    return _PAGE.format(
        machine=machine,
        loads=", ".join(f"{name} {one.load:.1f} ({one.at[11:16]})" for name, one in measured.items()),
        repeated=", ".join(f"{name} {one.repetitions}" for name, one in measured.items()),
        load=f"{measured['load'].figures['minutes']:g}",
        table="\n".join(lines),
        **_recall(measured["recall"].figures),
    )


def _recall(figures: Mapping[str, float]) -> dict[str, object]:
    changes = [name.removeprefix("recall ") for name in figures if name.startswith("recall ")]
    return {
        "originals": figures["originals"],
        "source": "the reference project's photo and parts of it" if figures["real_photo"] else "made of numbers",
        "published": _number(figures.get("published", math.nan)),
        "found": _percent(figures.get("published_found", math.nan)),
        "recall": "\n".join(
            f"| {name} | {_percent(figures[f'recall {name}'])} | {_percent(figures[f'turned {name}'])} |"
            for name in changes
        ),
    }


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.0%}"


def _line(row: Row, figures: Mapping[str, float]) -> str:
    value = figures[row.figure]
    aim = f"{'≤' if row.aim[0] == '<=' else '≥'} {_number(row.aim[1])} {row.unit}" if row.aim else ""
    what, beside = row.what.format(**figures), row.beside.format(**figures)
    return f"| {what} | {_number(value)} {row.unit} | {aim} | {beside} | {_verdict(row, value)} |"


def _verdict(row: Row, value: float) -> str:
    if row.aim is None:
        return ""
    if math.isnan(value):
        return "its peer is not installed"
    holds = value <= row.aim[1] if row.aim[0] == "<=" else value >= row.aim[1]
    return "met" if holds else "**not met**"


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _groups(measured: Mapping[str, Measured]) -> list[Group]:
    log, path, signals = measured["log"].figures, measured["path"].figures, measured["signals"].figures
    evidence, deadlines = measured["evidence"].figures, measured["deadlines"].figures
    rates = [name.partition("_")[0] for name in path if name.endswith("_answered_p99_s")]
    return [
        Group(
            "received → answered, p99, seconds (aim: 2)",
            [Bar(f"{rate} orders a second", path[f"{rate}_a_second_answered_p99_s"]) for rate in rates],
            aim=2,
        ),
        Group(
            "actions a second (aim: 3,000)",
            [Bar("with the log", log["actions_per_s"]), Bar("without", log["actions_per_s_without_log"], ours=False)],
            aim=3000,
        ),
        Group(
            "inclusion proofs a second (aim: 40,000)",
            [Bar("Comity", log["proofs_per_s"]), Bar("pymerkle", log["pymerkle_per_s"], ours=False)],
            aim=40_000,
        ),
        Group(
            "deadlines fired a second (aim: 50,000)",
            [
                Bar("with entry and leaf", deadlines["fired_per_s_1_ticker"]),
                Bar("without leaves", deadlines["fired_per_s_without_leaves"], ours=False),
            ],
            aim=50_000,
        ),
        Group(
            "JPEGs of 1.6 MP hashed a second (aim: 240)",
            [
                Bar("Comity", signals["pdq_1_6_mp_per_s"]),
                Bar("pdqhash", signals["peer_pdq_1_6_mp_per_s"], ours=False),
            ],
            aim=240,
        ),
        Group(
            "texts looked up a second (aim: 40,000)",
            [
                Bar("Comity", signals["text_per_s"]),
                Bar("datasketch", signals["peer_text_per_s"], ours=False),
            ],
            aim=40_000,
        ),
        Group(
            "exhibits, MiB a second",
            [
                Bar("taken in", evidence["taken_in_mib_per_s"]),
                Bar("opened", evidence["opened_mib_per_s"]),
                Bar("disk alone", evidence["disk_alone_mib_per_s"], ours=False),
                Bar("AES-GCM alone", evidence["aes_gcm_alone_mib_per_s"], ours=False),
            ],
        ),
    ]


def _first(file: str, name: str) -> str:
    for line in Path(file).read_text(encoding="ascii", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
