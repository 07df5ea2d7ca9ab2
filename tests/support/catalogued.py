"""Fingerprints made to order, and the plain answer to every hunt: each type's own distance to everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from comity.casefile.clock import Instant
from comity.matching.catalogue import Fingerprint
from comity.matching.hunting import Query
from comity.matching.index import to_digits
from comity.matching.signals import type_named

AT = Instant.parse("2026-11-29T02:13:00Z")
_CONTENT = {"pdq": "photo", "vpdq": "video", "text": "text", "text_likeness": "text", "url": "url"}
RULES = {"url_host": "url", "url_path": "url"}


def fingerprint(item: str, signal: str, kind: str = "pdq") -> Fingerprint:
    return Fingerprint(item, f"https://board.test/{item}", "ada", _CONTENT.get(kind, "file"), kind, signal, None, AT)


def pictures(rows: np.typing.NDArray[np.uint64], prefix: str = "i") -> list[Fingerprint]:
    return [fingerprint(f"{prefix}{place}", text) for place, text in enumerate(to_digits(rows))]


def nearest(stored: Iterable[Fingerprint], queries: Sequence[Query]) -> dict[tuple[str, str, str], tuple[int, float]]:
    """By item, type and signal: the nearest query that covers it, the first of equally near ones."""
    answer: dict[tuple[str, str, str], tuple[int, float]] = {}
    for one in stored:
        some = []
        for place, query in enumerate(queries):
            kind = type_named(query.signal_type)
            if RULES.get(kind.name, kind.name) == one.signal_type:
                far = kind.distance(one.signal, kind.normalise(query.signal))
                if far <= (kind.threshold if query.threshold is None else query.threshold):
                    some.append((far, place))
        if some:
            answer[one.item, one.signal_type, one.signal] = (min(some)[1], min(some)[0])
    return answer


def as_answer(found: Iterable[object]) -> dict[tuple[str, str, str], tuple[int, float]]:
    """The same shape from a hunt, which must say nothing twice."""
    answer: dict[tuple[str, str, str], tuple[int, float]] = {}
    for one in found:
        key = (one.item, one.signal_type, one.signal)  # type: ignore[attr-defined]
        assert key not in answer, "a fingerprint was given twice"
        answer[key] = (one.query, one.distance)  # type: ignore[attr-defined]
    return answer
