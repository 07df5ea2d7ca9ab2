"""A sample of what the platform holds, as signals, against which a list is tried before anything of it is listed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from comity.matching.banks.importing import Sample
from comity.matching.banks.rules import NewEntry
from comity.matching.signals import type_named

_COMPARED = {"url": ("url", "url_host", "url_path")}
"""What a thing's address is compared with."""
_EACH_WITH_EACH = 20_000_000
"""So many comparisons take a second."""


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

    rows = np.frombuffer(bytes.fromhex("".join(sorted(listed))), dtype=">u8").astype(np.uint64).reshape(-1, 4)
    ours = np.frombuffer(bytes.fromhex("".join(texts)), dtype=">u8").astype(np.uint64).reshape(-1, 4)
    if len(rows) * len(ours) < _EACH_WITH_EACH:
        near = {
            place for place, one in enumerate(ours) if (np.bitwise_count(rows ^ one).sum(axis=1) <= threshold).any()
        }
    else:
        near = _near_by_index(rows, ours, threshold)
    return [text for place, text in enumerate(texts) if place in near]


def _near_by_index(rows: Any, ours: Any, threshold: int) -> set[int]:
    """The same for long lists, by an index that lasts as long as the question."""
    import numpy as np  # noqa: PLC0415 -- as above

    from comity.matching.index import Index  # noqa: PLC0415 -- the same

    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "list", background=False) as index:
        index.add(np.arange(len(rows), dtype=np.uint64), rows)
        found = index.search(ours, threshold, most=1)
    return {int(place) for place in np.union1d(found.query, found.capped)}
