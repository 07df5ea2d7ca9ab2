"""The only reader and writer of the tables of nights. What a row means stands in the entry that it names."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.clock import Instant
from comity.casefile.documents import Document, new_id
from comity.casefile.documents.night import Alarm, AnswerDraft, Contact, Ladder, NightRule, Page, Roster
from comity.casefile.records import UnitOfWork
from comity.docket.models import Case
from comity.docket.nights.errors import NightRuleRefused, NoSuchAlarm
from comity.docket.nights.models import AlarmRow, ContactRow, LadderRow, NightRuleRow, PageRow, RosterRow

log = structlog.get_logger("comity.nights")
D = TypeVar("D", bound=Document)
OPEN = ("ringing", "acknowledged")
_AT_ONCE = 200


def _sound(entry: UUID, kind: type[D]) -> D | None:
    """The document, if it is what was entered; else it is passed over: everybody is called, and no rule speaks.

    Nobody who changes a row or a document may keep people from being called.
    """
    try:
        return audit.find(entry.hex, kind).document
    except AuditFailure as broken:
        log.error("an entry does not hold", entry=entry.hex, failure=broken.code)  # noqa: TRY400 -- the code says all
        return None


def rosters() -> tuple[Roster, ...]:
    """Every active roster, by name, as its newest entry states it."""
    rows = RosterRow.objects.filter(active=True).order_by("name", "id")
    return tuple(found for row in rows if (found := _sound(row.entry, Roster)) is not None)


def save_roster(work: UnitOfWork, roster: Roster) -> None:
    """Enter a roster and keep it."""
    entry = audit.enter(work, roster.roster, roster).entry
    values = {"entry": entry, "name": roster.name, "active": roster.active}
    RosterRow.objects.update_or_create(id=roster.roster, defaults=values)


def ladder() -> Ladder | None:
    """The ladder, if one was ever set."""
    row = LadderRow.objects.first()
    return _sound(row.entry, Ladder) if row else None


def ladder_id() -> str:
    """The identifier of the one ladder, or of the one to come."""
    row = LadderRow.objects.first()
    return row.id.hex if row else new_id()


def save_ladder(work: UnitOfWork, made: Ladder) -> None:
    """Enter a ladder and keep it."""
    entry = audit.enter(work, made.ladder, made).entry
    LadderRow.objects.update_or_create(id=made.ladder, defaults={"entry": entry})


def contact(staff: str) -> Contact | None:
    """How a member of staff is called, if that is known."""
    row = ContactRow.objects.filter(id=staff).first()
    return _sound(row.entry, Contact) if row else None


def save_contact(work: UnitOfWork, made: Contact) -> None:
    """Enter how somebody is called and keep it."""
    entry = audit.enter(work, made.staff, made).entry
    ContactRow.objects.update_or_create(id=made.staff, defaults={"entry": entry})


def night_rules(authority: str | None = None) -> tuple[NightRule, ...]:
    """Rules for the night, as entered: of one authority, or all."""
    rows = NightRuleRow.objects.all() if authority is None else NightRuleRow.objects.filter(authority=authority)
    return tuple(found for row in rows.order_by("id") if (found := _sound(row.entry, NightRule)) is not None)


def as_last_entered(rule: str) -> NightRule | None:
    """A rule as its newest entry states it: a row that names an older one could bring back what was withdrawn."""
    entries = [one.entry for one in audit.entries_of(rule) if one.kind == NightRule.kind]
    return _sound(UUID(hex=entries[-1]), NightRule) if entries else None


def night_rule(identifier: str) -> NightRule:
    """One rule, its row locked for this unit of work."""
    row = NightRuleRow.objects.select_for_update().filter(id=UUID(hex=identifier)).first()
    if row is None:
        raise NightRuleRefused("There is no such rule.")
    return audit.find(row.entry.hex, NightRule).document


def save_night_rule(work: UnitOfWork, rule: NightRule) -> None:
    """Enter a rule and keep it."""
    values = {
        "entry": audit.enter(work, rule.rule, rule).entry,
        "authority": rule.authority,
        "proposed_by": rule.proposed_by.id,
        "approved_by": rule.approved_by.id if rule.approved_by else "",
        "withdrawn": rule.withdrawn,
    }
    NightRuleRow.objects.update_or_create(id=rule.rule, defaults=values)


def cases_to_look_at(now: Instant, within: timedelta) -> list[Case]:
    """Cases that may ring, climb or fall silent: those that need a person or whose hour ends soon, the urgent first.

    Those of unverified senders come last, so that a flood of them keeps nobody waiting.
    """
    soon = now.plus(within).utc
    rows = Case.objects.filter(needs_person=True) | Case.objects.filter(due_at__isnull=False, due_at__lte=soon)
    ringing = AlarmRow.objects.filter(state__in=OPEN).values_list("case_id", flat=True)
    first = list(rows.filter(verified=True).order_by("due_at", "number")[:_AT_ONCE])
    first += list(Case.objects.filter(id__in=ringing).order_by("number")[: 2 * _AT_ONCE])
    others = list(rows.exclude(verified=True).order_by("due_at", "number")[:_AT_ONCE])
    return list({row.id: row for row in (*first, *others)}.values())


def newest_alarms(cases: list[Case]) -> dict[UUID, AlarmRow]:
    """The newest alarm of each case, for those that have one."""
    rows = AlarmRow.objects.filter(case_id__in=[case.id for case in cases]).order_by("began_at", "step")
    return {row.case_id: row for row in rows}


def newest_alarm(case: str) -> AlarmRow | None:
    """The newest alarm of a case, locked for this unit of work."""
    return AlarmRow.objects.select_for_update().filter(case_id=case).order_by("-began_at").first()


def alarm_of_file(file: UUID) -> AlarmRow | None:
    """The newest alarm of a file, only to be looked at."""
    return AlarmRow.objects.filter(case_id=file).order_by("-began_at").first()


def alarm(identifier: str) -> AlarmRow:
    """An alarm, locked for this unit of work."""
    row = AlarmRow.objects.select_for_update().filter(id=_id(identifier)).first()
    if row is None:
        raise NoSuchAlarm
    return row


def seen_alarm(identifier: str) -> AlarmRow:
    """An alarm, only to be looked at."""
    row = AlarmRow.objects.filter(id=_id(identifier)).first()
    if row is None:
        raise NoSuchAlarm
    return row


def alarms(limit: int = 30) -> list[AlarmRow]:
    """The newest alarms, those that ring first."""
    ringing = list(AlarmRow.objects.filter(state="ringing").order_by("due_at", "number")[:100])
    others = AlarmRow.objects.exclude(state="ringing").order_by("-began_at")[:limit]
    return [*ringing, *others]


def ringing_unverified() -> int:
    """How many alarms of unverified senders ring."""
    return AlarmRow.objects.filter(state="ringing", verified=False).count()


def ringing_for(staff: str) -> list[AlarmRow]:
    """Alarms that ring and for which this person was called, locked."""
    called = PageRow.objects.filter(staff=staff).values_list("alarm", flat=True)
    return list(AlarmRow.objects.select_for_update().filter(state="ringing", id__in=called).order_by("id"))


def begin_alarm(work: UnitOfWork, case: Case, *, reason: str, because: str, next_at: Instant) -> AlarmRow:
    """Enter that a case rings."""
    identifier = new_id()
    said = Alarm(case=case.id.hex, alarm=identifier, change="began", step=-1, because=because, drill=case.test)
    return AlarmRow.objects.create(
        id=UUID(hex=identifier),
        entry=UUID(hex=audit.enter(work, case.id.hex, said).entry),
        case_id=case.id,
        number=case.number,
        reason=reason,
        turn=case.status,
        state="ringing",
        verified=case.verified is True,
        drill=case.test,
        began_at=work.at.utc,
        due_at=case.due_at,
        next_at=next_at.utc,
    )


def change_alarm(work: UnitOfWork, row: AlarmRow, change: str, because: str, **fields: object) -> str:
    """Enter what became of an alarm, and change its row with it."""
    for name, value in fields.items():
        setattr(row, name, value)
    case, drill = row.case_id.hex, row.drill
    said = Alarm(case=case, alarm=row.id.hex, change=change, step=row.step, because=because, drill=drill)
    row.entry = UUID(hex=audit.enter(work, case, said).entry)
    row.save()
    return row.entry.hex


def order_page(work: UnitOfWork, row: AlarmRow, *, staff: str, way: str, state: str, said: str = "") -> PageRow | None:
    """Enter that a person is to be called; nothing when that was entered for this step before."""
    if PageRow.objects.filter(alarm=row.id, step=row.step, staff=staff, way=way).exists():
        return None
    identifier = new_id()
    entered = _enter_page(work, row, (identifier, staff, way, row.step), state, said)
    return PageRow.objects.create(
        id=UUID(hex=identifier),
        entry=UUID(hex=entered.entry),
        case_id=row.case_id,
        alarm=row.id,
        step=row.step,
        staff=staff,
        way=way,
        state=state,
        ordered_at=work.at.utc,
    )


def change_page(work: UnitOfWork, page: PageRow, row: AlarmRow, state: str, said: str = "", **fields: object) -> None:
    """Enter what became of a page, and change its row with it."""
    for name, value in fields.items():
        setattr(page, name, value)
    entered = _enter_page(work, row, (page.id.hex, page.staff, page.way, page.step), state, said)
    page.entry = UUID(hex=entered.entry)
    page.state = "ordered" if state == "failed" and page.attempts < LAST else state
    page.save()


LAST = 6
"""Attempts of one page."""


def said_of(page: PageRow) -> str:
    """What the other side said last; nothing once that was erased."""
    found = _sound(page.entry, Page)
    return found.said if found else ""


def draft_of(row: AlarmRow) -> AnswerDraft | None:
    """Annex III as it lies ready, if it does."""
    return _sound(row.draft, AnswerDraft) if row.draft else None


def _enter_page(
    work: UnitOfWork, row: AlarmRow, named: tuple[str, str, str, int], state: str, said: str
) -> Entered[Page]:
    page, staff, way, step = named
    document = Page(
        case=row.case_id.hex,
        alarm=row.id.hex,
        page=page,
        step=step,
        staff=staff,
        way=way,
        state=state,
        said=said[:300],
        drill=row.drill,
    )
    return audit.enter(work, row.case_id.hex, document)


def locked_page(identifier: str) -> PageRow | None:
    """A page, locked for this unit of work."""
    return PageRow.objects.select_for_update().filter(id=_id(identifier)).first()


def page(identifier: str) -> PageRow | None:
    """A page, only to be looked at."""
    return PageRow.objects.filter(id=_id(identifier)).first()


def pages_of(alarm_id: UUID, step: int | None = None) -> list[PageRow]:
    """The pages of an alarm, or of one of its steps, in the order in which they were ordered."""
    rows = PageRow.objects.filter(alarm=alarm_id)
    return list((rows if step is None else rows.filter(step=step)).order_by("step", "ordered_at", "way", "staff"))


def paged_since(staff: str, way: str, since: Instant) -> bool:
    """Whether a page to this person on this way went out since then."""
    return PageRow.objects.filter(
        staff=staff, way=way, state__in=("ordered", "sent"), ordered_at__gt=since.utc
    ).exists()


def _id(identifier: str) -> UUID:
    try:
        return UUID(hex=identifier)
    except ValueError as error:
        raise NoSuchAlarm from error
