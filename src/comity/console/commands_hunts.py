"""What the console needs from the docket about hunts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from comity.docket.hunts.ordering import Wish
from comity.docket.hunts.views import HuntPage, HuntView, Offer


class Hunts(Protocol):
    """Searches for copies among what the platform stores."""

    def hunts(self, viewer: str) -> HuntPage:
        """Everything on the page of hunts."""
        ...

    def hunt(self, number: int, viewer: str) -> HuntView:
        """Everything on one hunt's page."""
        ...

    def hunt_offer(self, case: str, viewer: str) -> Offer:
        """What a case's page says of copies."""
        ...

    def order_hunt(self, viewer: str, wish: Wish) -> int:
        """Order one; gives its number."""
        ...

    def order_case_hunt(self, viewer: str, number: int, because: str) -> int:
        """Order the search for copies of what a case disabled."""
        ...

    def release_hunt(self, viewer: str, number: int, because: str) -> None:
        """Let everything that a held hunt found go into review."""
        ...

    def narrow_hunt(self, viewer: str, number: int, without: frozenset[int], because: str) -> None:
        """Take signals out of a held hunt and search again."""
        ...

    def repeat_hunt(self, viewer: str, number: int, because: str) -> None:
        """Have a search that failed made again."""
        ...

    def stop_hunt(self, viewer: str, number: int, because: str) -> None:
        """End a hunt."""
        ...

    def hunt_picture(self, viewer: str, number: int, place: int) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of a found item's first picture, to be veiled."""
        ...
