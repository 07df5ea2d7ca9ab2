"""The head of what we send, and answers that are kept: the same message again is answered with the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import ChannelKind
from comity.casefile.documents.interface import MessageAnswer
from comity.casefile.records import UnitOfWork
from comity.docket import beside
from comity.docket.hi1 import store
from comity.docket.hi1.models import TransactionRow
from comity.docket.hi1.views import MachineCall
from comity.docket.parts import Parts
from comity.hi1 import Answer, ErrorCode, Hi1Error, Message, Party, write
from comity.hi1.reading import Heading
from comity.hi1.writing import Envelope
from comity.intake import service as intake
from comity.intake.message import Incoming
from comity.intake.store import KeptMessage

PROFILE = ("V1.22.1", "EU", "v1.3.1")
"""Versions of the standard and of the profile, and its owner, as one implementation by a contributor writes them."""
_UNKNOWN = "00000000-0000-0000-0000-000000000000"


def head(parts: Parts, party: Party, transaction: str, at: Instant) -> Envelope:
    """The head of a message of ours to ``party``."""
    etsi, owner, profile = PROFILE
    return Envelope(parts.machines.us, party, transaction, at, etsi, owner, profile)


def written(parts: Parts, call: MachineCall, message: Message, answers: Sequence[Answer] | Hi1Error) -> bytes:
    """The answer to a message that was read; it speaks the version that the message speaks."""
    envelope = Envelope(
        parts.machines.us,
        message.sender,
        message.transaction,
        call.received,
        message.etsi_version,
        message.profile_owner,
        message.profile_version,
    )
    return write(envelope, answers, call.encoding)


def unread(parts: Parts, call: MachineCall, heading: Heading | None, error: Hi1Error) -> bytes:
    """A message that cannot be taken at all: its bytes are kept, its answer is an error at the top (clause 9.2)."""
    machine = parts.machines.machines.get(call.client)
    party = machine.party if machine else Party("ZZ", "unknown")
    transaction = heading.transaction if heading else _UNKNOWN
    answer = write(head(parts, party, transaction, call.received), error, call.encoding)
    with parts.work(f"authority:{call.authority}") as work:
        if heading is not None:
            store.lock(call.authority)
            known = store.transaction(call.client, transaction)
            if known is not None:
                return repeated(parts, call, known)
        kept = put_aside(work, parts, call, error)
        if heading is not None:
            store.settle(work, settled(call, transaction, kept.case, answer))
    return answer


def repeated(parts: Parts, call: MachineCall, known: TransactionRow) -> bytes:
    """What a message under a known identifier is answered: the same bytes for the same bytes, else an error."""
    if known.digest == digest_of(call):
        found = store.answer_of(known)
        if found is not None:
            return found
        error = Hi1Error(ErrorCode.UPDATE_EXPIRED, "Header.TransactionIdentifier", "its case is over, and erased")
    else:
        why = "named another message before: nothing of this one is done"
        error = Hi1Error(ErrorCode.IMPROPER_VALUE, "Header.TransactionIdentifier", why)
    machine = parts.machines.machines.get(call.client)
    party = machine.party if machine else Party("ZZ", "unknown")
    return write(head(parts, party, str(known.transaction), call.received), error, call.encoding)


def put_aside(work: UnitOfWork, parts: Parts, call: MachineCall, error: Hi1Error) -> KeptMessage:
    """Keep the bytes of a message of which nothing was done."""
    kept = intake.keep(work, incoming(call), parts.intake)
    if kept.state == "kept":
        because = f"HI-1, refused: {int(error.number)} {error.field}"
        beside.set_aside(work, kept, parts, " ".join(because.split())[:200])
    return kept


def settled(call: MachineCall, transaction: str, file: str, answer: bytes) -> MessageAnswer:
    """What is kept of an answer."""
    return MessageAnswer(
        file=file,
        client=call.client,
        transaction=transaction,
        digest=digest_of(call),
        media_type=call.encoding.value,
        answer=answer.decode(),
        at=call.received,
    )


def incoming(call: MachineCall, transaction: str = "") -> Incoming:
    """The message as intake takes it."""
    return Incoming(
        channel=ChannelKind.HI1,
        identifier=transaction,
        body=call.body,
        received_at=call.received,
        media_type=call.encoding.value,
        name="message",
        client=call.client,
        peer=call.peer,
        connection=call.connection,
    )


def digest_of(call: MachineCall) -> str:
    """SHA-256 of a message's bytes."""
    return hashlib.sha256(call.body).hexdigest()
