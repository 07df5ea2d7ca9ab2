"""The only file of threats that acts. A decision enters every form first; each then goes out by a job of its own.

What can go wrong on the way to a recipient, and what then happens:

* lost (refused, unreachable, killed before sending): the attempt's failure is entered, it goes again, later each time;
* repeated (a job that ran twice, or after its receipt): the earlier receipt stands, nothing is sent;
* late (the job comes after a person brought the form): the person's word stands, nothing is sent;
* taken, and the answer lost on the way: it goes again under the same identifier, which the other side knows as one.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from comity import law
from comity.casefile import audit
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.clock import Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.decision import Person
from comity.casefile.documents.threat import Ground, Origin
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.delivery import DeliveryError, Filled, NotDelivered, Recipient
from comity.docket.parts import Parts
from comity.docket.threats import periods, rules, store
from comity.docket.threats.errors import NothingToBring
from comity.docket.threats.models import Progress, RecipientRow, State, ThreatRow
from comity.docket.threats.rules import To
from comity.execution.content.rules import gives_up, pause_before

TELL = "tell_threat"
"""The job that brings one form to its recipient."""
CLOCKS = tuple(rules.PERIODS.values())
_SECONDS_FOR_CHECKPOINT = 5.0
_SOON = timedelta(seconds=1)


def raise_threat(work: UnitOfWork, origin: Origin, file: UUID, number: int, person: Person, because: str) -> ThreatRow:
    """Enter that a person saw a threat to life; what is raised already in a file is not raised again."""
    known = store.raised_in(file)
    if known is not None:
        return known
    row = ThreatRow(
        id=UUID(new_id()),
        number=store.next_number(),
        state=State.RAISED.value,
        origin=origin.value,
        file=file,
        file_number=number,
        known_at=work.at.utc,
        raised_by=person.id,
    )
    entry = store.enter(work, row, "raised", because.strip()[:8000], person)
    store.add(row, entry)
    _await(work, row, (Ground.IMMINENT,), entry)
    return row


def decide(work: UnitOfWork, number: int, person: Person, said: tuple[Json, tuple[To, ...]], parts: Parts) -> None:
    """A person decides: every form is entered, none has left. ``said``: the fields, and who is told."""
    fields, everybody = said
    row = store.by_number(number, locked=True)
    rules.check_open(row.state)
    row.grounds = [one.lower() for one in fields["grounds"]]
    row.states = list(fields.get("states", ()))
    entry = store.enter(work, row, "decided", "to inform: the form says of what", person)
    changed = {"grounds": row.grounds, "states": row.states, "decided_by": person.id, "decided_at": work.at.utc}
    store.change(row, entry, state=State.TELLING.value, **changed)
    _await(work, row, tuple(Ground(one) for one in row.grounds), entry)
    for place, to in enumerate(everybody):
        _order(work, row, place, to, fields, parts)


def _order(work: UnitOfWork, row: ThreatRow, place: int, to: To, fields: Json, parts: Parts) -> None:
    """Enter one recipient with its form; the job sends it once that is proven."""
    channel = "email" if to.address else "paper"
    whom = Recipient(channel, to.address or to.name or to.state or to.tell.value)
    reply = parts.delivery.prepare(work, row.id.hex, Filled(rules.FORM, fields), whom)
    made = RecipientRow(
        id=UUID(new_id()),
        threat=row.id,
        place=place,
        tell=to.tell.value,
        state=to.state,
        name=to.name[:200],
        channel=channel,
        address=to.address,
        reply=UUID(reply.entry),
        progress=Progress.ORDERED.value,
    )
    store.add_recipient(made, store.enter_recipient(work, made, "ordered", to.citation))
    work.defer(TELL, lock=made.id.hex, recipient=made.id.hex)


def no_threat(work: UnitOfWork, number: int, person: Person, because: str, parts: Parts) -> None:
    """A person looked, and nobody is to be told."""
    row = store.by_number(number, locked=True)
    rules.check_open(row.state)
    entry = store.enter(work, row, "no_threat", because.strip()[:8000], person)
    store.change(row, entry, state=State.NO_THREAT.value, decided_by=person.id, decided_at=work.at.utc)
    for name in CLOCKS:
        _cancel(work, row, name, "a person found no threat to life")
    periods.keep(work, row.id.hex, parts, entry)


def confirm(work: UnitOfWork, number: int, person: Person, because: str) -> None:
    """A second person looked at what was decided."""
    row = store.by_number(number, locked=True)
    rules.check_second(row.decided_by, row.confirmed_by, person.id)
    store.change(row, store.enter(work, row, "confirmed", because.strip()[:8000], person), confirmed_by=person.id)


def tell(recipient: str, parts: Parts) -> None:
    """Bring one form to its recipient, unless it was told already; if it must wait, the same job comes later."""
    row = store.recipient(recipient)
    if row is None or row.progress != Progress.ORDERED.value:
        return
    attempt = row.attempts + 1
    try:
        proven = audit.wait_until_proven(audit.find(row.reply.hex, FormReply), _SECONDS_FOR_CHECKPOINT)
        receipt = parts.delivery.deliver(proven, attempt=attempt)
    except NotInCheckpoint:
        _again(recipient, parts, _SOON, attempt=row.attempts)
    except NotDelivered as failure:
        if failure.retry and not gives_up(attempt):
            _again(recipient, parts, pause_before(attempt + 1), attempt=attempt, because=str(failure))
        else:
            _by_hand(recipient, parts, str(failure), attempt)
    except DeliveryError as failure:
        _by_hand(recipient, parts, failure.code, attempt)
    else:
        if receipt is None:
            _by_hand(recipient, parts, "no way leads there by itself: a person brings it", attempt)
        else:
            _delivered(recipient, parts, receipt.document.proof)


def bring(work: UnitOfWork, recipient: str, how: str, parts: Parts) -> None:
    """A person told a recipient by another way, and says how; that is the proof."""
    row = store.recipient(recipient, locked=True)
    if row is None or row.progress == Progress.DELIVERED.value:
        raise NothingToBring
    proven = audit.prove(audit.find(row.reply.hex, FormReply))
    parts.delivery.confirmed(work, proven, how=how)
    _arrived(work, row, f"{work.actor}: {' '.join(how.split())}", parts)


def _again(recipient: str, parts: Parts, wait: timedelta, *, attempt: int, because: str = "") -> None:
    with parts.work() as work:
        row = store.recipient(recipient, locked=True)
        if row is None or row.progress != Progress.ORDERED.value:
            return
        if because:
            store.change_recipient(row, store.enter_recipient(work, row, "failed", because), attempts=attempt)
        work.defer(TELL, at=work.at.plus(wait), lock=recipient, recipient=recipient)


def _by_hand(recipient: str, parts: Parts, because: str, attempt: int) -> None:
    with parts.work() as work:
        row = store.recipient(recipient, locked=True)
        if row is not None and row.progress == Progress.ORDERED.value:
            entry = store.enter_recipient(work, row, "by_hand", because)
            store.change_recipient(row, entry, progress=Progress.BY_HAND.value, attempts=attempt)


def _delivered(recipient: str, parts: Parts, proof: str) -> None:
    with parts.work() as work:
        row = store.recipient(recipient, locked=True)
        if row is not None and row.progress != Progress.DELIVERED.value:
            _arrived(work, row, proof, parts)


def _arrived(work: UnitOfWork, row: RecipientRow, proof: str, parts: Parts) -> None:
    """One recipient was told; with the last of them the duty is done."""
    entry = store.enter_recipient(work, row, "delivered", proof)
    store.change_recipient(row, entry, progress=Progress.DELIVERED.value, delivered_at=work.at.utc)
    threat = store.by_file(row.threat.hex, locked=True)
    if threat is None or not rules.all_told([one.progress for one in store.recipients(threat.id)]):
        return
    done = store.enter(work, threat, "informed", "everybody who had to be told was told", None)
    store.change(threat, done, state=State.INFORMED.value, informed_at=work.at.utc)
    for name in CLOCKS:
        deadlines.meet_if_open(work, threat.id.hex, name, "everybody was told")
    periods.keep(work, threat.id.hex, parts, done)


def _await(work: UnitOfWork, row: ThreatRow, grounds: tuple[Ground, ...], entry: str) -> None:
    """The clocks of the duties; until a person has decided which it is, that of an imminent threat."""
    running = {one.name for one in deadlines.deadlines_of(row.id.hex)}
    wanted = {rules.PERIODS[one] for one in grounds}
    for name in sorted(running & set(CLOCKS) - wanted):
        _cancel(work, row, name, "a person found another duty")
    for name in sorted(wanted - running):
        deadline = law.deadline(rules.INSTRUMENT, name, {"threat_known_at": Instant(row.known_at)})
        assert deadline is not None  # its start is known
        clock = DeadlineRow(
            name=name,
            duty=deadline.duty,
            instrument=rules.INSTRUMENT,
            citations=deadline.citations,
            due_at=deadline.due_at,
            computation=deadline.computation,
        )
        deadlines.set_deadline(work, row.id.hex, clock, entry)


def _cancel(work: UnitOfWork, row: ThreatRow, name: str, because: str) -> None:
    open_now = (deadlines.State.RUNNING, deadlines.State.SUSPENDED)
    if any(one.name == name and one.state in open_now for one in deadlines.deadlines_of(row.id.hex)):
        deadlines.cancel(work, row.id.hex, name, because)
