"""Worked orders of an instrument, changed as its vectors say."""

from __future__ import annotations

import copy
from typing import Any

from comity import law
from comity.casefile.clock import Instant
from comity.law.assessing import Judgement
from comity.law.provider import Provider


def changed(order: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    """The order with what the vector sets and drops; paths are dotted."""
    order = copy.deepcopy(order)
    for path, value in vector.get("set", {}).items():
        *outer, last = path.split(".")
        place: Any = order
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = copy.deepcopy(value)
    for path in vector.get("drop", ()):
        *outer, last = path.split(".")
        place = order
        for part in outer:
            place = place[part]
        del place[last]
    return order


def judge(identifier: str, vector: dict[str, Any]) -> Judgement:
    """One scenario judged by its instrument."""
    vectors: Any = law.instrument(identifier).vectors
    profile = None if vector.get("without_provider") else {**vectors["provider"], **vector.get("with_provider", {})}
    return law.judge(
        changed(vectors["order"], vector),
        received=Instant.parse(vector.get("received", vectors["received"])),
        provider=None if profile is None else Provider.model_validate(profile),
        identifier=vector.get("instrument"),
    )
