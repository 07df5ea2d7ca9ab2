"""Mail about what we sent: reports on deliveries, answers by machines, replies of authorities to our annexes.

Who writes in a thread of ours is found by the Message-ID that it names: the entry of the form that we sent, with a mark
of its PDF. Who was not written to cannot name it; whoever reads their mail can. So a report only ever makes a person
look again, and an answer sent once more goes where the register says; a reply counts as the clarification of Article
3(8) by itself only where its authority signed it, the signed words themselves name the order, and it was signed after
we asked. Everything else is put before a person, in the file of the case. Nothing here is ever answered.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import EntryErased, NoSuchEntry, WrongKind
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Clarification, Demand
from comity.casefile.records import UnitOfWork
from comity.delivery import Recipient
from comity.delivery.rules import ANNEX_3, thread_mark
from comity.delivery.service import delivered
from comity.docket import asking, beside, clocks, people, store
from comity.docket.cases import CaseDesk
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.intake import rules as intake_rules
from comity.intake.message import Incoming
from comity.intake.reading import Read
from comity.intake.senders import Judged, judge_sender
from comity.intake.store import KeptMessage
from comity.registry import store as register
from comity.registry.errors import RegistryError

BRING = "bring"
_OURS = re.compile(r"<([0-9a-f]{32})\.([0-9a-f]{16})@")
_HOUR = timedelta(hours=1)
_HARMLESS = frozenset({"mail_no_order"})
"""What may be wrong with a reply that is only words."""
_MOST_WORDS = 2_000


@dataclass(frozen=True)
class Letter:
    """A mail that names a form of ours, as kept and as read."""

    kept: KeptMessage
    message: Incoming
    read: Read
    reply: Entered[FormReply]


def settle(work: UnitOfWork, parts: Parts, kept: KeptMessage, message: Incoming, read: Read) -> bool:
    """Whether a mail is about something we sent and no new order; then it lies in that case's file, and is settled."""
    reply = _ours(read)
    if reply is None:
        return False
    letter = Letter(kept, message, read, reply)
    row = store.locked(reply.case)
    if row.status == Status.CLOSED.value:
        return False  # everything of it is erased: what comes now would stay for ever, and is new
    if read.report is not None and not read.order:
        _reported(work, parts, row, letter)
    elif read.automatic:
        _file(work, parts, row, letter, "an answer by a machine, which is not answered")
    elif read.order and not _same_order(read, row):
        return False  # whoever answers our mail with another order has filed another order
    elif read.order and row.status != Status.CLARIFYING.value:
        return False  # the same order once more, unasked: the docket's rules for repetitions
    else:
        _replied(work, parts, row, letter)
    return True


def _ours(read: Read) -> Entered[FormReply] | None:
    """The form of ours that the mail is about, the nearest in its thread first."""
    about = (read.report.about,) if read.report and read.report.about else ()
    for identifier in (*about, *read.references):
        match = _OURS.match(identifier)
        if match:
            try:
                reply = audit.find(match[1], FormReply)
            except (NoSuchEntry, WrongKind, EntryErased):
                continue
            if hmac.compare_digest(thread_mark(reply.document.pdf), match[2]):
                return reply
    return None


def _reported(work: UnitOfWork, parts: Parts, row: Case, letter: Letter) -> None:
    """A report (RFC 3464): of a failure a person learns, once, and the form goes on to where the register says."""
    report, reply = letter.read.report, letter.reply
    assert report is not None  # its caller looked
    words = f"{report.action} {report.status} {report.said}".strip()
    if report.recipient != reply.document.recipient.lower():
        _file(work, parts, row, letter, f"a report about {report.recipient}, to whom we sent nothing ({words})")
        return
    _file(work, parts, row, letter, f"a report on the delivery of {reply.document.form}: {words}")
    if report.action != "failed" or delivered(reply) is None:
        return
    parts.delivery.bounced(work, reply, said=words)
    other = _other_way(row, reply)
    where = f"it is sent again to {other.address}" if other else "no other way is held in the register: find one"
    if other is not None:
        again = parts.delivery.redirected(work, reply, other)
        work.defer(BRING, lock=row.id.hex, case=row.id.hex, reply=again.entry)
    said = f"{reply.document.form} did not reach {reply.document.recipient}: {words}; {where}"
    due = asking.taken_back(work, row)
    if due is None:
        _call(work, row, said)
    else:
        said = f"the hour has run on since receipt, until {due.z()}: {said}"
        _call(work, row, said, due_at=due.utc, due_duty=clocks.HOUR)


def _other_way(row: Case, reply: Entered[FormReply]) -> Recipient | None:
    """Another address of this authority, from the register alone; never one that a message named."""
    try:
        if not row.authority or not people.still_trusted(row.authority):
            return None
        contact = register.authority(row.authority).feedback_contact
    except RegistryError:
        return None
    tried = {reply.document.recipient.lower(), *_tried(row, reply)}
    return Recipient("email", contact) if contact.lower() not in tried else None


def _tried(row: Case, reply: Entered[FormReply]) -> set[str]:
    entries = [one.entry for one in audit.entries_of(row.id.hex) if one.kind == FormReply.kind and one.body]
    sent = [audit.find(entry, FormReply).document for entry in entries]
    return {form.recipient.lower() for form in sent if form.pdf == reply.document.pdf}


def _replied(work: UnitOfWork, parts: Parts, row: Case, letter: Letter) -> None:
    judged = judge_sender(letter.message, letter.read, parts.intake.registry)
    why = _why_not(row, letter, judged)
    if why is None:
        raw = _file(work, parts, row, letter, "the authority's clarification, signed")
        demand = audit.find(row.demand.hex, Demand)
        news = Clarification(
            case=row.id.hex,
            received_at=letter.message.received_at,
            restarts="clarification_received_at",
            changes=_changes(letter.read, demand.document),
            raw=raw,
        )
        CaseDesk(parts).take_clarification(work, row, demand, news)
        return
    _file(work, parts, row, letter, "a letter in the thread of our answer")
    due: Json = {}
    if row.status == Status.CLARIFYING.value:
        # If it is the clarification, the hour has run since it came (Article 3(8)).
        due = {"due_at": letter.message.received_at.plus(_HOUR).utc, "due_duty": clocks.HOUR}
    _call(work, row, f"a letter came in the thread of {letter.reply.document.form}: {why}", **due)


def _why_not(row: Case, letter: Letter, judged: Judged) -> str | None:
    """Why a reply does not count as the clarification by itself; nothing where it does."""
    read, asked = letter.read, letter.reply.at
    signed = [one.signed_at for one in read.signatures if one.sound and one.signed_at is not None]
    reasons = (
        (row.status != Status.CLARIFYING.value or letter.reply.document.form != ANNEX_3, "nothing was asked"),
        (judged.verified is not True, judged.sender.why),
        (judged.authority != row.authority, "it is signed, by another authority than the order's"),
        (not _names_the_order(read, row), "what was signed does not name the order"),
        (not signed or min(signed) < asked, "it was not signed after we asked"),
        (any(fault.code not in _HARMLESS for fault in read.faults), "something is wrong with the message itself"),
    )
    return next((why for fails, why in reasons if fails), None)


def _same_order(read: Read, row: Case) -> bool:
    said = intake_rules.reference_of(read.form)
    return not said or said == intake_rules.reference_of({"order_reference": row.reference})


def _names_the_order(read: Read, row: Case) -> bool:
    """Whether the words that a signature covers name this order: a header does not count, anybody may change it."""
    if read.order:
        return bool(intake_rules.reference_of(read.form)) and _same_order(read, row)
    words = " ".join(read.text.split()).casefold()
    names = [f"c-{row.number}", intake_rules.reference_of({"order_reference": row.reference})]
    return any(name and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words) for name in names)


def _changes(read: Read, demand: Demand) -> Json:
    if read.order:
        return {key: value for key, value in read.form.items() if demand.form.get(key) != value}
    return {"note": read.text.strip()[:_MOST_WORDS]}


def _file(work: UnitOfWork, parts: Parts, row: Case, letter: Letter, what: str) -> tuple[str, ...]:
    """Put a letter into the case's file, byte for byte, and note it there; gives the digests."""
    case, said = row.id.hex, " ".join(what.split())[:500]
    came = [(letter.message.body, letter.message.media_type, letter.message.name)]
    came += [(part.body, part.media_type, part.name) for part in letter.read.parts]
    taken = [
        parts.vault.take_in(work, case, [body], media_type=media_type, name=name, purpose="a letter about this case")
        for body, media_type, name in came
    ]
    store.note(work, row, "letter", f"received {letter.message.received_at.z()}: {said}")
    # The original lies in a file of its own, with a period of its own; what it says stands in the case's alone.
    beside.set_aside(work, letter.kept, parts, f"about case C-{row.number}")
    return tuple(dict.fromkeys(one.digest for one in taken))


def _call(work: UnitOfWork, row: Case, why: str, **fields: object) -> None:
    entry = store.note(work, row, "person called", " ".join(why.split())[:500])
    store.update(row, entry, needs_person=True, **fields)
