"""Who sent a message, as far as the registry vouches for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.casefile.documents.demand import ChannelKind, Fault, Sender
from comity.intake import machines, rules
from comity.intake.faults import fault
from comity.intake.mail import domain_of
from comity.intake.message import Incoming
from comity.intake.ports import Registry
from comity.intake.reading import Read
from comity.intake.recognising import instrument_of
from comity.registry.rules import AuthenticatedSender, NotAuthenticated, SignatureFacts


@dataclass(frozen=True)
class Judged:
    """A sender, judged. ``verified`` is ``None`` where nothing was offered that could be verified."""

    sender: Sender
    verified: bool | None
    first_order: bool | None
    faults: tuple[Fault, ...] = ()

    @property
    def authority(self) -> str:
        """The authority that the sender is, verified; empty for one that the message merely points to."""
        return self.sender.authority or "" if self.verified else ""


def judge_sender(message: Incoming, read: Read, registry: Registry) -> Judged:
    """Judge by what the channel gives: a client's token, signatures, else a mailbox, which gives nothing."""
    if message.channel in (ChannelKind.API, ChannelKind.HI1):
        answer = registry.authenticate_client(message.client or "", message.received_at)
        if message.channel is ChannelKind.HI1:
            return _machine(answer, message, read, registry)
        return _settled(answer, message, read, registry)
    if message.channel is ChannelKind.PORTAL:
        return _officer(message, read, registry)
    faults = rules.signature_faults(read) if message.channel is not ChannelKind.PAPER else ()
    tried = [signature for signature in read.signatures if signature.sound and signature.fingerprint]
    refused: NotAuthenticated | None = None
    for signature in tried:
        held = registry.authority_by_certificate(signature.fingerprint or "")
        wrong = rules.certificate_fault(signature, held, message.received_at)
        facts = SignatureFacts(signature.method, intact=True, covers_whole_file=True)
        answer = registry.authenticate_signature(signature.fingerprint or "", facts, message.received_at)
        if isinstance(answer, AuthenticatedSender) and wrong is None:
            return _settled(answer, message, read, registry, faults)
        faults += (wrong,) if wrong else ()
        refused = answer if isinstance(answer, NotAuthenticated) else refused
    return _unverified(message, read, registry, faults, refused)


def _machine(
    answer: AuthenticatedSender | NotAuthenticated, message: Incoming, read: Read, registry: Registry
) -> Judged:
    """A machine by its token; what else it shows are facts about it, and never more."""
    authority = answer.authority.id if answer.authority else ""
    faults: tuple[Fault, ...] = ()
    said = [message.connection] if message.connection else []
    for signature in (one for one in read.signatures if one.method in machines.SEALS):
        wrong = machines.seal_fault(signature, registry, authority, message.received_at)
        faults += (wrong,) if wrong else ()
        said += [] if wrong else ["Its message is signed with its enrolled certificate."]
    judged = _settled(answer, message, read, registry, faults)
    why = " ".join([judged.sender.why, *said])
    return replace(judged, sender=judged.sender.model_copy(update={"why": why}))


def _officer(message: Incoming, read: Read, registry: Registry) -> Judged:
    """An officer by the passkey; the signatures of a document beside the form are facts of their own."""
    known = message.portal
    if known is None:
        return _not_vouched(NotAuthenticated("Nobody signed in."), None, ())
    answer = registry.authenticate_officer(known.officer, known.passkey, message.received_at, confirmed=known.confirmed)
    faults = tuple(fault(code, "sender", seen) for code, seen in known.signals)
    if known.attached is not None:
        faults += rules.signature_faults(read)
    for signature in read.signatures:
        held = registry.authority_by_certificate(signature.fingerprint or "") if signature.sound else None
        wrong = rules.certificate_fault(signature, held, message.received_at) if signature.sound else None
        faults += (wrong,) if wrong else ()
    judged = _settled(answer, message, read, registry, faults)
    return replace(judged, sender=judged.sender.model_copy(update={"officer": known.officer}))


def _settled(
    answer: AuthenticatedSender | NotAuthenticated,
    message: Incoming,
    read: Read,
    registry: Registry,
    faults: tuple[Fault, ...] = (),
) -> Judged:
    if isinstance(answer, NotAuthenticated):
        return _not_vouched(answer, message.client, faults)
    authority = answer.authority
    amiss = rules.sender_faults(read.form, instrument_of(read.form), authority)
    sender = Sender(
        authority=authority.id,
        officer=None,
        method=answer.method,
        why=" ".join((answer.why, *(f"But: {one.message}" for one in amiss))),
        reply_to=_reply_to(message, read, authority.mail_domains, authority.feedback_contact),
    )
    first = registry.first_order_from(authority.id)
    faults += rules.author_faults(read.author, authority) if message.channel is ChannelKind.EMAIL else ()
    return Judged(sender, not amiss, first, faults + amiss)


def _unverified(
    message: Incoming, read: Read, registry: Registry, faults: tuple[Fault, ...], refused: NotAuthenticated | None
) -> Judged:
    if message.channel is ChannelKind.PAPER:
        who = f"Typed in by {message.typed_by or 'nobody named'}; paper proves no sender: call back before acting."
        return _not_vouched(NotAuthenticated(who), None, ())
    mailbox = registry.judge_mailbox(read.author or "")
    if mailbox.lookalike is not None:
        likeness = mailbox.lookalike
        faults += (fault("sender_lookalike", "from", f"{likeness.domain} for {likeness.known}, {likeness.trick}"),)
    answer = refused if refused is not None and mailbox.lookalike is None else mailbox
    reply_to = None if mailbox.lookalike is not None else read.reply_to
    return _not_vouched(answer, reply_to, faults, tried=bool(read.signatures) or mailbox.lookalike is not None)


def _not_vouched(
    answer: NotAuthenticated, reply_to: str | None, faults: tuple[Fault, ...], *, tried: bool | None = None
) -> Judged:
    """Nobody vouches: *no* where something was offered and failed, *unknown* where nothing was."""
    failed = tried if tried is not None else answer.method == "oauth2"
    sender = Sender(
        authority=answer.authority.id if answer.authority else None,
        officer=None,
        method="none",
        why=answer.why,
        reply_to=reply_to,
    )
    return Judged(
        sender, False if failed else None, None, (*faults, fault("sender_not_verified", "sender", answer.why))
    )


def _reply_to(message: Incoming, read: Read, domains: tuple[str, ...], contact: str) -> str | None:
    """Where the answer goes: to the client; to the mailbox if it is the authority's own; else to its contact."""
    if message.channel in (ChannelKind.API, ChannelKind.HI1, ChannelKind.PORTAL):
        return message.client
    return read.author if domain_of(read.author) in domains else contact
