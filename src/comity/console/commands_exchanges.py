"""What the console needs from the docket about exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from comity.docket.exchange_views import ExchangePage, Listed
from comity.docket.exchanges import Said
from comity.matching.exchanges.importing import Given


class Exchanges(Protocol):
    """Where lists come from, and the lists that wait for a person."""

    def exchanges(self, viewer: str) -> ExchangePage:
        """Everything on the page."""
        ...

    def set_up_exchange(self, viewer: str, *, name: str, kind: str, said: Said, because: str) -> None:
        """Set one up."""
        ...

    def change_exchange(self, viewer: str, *, name: str, said: Said, because: str) -> None:
        """Change what is said of it."""
        ...

    def end_exchange(self, viewer: str, name: str, because: str) -> None:
        """Fetch no more from it."""
        ...

    def fetch_exchange(self, viewer: str, name: str) -> None:
        """Have it fetched at once."""
        ...

    def settle_list(self, viewer: str, waiting: str, because: str, *, release: bool) -> None:
        """List what waited, or discard it."""
        ...

    def settle_item(self, viewer: str, number: int, because: str, *, release: bool) -> None:
        """Let an item that was held back match again, or switch it off."""
        ...

    def import_list(self, viewer: str, bank: str, given: Given, because: str) -> Listed:
        """List what a person gives."""
        ...

    def export_bank(self, viewer: str, bank: str, because: str) -> Iterator[str]:
        """A bank as a STIX bundle, in pieces."""
        ...
