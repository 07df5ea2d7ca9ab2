"""What the answering of calls has at hand in one process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from comity.casefile.clock import Clock
from comity.matching.catalogue import Catalogue
from comity.matching.serving.fetching import Fetching
from comity.matching.serving.figures import Figures
from comity.matching.serving.flood import Flood
from comity.matching.serving.lookup import Lookup
from comity.matching.serving.recent import Recent
from comity.matching.signals.decoders import Decoders


@dataclass(frozen=True)
class Limits:
    """How much is taken."""

    body_bytes: int = 64 * 1024 * 1024
    batch: int = 100_000
    """Signals in one call."""
    waiting: int = 64
    """Calls that wait for a thread of this process; more are told to come again."""
    threads: int = 4
    calls_a_second: float = 20_000.0
    """Of one caller, in this process."""


@dataclass(frozen=True)
class Means:
    """Everything that answers use."""

    folder: Path
    lookup: Lookup
    decoders: Decoders
    fetching: Fetching
    figures: Figures
    clock: Clock
    limits: Limits
    secrets: Path
    """The folder of exchanges' secrets; only whether they are there is looked at."""
    flood: Flood
    recent: Recent
    catalogue: Catalogue | None = None
    """Where fingerprints of uploads are kept, if they are."""
