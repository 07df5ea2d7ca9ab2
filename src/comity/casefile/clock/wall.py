"""The one place that asks the machine what time it is. Everything else receives an ``Instant``."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

from comity.casefile.clock.instants import Instant


class Clock(Protocol):
    """Something that tells the present instant."""

    def now(self) -> Instant:
        """The present instant, in UTC."""


class WallClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """The present instant, in UTC."""
        return Instant(datetime.now(UTC))


class FixedClock:
    """A clock that a test or a replay sets; it never moves by itself and may be moved from any thread."""

    def __init__(self, at: Instant) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> Instant:
        """The instant last set."""
        with self._lock:
            return self._at

    def set(self, at: Instant) -> None:
        """Move to ``at``."""
        with self._lock:
            self._at = at

    def advance(self, length: timedelta) -> Instant:
        """Move forward by ``length`` and return the new present."""
        with self._lock:
            self._at = self._at.plus(length)
            return self._at
