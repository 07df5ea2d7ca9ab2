"""Secrets that an adapter shares with the platform, from files that only their owner can read."""

from __future__ import annotations

from pathlib import Path

from comity.casefile.records.private import read_private
from comity.platform.errors import Misconfigured


def secret_in(path: Path) -> str:
    """The secret in a file, without space around it; a file that others can read is refused."""
    try:
        return read_private(path).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"the platform's secret cannot be read: {error}"
        raise Misconfigured(message) from error
