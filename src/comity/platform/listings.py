"""What the provider stores, page by page: the optional protocol that a scan reads by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from comity.platform.protocols import Part


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One stored item in a page."""

    item: str
    text: str | None
    """Its text where it is one or has one; pictures, films and files are its ``files``."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what is stored, in the platform's own order."""

    items: tuple[ListedItem, ...]
    cursor: str | None
    """Where the next page begins; none after the last."""


class Listing(Protocol):
    """Everything that the provider stores, for a scan. Optional: a platform need not offer it (``Cannot``)."""

    def listed(self, cursor: str | None, most: int) -> Page:
        """A page of at most ``most`` items from ``cursor`` (the beginning where none), disabled ones among them.

        What is stored all the time from the first page to the last is in one of them; the same cursor may be asked
        again, also days later. Raises ``Cannot`` where the platform does not list its items.
        """
        ...

    def files(self, item: str) -> Iterator[Part]:
        """The pictures, films and files of an item, and nothing of what only a preservation needs."""
        ...
