"""What the pages of threats show, read from the tables and the entries that they name."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.threat import Recipient, ThreatChange
from comity.casefile.records import deadlines
from comity.casefile.records.deadlines import State as Clock
from comity.docket import people
from comity.docket.nights.tally import shown, took
from comity.docket.parts import Parts
from comity.docket.threat_contacts import EUROPOL, HOME
from comity.docket.threats import store
from comity.docket.threats.models import Progress, RecipientRow, State, ThreatRow
from comity.docket.threats.service import CLOCKS
from comity.docket.threats.views import EntryLine, Figures, RecipientLine, ThreatLine, ThreatPage, ThreatView
from comity.registry.duties import Duty, Member, duties_of

_YEAR = timedelta(days=365)


def page(parts: Parts) -> ThreatPage:
    """Everything on the page of all."""
    now = parts.clock.now()
    home = parts.provider.home_state
    needed = {EUROPOL: "Europol", HOME: f"{home} (2021/784 Art 12(2))", home: home}
    return ThreatPage(
        open=tuple(line(row) for row in store.open_ones()),
        settled=tuple(line(row) for row in store.settled()),
        figures=figures(now),
        without_address=tuple(name for whom, name in needed.items() if not parts.threat_contacts.of(whom)),
        now=now,
    )


def figures(now: Instant) -> Figures:
    """Counts of a year; no cell says one or two."""
    found = store.since(now.plus(-_YEAR))
    told = [row for row in found if row.informed_at is not None]
    minutes = [(row.informed_at - row.known_at).total_seconds() / 60 for row in told if row.informed_at]
    return Figures(
        raised=shown(len(found)),
        imminent=shown(sum("imminent" in row.grounds for row in told)),
        suspicion=shown(sum("suspicion" in row.grounds for row in told)),
        half_minutes=took(minutes).half,
    )


def line(row: ThreatRow) -> ThreatLine:
    """One threat."""
    held = [one for one in deadlines.deadlines_of(row.id.hex) if one.name in CLOCKS and one.state != Clock.CANCELLED]
    return ThreatLine(
        number=row.number,
        state=row.state,
        origin=row.origin,
        file_number=row.file_number,
        known_at=Instant(row.known_at),
        raised_by=people.name_of(f"staff:{row.raised_by}"),
        decided_by=people.name_of(f"staff:{row.decided_by}") if row.decided_by else "",
        decided_at=Instant(row.decided_at) if row.decided_at else None,
        confirmed_by=people.name_of(f"staff:{row.confirmed_by}") if row.confirmed_by else "",
        informed_at=Instant(row.informed_at) if row.informed_at else None,
        due_at=held[0].due_at if held else None,
        late=any(one.state == Clock.MISSED for one in held),
    )


def view(row: ThreatRow, parts: Parts, member: Member) -> ThreatView:
    """Everything on a threat's page."""
    said = _changes(row)
    return ThreatView(
        line=line(row),
        because=said[0].because,
        clocks=tuple(one for one in deadlines.deadlines_of(row.id.hex) if one.name in CLOCKS),
        recipients=tuple(_recipient(one) for one in store.recipients(row.id)),
        changes=said,
        may=_may(row, member),
        now=parts.clock.now(),
    )


def _changes(row: ThreatRow) -> tuple[EntryLine, ...]:
    entries = [one.entry for one in audit.entries_of(row.id.hex, kind=ThreatChange.kind)]
    found = [audit.find(entry, ThreatChange) for entry in entries]
    return tuple(
        EntryLine(one.entry, one.document.change, people.name_of(one.actor), one.document.because, one.at)
        for one in found
    )


def _recipient(row: RecipientRow) -> RecipientLine:
    return RecipientLine(
        recipient=row.id.hex,
        tell=row.tell,
        state=row.state,
        name=row.name,
        channel=row.channel,
        address=row.address,
        progress=row.progress,
        attempts=row.attempts,
        delivered_at=Instant(row.delivered_at) if row.delivered_at else None,
        said=audit.find(row.entry.hex, Recipient).document.because,
        entry=row.entry.hex,
    )


def _may(row: ThreatRow, member: Member) -> tuple[str, ...]:
    """What this person may do with it now."""
    duties, may = duties_of(member), []
    if Duty.DECIDE in duties:
        may.append("read")
        if row.state == State.RAISED.value:
            may += ["decide", "no_threat"]
        if any(one.progress == Progress.BY_HAND.value for one in store.recipients(row.id)):
            may.append("bring")
    if Duty.APPROVE_DECISION in duties and row.decided_by not in ("", member.id) and not row.confirmed_by:
        may.append("confirm")
    return tuple(may)
