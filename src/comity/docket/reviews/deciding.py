"""What people do with a review: claim it, ask another, decide it; and the job that orders what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.bank import Opinion
from comity.casefile.documents.decision import Person
from comity.casefile.documents.review import Outcome, ReviewDecision, ReviewStep, Standing
from comity.casefile.records import UnitOfWork
from comity.docket.errors import NothingSaid
from comity.docket.reviews import rules, store, unsaid
from comity.docket.reviews.errors import (
    AlreadyDecided,
    ClaimedByAnother,
    NotClaimed,
    NothingChosen,
    NothingEarlier,
    OwnOpinion,
)
from comity.docket.reviews.models import ItemRow, ReviewRow, State
from comity.docket.reviews.rules import Choice
from comity.matching.banks import service as banks
from comity.matching.banks.errors import BankFailure

APPLY = "apply_review"
"""The job that orders what was decided; ``review`` and the ``decision``'s entry."""
CLAIM = timedelta(minutes=30)
_MOST_OPINIONS = 200


@dataclass(frozen=True)
class About:
    """Of which detections a decision is."""

    upto: int
    """The newest that the person was shown or that was counted for them; what joined later waits."""
    left_out: frozenset[str] = frozenset()
    """Cases that stay undecided, and with them what was detected of the same items again."""
    places: frozenset[int] = frozenset()
    """The same, by their numbers in the review."""
    accounts: frozenset[str] = frozenset()
    """The same, by who published them."""

    def of(self, items: Sequence[ItemRow]) -> list[ItemRow]:
        """Those that the decision is about."""
        shown = [one for one in items if one.place <= self.upto]
        out = {one.id for one in shown if self._leaves(one)}
        return [one for one in shown if one.id not in out and one.follows not in out]

    def _leaves(self, one: ItemRow) -> bool:
        return one.id.hex in self.left_out or one.place in self.places or one.account in self.accounts


def claim(work: UnitOfWork, number: int, person: Person) -> ReviewRow:
    """Take a review up for half an hour; raises ``ClaimedByAnother`` or ``AlreadyDecided``."""
    row = store.by_number(number, locked=True)
    _must_wait(row)
    if held_by_another(row, person.id, work.at):
        raise ClaimedByAnother
    entry = _step(work, row, "claimed", "taken up", person)
    store.change(row, entry, claimed_by=person.id, claimed_until=work.at.plus(CLAIM).utc)
    return row


def release(work: UnitOfWork, number: int, person: Person) -> None:
    """Put a review back."""
    row = _claimed(work, number, person)
    store.change(row, _step(work, row, "released", "put back", person), claimed_by="", claimed_until=None)


def ask(work: UnitOfWork, number: int, person: Person, question: str) -> None:
    """Ask for another person's opinion; the review waits for it, and then for a decision."""
    if not question.strip():
        raise NothingSaid
    row = _claimed(work, number, person)
    entry = _step(work, row, "asked", question.strip()[: rules.LONGEST_WORDS], person)
    free = {"claimed_by": "", "claimed_until": None}
    store.change(row, entry, state=State.SECOND.value, asked_by=person.id, **free)


def advise(work: UnitOfWork, number: int, person: Person, outcome: Outcome, words: str) -> None:
    """Give the opinion that another person asked for; whoever claims the review then decides."""
    if not words.strip():
        raise NothingSaid
    row = _claimed(work, number, person)
    if row.state != State.SECOND.value:
        raise AlreadyDecided("Nobody asked for a second opinion here.")
    if row.asked_by == person.id:
        raise OwnOpinion
    step = ReviewStep(
        review=row.id.hex,
        change="advised",
        because=words.strip()[: rules.LONGEST_WORDS],
        by=work.actor,
        advises=outcome,
        at=work.at,
    )
    entry = audit.enter(work, row.id.hex, step).entry
    store.change(row, entry, state=State.OPEN.value, claimed_by="", claimed_until=None)


def decide(work: UnitOfWork, number: int, person: Person, choice: Choice, about: About) -> str:
    """Enter a person's decision; what follows is ordered by the next job. Gives the decision's entry."""
    row = _claimed(work, number, person)
    advised = _advice(row, person)
    rules.check(choice, advised=advised is not None)
    unsaid.check(row, choice)
    return _decided(work, row, person, choice, about, second=advised)


def repeat(work: UnitOfWork, number: int, person: Person, about: About) -> str:
    """Decide as was decided before about the same signal; the content need not be seen again."""
    row = store.by_number(number, locked=True)
    _must_wait(row)
    if held_by_another(row, person.id, work.at):
        raise ClaimedByAnother
    if row.earlier is None:
        raise NothingEarlier
    before = audit.find(row.earlier.hex, ReviewDecision).document
    choice = Choice(before.outcome, before.limbs, before.terms, before.standing, before.exclusion, before.reasons)
    return _decided(work, row, person, choice, about, earlier=row.earlier.hex)


def _decided(  # noqa: PLR0913 -- what a decision rests on, named at both calls
    work: UnitOfWork,
    row: ReviewRow,
    person: Person,
    choice: Choice,
    about: About,
    *,
    second: str | None = None,
    earlier: str | None = None,
) -> str:
    items = about.of(store.undecided(row.id))
    if not items:
        raise NothingChosen
    document = ReviewDecision(
        review=row.id.hex,
        number=row.number,
        outcome=choice.outcome,
        limbs=choice.limbs,
        terms=choice.terms.strip(),
        standing=choice.standing,
        exclusion=choice.exclusion,
        reasons=choice.reasons.strip()[: rules.LONGEST_WORDS],
        cases=tuple(one.id.hex for one in items),
        by=person,
        second=second,
        earlier=earlier,
        at=work.at,
    )
    entry = audit.enter(work, row.id.hex, document).entry
    free = {"claimed_by": "", "claimed_until": None, "asked_by": ""}
    store.change(row, entry, state=State.APPLYING.value, decision=UUID(entry), **free)
    _tell_banks(work, row, items, document)
    work.defer(APPLY, lock=row.id.hex, review=row.id.hex, decision=entry)
    return entry


def _tell_banks(work: UnitOfWork, row: ReviewRow, items: Sequence[ItemRow], document: ReviewDecision) -> None:
    """Confirm or dispute the listed items in our person's name; their exchanges are told by the banks.

    That it was other content says nothing against what is listed, and a lawful purpose does not either: *seen*.
    """
    stance = Opinion.CONFIRM if document.outcome is Outcome.DISABLE else Opinion.SEEN
    if document.standing is Standing.NO_GROUND:
        stance = Opinion.DISPUTE
    why = f"review R-{row.number}: {document.standing.value if document.standing else document.outcome.value}"
    found = {(one.bank, one.item): one for one in store.matches_of(one.id for one in items) if not one.shadow}
    for bank, item in list(found)[:_MOST_OPINIONS]:
        try:
            banks.give_opinion(work, bank, item, stance, why, document.by.id)
        except BankFailure:
            continue  # listed no more: there is nobody to tell


def _advice(row: ReviewRow, person: Person) -> str | None:
    """The entry of another person's opinion, the newest."""
    said = audit.entries_of(row.id.hex, kind=ReviewStep.kind)
    advised = [one.entry for one in said if one.body is not None and b'"change":"advised"' in one.body]
    for entry in reversed(advised):  # of a hunt's review ten thousand steps say that something joined
        step = audit.find(entry, ReviewStep)
        if step.document.change == "advised" and step.actor != f"staff:{person.id}":
            return entry
    return None


def held_by_another(row: ReviewRow, person: str, at: Instant) -> bool:
    """Whether a colleague's claim stands."""
    until = store.instant(row.claimed_until)
    return bool(row.claimed_by) and row.claimed_by != person and until is not None and at < until


def _claimed(work: UnitOfWork, number: int, person: Person) -> ReviewRow:
    row = store.by_number(number, locked=True)
    _must_wait(row)
    if held_by_another(row, person.id, work.at):
        raise ClaimedByAnother
    if row.claimed_by != person.id:
        raise NotClaimed
    return row


def _must_wait(row: ReviewRow) -> None:
    if row.state not in store.PENDING:
        raise AlreadyDecided


def _step(work: UnitOfWork, row: ReviewRow, change: str, because: str, person: Person) -> str:
    del person  # the unit of work's actor; named so that nobody calls this without one
    step = ReviewStep(review=row.id.hex, change=change, because=because, by=work.actor, at=work.at)
    return audit.enter(work, row.id.hex, step).entry


def of_review(row: ReviewRow) -> Entered[ReviewDecision] | None:
    """The newest decision of a review, compared with its leaf."""
    return audit.find(row.decision.hex, ReviewDecision) if row.decision else None
