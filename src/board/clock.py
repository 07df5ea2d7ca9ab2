"""The board's own clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment, RFC 3339 in UTC with microseconds; such texts sort as their moments do."""
    moment = datetime.now(UTC)  # noqa: TID251 -- the board is a system of its own; Comity's clock is not its clock
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
