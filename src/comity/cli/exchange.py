"""``comity exchange``: what is set up and how it goes, a list imported once, a bank written as a STIX 2.1 bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command and its parts. Exchanges themselves are set up in the console, by a named person."""
    words = "show the exchanges; import a list of signals; write a bank as a STIX 2.1 bundle"
    parts = commands.add_parser("exchange", help=words, description=words).add_subparsers(
        dest="part", required=True, metavar="list|import|export"
    )
    listed = parts.add_parser(
        "list", help="every exchange and how its last fetch went; 1 when something needs a person"
    )
    listed.set_defaults(run=lambda _options: programs["exchange_list"]())
    given = parts.add_parser("import", help="list what is in a file, by one entry")
    given.add_argument("bank", metavar="BANK")
    given.add_argument("file", metavar="FILE")
    given.add_argument("--type", choices=("stix", "csv", "file"), default="stix", help="its protocol (default: stix)")
    given.add_argument("--member", required=True, metavar="NAME", help="who lists it, where the file does not say it")
    given.add_argument("--because", required=True, metavar="TEXT")
    given.set_defaults(
        run=lambda options: programs["exchange_import"](
            options.bank, options.file, (options.type, options.member, options.because)
        )
    )
    written = parts.add_parser("export", help="write a bank as a STIX 2.1 bundle")
    written.add_argument("bank", metavar="BANK")
    written.add_argument("--file", metavar="FILE", help="a file that is not there yet; default: the standard output")
    written.add_argument("--because", required=True, metavar="TEXT")
    written.set_defaults(run=lambda options: programs["exchange_export"](options.bank, options.file, options.because))
