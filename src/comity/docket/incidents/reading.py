"""What the pages of incidents show, read from the tables and the entries that they name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from comity.casefile.clock import Instant, Period
from comity.casefile.records import deadlines
from comity.docket import people
from comity.docket.incidents import rules, store, tally
from comity.docket.incidents.models import IncidentRow
from comity.docket.incidents.tally import Done, Seen, Signal, Spread
from comity.docket.incidents.views import (
    ChangeLine,
    FreshLine,
    HandOffLine,
    IncidentLine,
    IncidentPage,
    IncidentView,
    OpenReview,
    SignalLine,
)
from comity.docket.nights import reading as nights
from comity.docket.nights import store as alarms
from comity.docket.nights.views import AlarmLine
from comity.docket.parts import Parts
from comity.docket.reviews import counting
from comity.docket.reviews.counting import Counted
from comity.docket.threats import store as threats
from comity.execution.content import looking
from comity.matching.banks import store as banks
from comity.matching.banks.errors import UnknownBank
from comity.matching.exchanges import rules as exchange_rules
from comity.matching.exchanges import store as exchanges
from comity.matching.signals import TYPES
from comity.registry.duties import Duty, Member, duties_of

_MOST_SIGNALS = 200


def page(parts: Parts) -> IncidentPage:
    """Everything on the page of all."""
    now = parts.clock.now()
    types = parts.incident_types
    return IncidentPage(
        lasting=tuple(line(row, parts, now) for row in store.lasting()),
        over=tuple(line(row, parts, now) for row in store.over()),
        types=types.types,
        shortest=types.shortest,
        longest=types.longest,
        now=now,
    )


def line(row: IncidentRow, parts: Parts, now: Instant) -> IncidentLine:
    """One incident."""
    standing = rules.standing(confirmed=bool(row.confirmed_by), confirm_by=confirm_by(row, parts), now=now)
    return IncidentLine(
        number=row.number,
        title=row.title,
        type=parts.incident_types.named(row.type),
        type_id=row.type,
        state=row.state,
        standing=standing if row.state == rules.LASTS or row.confirmed_by else "unconfirmed",
        bank=row.bank,
        declared_by=people.name_of(f"staff:{row.declared_by}"),
        declared_at=Instant(row.declared_at),
        confirmed_by=people.name_of(f"staff:{row.confirmed_by}") if row.confirmed_by else "",
        ends_at=Instant(row.ends_at),
    )


def confirm_by(row: IncidentRow, parts: Parts) -> Instant:
    """Until when a second person must have looked: as its clock was set, whatever is configured since."""
    set_then = [one.due_at for one in deadlines.deadlines_of(row.id.hex) if one.name == "incident_confirm"]
    own = next((due for due in set_then if due is not None), None)
    return own or Period.parse(parts.incident_types.confirm_within).after(Instant(row.declared_at))


def view(row: IncidentRow, parts: Parts, member: Member) -> IncidentView:
    """Everything on an incident's page."""
    now = parts.clock.now()
    since, until = stretch(row, now)
    found = counting.detections(since, until)
    listed, more = signals(row, [_seen(one) for one in found])
    held = changes(row)
    return IncidentView(
        line=line(row, parts, now),
        because=held[0].because,
        confirm_by=confirm_by(row, parts),
        spread=spread(row, found, since, until),
        signals=listed,
        more_signals=more,
        reviews=open_reviews(row, found),
        exchanges=freshness(),
        alarm=alarm(row),
        callable=bool(parts.nights.ways),
        clocks=tuple(deadlines.deadlines_of(row.id.hex)),
        changes=held,
        hand_offs=hand_offs(row),
        threats=tuple((one.number, one.state) for one in threats.of_file(row.id)),
        may=_may(row, member),
        kinds=tuple(sorted(TYPES)),
        now=now,
    )


def stretch(row: IncidentRow, now: Instant) -> tuple[Instant, Instant]:
    """From when to when an incident is counted: from its declaration to its end, or until now."""
    until = now if row.state == rules.LASTS else min(now, Instant(row.ends_at))
    return Instant(row.declared_at), until


def spread(row: IncidentRow, found: Sequence[Counted], since: Instant, until: Instant) -> Spread:
    """What spread, and what was done about it."""
    cases = {one.case for one in found}
    done = [Done(removed, restored) for _case, removed, restored in looking.changed(cases)]
    return tally.spread(row.bank, [_seen(one) for one in found], done, since, until)


def signals(row: IncidentRow, seen: Sequence[Seen]) -> tuple[tuple[SignalLine, ...], bool]:
    """The signals of the incident's bank with what matched them, and whether there are more than are shown."""
    try:
        held = banks.items(banks.bank(row.bank), most=_MOST_SIGNALS + 1)
    except UnknownBank:
        return (), False
    counted = tally.signals(row.bank, seen)
    lines = tuple(
        SignalLine(one.number, one.signals, one.member, one.off or one.quarantined, counted.get(one.number, Signal()))
        for one in held[:_MOST_SIGNALS]
    )
    return lines, len(held) > _MOST_SIGNALS


def open_reviews(row: IncidentRow, found: Sequence[Counted]) -> tuple[OpenReview, ...]:
    """Reviews with detections of the incident's bank that wait for a person."""
    waiting = counting.pending_of(reviews_of(row, found))
    return tuple(OpenReview(one.number, one.detections, Instant(one.opened_at)) for one in waiting)


def reviews_of(row: IncidentRow, found: Sequence[Counted]) -> set[UUID]:
    """The reviews that detections of the incident's bank joined."""
    return {one.review for one in found if one.bank == row.bank and one.review is not None}


def freshness() -> tuple[FreshLine, ...]:
    """How fresh every exchange is."""
    lines = []
    for one in exchanges.exchanges():
        pulse = exchanges.pulse(one.id)
        lines.append(
            FreshLine(
                name=one.name,
                pace=exchange_rules.pace_of(one.terms, one.hurried),
                hurried=one.hurried is not None,
                enabled=one.terms.enabled,
                looked_at=pulse.looked_at if pulse else None,
                next_at=pulse.next_at if pulse and one.terms.enabled else None,
                failures=pulse.failures if pulse else 0,
                waits=exchanges.still_waits(exchanges.progress(one.id).held),
            )
        )
    return tuple(lines)


def alarm(row: IncidentRow) -> AlarmLine | None:
    """Who was paged, and who answered."""
    held = alarms.alarm_of_file(row.id)
    return nights.alarm(held) if held is not None else None


def changes(row: IncidentRow) -> tuple[ChangeLine, ...]:
    """What people and the clock did with the incident itself."""
    return tuple(
        ChangeLine(
            entry=entry,
            change=said.change,
            who=people.name_of(f"staff:{said.by.id}") if said.by else people.name_of("system:docket"),
            because=said.because,
            ends_at=said.ends_at,
            at=said.at,
        )
        for entry, said in store.changes(row.id)
    )


def hand_offs(row: IncidentRow) -> tuple[HandOffLine, ...]:
    """Every report, the newest first."""
    return tuple(
        HandOffLine(entry, people.name_of(f"staff:{said.by.id}"), at, said.pdf)
        for entry, said, at in store.hand_offs(row.id)
    )


def _may(row: IncidentRow, member: Member) -> tuple[str, ...]:
    """What this person may do with it now."""
    duties = duties_of(member)
    may = ["hand_off"] if Duty.DECIDE in duties else []
    if row.state == rules.LASTS and Duty.DECIDE in duties:
        may += ["extend", "close", "list"]
    second = Duty.APPROVE_DECISION in duties and row.declared_by != member.id
    if row.state == rules.LASTS and second and not row.confirmed_by:
        may.append("confirm")
    return tuple(may)


def _seen(one: Counted) -> Seen:
    return Seen(one.case, one.item, one.bank, one.listed, one.at)
