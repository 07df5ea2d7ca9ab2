"""How an authority is told: once, in its language, on the channel of its demand; and what is open after a letter."""

from __future__ import annotations

from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Approval, Person
from comity.casefile.documents.disclosing import Contest, ContestState, Forum
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.records import UnitOfWork
from comity.decision.disclosing import Choice
from comity.decision.rules import DECLINING
from comity.delivery.channels import Enclosed
from comity.delivery.errors import DeliveryError
from comity.delivery.letters import Letter
from comity.delivery.service import Recipient
from comity.delivery.user_words import language_for
from comity.docket import answering, store
from comity.docket.disclosures import judging, packing
from comity.docket.disclosures.errors import LetterIncomplete
from comity.docket.disclosures.writing import CERTIFICATES, Writing
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.disclosure import pulling
from comity.registry import store as register
from comity.registry.errors import RegistryError

_EVENTS = {Proposal.CLARIFY: "asked", Proposal.OBJECT: "contested"}


def answer(row: Case, parts: Parts) -> timedelta | bool:
    """Make the answer once, and bring it; as for every other case."""
    return answering.answer(row, parts, _prepare)


def _enclosed(row: Case, parts: Parts) -> tuple[Enclosed, ...]:
    """The package that this answer is about, where it is small enough to be sent (2025/1550 annex 3.3.3)."""
    made = packing.made(row.id.hex, row.decision.hex) if row.decision else None
    if made is None or made.document.pulled:
        return ()
    name, size = made.document.file.name, made.document.file.size
    package = next((one.package for one in packing.packages(row.id.hex) if (one.name, one.size) == (name, size)), None)
    if package is None:
        return ()
    chunks = pulling.fetch(package, row.authority, None, parts.vault, parts.work, by="our own mail")
    return (Enclosed(name, b"".join(chunks)),)


answering.ENCLOSED[Letter.COVER.form] = _enclosed


def how_declined(row: Case) -> str:
    """The event by which a case leaves *declining*."""
    return _EVENTS.get(_decision(row).document.answer, "refused")


def begin_contest(work: UnitOfWork, row: Case) -> str:
    """Enter that the order is contested, and before whom; gives the entry."""
    decision = _decision(row).document
    court = "court" in decision.letter
    forum = Forum.COURT if court else Forum.OTHER_AUTHORITY
    if row.instrument in CERTIFICATES:
        forum = Forum.ISSUING_AUTHORITY
    said = Contest(
        case=row.id.hex,
        forum=forum,
        state=ContestState.BEGUN,
        at=work.at,
        reference=decision.letter.get("docket", ""),
        reasons="\n".join(decision.reasons),
        by=decision.approvals[-1].person,
        entered_at=work.at,
    )
    return audit.enter(work, row.id.hex, said).entry


def language_of(row: Case) -> str:
    """The language in which this authority is written to."""
    try:
        state = register.authority(row.authority).member_state if row.authority else ""
    except RegistryError:
        state = ""
    return language_for(state)


def check(row: Case, parts: Parts, choice: Choice, person: Person) -> None:
    """Refuse an answer whose letter could not be written: what it must state is stated when it is decided."""
    if choice.answer not in DECLINING:
        return
    found, at = judging.judged(row, parts), parts.clock.now()
    trial = DisclosureDecision(
        case=row.id.hex,
        answer=choice.answer,
        basis=found.demand.entry,
        terms=(),
        reasons=tuple(line for line in choice.reasons.splitlines() if line.strip()) or ("As proposed.",),
        approvals=(Approval(person=person, at=at),),
        letter={key: text for key, text in choice.letter.items() if text.strip()},
    )
    try:
        list(Writing(row, parts, found, trial, language_of(row)).forms())
    except DeliveryError as error:
        raise LetterIncomplete(f"{LetterIncomplete.__doc__} {error}") from error


def _decision(row: Case) -> Entered[DisclosureDecision]:
    assert row.decision is not None  # only a decision leads to an answer
    return audit.find(row.decision.hex, DisclosureDecision)


def _prepare(row: Case, parts: Parts) -> None:
    """Fill and enter the forms that answer the decision; what left is counted outside of the unit of work."""
    if answering.replies(row):
        return
    found, language = judging.judged(row, parts), language_of(row)
    writing = Writing(row, parts, found, _decision(row).document, language)
    forms = list(writing.forms())
    to = answering.recipient(found.demand.document)
    to = Recipient(to.channel, to.address, language, to.in_reply_to)
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if Status(locked.status) not in (Status.EXECUTED, Status.DECLINING) or answering.replies(locked):
            return
        for filled in forms:
            reply = parts.delivery.prepare(work, locked.id.hex, filled, to)
            store.update(locked, reply.entry, reply=reply.entry)
