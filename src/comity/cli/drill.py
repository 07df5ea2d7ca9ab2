"""``comity drill``: try the night before it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_WORDS = (
    "Sends a marked order to the running house, by e-mail or (with --client) through the API, and prints when it was "
    "received, assessed, rung for, acknowledged, decided and ended. It is marked as a drill on every page, counted "
    "nowhere, answered by nobody but your staff, and stops before the act unless --url names an item of the account "
    "set as COMITY_DRILL_ACCOUNT. Exit code 0: somebody was called, or a rule decided."
)


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the command."""
    parser = commands.add_parser("drill", help="send a marked test order through the whole house", description=_WORDS)
    parser.add_argument("--name", help="issuer's name; it begins with “Comity drill” and resembles no authority")
    parser.add_argument("--client", help="API client of an authority that was enrolled for drills")
    parser.add_argument("--secret-file", metavar="FILE", help="file with the client's secret")
    parser.add_argument("--url", help="address of an item that belongs to the platform's account for drills")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to follow it (default 10)")
    parser.set_defaults(run=lambda options: _run(options, programs))


def _run(options: Any, programs: Mapping[str, Callable[..., Any]]) -> int:
    if bool(options.client) != bool(options.secret_file):
        message = "--client and --secret-file belong together"
        raise ValueError(message)
    names = ("name", "client", "secret_file", "url", "minutes")
    return int(programs["drill"]({name: getattr(options, name) for name in names}, _say))


def _say(line: str) -> None:
    print(line, flush=True)
