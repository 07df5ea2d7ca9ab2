"""Which listed items content's signals lie near, as the banks stand now: the one way in which anything is looked up.

Every process has its own ``Lookup``; all of them read the same files, which the keeper writes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from comity.casefile.clock import Clock, WallClock
from comity.casefile.documents.detection import ListedMatch
from comity.matching.index import Index, from_digits
from comity.matching.index.errors import ManifestDamaged
from comity.matching.serving import places
from comity.matching.serving.alike import AlikeTexts
from comity.matching.serving.errors import NotAnswerable
from comity.matching.serving.listed import Item, Listed
from comity.matching.serving.snapshot import Followed, ServedBank, Snapshot
from comity.matching.signals import type_named
from comity.matching.signals.vpdq import FRAME_DISTANCE

MOST = 100
"""Matches told of one signal; where there are more, the answer says so."""
_WIDEST = {"pdq": 80.0, "vpdq": 99.0, places.LIKENESS: 0.75}


@dataclass(frozen=True)
class Hit:
    """One listed item within the threshold, and how its bank and itself stand."""

    match: ListedMatch
    ratio: float
    negative: bool
    in_force: bool
    """Neither it nor its bank is switched off, held back or expired."""


@dataclass(frozen=True)
class Found:
    """All of one signal, nearest first."""

    hits: tuple[Hit, ...] = ()
    capped: bool = False

    @property
    def allowed(self) -> bool:
        """An allow bank knows it: whatever else does, nothing follows."""
        return any(hit.negative and hit.in_force for hit in self.hits)

    @property
    def matches(self) -> tuple[ListedMatch, ...]:
        """What counts: in force, and no allow bank knows the content."""
        if self.allowed:
            return ()
        return tuple(hit.match for hit in self.hits if hit.in_force)


@dataclass(frozen=True)
class _Near:
    number: int
    distance: float


NOTHING = Found()


class Lookup:
    """Look-ups in the folder of a match service. Any thread may ask."""

    def __init__(self, folder: Path, *, clock: Clock, most: int) -> None:
        """Use ``open``."""
        self._folder, self._clock, self._most = folder, clock, most
        self._followed = Followed(folder)
        self._generation = ""
        self._indexes: dict[str, Index] = {}
        self._listed: Listed | None = None
        self._alike: AlikeTexts | None = None

    @classmethod
    def open(cls, folder: Path, *, clock: Clock | None = None, most: int = MOST) -> Self:
        """Look things up in ``folder``, which a keeper fills; it may be empty yet (then ``NotLoaded`` is raised)."""
        return cls(folder, clock=clock or WallClock(), most=most)

    def close(self) -> None:
        """Let go of every file."""
        for index in self._indexes.values():
            index.close()
        if self._listed is not None:
            self._listed.close()
        self._indexes, self._listed, self._alike, self._generation = {}, None, None, ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def snapshot(self) -> Snapshot:
        """How the banks stand. Raises ``NotLoaded``."""
        snapshot = self._followed.now()
        if snapshot.generation != self._generation:
            self.close()
            self._listed = Listed(self._folder / places.LISTED, write=False)
            self._alike = AlikeTexts(self._listed)
            self._generation = snapshot.generation
        return snapshot

    def rows(self, kind: str) -> int:
        """Rows of one type's index, those removed lately among them; of texts, those ever listed."""
        self.snapshot()
        if kind == places.LIKENESS:
            return len(self._alike) if self._alike else 0
        index = self._index(kind)
        return index.rows if index else 0

    def find(
        self,
        kind: str,
        signals: Sequence[str],
        *,
        banks: Collection[str] | None = None,
        threshold: float | None = None,
    ) -> list[list[ListedMatch]]:
        """For each signal every match that counts, nearest first; nothing where an allow bank knows the content."""
        return [list(found.matches) for found in self.look(kind, signals, banks=banks, threshold=threshold)]

    def look(
        self,
        kind: str,
        signals: Sequence[str],
        *,
        banks: Collection[str] | None = None,
        threshold: float | None = None,
    ) -> list[Found]:
        """The same with everything beside: what is switched off, and allow banks.

        ``banks`` limits it to banks of these names (allow banks always count), ``threshold`` replaces every bank's.
        Raises ``InvalidSignal``, ``UnknownSignalType``, ``NotAnswerable``, ``NotLoaded``.
        """
        kind = type_named(kind).name
        checked = [places.content_signal(kind, signal) for signal in signals]
        if threshold is not None and not 0 <= threshold <= _WIDEST.get(kind, 0.0):
            raise NotAnswerable(f"threshold: from 0 to {_WIDEST.get(kind, 0.0):g} for {kind}")
        snapshot = self.snapshot()
        near, capped = self._near(kind, checked, snapshot.widest(kind, threshold))
        numbers = sorted({one.number for some in near for one in some})
        items = self._listed.get(numbers) if numbers and self._listed else {}
        asked = _Asked(kind, snapshot, banks, threshold, self._clock.now().utc.timestamp())
        return [
            Found(tuple(_hits(some, items, asked)), place in capped) if some or capped else NOTHING
            for place, some in enumerate(near)
        ]

    def _near(self, kind: str, signals: Sequence[str], threshold: float) -> tuple[list[list[_Near]], set[int]]:
        if kind == places.LIKENESS:
            assert self._alike is not None
            found = self._alike.near(signals, threshold)
            return [[_Near(number, distance) for number, distance in some] for some in found], set()
        index = self._index(kind)
        if index is None or not signals:
            return [[] for _ in signals], set()
        if kind == "vpdq":
            return self._films(index, signals, threshold)
        return self._single(index, kind, signals, threshold)

    def _single(
        self, index: Index, kind: str, signals: Sequence[str], threshold: float
    ) -> tuple[list[list[_Near]], set[int]]:
        rows = [places.asked_rows(kind, signal) for signal in signals]
        owner = [place for place, some in enumerate(rows) for _ in some]
        radius = int(threshold) if kind == "pdq" else 0
        found = index.search(from_digits([row for some in rows for row in some]), radius, self._most)
        near: list[list[_Near]] = [[] for _ in signals]
        for query, number, distance in zip(
            found.query.tolist(), found.number.tolist(), found.distance.tolist(), strict=True
        ):
            near[owner[query]].append(_Near(number, float(distance)))
        return near, {owner[query] for query in found.capped.tolist()}

    def _films(self, index: Index, signals: Sequence[str], threshold: float) -> tuple[list[list[_Near]], set[int]]:
        """How many per cent of each film's frames some film of an item has: the distance is what is left."""
        near: list[list[_Near]] = []
        capped: set[int] = set()
        for place, signal in enumerate(signals):
            frames = places.frames_of(signal)
            if not frames:
                near.append([])
                continue
            found = index.search(from_digits(frames), FRAME_DISTANCE, 10 * self._most)
            numbers, counts = np.unique(found.number, return_counts=True)
            left = [100.0 - 100.0 * count / len(frames) for count in counts.tolist()]
            some = [_Near(number, far) for number, far in zip(numbers.tolist(), left, strict=True) if far <= threshold]
            near.append(sorted(some, key=lambda one: (one.distance, one.number))[: self._most])
            if len(found.capped) or len(some) > self._most:
                capped.add(place)
        return near, capped

    def _index(self, kind: str) -> Index | None:
        if kind not in self._indexes:
            try:
                self._indexes[kind] = Index.open(places.folder_of(self._folder, kind), read_only=True)
            except (ManifestDamaged, FileNotFoundError):
                if places.folder_of(self._folder, kind).exists():
                    raise
                return None
        return self._indexes[kind]


@dataclass(frozen=True)
class _Asked:
    kind: str
    snapshot: Snapshot
    banks: Collection[str] | None
    threshold: float | None
    second: float


def _hits(near: Sequence[_Near], items: dict[int, Item], asked: _Asked) -> list[Hit]:
    hits = []
    for one in near:
        bank = asked.snapshot.banks.get(one.number >> places.ITEM_BITS)
        item = items.get(one.number)
        if bank is None or item is None or asked.kind not in item.signals:
            continue
        wanted = asked.banks is None or bank.name in asked.banks or bank.negative
        if wanted and one.distance <= bank.threshold(asked.kind, asked.threshold):
            hits.append(_hit(one, bank, item, asked))
    return hits


def _hit(one: _Near, bank: ServedBank, item: Item, asked: _Asked) -> Hit:
    entry = one.number & ((1 << places.ITEM_BITS) - 1)
    standing = asked.snapshot.items.get(entry)
    in_force = bank.in_force(asked.second) and (standing is None or standing.in_force(asked.second))
    match = ListedMatch(
        bank=bank.name,
        bank_version=bank.version,
        entry=entry,
        member=item.member,
        signal_type=asked.kind,
        listed=item.signals[asked.kind],
        distance=one.distance,
        threshold=bank.threshold(asked.kind, asked.threshold),
        shadow=bank.shadow,
    )
    return Hit(match, bank.ratio, bank.negative, in_force)


def drawn(found: Found, seed: str | None) -> tuple[Hit, ...]:
    """Hits that count, of banks that answer this time: a bank with ratio r when the number drawn is below r.

    The number comes from ``seed``, else by chance: it spreads load and protects nothing.
    """
    if found.allowed:
        return ()
    bits = secrets.randbits(64) if seed is None else int(hashlib.sha256(seed.encode()).hexdigest()[:16], 16)
    number = bits / 2**64
    return tuple(hit for hit in found.hits if hit.in_force and not hit.negative and number < hit.ratio)
