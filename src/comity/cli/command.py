"""The ``comity`` command: finds the program that was asked for and runs it; every failure is one line that names it."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from comity.cli import assess, backup, catalogue, drill, exchange, hunt, keys, laws, matching, platform

Programs = Mapping[str, Callable[..., Any]]

_PROGRAMS = {
    "init": "make the home folder, its keys and an example of the provider's profile",
    "doctor": "look at everything the house needs, and say what to do about what is wrong",
    "run": "run everything on this machine: database, record, mail, workers, doors",
    "worker": "run one worker",
    "record": "keep the record: sequence and sign the log, fire deadlines",
    "mail": "run the mail receiver",
    "nights": "watch the docket and call the people on call",
}
_OUTSIDERS = {
    "witness": "cosign a log as long as it only grows; for the overseer's own machine",
    "monitor": "follow a log from outside; alarm on a fork, a log that stands still, missing cosignatures",
}
"""Programs that know nothing of a house: they read no settings and parse their own options."""
_DOORS = ("api", "console", "portal", "public", "match")


def main(arguments: Sequence[str], programs: Programs) -> int:
    """Run one command and give its exit code: 0 done, 1 failed, 2 unusable input."""
    if arguments and arguments[0] in _OUTSIDERS:
        outsider = importlib.import_module(f"comity.cli.{arguments[0]}")
        return int(outsider.main(arguments[1:]))
    options = _parser(programs).parse_args(arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError, RuntimeError) as failure:
        print(f"comity {options.command}: {failure}", file=sys.stderr)
        return 2 if isinstance(failure, ValueError) else 1


def _parser(programs: Programs) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="comity",
        description="Receive, check, carry out or contest, answer and account for authorities' demands, provably.",
        epilog="Settings come from the environment (COMITY_…) and the file that COMITY_SETTINGS names: "
        "docs/settings.md explains each.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    assess.register(commands, programs["read_pdf"])
    laws.register(commands)
    for name, words in _PROGRAMS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=lambda _options, name=name: programs[name]())
    for name, words in _OUTSIDERS.items():
        commands.add_parser(name, help=words, add_help=False)
    platform.register(commands)
    matching.register(commands, programs)
    exchange.register(commands, programs)
    catalogue.register(commands, programs)
    hunt.register(commands, programs)
    _add_web(commands, programs)
    _add_log(commands, programs)
    _add_staff(commands, programs)
    keys.register(commands, programs)
    backup.register(commands, programs)
    drill.register(commands, programs)
    return parser


def _add_web(commands: Any, programs: Programs) -> None:
    words = (
        "serve one door: api for authorities' machines, console for staff, portal for officers, public for anybody, "
    )
    words += ", match for uploads"
    web = commands.add_parser("web", help=words, description=words)
    web.add_argument("door", choices=_DOORS)
    web.set_defaults(run=lambda options: programs["web"](options.door))


def _add_log(commands: Any, programs: Programs) -> None:
    log = commands.add_parser("log", help="check, export or show the tamper-evident log").add_subparsers(
        dest="part", required=True, metavar="fsck|export|head|stamps"
    )
    fsck = log.add_parser("fsck", help="rebuild the whole log from its documents and report every difference")
    fsck.set_defaults(run=lambda _options: programs["log_fsck"]())
    export = log.add_parser("export", help="write tiles and checkpoint for an auditor, who runs comity-verify on them")
    export.add_argument("directory")
    export.set_defaults(run=lambda options: programs["log_export"](options.directory))
    head = log.add_parser("head", help="show the newest signed checkpoint and the keys that verify it")
    head.set_defaults(run=lambda _options: programs["log_head"]())
    stamps = log.add_parser("stamps", help="verify every time stamp over the log")
    stamps.set_defaults(run=lambda _options: programs["log_stamps"]())


def _add_staff(commands: Any, programs: Programs) -> None:
    staff = commands.add_parser("staff", help="write down the first members of staff").add_subparsers(
        dest="part", required=True, metavar="found"
    )
    found = staff.add_parser(
        "found",
        help="once, while there is nobody: at least two people, one an administrator",
        description="Each PERSON is username=role,role. First passwords are printed once; everybody adds a second "
        "factor at the first log-in. Later members are added in the console, by two people.",
    )
    found.add_argument("person", nargs="+", metavar="USERNAME=ROLE[,ROLE…]")
    found.set_defaults(run=lambda options: programs["staff_found"](tuple(options.person)))
