"""``comity catalogue``: fill it from what the platform stores, say how it stands, put it in order."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from typing import Any


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command and its parts."""
    words = "fingerprints of what the platform stores, for hunts: fill the catalogue, see it, put it in order"
    parts = commands.add_parser("catalogue", help=words, description=words).add_subparsers(
        dest="part", required=True, metavar="scan|status|compact"
    )
    scan = parts.add_parser(
        "scan",
        help="read everything that the platform stores, or go on where the last scan stopped",
        description="Reads every item through the platform's adapter and keeps its fingerprints, never its content. "
        "It may be stopped at any time (Ctrl-C) and goes on where it was.",
    )
    scan.add_argument("--rate", type=_rate, default=50.0, metavar="N", help="items a second, at most (default: 50)")
    scan.add_argument("--anew", action="store_true", help="begin again, though the last scan did not come to its end")
    scan.set_defaults(run=lambda options: programs["catalogue_scan"](options.rate, options.anew))
    status = parts.add_parser("status", help="fingerprints by type, and the last scan; 1 when no scan came to its end")
    status.set_defaults(run=lambda _options: programs["catalogue_status"]())
    compact = parts.add_parser(
        "compact", help="make partitions of what is live, erase what was forgotten, mend what can be derived again"
    )
    compact.set_defaults(run=lambda _options: programs["catalogue_compact"]())


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate < math.inf:
        message = "a number of items a second above 0"
        raise argparse.ArgumentTypeError(message)
    return rate
