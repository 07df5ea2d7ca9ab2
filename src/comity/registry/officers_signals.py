"""What about an officer's demand a person should know before deciding. Pure; nothing is ever refused for it.

The codes are those of intake's table of faults.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from comity.casefile.clock import Instant

HOUR = timedelta(hours=1)
MANY = 10
"""Demands of one officer within an hour from which on a person is told. In 19 months the Union saw 349 orders."""
_FIRST_HOUR, _LAST_HOUR = 6, 22
_ZONES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CY": "Asia/Nicosia", "CZ": "Europe/Prague",
    "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GR": "Europe/Athens", "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IT": "Europe/Rome", "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MT": "Europe/Malta", "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip


def signals(member_state: str, earlier: tuple[Instant, ...], at: Instant) -> tuple[tuple[str, str], ...]:
    """Codes and what was seen, for a demand at ``at`` by an officer who filed at ``earlier`` before."""
    found: list[tuple[str, str]] = []
    if not earlier:
        found.append(("officer_first_demand", ""))
    recent = sum(1 for one in earlier if at.since(one) < HOUR) + 1
    if recent > MANY:
        found.append(("officer_rate", f"{recent} within the hour"))
    zone = _ZONES.get(member_state)
    if zone is not None and _at_night(at, zone) and not any(_at_night(one, zone) for one in earlier):
        found.append(("officer_hour", f"{at.utc.astimezone(ZoneInfo(zone)):%H:%M} in {zone}, for the first time"))
    return tuple(found)


def _at_night(at: Instant, zone: str) -> bool:
    """Outside the usual hours. Attacks have none: an officer who filed at night before is not asked about it again."""
    return not _FIRST_HOUR <= at.utc.astimezone(ZoneInfo(zone)).hour < _LAST_HOUR
