"""What the doors show of hunts: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant


@dataclass(frozen=True)
class HuntLine:
    """One hunt as it stands."""

    number: int
    state: str
    source: str
    about: str
    """As a person reads it: an item, a bank, a list, or the number of a case."""
    because: str
    by: str
    ordered_at: Instant
    over_at: Instant | None
    signals: int
    left_out: int
    stored: int
    found: int
    said: str
    """Why it waits or failed."""
    review: int | None
    """Number of the review that everything found is decided in."""
    done: int
    """Items looked through so far, of ``total``; while it is searched."""
    total: int
    entered: int
    """Found items that were dealt with so far."""

    @property
    def share(self) -> int:
        """How far it is, in hundredths: of the search, or of what is entered."""
        if self.state == "entering":
            return min(100, 100 * self.entered // self.found) if self.found else 0
        return min(100, 100 * self.done // self.total) if self.total else 0


@dataclass(frozen=True)
class Bin:
    """How many found items lie so far from what is sought."""

    least: float
    most: float
    count: int


@dataclass(frozen=True)
class Distances:
    """The distances of one type of signal."""

    signal_type: str
    unit: str
    most: float
    """The widest threshold in force."""
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Broad:
    """A signal that found much of everything."""

    place: int
    signal_type: str
    signal: str
    found: int


@dataclass(frozen=True)
class FoundLine:
    """One found item of the sample. Nothing of its content is shown here."""

    place: int
    item: str
    url: str
    account: str
    """As counts name it; nobody's name."""
    content_type: str
    signal_type: str
    distance: float
    became: str


@dataclass(frozen=True)
class HuntView:
    """Everything on a hunt's page."""

    line: HuntLine
    types: tuple[tuple[str, int], ...]
    content: tuple[tuple[str, int], ...]
    distances: tuple[Distances, ...]
    accounts: int
    """Different accounts among what was found."""
    unnamed: int
    """Found items whose account the catalogue does not know."""
    top: tuple[tuple[str, int], ...]
    """The accounts with most of them, by a hash of this hunt alone."""
    broad: tuple[Broad, ...]
    became: tuple[tuple[str, int], ...]
    sample: tuple[FoundLine, ...]
    steps: tuple[tuple[Instant, str, str, str], ...]
    """Instant, who, what, and why."""
    thresholds: tuple[tuple[str, float], ...]
    content_types: tuple[str, ...]
    case: int | None
    """Number of the case whose items are sought."""
    may: frozenset[str]
    """release, narrow, again, stop."""
    now: Instant


@dataclass(frozen=True)
class HuntPage:
    """Everything on the page of hunts."""

    hunts: tuple[HuntLine, ...]
    stored: int
    """Items in the catalogue."""
    banks: tuple[str, ...]
    now: Instant


@dataclass(frozen=True)
class Offer:
    """On a case's page, once it is executed: copies may be searched for, as a decision of its own."""

    case: str
    possible: bool
    """Its acts are performed, and this person may order a hunt."""
    secret: bool
    """Nobody may be told of the demand now."""
    hunts: tuple[HuntLine, ...]
