"""Parts of a list as they come out of an answer: what can be listed, what was refused and why, where to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents.bank import Opinion
from comity.matching.banks.errors import UnusableItem
from comity.matching.banks.rules import NewEntry, checked_item
from comity.matching.errors import UnknownSignalType
from comity.matching.exchanges.errors import UnusableAnswer
from comity.matching.signals import type_named

Checkpoint = dict[str, Any]
MOST_REFUSED = 20
"""So many bad rows may stand in a list whatever its length; beyond, no more than every second row."""
MOST_SHOWN = 50
LONGEST_REFERENCE = 1_900


@dataclass(frozen=True)
class Refused:
    """A row that names no usable signal: where it stands, and what is wrong with it."""

    place: str
    why: str


@dataclass(frozen=True)
class Batch:
    """A part of a list."""

    entries: tuple[NewEntry, ...]
    checkpoint: Checkpoint | None
    """Where to go on once this part is listed; without it the part before counts, and this one may come again."""
    refused: tuple[Refused, ...] = ()
    passed: int = 0
    whole: bool = False
    """It is the whole list: what was listed before and is not in it was taken back."""


@dataclass(frozen=True)
class OpinionGiven:
    """An opinion about one item, as it is brought back."""

    reference: str
    """The exchange's own name for the item."""
    signals: Mapping[str, str]
    stance: Opinion
    because: str


class Source(Protocol):
    """An exchange that can be asked."""

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """Parts of the list since ``checkpoint``, in order. Raises ``ExchangeFailure``; parts given before stand."""
        ...

    def tell(self, opinion: OpinionGiven) -> None:
        """Bring an opinion. Repeating it changes nothing there. Raises ``ExchangeFailure``."""
        ...


@dataclass
class Rows:
    """Collects the rows of one part. A row that is no signal is refused; the others are taken."""

    entries: list[NewEntry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed: int = 0

    def take(
        self,
        place: str,
        signals: Mapping[str, str],
        *,
        member: str,
        reference: str,
        expires_at: Instant | None = None,
    ) -> None:
        """Take one item: of its signals, those that are signals of types that we compare. None: it is passed over."""
        known = {name: text for name, text in signals.items() if is_known(name)}
        good = {name: text for name, text in known.items() if type_named(name).valid(text)}
        for name in sorted(set(known) - set(good)):
            self.refuse(place, f"no signal of the type {type_named(name).name}")
        if not good:
            self.passed += not known
            return
        try:
            self._add(checked_item(NewEntry(good, member, reference, expires_at)))
        except UnusableItem:
            self.refuse(place, "it names no member, or one of more than 200 characters")

    def withdraw(self, reference: str, *, member: str) -> None:
        """Take back one item."""
        self._add(NewEntry({}, member, reference, withdrawn=True))

    def _add(self, one: NewEntry) -> None:
        if len(one.reference or "") > LONGEST_REFERENCE:
            message = "an item's own name is longer than it may be"
            raise UnusableAnswer(message)
        self.entries.append(one)

    def refuse(self, place: str, why: str) -> None:
        """Refuse one row."""
        self.refused.append(Refused(place, why))

    def batch(self, checkpoint: Checkpoint | None, *, whole: bool = False) -> Batch:
        """The part; raises ``UnusableAnswer`` when so much of it is refused that it is not the list it should be."""
        must_be_a_list(len(self.entries) + self.passed, self.refused)
        return Batch(tuple(self.entries), checkpoint, tuple(self.refused), self.passed, whole)


def must_be_a_list(good: int, refused: Sequence[Refused]) -> None:
    """Refuse a part of which more than half, and more than a few rows, name no usable signal."""
    if len(refused) > MOST_REFUSED and len(refused) > good:
        first = refused[0]
        message = (
            f"{len(refused)} of {len(refused) + good} rows name no usable signal; first {first.place}: {first.why}"
        )
        raise UnusableAnswer(message)


def is_known(name: str) -> bool:
    """Whether signals of this type are compared here."""
    try:
        type_named(name)
    except UnknownSignalType:
        return False
    return True
