"""What must be known to judge an emergency demand. What nobody knows is absent, and never counts in its favour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, Identifier


@dataclass(frozen=True)
class Statement:
    """What is said of the emergency, as it was said."""

    danger: str
    """Who is in danger, and of what."""
    why_now: str
    why_no_court: str


@dataclass(frozen=True)
class Claim:
    """The demand that claims an emergency."""

    received_at: Instant
    statement: Statement
    categories: frozenset[Category]
    identifiers: tuple[Identifier, ...] = ()
    documents: frozenset[str] = frozenset()
    """SHA-256 of every file that came with it."""
    case: str = ""


@dataclass(frozen=True)
class Call:
    """A call that somebody of ours made."""

    at: Instant
    held_since: Instant
    """Since when the register holds the number that was rung."""
    confirmed: bool
    supervisor: bool = False
    """Whether the officer's supervisor was spoken to."""


@dataclass(frozen=True)
class Sender:
    """Who demands, as far as the register and the channel tell."""

    state: str = ""
    """ISO 3166-1 alpha-2."""
    domain: str = ""
    """Of the address it was sent from, where there is one."""
    known_domains: frozenset[str] = frozenset()
    """All that the register holds, of every authority."""
    mailbox_only: bool = True
    """Nothing but a mailbox vouches for it: no signature that was verified, no passkey, no client credentials."""
    calls: tuple[Call, ...] = ()
    earlier_demands: int | None = None
    """Demands of this authority that were answered before; ``None``: nobody knows."""
    officer_times: tuple[Instant, ...] = ()
    """When this officer demanded before."""
    new_device: bool | None = None
    """Whether the officer's device or client was never seen before."""


@dataclass(frozen=True)
class Past:
    """What came before."""

    officer_emergencies: tuple[Instant, ...] = ()
    authority_emergencies: tuple[Instant, ...] = ()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By SHA-256, the cases in which a file came before."""
    written_overdue: bool = False
    """A written demand for an earlier release of this authority has not come in time."""
    doubtful: bool = False
    """An earlier release to it was reviewed and found doubtful or forged."""


@dataclass(frozen=True)
class Budget:
    """How many emergency demands are judged as such within a length of time; one more is not."""

    most: int
    within: timedelta


@dataclass(frozen=True)
class Limits:
    """The provider's own figures; no law gives them. The defaults are this house's."""

    officer: Budget = Budget(3, timedelta(hours=24))
    authority: Budget = Budget(10, timedelta(hours=24))
    first: frozenset[Category] = frozenset({Category.SUBSCRIBER})
    """What leaves first."""
    rest_after: timedelta = timedelta(hours=1)
    """How long after that the rest may leave."""
    call_is_fresh: timedelta = timedelta(hours=24)
    """How long a call vouches for the demand that it was about."""
    written_within: timedelta | None = None
    """For the written demand; ``None``: the period that the law room holds."""
    review_within: timedelta = timedelta(days=7)


def statement_of(form: Mapping[str, Any]) -> Statement:
    """The three fields of an emergency form; what is no text is nothing."""
    danger, now, court = (form.get(key) for key in ("danger", "why_now", "why_no_court"))
    return Statement(*(one if isinstance(one, str) else "" for one in (danger, now, court)))
