"""Keeps what arrives, reads it, says who sent it, and enters the demand. Executes nothing, fetches nothing.

kept = keep(work, message, means)             # durable before a channel acknowledges
read = examine(message, means)                # outside of any transaction: it may start a process
demand = receive(work, message, means, read)  # Entered[Demand]; the same message again gives the same one
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity.casefile.audit import Entered, enter, find
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.demand import Channel, ChannelKind, Demand, Fault, Reading, ReceiptTimes
from comity.casefile.documents.record import CustodyEvent
from comity.casefile.records import UnitOfWork
from comity.intake import rules, store
from comity.intake.faults import fault, under
from comity.intake.loading import Loading
from comity.intake.machines import read_machine
from comity.intake.mail import domain_of
from comity.intake.mails import MailReader, read_message
from comity.intake.message import Incoming, Part
from comity.intake.origin import Way, hints
from comity.intake.portal import read_portal
from comity.intake.ports import Means
from comity.intake.reading import Read, read_document, read_json, read_typed
from comity.intake.recognising import instrument_of
from comity.intake.rules import Earlier
from comity.intake.senders import Judged, judge_sender
from comity.intake.store import KeptMessage, Turn
from comity.registry.service import note_demand

_MOST_FAULTS = 200
_LIVE = (ChannelKind.API, ChannelKind.EMAIL, ChannelKind.HI1, ChannelKind.PORTAL)
_STRUCTURED = {ChannelKind.HI1: read_machine, ChannelKind.PORTAL: read_portal}
_PIECE = 1 << 20
_log = logging.getLogger(__name__)


def keep(work: UnitOfWork, message: Incoming, means: Means) -> KeptMessage:
    """Take the bytes into custody with the instant of receipt. Before anything is read, so nothing can lose them.

    The same bytes under the same identifier are the same message: the first one is given back, the repetition noted.
    Other bytes under the same identifier are another message, since identifiers are anybody's to choose.
    """
    digest = hashlib.sha256(message.body).hexdigest()
    identifier = f"{message.client}:{message.identifier}" if message.client else message.identifier
    identifier = identifier or digest
    store.lock(message.channel.value, identifier, digest)
    known = store.find(message.channel.value, identifier, digest)
    if known is not None:
        note = _custody(work, known.case, digest, "received_again", message)
        store.repeated(known.id, note)
        return known
    case = message.case or new_id()
    pieces = (message.body[place : place + _PIECE] for place in range(0, len(message.body), _PIECE))
    means.vault.take_in(
        work, case, pieces, media_type=message.media_type, name=message.name, purpose="received, before it was read"
    )
    kept = KeptMessage(
        id=new_id(),
        case=case,
        channel=message.channel,
        identifier=identifier,
        digest=digest,
        received_at=message.received_at,
        facts=message.facts() | {"acknowledged_at": str(work.at)},
        state="kept",
        demand=None,
        times_received=1,
    )
    entry = _custody(work, case, digest, "received", message)
    store.insert(kept, size=len(message.body), turn=_turn(message, means), entry=entry)
    return kept


def load(work: UnitOfWork, kept: KeptMessage, means: Means) -> Loading:
    """Give a kept message's bytes out of custody, to be read once the unit of work is committed."""
    return Loading(kept, means.vault.open(work, kept.case, kept.digest, purpose="to read what was received"))


def examine(message: Incoming, means: Means) -> Read:
    """Read a message. No transaction is open meanwhile: a document is read in a process of its own, for seconds."""
    try:
        if message.channel is ChannelKind.PAPER:
            return read_typed(message.typed or {})
        if message.channel is ChannelKind.EMAIL:
            return _mail(message, means)
        if message.channel in _STRUCTURED:
            return _STRUCTURED[message.channel](message, means.reader)
        if message.body.startswith(b"%PDF-") or message.media_type == "application/pdf":
            return read_document(message.body, means.reader)
        return read_json(message.body)
    except Exception as error:  # noqa: BLE001 -- whatever a message breaks, a person must see it: the clock is running
        _log.error("reading a message failed: %s", type(error).__name__)
        return Read(faults=(fault("not_an_order", "message", "reading it failed"),))


def receive(
    work: UnitOfWork, message: Incoming, means: Means, read: Read | None = None, kept: KeptMessage | None = None
) -> Entered[Demand]:
    """Enter the demand of a message: the bytes kept, what they say, who sent them, what they repeat.

    Idempotent by channel, identifier and bytes. ``read`` is what ``examine`` gave, ``kept`` what ``keep`` gave, where
    the caller already has them.
    """
    kept = kept or keep(work, message, means)
    if kept.demand is not None:
        return find(kept.demand, Demand)
    read = read or examine(message, means)
    judged = judge_sender(message, read, means.registry)
    entered = enter(work, kept.case, _demand(work, message, read, _Place(kept, judged, means)))
    authority = judged.authority
    store.entered(
        kept.id,
        entry=entered.entry,
        authority=authority,
        reference=_reference(read),
        addresses=_addresses(read.form),
    )
    if authority:
        note_demand(work, authority=authority, entry=entered.entry)
    return entered


def set_aside(work: UnitOfWork, kept: KeptMessage, because: str) -> str:
    """No order, above all a machine's answer (RFC 3834): kept and noted; answered with nothing, so no loop begins.

    Gives the entry. How long it is kept is the docket's to say: it sets the clock in the same unit of work.
    """
    happened = CustodyEvent(
        case=kept.case,
        exhibit=kept.digest,
        event="set_aside",
        by=work.actor,
        purpose=because,
        at=work.at,
    )
    entry = enter(work, kept.case, happened).entry
    store.set_aside(kept.id, entry)
    return entry


def _mail(message: Incoming, means: Means) -> Read:
    """A mail; an empty reverse path marks a report or an answer by a machine too (RFC 5321 section 4.5.5)."""
    known = _turn(message, means).lane == 0
    reader = means.reader if known else means.strangers
    read = read_message(message.body, MailReader(reader, means.mail, means.registry.openpgp_certificates))
    if message.envelope_from == "" and not read.form and not read.parts:
        read = replace(read, automatic=True)
    if read.order or known:  # junk is not worth the questions
        way = Way(message.body, read.author, read.dkim, read.relays_say)
        read = replace(read, hints=hints(way, means.origins, reader))
    return read


@dataclass(frozen=True)
class _Place:
    """Where a demand is put together: its kept message, its judged sender, the means."""

    kept: KeptMessage
    judged: Judged
    means: Means


def _demand(work: UnitOfWork, message: Incoming, read: Read, place: _Place) -> Demand:
    kept, judged, means = place.kept, place.judged, place.means
    exhibits = [kept.digest] + [_take_in(work, kept.case, part, means) for part in read.parts]
    store.lock_order(kept.digest, _reference(read))
    earlier = store.earlier_like(kept, _reference(read), _addresses(read.form))
    repeats, repeated = _repetitions(kept, read, judged, earlier)
    instrument = instrument_of(read.form)
    faults = (*read.faults, *_form_faults(read, means), *judged.faults, *repeated)
    return Demand(
        case=kept.case,
        instrument=instrument,
        channel=Channel(
            kind=message.channel,
            sender_verified=judged.verified,
            authority_in_register=True if judged.verified else None,
            first_order_from_authority=judged.first_order,
        ),
        sender=judged.sender,
        times=_times(message, read, kept),
        raw=tuple(dict.fromkeys(exhibits)),
        reading=read.reading,
        form=read.form,
        hints=read.hints,
        faults=_once(tuple(under(one, instrument) for one in faults)),
        duplicate_of=repeats,
        events=_announced(message),
        typed_by=message.typed_by,
    )


def _announced(message: Incoming) -> dict[str, tuple[Instant, ...]]:
    """The information of Article 3(2), where the channel knows that it came, and when."""
    informed = message.portal.informed_at if message.portal else None
    return {"advance_information_at": (informed,)} if informed else {}


def _times(message: Incoming, read: Read, kept: KeptMessage) -> ReceiptTimes:
    """On a live channel the unit of work that keeps a message also confirms its receipt; paper is confirmed later.

    For what we took from a mailbox, its server's acceptance counts; whether that told the sender, we do not know.
    """
    live = message.channel in _LIVE and message.fetched_at is None
    confirmed = kept.facts.get("acknowledged_at") if live else None
    return ReceiptTimes(
        sent_at=read.sent_at,
        transport_received_at=message.received_at,
        acknowledged_at=Instant.parse(confirmed) if confirmed else None,
    )


def _turn(message: Incoming, means: Means) -> Turn:
    """Who waits for whom. The envelope is anybody's to write, so the address of the sending machine counts as well."""
    domain = domain_of(message.envelope_from)
    enrolled = message.channel is not ChannelKind.EMAIL or (
        bool(domain) and means.registry.authority_by_mail_domain(domain) is not None
    )
    return Turn(0 if enrolled else 1, f"{message.peer}|{domain}" if enrolled else message.peer)


def _take_in(work: UnitOfWork, case: str, part: Part, means: Means) -> str:
    taken = means.vault.take_in(
        work, case, [part.body], media_type=part.media_type, name=part.name, purpose="found inside the message"
    )
    return taken.digest


def _form_faults(read: Read, means: Means) -> tuple[Fault, ...]:
    if read.reading is Reading.NONE:
        return () if read.faults else (fault("not_an_order", "message"),)
    provider = means.provider
    addressee = rules.addressee_fault(read.form, (provider.name, provider.legal_name))
    return (*((addressee,) if addressee else ()), *rules.url_faults(read.form, provider.hosts))


def faults_of_typed(form: Mapping[str, Any], means: Means) -> tuple[Fault, ...]:
    """What is wrong with an order's fields as a person typed them: whom it is for, which addresses it names."""
    return _form_faults(read_typed(form), means)


def _repetitions(
    kept: KeptMessage, read: Read, judged: Judged, earlier: list[Earlier]
) -> tuple[str | None, tuple[Fault, ...]]:
    """The case that this message repeats, if it does, and what of earlier ones a person should know."""
    new = Earlier(
        case=kept.case,
        digest=kept.digest,
        reference=_reference(read),
        authority=judged.authority,
        addresses=frozenset(_addresses(read.form)),
    )
    reused = (fault("identifier_reused", "message", kept.identifier[:120]),) if store.identifier_shared(kept) else ()
    return rules.repetition(new, earlier), (*reused, *rules.repetition_faults(new, earlier))


def _reference(read: Read) -> str:
    return rules.reference_of({"order_reference": read.reference} if read.reference else read.form)


def _addresses(form: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(store.text(rules.address_key(url), 2000) for _place, url in rules.locations(form))


def _once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    seen: dict[tuple[str, str], Fault] = {}
    for item in faults:
        seen.setdefault((item.code, item.field), item)
    return tuple(seen.values())[:_MOST_FAULTS]


def _custody(work: UnitOfWork, case: str, digest: str, event: str, message: Incoming) -> str:
    happened = CustodyEvent(
        case=case, exhibit=digest, event=event, by=work.actor, purpose=f"came by {message.channel.value}", at=work.at
    )
    return enter(work, case, happened).entry
