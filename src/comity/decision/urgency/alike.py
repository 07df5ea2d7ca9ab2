"""Answers that do not tell an account that does not exist from one without such data: same lines, words and hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from comity.casefile.clock import Instant

STEP = timedelta(minutes=15)
"""Our own figure: answers leave at whole quarters of an hour."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One identifier and one category of a demand."""

    identifier: str
    """Its number on the form."""
    value: str
    """As the demand names it, never as the platform spells it."""
    category: str


@dataclass(frozen=True)
class Line:
    """What the answer says to it: the demand's own words, and whether something was stored."""

    asked: Asked
    stored: bool


def answered(asked: Sequence[Asked], rows: Mapping[tuple[str, str], int]) -> tuple[Line, ...]:
    """One line for each identifier and category that was asked, once, in the demand's order, and no other.

    ``rows``: how many rows were collected, by number and category. Whether an account is missing, empty, or has
    nothing in the period gives the same line; nothing that the platform said besides can enter one.
    """
    return tuple(Line(one, rows.get((one.identifier, one.category), 0) > 0) for one in dict.fromkeys(asked))


def leaves_at(ready: Instant, step: timedelta = STEP) -> Instant:
    """When an answer that is ready leaves: at the next whole step, so that its hour does not tell how long the search
    took. An answer that is ready on a step leaves with it.
    """
    passed = -(-(ready.utc - _EPOCH) // step)
    return Instant(_EPOCH + passed * step)
