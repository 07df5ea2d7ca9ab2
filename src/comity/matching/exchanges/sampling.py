"""A sample of what the platform holds, as signals, against which a list is tried before anything of it is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity.matching.banks.importing import Sample
from comity.matching.banks.rules import NewEntry
from comity.matching.signals import type_named

_COMPARED = {"url": ("url", "url_host", "url_path")}
"""What a thing's address is compared with."""


def of_signals(things: Sequence[Mapping[str, str]]) -> Sample:
    """Try lists against these things, each with its signals by type, normalised; types are compared as they match."""
    by_type: dict[str, dict[str, list[int]]] = {}
    for place, thing in enumerate(things):
        for name, text in thing.items():
            for compared in _COMPARED.get(name, (name,)):
                by_type.setdefault(compared, {}).setdefault(text, []).append(place)

    def tried(new: Sequence[NewEntry]) -> tuple[int, int]:
        found: set[int] = set()
        for name, texts in by_type.items():
            listed = {one.signals[name] for one in new if name in one.signals and not one.withdrawn}
            for text in _near(name, list(texts), listed):
                found.update(texts[text])
        return len(things), len(found)

    return tried


def _near(name: str, texts: Sequence[str], listed: set[str]) -> list[str]:
    """Which of our texts some listed signal matches."""
    kind = type_named(name)
    if name == "pdq":
        return _near_pdq(texts, listed, int(kind.threshold))
    if kind.threshold == 0 and name in ("sha256", "md5", "text", "url"):
        return [text for text in texts if text in listed]
    return [text for text in texts if any(kind.matches(text, one) for one in listed)]


def _near_pdq(texts: Sequence[str], listed: set[str], threshold: int) -> list[str]:
    if not listed:
        return []
    import numpy as np  # noqa: PLC0415 -- the extra `matching`; only where there is a sample at all

    rows = np.frombuffer(bytes.fromhex("".join(sorted(listed))), dtype=np.uint64).reshape(-1, 4)
    ours = np.frombuffer(bytes.fromhex("".join(texts)), dtype=np.uint64).reshape(-1, 4)
    near = [bool((np.bitwise_count(rows ^ one).sum(axis=1) <= threshold).any()) for one in ours]
    return [text for text, is_near in zip(texts, near, strict=True) if is_near]
