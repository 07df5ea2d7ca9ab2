"""``comity law matrix``: which route the laws leave open, for every instrument, category, issuing state, home and
emergency; and the same for one demand, as ``comity assess`` prints it.

Nothing is hidden: a cell names its route and the row that decides it, or the routes between which it hangs and the
facts that would decide. ``counsel`` stops for a named lawyer.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant, WallClock
from comity.casefile.documents.assessment import Deadline
from comity.cli.screen import heading, wrap
from comity.law import conflicts
from comity.law.conflicts.lines import Line, lines

UNUSABLE = 2
_STANCE = {"must": "binds", "may": "permits", "must_not": "bars", "open": "open", None: "open"}
_AXES = {"instrument": "demand.instrument", "category": "demand.category", "issuer": "demand.issuer",
         "home": "provider.home", "mode": "demand.mode"}  # fmt: skip
_ITSELF = frozenset(_AXES.values())
"""What makes a demand the one it is; another demand is no other answer to this one."""
_URGENT = {"any": "", "yes": ", in an emergency", "no": ", without emergency"}


def register(subparsers: Any) -> None:
    """Add the command to a dispatcher's parsers; the dispatcher calls ``args.run(args)``."""
    law: argparse.ArgumentParser = subparsers.add_parser("law", help="show what the laws say to one another")
    parts = law.add_subparsers(dest="part", required=True, metavar="matrix")
    parser = parts.add_parser(
        "matrix",
        help="the route for every instrument, category, issuing state, home and emergency",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    for axis, fact in _AXES.items():
        values = [str(value) for value in conflicts.shelf().facts.facts[fact].values]
        parser.add_argument(f"--{axis}", choices=values, metavar=axis.upper(), help=f"one of {', '.join(values)}")
    parser.add_argument("--emergency", choices=("yes", "no"), help="only with, or only without an emergency")
    parser.add_argument("--us-reach", choices=("none", "group", "holder"), help="as in the profile (default: none)")
    parser.add_argument("--at", metavar="INSTANT", help="by the law of that moment, RFC 3339 (default: now)")
    parser.add_argument("--json", action="store_true", help="one object a cell")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the selected part of the matrix; returns the exit code."""
    try:
        at = Instant.parse(args.at) if args.at else WallClock().now()
    except InvalidInstant as error:
        print(f"comity law: --at: {error}", file=sys.stderr)
        return UNUSABLE
    found = list(conflicts.cells(_selection(args), at.utc))
    if args.json:
        print(json.dumps([cell.as_row() for cell in found], indent=1))
    else:
        print("\n".join(_printed(lines(found))))
    return 0


def _selection(args: argparse.Namespace) -> conflicts.Selection:
    return conflicts.Selection(
        instrument=args.instrument,
        category=args.category,
        issuer=args.issuer,
        home=args.home,
        emergency=None if args.emergency is None else args.emergency == "yes",
        mode=args.mode,
        assumed={"provider.us_reach": args.us_reach} if args.us_reach else None,
    )


def _printed(found: list[Line]) -> Iterable[str]:
    """Route first, then for whom: ``route  issuer → home: categories, emergency [rows]``."""
    for instrument, group in itertools.groupby(found, key=lambda line: line.instrument):
        rows = list(group)
        yield from heading(f"{instrument} ({rows[0].mode.lower().replace('_', ' ')})")
        for line in sorted(rows, key=lambda line: line.routes):
            issuers, homes, categories, _emergency = line.where
            hangs = f"; hangs on {', '.join(line.hangs_on)}" if line.hangs_on else ""
            text = f"{line.route:<18} {issuers} → {homes}: {categories}{_URGENT[line.where[3]]} [{line.basis}]{hangs}"
            yield from wrap(text, "  ", " " * 21)


def picture_lines(
    picture: conflicts.Picture, deadlines: Iterable[Deadline], labels: Mapping[str, str]
) -> Iterable[str]:
    """Every law that applies to one demand, category by category."""
    by_id = {deadline.id: deadline for deadline in deadlines}
    yield from heading("Every law that applies, category by category")
    for way in picture.ways:
        yield from _way(way, conflicts.clock(way, by_id), labels)


def _way(way: conflicts.Way, due: Deadline | None, labels: Mapping[str, str]) -> Iterable[str]:
    until = f", until {due.due_at.z()}" if due is not None else ""
    label = way.route.label if way.route else f"Undetermined between {' and '.join(way.possible)}"
    yield from wrap(f"{way.wanted.name}: {label}{until}", "  ", "    ")
    yield from wrap(f"{way.finding.why} ({'; '.join(way.finding.citations)})", "      ", "        ")
    for said in way.laws:
        cited = "; ".join(said.finding.citations)
        law = said.law.replace("_", " ")
        yield from wrap(f"{_STANCE[said.stance]}: {law}. {said.finding.why} ({cited})", "      ", "        ")
    for then in dict.fromkeys(row.then for row in way.rows if row.then):
        yield from wrap(f"if contested: {then}", "      ", "        ")
    for fact in way.ruling.pivots:
        yield from wrap(f"hangs on {labels[fact]} ({fact})", "      ", "        ")
    for other in way.not_taken:
        change = "; this fact alone would open it" if other.alone and other.passed.fact not in _ITSELF else ""
        yield from wrap(f"not {other.route} ({other.passed}){change}", "      ", "        ")
