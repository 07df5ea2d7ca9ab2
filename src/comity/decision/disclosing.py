"""Decisions about demands for data: a first person's answer, a second person's, the signed decision with its grants.

No rule ever makes one (invariant 6). Who must be two is said here once, and by the document and the database again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Assessment, Proposal
from comity.casefile.documents.decision import Approval, Person
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.disclosing import DraftDisclosure
from comity.casefile.documents.disclosure import Category, DisclosureDecision, GrantTerms
from comity.casefile.records import UnitOfWork
from comity.decision import rules, store
from comity.decision.errors import EmergencyBarred, KeepsOnly
from comity.decision.models import DraftRow
from comity.decision.proposing import Ask, Wanted, terms_for

COMPLYING = rules.COMPLYING
_ALONE = frozenset({Category.SUBSCRIBER, Category.USER_ID})
DEPARTS = "the answer departs from what the assessment proposes (the provider's own rule)"
TIMED = "traffic, location and content are released by two (the provider's own rule)"
IN_DOUBT = "the assessment does not say that the demand can be executed as it stands (the provider's own rule)"
PUSHED_BACK = "an authority is turned down by two (the provider's own rule)"


@dataclass(frozen=True)
class Choice:
    """What a person chose on the decision screen."""

    answer: Proposal
    wanted: Wanted
    reasons: str
    emergency: bool = False
    letter: Mapping[str, str] = field(default_factory=dict)
    """What goes into the answering form or letter, by its fields."""


@dataclass(frozen=True)
class Basis:
    """What a decision rests on."""

    demand: Entered[Demand]
    assessment: Assessment
    ask: Ask
    purpose: str
    bars: tuple[str, ...] = ()
    """Why it may not be released as an emergency; empty where it may."""


def two_because(assessment: Assessment, answer: Proposal, terms: tuple[GrantTerms, ...]) -> str:
    """Why two persons must sign besides content and emergencies; empty where one is enough."""
    categories = {category for one in terms for category in one.categories}
    checks = (
        (rules.approvals_needed(assessment.proposed, answer) > 1 and answer not in rules.DECLINING, DEPARTS),
        (answer in (Proposal.REFUSE, Proposal.OBJECT, Proposal.REFER), PUSHED_BACK),
        (not categories <= _ALONE, TIMED),
        (bool(terms) and assessment.answer is not Answer.EXECUTE, IN_DOUBT),
    )
    return next((why for holds, why in checks if holds), "")


def decide(work: UnitOfWork, basis: Basis, choice: Choice, person: Person) -> Entered[DisclosureDecision] | None:
    """Enter a person's decision, or keep it as a draft where a second person must agree (then ``None``)."""
    terms = _terms(basis, choice, work.at)
    _check(basis, choice, person)
    draft = DraftDisclosure(
        case=basis.demand.case,
        answer=choice.answer,
        terms=terms,
        reasons=_lines(choice.reasons),
        emergency=choice.emergency,
        two_because=two_because(basis.assessment, choice.answer, terms),
        letter={key: text.strip() for key, text in choice.letter.items() if text.strip()},
        by=person,
        at=work.at,
    )
    if not _needs_two(draft):
        return _enter(work, basis, draft, (Approval(person=person, at=work.at),))
    entered = audit.enter(work, draft.case, draft)
    store.save_draft(
        DraftRow(
            case_id=draft.case,
            entry=entered.entry,
            answer=choice.answer.value,
            urls=[],
            reasons=choice.reasons,
            by=person.id,
            role=person.role,
            at=work.at.utc,
        )
    )
    return None


def approve(work: UnitOfWork, basis: Basis, person: Person) -> Entered[DisclosureDecision]:
    """A second person agrees with exactly what the first one signed: now it is a decision."""
    draft = drafted(basis.demand.case)
    rules.check_second(draft.by.id, person.id)
    choice = Choice(draft.answer, Wanted(frozenset()), "\n".join(draft.reasons), draft.emergency)
    _check(basis, choice, person)
    first = Approval(person=draft.by, at=draft.at)
    decided = _enter(work, basis, draft, (first, Approval(person=person, at=work.at)))
    store.drop_draft(draft.case)
    return decided


def disagree(work: UnitOfWork, case: str, person: Person, because: str) -> Entered[DraftDisclosure]:
    """A second person does not agree: the draft falls, its entries remain."""
    draft = drafted(case)
    rules.check_second(draft.by.id, person.id)
    against = draft.model_copy(update={"reasons": _lines(because), "at": work.at, "disagreed_by": person})
    store.drop_draft(case)
    return audit.enter(work, case, against)


def drafted(case: str) -> DraftDisclosure:
    """The first person's answer as it was entered; what the row says counts for nothing. Raises ``NoDraft``."""
    return audit.find(store.draft(case).entry.hex, DraftDisclosure).document


def find_drafted(case: str) -> DraftDisclosure | None:
    """The same, if there is one."""
    return drafted(case) if store.find_draft(case) is not None else None


def _needs_two(draft: DraftDisclosure) -> bool:
    content = any(Category.CONTENT in one.categories for one in draft.terms)
    return content or draft.emergency or bool(draft.two_because)


def _terms(basis: Basis, choice: Choice, at: Instant) -> tuple[GrantTerms, ...]:
    """What is granted; to comply with a demand that only keeps grants nothing, for the hold needs no signature."""
    if choice.answer not in rules.COMPLYING:
        return ()
    if basis.ask.request.keeps:
        if choice.wanted.pieces:
            raise KeepsOnly
        return ()
    return terms_for(basis.ask, choice.wanted, purpose=basis.purpose, at=at)


def _check(basis: Basis, choice: Choice, person: Person) -> None:
    verified = basis.demand.document.channel.sender_verified
    proposed = basis.assessment.proposed
    rules.check_signature(
        person.role, answer=choice.answer, proposed=proposed, verified=verified, reasons=choice.reasons
    )
    if choice.emergency and basis.bars:
        raise EmergencyBarred(" ".join(basis.bars))


def _enter(
    work: UnitOfWork, basis: Basis, draft: DraftDisclosure, approvals: tuple[Approval, ...]
) -> Entered[DisclosureDecision]:
    decision = DisclosureDecision(
        case=draft.case,
        answer=draft.answer,
        basis=basis.demand.entry,
        terms=draft.terms,
        reasons=draft.reasons,
        approvals=approvals,
        emergency=draft.emergency,
        two_because=draft.two_because,
        letter=draft.letter,
        keeps=basis.ask.request.keeps,
        departs_from=None if draft.answer is basis.assessment.proposed else basis.assessment.proposed,
    )
    return audit.enter(work, draft.case, decision)


def _lines(reasons: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in reasons.splitlines() if line.strip()) or ("As proposed.",)
