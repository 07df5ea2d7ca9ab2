"""Which listed items content's signals lie near, as the banks stand now: the one way in which anything is looked up.

Every process has its own ``Lookup``; all of them read the same files, which the keeper writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from comity.casefile.clock import Clock, WallClock
from comity.casefile.documents.detection import ListedMatch
from comity.matching.index import Index, from_digits
from comity.matching.index.errors import ManifestDamaged
from comity.matching.serving import places
from comity.matching.serving.alike import AlikeTexts
from comity.matching.serving.errors import NotAnswerable
from comity.matching.serving.found import Found, Hit
from comity.matching.serving.listed import Item, Listed
from comity.matching.serving.snapshot import Followed, ServedBank, Snapshot
from comity.matching.signals import type_named
from comity.matching.signals.rows import asked_rows, frames_of
from comity.matching.signals.vpdq import FRAME_DISTANCE

Words64 = npt.NDArray[np.uint64]
MOST = 100
"""Matches told of one signal; where there are more, the answer says so."""
_WIDE = 100
"""So many times as much is looked at where the matches told could hide one that counts."""
_OF_ONE_ROW = frozenset({"pdq", "sha256", "text"})
_WIDEST = {"pdq": 80.0, "vpdq": 99.0, places.LIKENESS: 0.75}


@dataclass(frozen=True)
class _Near:
    number: int
    distance: float


_All = tuple[dict[int, list[_Near]], set[int]]
"""By place of what was asked: what is near; and places of which not everything near is named."""
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
        found = self._look(kind, checked, _Wanted(banks, threshold))
        return [found.get(place, NOTHING) for place in range(len(checked))]

    def look_at_words(
        self,
        kind: str,
        hashes: Words64,
        *,
        banks: Collection[str] | None = None,
        threshold: float | None = None,
    ) -> dict[int, Found]:
        """The same for many hashes as the index takes them (rows of four words): only those that matched, by row."""
        return self._look(type_named(kind).name, hashes, _Wanted(banks, threshold))

    def _look(self, kind: str, asked: Sequence[str] | Words64, wanted: _Wanted) -> dict[int, Found]:
        threshold = wanted.threshold
        if threshold is not None and not 0 <= threshold <= _WIDEST.get(kind, 0.0):
            raise NotAnswerable(f"threshold: from 0 to {_WIDEST.get(kind, 0.0):g} for {kind}")
        snapshot = self.snapshot()
        widest = snapshot.widest(kind, threshold)
        near, capped = self._near(kind, asked, widest, self._most)
        how = _Asked(kind, snapshot, wanted, self._clock.now().utc.timestamp())
        hits = self._standing(near, how)
        again = [place for place in sorted(capped) if _hides(hits.get(place, []), near.get(place, []), snapshot)]
        if again:
            piece = asked[again] if isinstance(asked, np.ndarray) else [asked[place] for place in again]
            wide, _ = self._near(kind, piece, widest, _WIDE * self._most)
            hits |= {again[at]: _chosen(some, self._most) for at, some in self._standing(wide, how).items()}
        return {place: Found(tuple(some), place in capped) for place, some in hits.items()}

    def _standing(self, near: dict[int, list[_Near]], how: _Asked) -> dict[int, list[Hit]]:
        numbers = sorted({one.number for some in near.values() for one in some})
        items = self._listed.get(numbers) if self._listed and numbers else {}
        return {place: _hits(some, items, how) for place, some in near.items()}

    def _near(self, kind: str, asked: Sequence[str] | Words64, threshold: float, most: int) -> _All:
        if isinstance(asked, np.ndarray):
            if kind not in _OF_ONE_ROW:
                raise NotAnswerable(f"{kind} has no hashes of 32 bytes")
            index = self._index(kind)
            return _searched(index, asked, int(threshold), most) if index and len(asked) else ({}, set())
        if kind == places.LIKENESS:
            assert self._alike is not None
            found = enumerate(self._alike.near(asked, threshold))
            return {place: [_Near(*one) for one in some] for place, some in found if some}, set()
        index = self._index(kind)
        if index is None or not asked:
            return {}, set()
        if kind == "vpdq":
            return self._films(index, asked, threshold, most)
        return self._single(index, kind, asked, threshold, most)

    def _single(self, index: Index, kind: str, signals: Sequence[str], threshold: float, most: int) -> _All:
        rows = [asked_rows(kind, signal) for signal in signals]
        owner = [place for place, some in enumerate(rows) for _ in some]
        words = from_digits([row for some in rows for row in some])
        near, capped = _searched(index, words, int(threshold) if kind == "pdq" else 0, most)
        if len(owner) == len(signals):
            return near, capped
        joined: dict[int, list[_Near]] = {}
        for query, some in near.items():
            joined.setdefault(owner[query], []).extend(some)
        return joined, {owner[query] for query in capped}

    def _films(self, index: Index, signals: Sequence[str], threshold: float, most: int) -> _All:
        """How many per cent of each film's frames some film of an item has: the distance is what is left."""
        near: dict[int, list[_Near]] = {}
        capped: set[int] = set()
        for place, signal in enumerate(signals):
            frames = frames_of(signal)
            if not frames:
                continue
            found = index.search(from_digits(frames), FRAME_DISTANCE, 10 * most)
            numbers, counts = np.unique(found.number, return_counts=True)
            left = [100.0 - 100.0 * count / len(frames) for count in counts.tolist()]
            some = [_Near(number, far) for number, far in zip(numbers.tolist(), left, strict=True) if far <= threshold]
            if some:
                near[place] = sorted(some, key=lambda one: (one.distance, one.number))[:most]
            if len(found.capped) or len(some) > most:
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


def _searched(index: Index, words: Words64, radius: int, most: int) -> _All:
    found = index.search(words, radius, most)
    near: dict[int, list[_Near]] = {}
    for query, number, distance in zip(
        found.query.tolist(), found.number.tolist(), found.distance.tolist(), strict=True
    ):
        near.setdefault(query, []).append(_Near(number, float(distance)))
    return near, set(found.capped.tolist())


@dataclass(frozen=True)
class _Wanted:
    banks: Collection[str] | None
    threshold: float | None


@dataclass(frozen=True)
class _Asked:
    kind: str
    snapshot: Snapshot
    wanted: _Wanted
    second: float


def _hits(near: Sequence[_Near], items: dict[int, Item], asked: _Asked) -> list[Hit]:
    hits = []
    for one in near:
        bank = asked.snapshot.banks.get(one.number >> places.ITEM_BITS)
        item = items.get(one.number)
        if bank is None or item is None or asked.kind not in item.signals:
            continue
        wanted = asked.wanted
        of_it = wanted.banks is None or bank.name in wanted.banks or bank.negative
        if of_it and one.distance <= bank.threshold(asked.kind, wanted.threshold):
            hits.append(_hit(one, bank, item, asked))
    return hits


def _hides(hits: Sequence[Hit], near: Sequence[_Near], snapshot: Snapshot) -> bool:
    """Whether, of a signal with more matches than are told, those told are such that another could count instead."""
    left_out = len(hits) < len(near) or any(not hit.in_force for hit in hits)
    return left_out or any(bank.negative for bank in snapshot.banks.values())


def _chosen(hits: Sequence[Hit], most: int) -> list[Hit]:
    """Of many, what allows first, then what counts, nearest first; told in the order of their distance."""
    ordered = sorted(hits, key=lambda hit: (not (hit.negative and hit.in_force), not hit.in_force, hit.match.distance))
    return sorted(ordered[:most], key=lambda hit: (hit.match.distance, hit.match.entry))


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
        threshold=bank.threshold(asked.kind, asked.wanted.threshold),
        shadow=bank.shadow,
    )
    return Hit(match, bank.ratio, bank.negative, in_force)
