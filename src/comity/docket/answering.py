"""The answer's part of the procedure: fill the annexes from the record, enter them once, bring each to its reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply, Receipt
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Decision
from comity.casefile.documents.demand import ChannelKind, Demand
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.decision import rules as decision_rules
from comity.delivery import Filled, Ground, NotDelivered, Particulars, Recipient, UrlOutcome, UrlResult, answers
from comity.delivery.channels import Enclosed
from comity.delivery.errors import DeliveryError, SealAway
from comity.docket import people, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.content import looking
from comity.execution.content.models import ContentItem, ItemState
from comity.execution.content.rules import gives_up, pause_before
from comity.intake import store as received
from comity.registry import store as register
from comity.registry.errors import RegistryError
from comity.transparency.rules import plain

log = structlog.get_logger("comity.docket")
SECONDS_FOR_CHECKPOINT = 5.0
_UNTIL_THE_SEAL = timedelta(minutes=1)
PAPER = "paper"
FETCHED = frozenset({"api", "portal"})
"""Where an answer lies ready for a reader who has to prove who they are; everywhere else a person brings it."""
_NOT_STATED = "not stated in the order"


Prepare = Callable[[Case, Parts], None]
ENCLOSED: dict[str, Callable[[Case, Parts], tuple[Enclosed, ...]]] = {}
"""Which form goes out with files, and what opens them: said by rooms inside the docket, at start."""


def answer(row: Case, parts: Parts, prepare: Prepare | None = None) -> timedelta | bool:
    """Prepare the forms if none are, and bring those that are not to the authority.

    ``prepare`` makes the forms of another procedure than the removal order's. Gives
    *true* when all are on their way, *false* when one cannot be brought: then a person was called, and the
    sealed form lies ready. Otherwise how long to wait before the next attempt.
    """
    try:
        (prepare or _prepare)(row, parts)
    except SealAway as failure:
        log.error("the answer waits for the seal", failure=str(failure))  # noqa: TRY400 -- said once a minute
        return _UNTIL_THE_SEAL
    except DeliveryError as failure:
        _call_person(row, parts, f"the answer could not be made: {failure.code}")
        return False
    brought = [_bring(reply, row, parts) for reply in replies(row)]
    waits = [one for one in brought if isinstance(one, timedelta)]
    return max(waits) if waits else all(brought)


def _bring(reply: Entered[FormReply], row: Case, parts: Parts) -> timedelta | bool:
    proven = audit.wait_until_proven(reply, SECONDS_FOR_CHECKPOINT)
    attempt = 1 + _failures(reply)
    if reply.document.channel != PAPER and not people.still_trusted(row.authority or None):
        _call_person(row, parts, "the authority is not confirmed now: the answer goes nowhere by itself")
        return False
    opens = ENCLOSED.get(reply.document.form)
    try:
        receipt = parts.delivery.deliver(
            proven,
            in_reply_to=received.message_identifier(row.id.hex),
            attempt=attempt,
            enclosed=(lambda: opens(row, parts)) if opens else tuple,
        )
    except NotDelivered as failure:
        if failure.retry and not gives_up(attempt):
            return pause_before(attempt + 1)
        _call_person(row, parts, f"the answer could not be delivered: {failure}")
        return False
    except DeliveryError as failure:
        _call_person(row, parts, f"the answer could not be delivered: {failure.code}")
        return False
    if receipt is None and reply.document.channel not in FETCHED:
        _call_person(row, parts, "the sealed answer lies ready: bring it to the authority, then confirm how it went")
        return False
    return True


def bring_again(case: str, reply: str, parts: Parts) -> bool:
    """Bring a form that was redirected; if it must wait, the same job comes later. Whether it was brought."""
    brought = _bring(audit.find(reply, FormReply), store.case(case), parts)
    if not isinstance(brought, timedelta):
        return brought
    with parts.work() as work:
        work.defer("bring", at=work.at.plus(brought), lock=case, case=case, reply=reply)
    return False


def replies(row: Case) -> list[Entered[FormReply]]:
    """The forms that answer the newest decision about the demand; a decision to reinstate is answered by none."""
    found: list[str] = []
    for one in audit.entries_of(row.id.hex):
        if _decides(one):
            found.clear()
        elif one.kind == FormReply.kind and one.body:
            found.append(one.entry)
    return [audit.find(entry, FormReply) for entry in found]


def _decides(one: audit.EntryRow) -> bool:
    """Whether an entry is a decision about the demand, of either kind."""
    if one.kind == DisclosureDecision.kind:
        return True
    decided = one.kind == Decision.kind and one.body is not None
    return decided and not decision_rules.restores(Decision.from_canonical(one.body or b""))


def _prepare(row: Case, parts: Parts) -> None:
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if Status(locked.status) not in (Status.EXECUTED, Status.DECLINING) or replies(locked):
            return
        assert locked.decision is not None  # only a decision leads here
        decision = audit.find(locked.decision.hex, Decision)
        demand = audit.find(locked.demand.hex, Demand)
        for filled in answers(
            _particulars(locked, demand.document, decision.document, parts), _results(locked, demand, decision), work.at
        ):
            reply = parts.delivery.prepare(work, locked.id.hex, filled, recipient(demand.document))
            store.update(locked, reply.entry, reply=reply.entry)


def draft_annex_3(row: Case, parts: Parts, why: str, at: Instant) -> Filled:
    """Annex III, filled and neither entered nor sealed: it lies ready for the person who must judge the grounds."""
    demand = audit.find(row.demand.hex, Demand).document
    urls = decision_rules.addresses(demand.form) or ("none stated",)
    results = [UrlResult(url, UrlOutcome.NOT_EXECUTED, None, (Ground.IMPOSSIBILITY,), why) for url in urls]
    return answers(_particulars(row, demand, None, parts), results, at)[-1]


def recipient(demand: Demand) -> Recipient:
    """Whom the answer goes to: never an address that the message named, always what the register holds.

    Where nobody is known behind the message, a person prints the form and decides.
    """
    kind, sender = demand.channel.kind, demand.sender
    held = _held(sender.authority)
    if kind in (ChannelKind.API, ChannelKind.HI1) and sender.reply_to and held:
        return Recipient("api", sender.reply_to)
    if kind is ChannelKind.PORTAL and sender.authority and held:
        return Recipient("portal", sender.authority)
    if kind is ChannelKind.EMAIL and held:
        verified = demand.channel.sender_verified is True
        return Recipient("email", (sender.reply_to if verified else None) or held)
    return Recipient("paper", _text(demand.form, "issuer", "address") or "the issuing authority")


def _held(authority: str | None) -> str:
    """What the register holds; nothing of an authority that is not confirmed now: then a person finds the way."""
    try:
        return register.authority(authority).feedback_contact if authority and people.still_trusted(authority) else ""
    except RegistryError:
        return ""


def _particulars(row: Case, demand: Demand, decision: Decision | None, parts: Parts) -> Particulars:
    signed = people.name_of(f"staff:{decision.approvals[-1].person.id}") if decision and decision.approvals else ""
    form = demand.form
    reference = _text(form, "issuer", "file_no") or plain(form.get("order_reference")) or _NOT_STATED
    return Particulars(
        addressee=parts.provider.legal_name,
        issuer=_text(form, "issuer", "name") or row.authority_name or _NOT_STATED,
        issuer_file_ref=reference,
        addressee_file_ref=f"C-{row.number}",
        order_received_at=demand.times.transport_received_at,
        authorised_person=signed or parts.authorised_person,
        contact_email=parts.contact_email,
        hsp_name=parts.provider.legal_name,
        main_establishment_ms=parts.provider.home_state,
    )


def _results(row: Case, demand: Entered[Demand], decision: Entered[Decision]) -> list[UrlResult]:
    """What became of each address: from the acts, or from the decision that there would be none."""
    known = {item.url: item for item in looking.items(row.id.hex)}
    complied = decision.document.answer in decision_rules.COMPLYING
    urls = decision_rules.addresses(demand.document.form) or ("none stated",)
    reasons = "\n".join(decision.document.reasons)
    return [
        _acted(known[url]) if complied and url in known else _declined(decision.document, url, reasons, known)
        for url in urls
    ]


def _acted(item: ContentItem) -> UrlResult:
    if item.disabled_at is not None:
        return UrlResult(item.url, UrlOutcome.DISABLED_ALL_MS, measure_at=Instant(item.disabled_at))
    if item.state == ItemState.ABSENT.value:
        why = "Nothing is found under this address."
        asked = "The exact address of the content, or further information to identify it."
        return UrlResult(item.url, UrlOutcome.NOT_EXECUTED, None, (Ground.INSUFFICIENT_INFORMATION,), why, asked)
    why = "The platform could not carry it out for technical reasons that are not attributable to us."
    return UrlResult(item.url, UrlOutcome.NOT_EXECUTED, None, (Ground.IMPOSSIBILITY,), why)


def _declined(decision: Decision, url: str, reasons: str, known: dict[str, ContentItem]) -> UrlResult:
    failed = any(item.state == ItemState.FAILED.value for item in known.values())
    ground = Ground.MANIFEST_ERRORS
    if decision.answer is Proposal.CLARIFY:
        ground = Ground.IMPOSSIBILITY if failed else Ground.INSUFFICIENT_INFORMATION
    return UrlResult(url, UrlOutcome.NOT_EXECUTED, None, (ground,), reasons, reasons)


def _failures(reply: Entered[FormReply]) -> int:
    """How often delivery failed so far."""
    bodies = [one.body for one in audit.entries_of(reply.case) if one.kind == Receipt.kind and one.body]
    receipts = [Receipt.from_canonical(body) for body in bodies]
    return sum(1 for receipt in receipts if receipt.reply == reply.entry and not receipt.delivered)


def _call_person(row: Case, parts: Parts, why: str) -> None:
    """A person must find another way; entered once, however often it is tried after that."""
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if not locked.needs_person:
            store.update(locked, store.note(work, locked, "person called", why[:500]), needs_person=True)


def _text(form: Json, section: str, key: str) -> str:
    part = form.get(section)
    value = part.get(key) if isinstance(part, dict) else None
    return plain(value) if isinstance(value, str) else ""
