"""The hand-off of an incident: one report from its entries and figures, sealed as PDF and kept as JSON.

It says what was entered, what was counted, what is still open, and what nobody knows. It names colleagues and numbers;
of users and their content it names nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import rfc8785

from comity.casefile import audit
from comity.casefile.audit import EntryRow
from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.casefile.documents.decision import Person
from comity.casefile.documents.incident import HandOff
from comity.casefile.records import UnitOfWork
from comity.docket import people
from comity.docket.incidents import papers, reading, store
from comity.docket.incidents.models import IncidentRow
from comity.docket.incidents.views import IncidentView
from comity.docket.parts import Parts
from comity.docket.reviews import counting, deciding
from comity.docket.sayings import says
from comity.docket.threats import store as threats
from comity.matching.banks import store as banks
from comity.matching.banks.errors import UnknownBank

_MOST_ENTRIES = 5_000
_SAID = frozenset({"incident", "deadline", "alarm", "page", "hand_off", "bank", "bank_entry", "bank_import"})
"""Kinds of entries that a report tells of; reading and custody go on while it is made."""


def make(work: UnitOfWork, row: IncidentRow, parts: Parts, person: Person, view: IncidentView) -> str:
    """Make the report and enter it; gives its entry."""
    report = content(row, parts, view, people.name_of(f"staff:{person.id}"))
    file = row.id.hex
    paper = papers.shown(report, parts.provider.legal_name)
    name = f"incident-{row.number}"
    pdf = parts.delivery.keep_paper(work, file, paper, name=f"{name}.pdf", purpose="hand-off of an incident")
    body = rfc8785.dumps(report)
    kept = parts.vault.take_in(
        work, file, [body], media_type="application/json", name=f"{name}.json", purpose="hand-off of an incident"
    )
    said = HandOff(
        incident=file,
        number=row.number,
        pdf=pdf,
        json_digest=kept.digest,
        newest=report["proofs"]["newest"],
        by=person,
        at=work.at,
    )
    return audit.enter(work, file, said).entry


def content(row: IncidentRow, parts: Parts, view: IncidentView, by: str) -> Json:
    """Everything that the report says, as data."""
    entries = _entries(row)
    line = view.line
    return {
        "report": "incident_hand_off",
        "version": 1,
        "incident": row.number,
        "file": row.id.hex,
        "title": line.title,
        "type": line.type_id,
        "state": line.state,
        "standing": line.standing,
        "declared": {"by": line.declared_by, "at": line.declared_at.z(), "because": view.because},
        "confirmed_by": line.confirmed_by,
        "ends_at": line.ends_at.z(),
        "bank": line.bank,
        "made": {"by": by, "at": view.now.z()},
        "figures": _figures(view),
        "timeline": [_told(one) for one in entries],
        "called": _called(view),
        "decisions": list(_decisions(row, view.now)),
        "open": list(_open(view)),
        "exchanges": [
            {"name": one.name, "looked_at": _z(one.looked_at), "failures": one.failures, "waits": one.waits}
            for one in view.exchanges
        ],
        "unknown": list(_unknown(view, len(entries))),
        "proofs": {"newest": entries[-1].entry, "entries": [one.entry for one in entries]},
        "provider": parts.provider.legal_name,
    }


def _entries(row: IncidentRow) -> list[EntryRow]:
    """What was entered about the incident and its bank, in time."""
    found = store.timeline(row.id)
    with contextlib.suppress(UnknownBank):  # a person ended it; its entries lie in the log
        found = [*found, *audit.entries_of(banks.bank(row.bank).id)]
    told = [one for one in found if one.kind in _SAID]
    return sorted(told, key=lambda one: (one.at.utc, one.index is None, one.index or 0))[-_MOST_ENTRIES:]


def _told(one: EntryRow) -> Json:
    body = json.loads(one.body) if one.body is not None else {}
    return {
        "at": one.at.z(),
        "entry": one.entry,
        "index": one.index,
        "kind": one.kind,
        "who": people.name_of(one.actor),
        "says": says(one.kind, body),
    }


def _figures(view: IncidentView) -> Json:
    spread = view.spread
    return {
        "detections": spread.ours,
        "detections_of_other_banks": spread.others,
        "items": spread.new,
        "removed": spread.removed,
        "reinstated": spread.reinstated,
        "open_reviews": len(view.reviews),
        "by_bank": [{"bank": name, "detections": number} for name, number in spread.by_bank],
        "stretch_minutes": int(spread.length.total_seconds() // 60),
        "stretches": [
            [one.starts.z(), one.ours, one.others, one.new, one.removed, one.reinstated] for one in spread.stretches
        ],
        "signals": [
            {
                "item": one.number,
                "types": sorted(one.signals),
                "detections": one.seen.detections,
                "items": one.seen.items,
                "first": _z(one.seen.first),
                "last": _z(one.seen.last),
            }
            for one in view.signals
        ],
    }


def _called(view: IncidentView) -> Json:
    alarm = view.alarm
    if alarm is None:
        return {"state": "none", "answered_by": "", "unanswered": False, "pages": []}
    pages = [{"who": one.who, "way": one.way, "state": one.state, "at": one.at.z()} for one in alarm.pages]
    return {"state": alarm.state, "answered_by": alarm.answered_by, "unanswered": alarm.unanswered, "pages": pages}


def _decisions(row: IncidentRow, now: Instant) -> Iterator[Json]:
    """What people decided in reviews of the incident's bank, by number, outcome and entry."""
    found = counting.detections(*reading.stretch(row, now))
    for review in counting.decided_of(reading.reviews_of(row, found)):
        decided = deciding.of_review(review)
        if decided is not None:
            yield {
                "review": review.number,
                "outcome": decided.document.outcome.value,
                "detections": len(decided.document.cases),
                "by": people.name_of(f"staff:{decided.document.by.id}"),
                "at": decided.at.z(),
                "entry": decided.entry,
            }


def _open(view: IncidentView) -> Iterator[Json]:
    """What whoever takes over has to see to."""
    if view.line.state == "lasts":
        yield {"what": "lasts", "until": view.line.ends_at.z()}
    if view.line.standing != "confirmed":
        yield {"what": "not_confirmed"}
    yield from ({"what": "review", "review": one.number, "detections": one.detections} for one in view.reviews)
    yield from ({"what": "threat", "number": number} for number, state in view.threats if state in threats.OPEN)
    if view.alarm is not None and view.alarm.state == "ringing":
        yield {"what": "nobody_answered_yet"}
    for one in view.exchanges:
        if one.enabled and (one.failures or one.waits):
            yield {"what": "exchange", "name": one.name, "waits": one.waits, "failures": one.failures}


def _unknown(view: IncidentView, entries: int) -> Iterator[str]:
    """What the figures do not say."""
    yield "unlisted"
    yield "elsewhere"
    if not view.signals:
        yield "no_signal"
    if view.more_signals:
        yield "more_signals"
    if any(one.looked_at is None and one.enabled for one in view.exchanges):
        yield "exchange_never_fetched"
    if not view.callable:
        yield "nobody_callable"
    if entries >= _MOST_ENTRIES:
        yield "older_entries"


def _z(at: Instant | None) -> str | None:
    return at.z() if at is not None else None
