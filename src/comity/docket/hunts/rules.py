"""Pure judgement about hunts: what can be sought, what was found of one item, when a person looks first."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from comity.docket.hunts.errors import NothingSought, TooMuchSought, UnusableSearch
from comity.docket.hunts.models import State
from comity.docket.seeking import Hit, Sought
from comity.matching.banks.rules import widest
from comity.matching.errors import InvalidSignal, UnknownSignalType
from comity.matching.signals import TYPES, type_named

LONGEST = 100_000
"""Signals that one hunt searches for."""
MOST_FOUND = 200_000
"""Different items; a search that finds more is broken off and waits for a person, who narrows it."""
MANY, SHARE, MUCH = 50, 0.01, 10_000
"""A person looks first from so many found items on if they are more than this share of what is stored, and always
above the last number."""
_NEAREST = 64
"""Pairs that are remembered of one item."""
_SAID = 20
"""Pairs that a detection tells of."""
BINS = 16
_TOP = 5

MOVES: dict[State, frozenset[State]] = {
    State.ORDERED: frozenset({State.HELD, State.ENTERING, State.DONE, State.FAILED, State.STOPPED}),
    State.HELD: frozenset({State.ORDERED, State.ENTERING, State.STOPPED}),
    State.ENTERING: frozenset({State.DONE, State.STOPPED}),
    State.FAILED: frozenset({State.ORDERED, State.STOPPED}),
    State.DONE: frozenset(),
    State.STOPPED: frozenset(),
}
"""What a hunt can become; the database refuses anything else."""

OVER = frozenset({State.DONE, State.STOPPED})


# -- what is sought ----------------------------------------------------------------------------------------------------


def checked(kind: str, signal: str, threshold: float | None = None) -> Sought:
    """A signal in its one spelling, with the threshold in force; raises ``UnusableSearch`` saying what is wrong."""
    try:
        named = type_named(kind.strip())
        written = named.normalise(signal.strip())
    except (UnknownSignalType, InvalidSignal) as wrong:
        raise UnusableSearch(f"{kind.strip()[:40]}: {wrong}") from None
    return Sought(named.name, written, threshold_of(named.name, threshold))


def threshold_of(kind: str, asked: float | None) -> float:
    """The distance in force: what was asked, within what still says something, or the type's own."""
    own = TYPES[kind].threshold
    if asked is None:
        return own
    most = max(widest(kind), own)
    if math.isnan(asked) or not 0 <= asked <= most:
        raise UnusableSearch(f"{kind}: a distance from 0 to {most:g} ({TYPES[kind].unit})")
    return float(asked)


def read_list(text: str, kind: str, thresholds: dict[str, float]) -> tuple[Sought, ...]:
    """A list: one signal a line, before it its type and a blank where that is not ``kind``. Lines with # are none."""
    return limited(_lines(text, kind, thresholds))


def _lines(text: str, kind: str, thresholds: dict[str, float]) -> Iterator[Sought]:
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        first, _, rest = said.partition(" ")
        named, signal = (first, rest) if rest and _is_type(first) else (kind, said)
        try:
            one = checked(named, signal)
            yield Sought(one.signal_type, one.signal, threshold_of(one.signal_type, thresholds.get(one.signal_type)))
        except UnusableSearch as wrong:
            raise UnusableSearch(f"line {number}: {wrong}") from None


def _is_type(name: str) -> bool:
    try:
        type_named(name)
    except UnknownSignalType:
        return False
    return True


def limited(sought: Iterable[Sought]) -> tuple[Sought, ...]:
    """Each once, not too many, at least one."""
    each: dict[Sought, None] = {}
    for one in sought:
        each[one] = None
        if len(each) > LONGEST:
            raise TooMuchSought
    if not each:
        raise NothingSought
    return tuple(each)


def written(sought: Sequence[Sought]) -> bytes:
    """One line of JSON for each: what the digest covers."""
    lines = ([one.signal_type, one.signal, one.threshold, one.item, one.member] for one in sought)
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)


def read(body: bytes) -> tuple[Sought, ...]:
    """The same, read back."""
    return tuple(Sought(*json.loads(line)) for line in body.splitlines())


def digest(body: bytes) -> str:
    """Of what is sought."""
    return hashlib.sha256(body).hexdigest()


# -- what was found ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Pair:
    """A stored signal and one that is sought; nearer ones come first, ties in one order."""

    share: float
    """Of the threshold."""
    distance: float
    signal_type: str
    signal: str
    line: int
    recipe: str = ""


@dataclass
class Item:
    """One item and its nearest pairs."""

    item: str
    url: str
    account: str
    content_type: str
    pairs: list[Pair] = field(default_factory=list)

    @property
    def nearest(self) -> Pair:
        """The pair that the detection is about."""
        return min(self.pairs)

    @property
    def matches(self) -> list[tuple[int, float]]:
        """Which signals sought lie near the nearest one's signal, and how near."""
        best = self.nearest
        same = [one for one in sorted(self.pairs) if (one.signal_type, one.signal) == (best.signal_type, best.signal)]
        return [(one.line, one.distance) for one in same[:_SAID]]


class Gathering:
    """Hits joined by item. The same hits in another order give the same."""

    def __init__(self, sought: Sequence[Sought], most: int = MOST_FOUND) -> None:
        self._sought, self._most = sought, most
        self.items: dict[str, Item] = {}
        self.full = False
        """There are more items than one hunt takes."""

    def add(self, hit: Hit) -> bool:
        """Take a hit; False when there are too many items and the search should end."""
        known = self.items.get(hit.item)
        if known is None:
            if len(self.items) >= self._most:
                self.full = True
                return False
            known = self.items[hit.item] = Item(hit.item, hit.url or "", hit.account or "", hit.content_type)
        threshold = self._sought[hit.line].threshold
        share = hit.distance / threshold if threshold else 0.0
        pair = Pair(share, hit.distance, hit.signal_type, hit.signal, hit.line, hit.recipe or "")
        if pair not in known.pairs:
            known.pairs.append(pair)
        if len(known.pairs) > _NEAREST:
            known.pairs.remove(max(known.pairs))
        return True

    def sorted(self) -> list[Item]:
        """Every item, the nearest first."""
        return sorted(self.items.values(), key=lambda one: (one.nearest, one.item))


def counts(items: Sequence[Item], sought: Sequence[Sought], salt: str) -> dict[str, object]:
    """What is said of a search before anything is shown: numbers, and accounts by a hash of this hunt alone."""
    nearest = [one.nearest for one in items]
    types = Counter(one.signal_type for one in nearest)
    accounts = Counter(one.account for one in items if one.account)
    lines = Counter(str(line) for one in items for line, _distance in one.matches)
    return {
        "types": dict(types),
        "content": dict(Counter(one.content_type for one in items)),
        "distances": {kind: _bins([one for one in nearest if one.signal_type == kind], sought) for kind in types},
        "accounts": len(accounts),
        "top": [[pseudonym(salt, name), number] for name, number in _first(accounts)],
        "lines": [[int(line), number] for line, number in _first(lines)],
        "unnamed": sum(not one.account for one in items),
    }


def _first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP]


def _bins(nearest: Sequence[Pair], sought: Sequence[Sought]) -> dict[str, object]:
    """How many lie how far, from 0 to the widest threshold in use, in sixteen steps or fewer."""
    most = max(sought[one.line].threshold for one in nearest)
    steps = BINS if most else 1
    filled = [0] * steps
    for one in nearest:
        filled[min(int(one.distance / most * steps), steps - 1) if most else 0] += 1
    return {"most": most, "bins": filled}


def pseudonym(salt: str, account: str) -> str:
    """An account as counts name it: the same within one hunt, and nowhere else."""
    return hashlib.sha256(f"{salt}\n{account}".encode()).hexdigest()[:12]


def why_held(found: int, stored: int, *, full: bool) -> str:
    """Why a person looks before what was found becomes detections; empty where nothing speaks against it."""
    if full:
        return f"it found more than {MOST_FOUND:,} items and was broken off: take out what is sought too broadly"
    if found > MUCH:
        return f"it found {found:,} items"
    if found >= MANY and found > stored * SHARE:
        return f"it found {found:,} of {stored:,} items, which is much of the platform"
    return ""
