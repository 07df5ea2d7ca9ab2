"""Where the platform finds what was detected. Asked outside every unit of work, for the platform may be slow."""

from __future__ import annotations

from dataclasses import dataclass

from comity.platform import Content, Outcome
from comity.platform.errors import PlatformFailure


@dataclass(frozen=True)
class Place:
    """An address, and how sure it is."""

    address: str = ""
    """Empty where the platform has nothing there, or said nothing."""
    certain: bool = False
    """The platform finds under it the very item that was detected."""
    again: bool = False
    """It did not answer now; the same question may be answered soon."""


def place_of(content: Content, item: str, url: str | None) -> Place:
    """Find an item by the address that was said of it, by its own name, or by asking the platform what it is."""
    waiting = False
    for address in dict.fromkeys(one for one in (url, item) if one):
        found = content.resolve(address)
        if found.outcome is Outcome.FOUND and found.item is not None:
            return Place(address, certain=item in (found.item, address))
        waiting = waiting or found.again
    try:
        urls = content.describe(item).urls
    except PlatformFailure as failure:
        return Place(again=waiting or failure.retry)
    return Place(urls[0], certain=True) if urls else Place(again=waiting)
