"""``comity keys``: what keys there are, new ones, and old ones retired. Two members of staff each time."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping
from typing import Any

_WORDS = {
    "rotate": "introduce a new key; exhibits: and wrap everything by it",
    "retire": "end the old key; exhibits: once nothing depends on it; log: its signature counts no more",
}


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command and its parts."""
    keys = commands.add_parser("keys", help="list, change and retire the keys of log, seal and exhibits")
    parts = keys.add_subparsers(dest="part", required=True, metavar="list|rotate|retire")
    listed = parts.add_parser("list", help="every key, its state, and what depends on it; never a private key")
    listed.set_defaults(run=lambda _options: programs["keys_list"]())
    for change, words in _WORDS.items():
        part = parts.add_parser(change, help=words, description=words)
        part.add_argument("keys", choices=("exhibits", "log", "seal"))
        part.add_argument("--by", required=True, metavar="USERNAME", help="an administrator of the staff")
        part.add_argument("--second", required=True, metavar="USERNAME", help="another member of the staff")
        part.add_argument("--because", required=True, metavar="TEXT")
        if change == "rotate":
            part.add_argument(
                "--file", metavar="PEM", help="seal: key and certificate that you have, instead of new ones"
            )
        part.set_defaults(run=lambda options, change=change: _change(options, programs[f"keys_{change}"]))


def _change(options: Any, program: Callable[..., Any]) -> Any:
    """Both people say their password; where there is no terminal, they are the first two lines that come in."""
    people = tuple((name, _password(name)) for name in (options.by, options.second))
    given = {"file": options.file} if getattr(options, "file", None) else {}
    return program(options.keys, people, options.because, *given.values())


def _password(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password of {name}: ")
    return sys.stdin.readline().rstrip("\n")
