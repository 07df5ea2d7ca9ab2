"""Which found signals an allow bank knows: what it lists is let stand, whatever else it matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from comity.casefile.clock import Instant
from comity.docket.hunts import wanted
from comity.docket.hunts.rules import Item
from comity.matching.banks import store as banks
from comity.matching.banks.store import Bank
from comity.matching.signals import TYPES

_AT_ONCE = 4_096
_COVERED = {"url_host": "url", "url_path": "url"}
"""Rules for addresses cover addresses."""


def known(items: Sequence[Item], at: Instant) -> frozenset[str]:
    """The items of which some nearest signal lies within the threshold of something in an allow bank in force."""
    nearest: dict[str, dict[str, list[str]]] = {}
    for one in items:
        for pair in one.pairs:
            nearest.setdefault(pair.signal_type, {}).setdefault(pair.signal, []).append(one.item)
    found: set[str] = set()
    for bank in _allowing(at):
        for kind, listed in _listed(bank, at).items():
            ours = nearest.get(_COVERED.get(kind, kind), {})
            threshold = bank.terms.thresholds.get(kind, TYPES[kind].threshold)
            for signal in _near(kind, ours, listed, threshold):
                found.update(ours[signal])
    return frozenset(found)


def _allowing(at: Instant) -> Iterator[Bank]:
    for bank in banks.banks():
        terms = bank.terms
        expired = terms.expires_at is not None and at >= terms.expires_at
        if terms.negative and terms.enabled and not terms.shadow and not expired:
            yield bank


def _listed(bank: Bank, at: Instant) -> dict[str, set[str]]:
    signals: dict[str, set[str]] = {}
    for item in wanted.in_force(bank, at):
        for kind, signal in item.signals.items():
            signals.setdefault(kind, set()).add(signal)
    return signals


def _near(kind: str, ours: Iterable[str], listed: set[str], threshold: float) -> Iterator[str]:
    if kind == "pdq":
        return _near_pdq(list(ours), sorted(listed), int(threshold))
    if threshold == 0 and kind in ("sha256", "md5", "text", "url"):
        return (signal for signal in ours if signal in listed)
    matches = TYPES[kind].matches
    return (signal for signal in ours if any(matches(signal, one, threshold) for one in listed))


def _near_pdq(ours: list[str], listed: list[str], threshold: int) -> Iterator[str]:
    """By counting bits, some of the listed at a time so that little memory is taken."""
    if not ours or not listed:
        return
    import numpy as np  # noqa: PLC0415 -- the extra `matching`; only where an allow bank lists pictures

    rows = np.frombuffer(bytes.fromhex("".join(listed)), dtype=np.uint64).reshape(-1, 4)
    for signal in ours:
        one = np.frombuffer(bytes.fromhex(signal), dtype=np.uint64)
        if any(
            bool((np.bitwise_count(rows[first : first + _AT_ONCE] ^ one).sum(axis=1) <= threshold).any())
            for first in range(0, len(rows), _AT_ONCE)
        ):
            yield signal
