"""``comity backup``, ``comity restore`` and ``comity migrate``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def _wanted(options: Any) -> dict[str, Any]:
    names = ("directory", "verify", "passphrase_file", "seen", "tiles", "erasures")
    return {name: getattr(options, name) for name in names}


def register(commands: Any, programs: Mapping[str, Callable[..., Any]]) -> None:
    """Add the commands."""
    words = "copy database, exhibits and log into a folder, with a signed list; again: only what is new"
    backup = commands.add_parser("backup", help=words, description=words)
    backup.add_argument("directory", metavar="DIR")
    backup.add_argument("--passphrase-file", metavar="FILE", help="put the keys in too, encrypted with this passphrase")
    backup.set_defaults(run=lambda options: programs["backup"](options.directory, options.passphrase_file))

    words = "bring a backup into an empty house; with --verify, prove that nothing is missing or name what is"
    restore = commands.add_parser("restore", help=words, description=words)
    restore.add_argument("directory", metavar="DIR")
    restore.add_argument("--verify", action="store_true", help="compute every row, leaf, root and exhibit anew")
    restore.add_argument("--passphrase-file", metavar="FILE", help="opens the keys that the backup holds")
    restore.add_argument("--seen", metavar="CHECKPOINT", help="the newest checkpoint that anybody holds")
    restore.add_argument("--tiles", metavar="DIR", help="the newest published log: what it says was erased since")
    restore.add_argument("--erasures", metavar="DIR", help="the newest certificates of erasure (COMITY_HOME/erasures)")
    restore.set_defaults(run=lambda options: programs["restore"](_wanted(options)))

    words = "bring the database's tables to this version (`comity run` does it by itself)"
    migrate = commands.add_parser("migrate", help=words, description=words)
    migrate.add_argument("--look", action="store_true", help="only say what would be done; exit code 1 if anything")
    migrate.set_defaults(run=lambda options: programs["migrate"](options.look))
