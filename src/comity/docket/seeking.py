"""What a hunt works with: the catalogue of what is stored, and the decoders that tell an item's signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self


@dataclass(frozen=True)
class Sought:
    """One signal to search for, in its type's one spelling, with the distance up to which it matches."""

    signal_type: str
    signal: str
    threshold: float
    item: int | None = None
    """Of a bank, the item's number."""
    member: str = ""
    """Who listed it there."""


@dataclass(frozen=True)
class Hit:
    """One stored signal within the threshold of one that is sought."""

    item: str
    url: str | None
    account: str | None
    content_type: str
    signal_type: str
    signal: str
    recipe: str | None
    line: int
    """Which of those sought, from 0."""
    distance: float

    def at_line(self, line: int) -> Self:
        """The same, named by another place."""
        return self if line == self.line else replace(self, line=line)


class Tell(Protocol):
    """Is told how far a search is; raises to end it."""

    def __call__(self, done: int, total: int, found: int) -> None:
        """``done`` of ``total`` items looked through, ``found`` pairs so far."""


Search = Callable[[Sequence[Sought], Tell], Iterator[Hit]]


def _nothing_stored() -> int:
    return 0


def _not_filled() -> bool:
    return False


def _no_search(_sought: Sequence[Sought], _tell: Tell) -> Iterator[Hit]:
    return iter(())


def _nothing_to_forget(_items: Sequence[str]) -> None:
    return


@dataclass(frozen=True)
class Means:
    """Joined by the composition root."""

    search: Search = _no_search
    stored: Callable[[], int] = _nothing_stored
    """Items in the catalogue; 0 where there is none. It loads libraries."""
    filled: Callable[[], bool] = _not_filled
    """Whether there is a catalogue; asked by every page about an executed case, so it loads nothing."""
    forget: Callable[[Sequence[str]], None] = _nothing_to_forget
    """Let items that the platform has no more count no more. Repeating it is safe; raises when it is not kept."""
