"""The job's second half: what was found becomes detections, some at a time, each once however often the job runs.

A detection's case is computed from the hunt and the item, and it is entered in the unit of work that takes the found
row off the list; so a job that is killed, repeated or late finds nothing left to do twice. Detections wait behind
everything else: ten thousand of them hold up no order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.documents.detection import Detection, ListedMatch, SoughtMatch, Source
from comity.casefile.documents.hunt import Hunt, HuntSource, HuntStep
from comity.casefile.records import UnitOfWork
from comity.docket import store as cases
from comity.docket import telling
from comity.docket.hunts import rules, store
from comity.docket.hunts.models import Became, FoundRow, HuntRow, State
from comity.docket.hunts.ordering import defer
from comity.docket.parts import Parts
from comity.docket.reviews.receiving import DETECTED
from comity.docket.seeking import Sought
from comity.execution.content import looking
from comity.platform import Description
from comity.platform.errors import Absent

_AT_ONCE = 50
_A_JOB = 1_000
"""Found items that one run of the job takes; then it stands behind what came meanwhile."""


@dataclass(frozen=True)
class _Seeking:
    """What every detection of a hunt says."""

    hunt: Hunt
    entry: str
    sought: tuple[Sought, ...]
    secret: frozenset[str]
    """Accounts that may not know of the case's demand now."""


def enter(row: HuntRow, parts: Parts) -> None:
    """Make detections of what waits, at most a thousand; then say that it is over, or come again."""
    seeking = _seeking(row, parts)
    for _ in range(_A_JOB // _AT_ONCE):
        some = store.waiting(row.id, _AT_ONCE)
        if not some:
            break
        if not _enter_some(row, some, seeking, parts):
            return
    with parts.work() as work:
        locked = store.hunt(row.id.hex, locked=True)
        if locked.state == State.ENTERING.value:
            _go_on(work, locked)


def _seeking(row: HuntRow, parts: Parts) -> _Seeking:
    hunt = audit.find(row.ordered.hex, Hunt).document
    return _Seeking(hunt, row.ordered.hex, rules.read(store.sought(row.id) or b""), _secret(hunt, parts))


def _secret(hunt: Hunt, parts: Parts) -> frozenset[str]:
    """Who may not be told of the demand could infer it from a copy of theirs that goes just then (Article 11(3))."""
    if hunt.source is not HuntSource.CASE or not telling.is_secret(cases.case(hunt.about), parts):
        return frozenset()
    return frozenset(one.account for one in looking.items(hunt.about) if one.account)


def _enter_some(row: HuntRow, some: list[FoundRow], seeking: _Seeking, parts: Parts) -> bool:
    """Ask the platform about each, then enter them together; False when a person stopped the hunt."""
    asked = [(one, *_became(one, seeking, parts)) for one in some]
    parts.hunting.forget([one.item for one, became, _ in asked if became is Became.GONE])
    with parts.work() as work:
        locked = store.hunt(row.id.hex, locked=True)
        if locked.state != State.ENTERING.value:
            return False
        for one, became, described in asked:
            if became is Became.ENTERED:
                _detected(work, one, described, seeking)
        for became in Became:
            store.settle([one for one, what, _ in asked if what is became], became)
    left = store.became(row.id).get(Became.WAITING.value, 0)
    store.tell(row.id, parts.clock.now(), entered=locked.found - left)
    return True


def _became(one: FoundRow, seeking: _Seeking, parts: Parts) -> tuple[Became, Description | None]:
    """Whether it is still there and stands. Raises where the platform does not answer; then the job runs again."""
    try:
        described = parts.content.describe(one.item)
    except Absent:
        return Became.GONE, None
    if described.disabled_in or looking.is_away(one.item):
        return Became.DISABLED, described
    if described.account in seeking.secret:
        return Became.WITHHELD, described
    return Became.ENTERED, described


def _detected(work: UnitOfWork, one: FoundRow, described: Description | None, seeking: _Seeking) -> None:
    case = case_of(seeking.entry, one.item)
    if audit.entries_of(case, kind=Detection.kind):
        return
    listed, sought = _matches(one, seeking)
    url = one.url or (described.urls[0] if described and described.urls else "")
    document = Detection(
        case=case,
        source=Source.HUNT,
        item=one.item,
        url=url or None,
        account=(described.account if described else one.account) or None,
        content_type=one.content_type,
        signal_type=one.signal_type,
        signal=one.signal,
        recipe=one.recipe or None,
        matches=listed,
        hunt=seeking.entry,
        sought=sought,
        at=work.at,
    )
    entry = audit.enter(work, case, document).entry
    work.defer(DETECTED, lock=case, behind=True, case=case, detection=entry)


def _matches(one: FoundRow, seeking: _Seeking) -> tuple[tuple[ListedMatch, ...], tuple[SoughtMatch, ...]]:
    pairs = [(seeking.sought[line], distance) for line, distance in one.matches]
    listed = tuple(
        ListedMatch(
            bank=seeking.hunt.about,
            bank_version=seeking.hunt.bank_version or 0,
            entry=signal.item,
            member=signal.member,
            signal_type=signal.signal_type,
            listed=signal.signal,
            distance=distance,
            threshold=signal.threshold,
        )
        for signal, distance in pairs
        if signal.item is not None
    )
    sought = tuple(
        SoughtMatch(signal_type=signal.signal_type, sought=signal.signal, distance=distance, threshold=signal.threshold)
        for signal, distance in pairs
        if signal.item is None
    )
    return listed, sought


def case_of(hunt: str, item: str) -> str:
    """The case of an item that a hunt found: the same whichever run of the job enters it."""
    return hashlib.sha256(f"comity hunt detection\n{hunt}\n{item}".encode()).hexdigest()[:32]


def _go_on(work: UnitOfWork, row: HuntRow) -> None:
    became = store.became(row.id)
    if became.get(Became.WAITING.value):
        defer(work, row)
        return
    step = HuntStep(
        hunt=row.id.hex,
        change="entered",
        because="all of it",
        by=work.actor,
        stored=row.stored,
        found=row.found,
        became=became,
        at=work.at,
    )
    entry = audit.enter(work, row.id.hex, step).entry
    store.change(row, entry, state=State.DONE.value, became=became, over_at=work.at.utc)
    store.forget_found(row.id)
