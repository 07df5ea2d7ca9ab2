"""A match that a caller named an item for becomes a detection: entered, once, with the job that follows it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from comity.casefile import audit
from comity.casefile.clock import Clock
from comity.casefile.documents import new_id
from comity.casefile.documents.detection import Detection, ListedMatch, Source
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.matching.serving.errors import NotAnswerable

_ACTOR = "system:match"
_LONGEST = 2_000
DETECTED = "detected"
"""The job that takes a detection on."""


@dataclass(frozen=True)
class Named:
    """What the caller said of the content, and by which key repeating the call changes nothing."""

    item: str
    url: str | None
    account: str | None
    content_type: str
    key: str | None
    caller: str

    def __post_init__(self) -> None:
        for name in ("item", "url", "account", "key"):
            text = getattr(self, name)
            if text is not None and not (0 < len(text) <= _LONGEST and text.isprintable()):
                raise NotAnswerable(f"{name}: from 1 to {_LONGEST} characters that can be printed")


@dataclass(frozen=True)
class Seen:
    """One signal of the content, and what it lies near."""

    signal_type: str
    signal: str
    recipe: str | None
    matches: tuple[ListedMatch, ...]
    capped: bool


@dataclass(frozen=True)
class Entered:
    """Where it stands."""

    case: str
    entry: str


def enter_all(clock: Clock, named: Named, seen: list[Seen]) -> list[Entered]:
    """Enter a detection for each, all or none. With a key, what was entered by it before is given instead."""
    with unit_of_work(clock.now(), _ACTOR) as work:
        return [_enter(work, named, one) for one in seen]


def _enter(work: UnitOfWork, named: Named, seen: Seen) -> Entered:
    case = new_id() if named.key is None else _case_of(named, seen.signal_type)
    if named.key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(case[:15], 16)])
        before = audit.entries_of(case, kind=Detection.kind)
        if before:
            return Entered(case, before[0].entry)
    document = Detection(
        case=case,
        source=Source.UPLOAD,
        item=named.item,
        url=named.url,
        account=named.account,
        content_type=named.content_type,
        signal_type=seen.signal_type,
        signal=seen.signal,
        recipe=seen.recipe,
        matches=seen.matches,
        capped=seen.capped,
        at=work.at,
    )
    entry = audit.enter(work, case, document).entry
    work.defer(DETECTED, lock=case, case=case, detection=entry)
    return Entered(case, entry)


def _case_of(named: Named, signal_type: str) -> str:
    """The same key of the same caller about the same item is the same case, whichever process is asked."""
    parts = (named.caller, named.key or "", named.item, signal_type)
    together = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hashlib.sha256(b"comity match detection\n" + together).hexdigest()[:32]
