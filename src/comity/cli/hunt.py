"""``comity hunt``: have what the platform stores searched for copies, follow it, read what was found."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_PARTS = "start|show|list"


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command and its parts. A hunt is ordered by a named member of staff, and entered."""
    words = "search what the platform stores for copies of known content; follow a hunt; read its result"
    parts = commands.add_parser("hunt", help=words, description=words).add_subparsers(
        dest="part", required=True, metavar=_PARTS
    )
    _add_start(parts, programs)
    shown = parts.add_parser("show", help="how far a hunt is and what it found, in numbers")
    shown.add_argument("number", type=int, metavar="NUMBER")
    shown.add_argument("--wait", action="store_true", help="follow it until it is over or waits for a person")
    shown.add_argument("--items", action="store_true", help="also every item that came into review, one a line")
    _json(shown)
    shown.set_defaults(run=lambda options: programs["hunt_show"](vars(options)))
    listed = parts.add_parser("list", help="the hunts ordered last")
    _json(listed)
    listed.set_defaults(run=lambda options: programs["hunt_list"](vars(options)))


def _add_start(parts: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    start = parts.add_parser(
        "start",
        help="order a hunt",
        description="The workers of the running house search; what is found becomes one review in the console, where a "
        "person decides. Nothing is disabled before. The password is asked for, or is the first line that comes in.",
    )
    what = start.add_mutually_exclusive_group(required=True)
    what.add_argument("--signal", metavar="SIGNAL", help="one signal")
    what.add_argument("--list", metavar="FILE", help="a file: a signal a line, before it its type where it differs")
    what.add_argument("--bank", metavar="BANK", help="everything in force in a bank")
    what.add_argument("--item", metavar="ITEM", help="one item of the platform, by its own reference")
    what.add_argument("--case", type=int, metavar="NUMBER", help="what a case's executed demand disabled")
    start.add_argument("--type", default="pdq", metavar="TYPE", help="of signals that name none (default: pdq)")
    start.add_argument("--threshold", type=float, metavar="DISTANCE", help="of that type, instead of its own")
    start.add_argument(
        "--only", action="append", default=[], metavar="CONTENT", help="photo, video, text … (repeatable)"
    )
    start.add_argument("--by", required=True, metavar="USERNAME", help="the member of staff who orders it")
    start.add_argument("--because", required=True, metavar="TEXT")
    start.add_argument("--wait", action="store_true", help="follow it until it is over or waits for a person")
    _json(start)
    start.set_defaults(run=lambda options: _start(options, programs["hunt_start"]))


def _json(part: Any) -> None:
    part.add_argument("--json", action="store_true", help="for machines: one JSON object")


def _start(options: Any, program: Callable[..., Any]) -> Any:
    text = options.signal or (Path(options.list).read_text(encoding="utf-8") if options.list else "")
    said = vars(options) | {"text": text, "password": _password(options.by)}
    return program({name: value for name, value in said.items() if name != "run"})


def _password(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {name}: ")
    return sys.stdin.readline().rstrip("\n")
