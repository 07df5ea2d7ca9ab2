"""``comity match``: the match service, and who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command."""
    words = "run the match service: uploads are looked up in every bank"
    match = commands.add_parser("match", help=words, description=words)
    match.set_defaults(run=lambda _options: programs["match"]())
    parts = match.add_subparsers(dest="part", metavar="token|synapse-module")
    token = parts.add_parser(
        "token",
        help="let a caller in: prints its token, once",
        description="Prints a token, once; the service keeps its digest and lets its bearer in within a second. "
        "To let nobody in with it any more, take the caller's line out of the file of tokens.",
    )
    token.add_argument("name", help="the caller, in letters and digits")
    token.add_argument(
        "--write", dest="scopes", action="store_const", const="read,write", default="read", help="may change banks too"
    )
    token.set_defaults(run=lambda options: programs["match_token"](options.name, options.scopes))
    module = parts.add_parser(
        "synapse-module",
        help="print the module that a Matrix homeserver (Synapse) loads to ask about every upload",
        description="Prints one file of Python: write it to where the homeserver finds modules. Its head says how.",
    )
    module.set_defaults(run=lambda _options: _print_module())


def _print_module() -> int:
    found = resources.files("comity.matching.hooks").joinpath("comity_match.py").read_text(encoding="utf-8")
    print(found, end="")
    return 0
