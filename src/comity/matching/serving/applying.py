"""Changes through the match service: entered in one unit of work, and answered when they are in force everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from comity.casefile.records import UnitOfWork, unit_of_work
from comity.matching.banks import store
from comity.matching.serving.calls import Call
from comity.matching.serving.errors import NotAppliedYet
from comity.matching.serving.keeper import position_of
from comity.matching.serving.means import Means

T = TypeVar("T")
ACTOR = "system:match"
_PATIENCE = 30.0
"""Seconds that an answer waits for the keeper: one that was killed is started again within a few."""
_LOOK = 0.002


def applied(means: Means, act: Callable[[UnitOfWork], T]) -> T:
    """Do it in one unit of work, and return when it is in force in every search. Raises ``NotAppliedYet``."""
    with unit_of_work(means.clock.now(), ACTOR) as work:
        done = act(work)
        position = store.position()
    until = time.monotonic() + _PATIENCE
    while position_of(means.folder) < position:
        if time.monotonic() > until:
            raise NotAppliedYet
        time.sleep(_LOOK)
    return done


def because(call: Call) -> str:
    """Why it is done, for the entry."""
    return f"{call.caller.name}, through the match service"
