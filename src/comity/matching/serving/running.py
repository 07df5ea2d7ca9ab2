"""One process of the match service put together: the keeper's loop, or the application that answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError, connections

from comity.casefile.clock import Clock
from comity.matching.banks import store
from comity.matching.banks.importing import Sample
from comity.matching.catalogue import Catalogue
from comity.matching.index import keep_compiled, warm
from comity.matching.policy import store as policy
from comity.matching.serving.app import App
from comity.matching.serving.fetching import Fetching
from comity.matching.serving.figures import Figures
from comity.matching.serving.flood import Flood, holding
from comity.matching.serving.keeper import Keeper, Kept
from comity.matching.serving.lookup import Lookup
from comity.matching.serving.means import Limits, Means
from comity.matching.serving.recent import Recent, sample
from comity.matching.serving.recording import Recording
from comity.matching.serving.tokens import Tokens
from comity.matching.signals.decoders import Decoders

log = structlog.get_logger("comity.matching.serving")
_CHANNEL = "banks"
_AGAIN = 0.5
KERNELS, CALLS, FIGURES, RECENT = "kernels", "match-calls", "figures", "recent"


def keep(folder: Path, connect: Callable[[], psycopg.Connection[Any]], stop: threading.Event) -> None:
    """Follow the banks into ``folder`` until told to stop, however often the database goes away meanwhile."""
    keep_compiled(folder / KERNELS)
    kept = Kept(folder)
    try:
        while not stop.is_set():
            try:
                _follow(kept, connect, stop)
            except (psycopg.Error, DatabaseError) as failure:
                log.warning("the keeper waits for the database", failure=type(failure).__name__)
                connections.close_all()
                stop.wait(_AGAIN)
    finally:
        kept.close()
        connections.close_all()


def _follow(kept: Kept, connect: Callable[[], psycopg.Connection[Any]], stop: threading.Event) -> None:
    with connect() as listening:
        listening.execute(f"LISTEN {_CHANNEL}")
        keeper = Keeper(kept, store, rules_in_force)
        keeper.run(stop, lambda seconds: list(listening.notifies(timeout=seconds, stop_after=1)))


def lately(home: Path) -> Sample | None:
    """What was asked about lately, for trying lists on; ``None`` where the match service answered nothing yet."""
    return sample(home / "match" / RECENT)


def rules_in_force() -> Any:
    """What is to follow from matches, as the banks' snapshot carries it."""
    return policy.snapshot()


def application(
    home: Path,
    tokens: Path,
    clock: Clock,
    *,
    hosts: frozenset[str] = frozenset(),
    limits: Limits | None = None,
    catalogue: Path | None = None,
) -> App:
    """What answers calls in one process; everything slow is done before it is given. Raises ``UnusableTokens``.

    ``catalogue``: where fingerprints of uploads are kept; ``None`` keeps none.
    """
    callers = Tokens(tokens)
    limits, folder = limits or Limits(), home / "match"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    warm(folder / KERNELS)
    decoders = Decoders()
    with suppress(Exception):  # decoders are started again when a picture comes, and say then what is wrong
        decoders.warm()
    lookup = Lookup.open(folder, clock=clock)
    _try_once(lookup)
    means = Means(
        folder=folder,
        lookup=lookup,
        decoders=decoders,
        fetching=Fetching(hosts, limits.body_bytes),
        figures=Figures(home / "match" / FIGURES),
        clock=clock,
        limits=limits,
        catalogue=None if catalogue is None else Catalogue.open(catalogue, make=True),
        secrets=home / "keys" / "exchanges",
        flood=Flood(holding(clock)),
        recent=Recent(folder / RECENT),
    )
    return App(means, callers, Recording(home / CALLS, clock))


def _try_once(lookup: Lookup) -> None:
    """Map what is there, so that the first caller does not wait for it."""
    began = time.perf_counter()
    with suppress(Exception):  # no index yet: the state says so to whoever asks
        lookup.find("pdq", ["0" * 64])
        log.info("index opened", seconds=round(time.perf_counter() - began, 3))
