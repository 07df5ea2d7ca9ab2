"""The job's first half: what is sought is known, the catalogue is searched, and a person looks first where it must be.

It may be killed anywhere and runs again from its beginning: what it kept of an earlier run is thrown away first, and
the same signals over the same catalogue give the same. Nothing of it can be seen outside before it is entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.hunt import Hunt, HuntSource, HuntStep
from comity.casefile.records import UnitOfWork
from comity.docket.errors import DocketRefused
from comity.docket.hunts import allowed, rules, store, wanted
from comity.docket.hunts.errors import NoCatalogue, SearchTorn
from comity.docket.hunts.models import Became, HuntRow, State
from comity.docket.hunts.ordering import defer
from comity.docket.hunts.rules import Gathering
from comity.docket.parts import Parts
from comity.docket.seeking import Sought
from comity.matching.errors import MatchingFailure
from comity.platform.errors import PlatformFailure

_AT_ONCE = 5_000
"""Rows that one unit of work keeps."""
_SAY_EVERY = 0.5
"""Seconds between two rows of progress."""


class Stopped(Exception):  # noqa: N818 -- no failure
    """A person ended the hunt while it was searched."""


def search(row: HuntRow, parts: Parts) -> None:
    """Search what is stored, keep what was found, and say so; the row is ``ordered`` before and not afterwards."""
    hunt = audit.find(row.ordered.hex, Hunt).document
    try:
        sought = _sought(row, hunt, parts)
        stored = parts.hunting.stored()
        if not stored:
            raise NoCatalogue
        gathered = _gathered(row, hunt, sought, parts)
    except Stopped:
        return
    except (DocketRefused, MatchingFailure) as failure:
        _failed(row, failure, parts)
        return
    except PlatformFailure as failure:
        if failure.retry:
            raise  # the job runs again
        _failed(row, failure, parts)
        return
    _keep(row, sought, gathered, stored, parts)


def _sought(row: HuntRow, hunt: Hunt, parts: Parts) -> tuple[Sought, ...]:
    """What is sought, as it was entered; of an item or a case it is found out, kept and entered first."""
    body = store.sought(row.id)
    if body is None:
        body = rules.written(_found_out(hunt, parts))
        with parts.work() as work:
            locked = store.hunt(row.id.hex, locked=True)
            step = _step(work, locked, "sought", "its signals are known").model_copy(
                update={"signals": len(body.splitlines()), "digest": rules.digest(body)}
            )
            store.change(locked, audit.enter(work, row.id.hex, step).entry, signals=step.signals)
            store.keep_list(row.id, body)
    if rules.digest(body) != _entered_digest(row, hunt):
        raise SearchTorn
    return rules.read(body)


def _found_out(hunt: Hunt, parts: Parts) -> tuple[Sought, ...]:
    if hunt.source is HuntSource.CASE:
        contents = wanted.of_case(hunt.about, parts, f"staff:{hunt.by.id}")
        return wanted.signals_of(contents, hunt.thresholds)
    return wanted.signals_of(wanted.of_item(hunt.about, parts), hunt.thresholds)


def _entered_digest(row: HuntRow, hunt: Hunt) -> str:
    if hunt.digest:
        return hunt.digest
    entries = audit.entries_of(row.id.hex, kind=HuntStep.kind)
    steps = [audit.find(one.entry, HuntStep).document for one in entries]
    return next((one.digest for one in steps if one.change == "sought"), "")


def _gathered(row: HuntRow, hunt: Hunt, sought: Sequence[Sought], parts: Parts) -> Gathering:
    gathering = Gathering(sought)
    without, telling = frozenset(row.without), _Telling(row.id, parts)
    wanted_lines = [one for place, one in enumerate(sought) if place not in without]
    places = [place for place in range(len(sought)) if place not in without]
    if not wanted_lines:
        return gathering
    for hit in parts.hunting.search(wanted_lines, telling):
        if hunt.content_types and hit.content_type not in hunt.content_types:
            continue
        if not gathering.add(hit.at_line(places[hit.line])):
            break
    return gathering


class _Telling:
    """Keeps how far the search is, a few times a second; raises ``Stopped`` once a person ended the hunt."""

    def __init__(self, hunt: UUID, parts: Parts) -> None:
        self._hunt, self._now = hunt, parts.clock.now
        self._said: Instant | None = None

    def __call__(self, done: int, total: int, found: int) -> None:
        now = self._now()
        if self._said is not None and now.since(self._said).total_seconds() < _SAY_EVERY and done < total:
            return
        self._said = now
        store.tell(self._hunt, now, done=done, total=total, found=found)
        if store.hunt(self._hunt.hex).state != State.ORDERED.value:
            raise Stopped


# -- what came of it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Result:
    """A search that is over."""

    found: int
    waiting: int
    """Those that no allow bank knows."""
    stored: int
    full: bool
    counts: dict[str, object]


def _keep(row: HuntRow, sought: Sequence[Sought], gathered: Gathering, stored: int, parts: Parts) -> None:
    """Keep the found items some at a time, then say with one entry that they are all there."""
    items = gathered.sorted()
    known = allowed.known(items, parts.clock.now())
    counts = rules.counts(items, sought, row.ordered.hex)
    store.forget_found(row.id)
    became = [(one, Became.ALLOWED if one.item in known else Became.WAITING) for one in items]
    for first in range(0, len(became), _AT_ONCE):
        with parts.work():
            store.keep_found(row.id, became[first : first + _AT_ONCE], first + 1)
    with parts.work() as work:
        locked = store.hunt(row.id.hex, locked=True)
        if locked.state == State.ORDERED.value:
            _say(work, locked, _Result(len(items), len(items) - len(known), stored, gathered.full, counts))


def _say(work: UnitOfWork, row: HuntRow, result: _Result) -> None:
    held = rules.why_held(result.waiting, result.stored, full=result.full)
    step = _step(work, row, "held" if held else "found", held or "searched").model_copy(
        update={"stored": result.stored, "found": result.found, "left_out": len(row.without)}
    )
    entry = audit.enter(work, row.id.hex, step).entry
    state = State.HELD if held else State.ENTERING if result.waiting else State.DONE
    said: dict[str, Any] = {
        "state": state.value,
        "stored": result.stored,
        "found": result.found,
        "counts": result.counts,
        "said": held,
    }
    if state is State.DONE:
        said |= {"became": store.became(row.id), "over_at": work.at.utc}
        store.forget_found(row.id)
    store.change(row, entry, **said)
    if state is State.ENTERING:
        defer(work, row)


def _failed(row: HuntRow, failure: DocketRefused | MatchingFailure | PlatformFailure, parts: Parts) -> None:
    """A person has it searched again; what is entered names nobody's item."""
    with parts.work() as work:
        locked = store.hunt(row.id.hex, locked=True)
        if locked.state != State.ORDERED.value:
            return
        step = _step(work, locked, "failed", f"{failure.code}: {type(failure).__doc__}")
        entry = audit.enter(work, row.id.hex, step).entry
        store.change(locked, entry, state=State.FAILED.value, said=f"{failure.code}: {failure}"[:2_000])


def _step(work: UnitOfWork, row: HuntRow, change: str, because: str) -> HuntStep:
    return HuntStep(hunt=row.id.hex, change=change, because=because, by=work.actor, at=work.at)
