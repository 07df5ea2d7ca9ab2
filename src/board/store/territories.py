"""Where an item is invisible: countries, the Union, everywhere."""

from __future__ import annotations

import re

EVERYWHERE = "*"
UNION = "EU"
MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 -- reads as the list it is
)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def is_country(code: str) -> bool:
    """Whether a text has the form of an ISO 3166-1 alpha-2 country code."""
    return _COUNTRY.fullmatch(code) is not None and code != UNION


def is_territory(code: str) -> bool:
    """Whether an item can be disabled for it."""
    return code in {EVERYWHERE, UNION} or is_country(code)


def covering(country: str) -> tuple[str, str, str]:
    """The territories whose disabling is felt in a country; always three, so that they fit one prepared statement."""
    return (EVERYWHERE, UNION if country in MEMBERS else country, country)
