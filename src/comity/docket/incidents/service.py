"""The only file of incidents that acts. A declaration, its bank, its pace and its alarm are one unit of work.

Nothing here is a programme that must keep running: the end is a deadline, which wakes the docket's job; a crash in
between leaves either an incident that lasts with everything of it, or one that is over with nothing of it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from comity.casefile.clock import Instant, Period
from comity.casefile.documents import new_id
from comity.casefile.documents.bank import BankTerms
from comity.casefile.documents.decision import Person
from comity.casefile.documents.incident import IncidentChange
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.docket.incident_types import Types
from comity.docket.incidents import rules, store
from comity.docket.incidents.errors import IncidentLasts
from comity.docket.incidents.models import IncidentRow, State
from comity.docket.incidents.rules import Declared
from comity.docket.nights import summons
from comity.docket.parts import Parts
from comity.matching.banks import service as banks
from comity.matching.banks import store as bank_store
from comity.matching.banks.errors import UnknownBank
from comity.matching.banks.store import BankEntry
from comity.matching.errors import InvalidSignal, UnknownSignalType
from comity.matching.exchanges import service as exchanges
from comity.matching.signals import type_named

log = structlog.get_logger("comity.incidents")
END, CONFIRM = "incident_end", "incident_confirm"
"""Its two clocks."""
_DAILY = timedelta(days=1)


def declare(work: UnitOfWork, said: Declared, person: Person, owner: str, types: Types) -> IncidentRow:
    """Declare an incident: its bank, faster exchanges, its clocks and the roster's alarm, all in this unit of work."""
    store.lock()
    if store.lasts_named(said.title):
        raise IncidentLasts
    number, file = store.next_number(), new_id()
    row = IncidentRow(
        id=UUID(file),
        number=number,
        state=State.LASTS.value,
        type=said.type.id,
        title=said.title,
        bank=f"INCIDENT_{number}",
        pace=types.pace,
        declared_by=person.id,
        declared_at=work.at.utc,
        ends_at=said.ends_at.utc,
    )
    entry = _enter(work, row, "declared", said.because, person)
    row.entry = UUID(entry)
    store.add(row)
    keep_pace(work, f"incident I-{number} began")  # exchanges before banks, as a fetch locks them
    terms = BankTerms(
        name=row.bank,
        owner=owner,
        source=f"incident I-{number}",
        reason=f"{said.title}: {said.because}"[:2000],
        legal_basis=types.legal_basis,
        expires_at=said.ends_at,
        guarded=False,  # what spreads in an incident matches much, and people put it there
    )
    banks.create_bank(work, terms, f"incident I-{number}")
    _await_end(work, row, entry)
    _await_second(work, row, entry, types)
    summons.call(work, file, number, f"incident I-{number}")
    log.info("incident declared", number=number)
    return row


def confirm(work: UnitOfWork, number: int, person: Person, because: str) -> None:
    """A second person looked at an incident and agrees."""
    row = store.by_number(number, locked=True)
    rules.check_lasts(row.state)
    rules.check_second(row.declared_by, row.confirmed_by, person.id)
    entry = _enter(work, row, "confirmed", rules.reason(because), person)
    store.change(row, entry, confirmed_by=person.id, confirmed_at=work.at.utc)
    deadlines.meet_if_open(work, row.id.hex, CONFIRM, "a second person looked")


def extend(work: UnitOfWork, number: int, person: Person, because: str, ends_at: Instant) -> None:
    """Give an incident a later or an earlier end, by entry."""
    row = store.by_number(number, locked=True)
    rules.check_lasts(row.state)
    row.ends_at = ends_at.utc
    entry = _enter(work, row, "extended", rules.reason(because), person)
    store.change(row, entry, ends_at=ends_at.utc)
    _bank_ends(work, row, ends_at, f"incident I-{number} was given another end")
    deadlines.cancel(work, row.id.hex, END, "another end was set")
    _await_end(work, row, entry)


def close(work: UnitOfWork, number: int, person: Person, because: str) -> None:
    """A person closes an incident before its time."""
    store.lock()
    row = store.by_number(number, locked=True)
    rules.check_lasts(row.state)
    row.ends_at = work.at.utc
    entry = _enter(work, row, "closed", rules.reason(because), person)
    _over(work, row, entry, State.CLOSED)
    deadlines.cancel(work, row.id.hex, END, "a person closed it")


def end(file: str, parts: Parts) -> timedelta | None:
    """End an incident whose time ran out; gives how long to wait where it must be looked at again."""
    with parts.work() as work:
        store.lock()
        row = store.by_file(file, locked=True)
        if row is None or row.state != State.LASTS.value:
            return None
        if not rules.is_due(row.state, Instant(row.ends_at), work.at):
            return min(Instant(row.ends_at).since(work.at), _DAILY)
        entry = _enter(work, row, "ended", "its time ran out", None)
        _over(work, row, entry, State.ENDED)
        deadlines.meet_if_open(work, file, END, "its end was seen")
    return None


def list_signal(
    work: UnitOfWork, number: int, kind: str, signal: str, said: tuple[str, str], *, note: str = ""
) -> BankEntry:
    """List a signal in an incident's bank. ``said``: who of us lists it, and why; ``note``: whose signal it is."""
    row = store.by_number(number, locked=True)
    rules.check_lasts(row.state)
    member, because = said
    details: banks.Details = {
        "source": f"incident I-{number}",
        "member": member,
        "reason": rules.reason(because),
        "reference": f"incident:{number}:{kind}:{_spelling(kind, signal)}"[:2000],
    }
    if note:
        details["note"] = note[:200]
    return banks.add_entry(work, row.bank, {kind: signal}, **details)


def _spelling(kind: str, signal: str) -> str:
    """One signal has one reference, however it was written; what is none is refused by the bank in its own words."""
    try:
        return type_named(kind).normalise(signal)
    except (UnknownSignalType, InvalidSignal):
        return signal


def drop_signal(work: UnitOfWork, number: int, item: int, because: str) -> None:
    """Take a signal off an incident's bank."""
    row = store.by_number(number, locked=True)
    rules.check_lasts(row.state)
    banks.remove_entry(work, row.bank, item, rules.reason(because))


def keep_pace(work: UnitOfWork, because: str) -> None:
    """Fetch every exchange as fast as the incidents that last ask for; without any, each at its own pace."""
    exchanges.set_pace(work, None, rules.pace(row.pace for row in store.lasting()), because)


def holds(file: str) -> bool:
    """Whether a file is an incident's."""
    return store.by_file(file) is not None


def _over(work: UnitOfWork, row: IncidentRow, entry: str, state: State) -> None:
    """Everything that an incident brought ends with it, in the same unit of work."""
    ended = min(Instant(row.ends_at), work.at)
    store.change(row, entry, state=state.value, ends_at=ended.utc)
    because = f"incident I-{row.number} is over"
    keep_pace(work, because)  # exchanges before banks, as a fetch locks them
    _bank_ends(work, row, ended, because)
    _nobody_looked(work, row)
    summons.settle(work, row.id.hex, because)
    log.info("incident over", number=row.number, state=state.value)


def _nobody_looked(work: UnitOfWork, row: IncidentRow) -> None:
    """It ended before a second person looked; that stays visible."""
    open_now = (deadlines.State.RUNNING, deadlines.State.SUSPENDED)
    if any(one.name == CONFIRM and one.state in open_now for one in deadlines.deadlines_of(row.id.hex)):
        deadlines.cancel(work, row.id.hex, CONFIRM, "it was over before a second person looked")


def _bank_ends(work: UnitOfWork, row: IncidentRow, ends_at: Instant, because: str) -> None:
    try:
        bank_store.bank(row.bank)
    except UnknownBank:
        return  # a person ended it meanwhile
    banks.change_bank(work, row.bank, because, expires_at=ends_at)


def _await_end(work: UnitOfWork, row: IncidentRow, entry: str) -> None:
    due = Instant(row.ends_at)
    computation = (f"The end that a person set: {due.z()}", "An incident ends by itself; whoever needs more extends it")
    clock = DeadlineRow(
        name=END,
        duty="The incident ends",
        instrument="",
        citations=(),
        due_at=due,
        computation=computation,
        ends=True,
        wakes=True,
    )
    deadlines.set_deadline(work, row.id.hex, clock, entry)


def _await_second(work: UnitOfWork, row: IncidentRow, entry: str, types: Types) -> None:
    period = Period.parse(types.confirm_within)
    due = period.after(work.at)
    clock = DeadlineRow(
        name=CONFIRM,
        duty="A second person confirms the incident",
        instrument="",
        citations=(),
        due_at=due,
        computation=(f"Declared {work.at.z()} and {period.words}, a figure of this house: {due.z()}",),
    )
    deadlines.set_deadline(work, row.id.hex, clock, entry)


def _enter(work: UnitOfWork, row: IncidentRow, change: str, because: str, person: Person | None) -> str:
    said = IncidentChange(
        incident=row.id.hex,
        number=row.number,
        change=change,
        type=row.type,
        title=row.title,
        bank=row.bank,
        pace=row.pace,
        ends_at=Instant(row.ends_at),
        because=because,
        by=person,
        at=work.at,
    )
    return store.enter(work, said)
