"""What may be said of an exchange, when the next fetch is due, and when a list takes too much back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges.errors import UnusableExchange

FASTEST, SLOWEST = 5, 30 * 24 * 3600
"""Seconds from one fetch to the next."""
_FIRST_PAUSE = 30
_LONGEST_PAUSE = 24 * 3600
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_LONGEST = 1_000
SHRINK = 0.5
"""Of a whole list, the share that may be missing all at once, unless the exchange's settings say otherwise."""
_FEW = 20


@dataclass(frozen=True)
class Kind:
    """What a protocol must be told."""

    name: str
    meaning: str
    needed: Mapping[str, str] = field(default_factory=dict)
    """Setting → what it is."""
    possible: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    """What secrets are for."""
    more_secrets: tuple[str, ...] = ()
    """Secrets that it can do without."""
    forgets: timedelta | None = None
    """After so long without a fetch it no longer says what was taken back: then the whole list is fetched anew."""
    opinions: bool = False
    """It takes opinions back."""


def checked_terms(terms: ExchangeTerms, kinds: Mapping[str, Kind]) -> ExchangeTerms:
    """Terms that can be used; raises ``UnusableExchange`` naming the field."""
    if _NAME.fullmatch(terms.name) is None:
        raise UnusableExchange("name: small letters, digits and hyphens, a letter first, at most 40")
    kind = kinds.get(terms.type)
    if kind is None:
        raise UnusableExchange(f"type: one of {', '.join(sorted(kinds))}")
    if not FASTEST <= terms.pace <= SLOWEST:
        raise UnusableExchange(f"pace: from {FASTEST} to {SLOWEST:,} seconds")
    _check_settings(kind, terms.settings)
    if not set(kind.secrets) <= set(terms.secrets) <= {*kind.secrets, *kind.more_secrets}:
        raise UnusableExchange(f"secrets: {kind.name} takes {', '.join((*kind.secrets, *kind.more_secrets)) or 'none'}")
    for what, name in terms.secrets.items():
        if _SECRET.fullmatch(name) is None:
            raise UnusableExchange(f"secrets: {what}: the name of a file, not the secret itself")
    return terms


def _check_settings(kind: Kind, settings: Mapping[str, str]) -> None:
    for what in sorted(set(kind.needed) - set(settings)):
        raise UnusableExchange(f"settings: {what} is missing: {kind.needed[what]}")
    for what in sorted(set(settings) - set(kind.needed) - set(kind.possible)):
        raise UnusableExchange(f"settings: {kind.name} knows no {what[:40]!r}")
    for what, value in settings.items():
        if not 0 < len(value) <= _LONGEST or not value.isprintable():
            raise UnusableExchange(f"settings: {what}: one line of at most {_LONGEST} characters")


def changed_terms(terms: ExchangeTerms, changes: Mapping[str, object]) -> ExchangeTerms:
    """Terms with some fields set anew; its name and its type stay."""
    if fixed := sorted({"name", "type"} & set(changes)):
        raise UnusableExchange(f"{fixed[0]}: it stays; end this exchange and set up another")
    try:
        return ExchangeTerms.model_validate(terms.model_dump() | dict(changes))
    except ValidationError as error:
        raise UnusableExchange(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}") from error


def pace_of(terms: ExchangeTerms, hurried: int | None) -> int:
    """Seconds from one fetch to the next: its own pace, or a faster one while something happens."""
    return terms.pace if hurried is None else min(terms.pace, hurried)


def next_at(now: Instant, pace: int, failures: int, asked: float = 0.0) -> Instant:
    """When to fetch next; after failures the pause doubles up to the pace; what the exchange asks for is granted."""
    pause = float(pace) if failures == 0 else min(float(pace), _FIRST_PAUSE * 2.0 ** min(failures - 1, 20))
    return now.plus(timedelta(seconds=max(pause, min(asked, _LONGEST_PAUSE))))


def forgotten(kind: Kind, looked_at: Instant | None, now: Instant) -> bool:
    """Whether an exchange no longer says everything that was taken back since the last fetch."""
    return kind.forgets is not None and looked_at is not None and now.since(looked_at) > kind.forgets


def takes_too_much_back(listed: int, missing: int, share: float) -> bool:
    """Whether so much is missing from a whole list that it may be the list that is broken."""
    return missing > _FEW and missing > listed * share


def share_of(settings: Mapping[str, str]) -> float:
    """The setting ``shrink``; raises ``UnusableExchange``."""
    text = settings.get("shrink", str(SHRINK))
    if re.fullmatch(r"0(\.[0-9]{1,4})?|1(\.0{1,4})?", text, re.ASCII) is None:
        raise UnusableExchange("settings: shrink: a share from 0 to 1")
    return float(text)
