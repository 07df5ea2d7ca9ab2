"""The composition root: it reads the settings, joins the rooms and starts the programs. No room imports it."""

from __future__ import annotations

import sys


def run() -> None:
    """Entry point of the ``comity`` command."""
    from comity.cli import main  # noqa: PLC0415 -- `comity assess` must not pay for a web framework
    from comity.main.menu import with_settings  # noqa: PLC0415 -- the same

    sys.exit(main(sys.argv[1:], with_settings()))
