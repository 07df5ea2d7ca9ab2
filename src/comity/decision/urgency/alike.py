"""Answers that do not tell by their hour an account that does not exist from one without such data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comity.casefile.clock import Instant

STEP = timedelta(minutes=15)
"""Our own figure: answers leave at whole quarters of an hour."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def leaves_at(ready: Instant, step: timedelta = STEP) -> Instant:
    """When an answer that is ready leaves: at the next whole step, so that its hour does not tell how long the search
    took. An answer that is ready on a step leaves with it.
    """
    passed = -(-(ready.utc - _EPOCH) // step)
    return Instant(_EPOCH + passed * step)
