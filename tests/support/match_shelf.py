"""Banks in memory, for a keeper to follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from comity.casefile.clock import FixedClock, Instant

CLOCK = FixedClock(Instant.parse("2026-11-23T01:13:00Z"))


@dataclass
class OneItem:
    number: int
    bank: int
    member: str
    signals: dict[str, str]
    withdrawn: bool = False


@dataclass(frozen=True)
class OneChange:
    position: int
    first: int = 0
    last: int = -1


@dataclass
class Shelf:
    """Some banks, changed by hand."""

    items: dict[int, OneItem] = field(default_factory=dict)
    banks: dict[str, dict[str, Any]] = field(default_factory=dict)
    special: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[OneChange] = field(default_factory=list)

    def bank(self, name: str, **terms: Any) -> int:
        known = self.banks.get(name, {"number": len(self.banks) + 1, "version": 0, "name": name})
        self.banks[name] = known | terms | {"version": known["version"] + 1}
        self._tell()
        return int(known["number"])

    def add(self, bank: str, **signals: str) -> int:
        number = len(self.items) + 1
        self.items[number] = OneItem(number, self.banks[bank]["number"], "member", signals)
        self._tell(number, number)
        return number

    def change(self, number: int, **signals: str) -> None:
        self.items[number].signals = signals
        self._tell(number, number)

    def withdraw(self, number: int) -> None:
        self.items[number].withdrawn = True
        self._tell(number, number)

    def say(self, number: int, **said: Any) -> None:
        self.special[str(number)] = said
        self._tell(number, number)

    def _tell(self, first: int = 0, last: int = -1) -> None:
        self.changes.append(OneChange(len(self.changes) + 1, first, last))

    def position(self) -> int:
        return len(self.changes)

    def changed_after(self, seen: int, most: int = 1000) -> list[OneChange]:
        return self.changes[seen : seen + most]

    def standing(self, first: int, last: int, most: int = 50_000) -> Iterator[list[OneItem]]:
        found = [item for number, item in sorted(self.items.items()) if first <= number <= last]
        for place in range(0, len(found), most):
            yield found[place : place + most]

    def snapshot(self) -> dict[str, Any]:
        return {"position": self.position(), "banks": list(self.banks.values()), "items": self.special}
