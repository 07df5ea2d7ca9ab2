"""What a demand costs, and what was paid back: recorded one by one, each state an entry of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from comity.casefile import audit
from comity.casefile.documents import new_id
from comity.casefile.documents.cost import CostNote, CostState, follows, sums
from comity.casefile.documents.decision import Person
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.records import UnitOfWork
from comity.delivery import Filled
from comity.delivery.errors import DeliveryError
from comity.delivery.service import Recipient
from comity.docket import answering as common
from comity.docket import people, store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures import answering, judging, turns
from comity.docket.disclosures.errors import LetterIncomplete, NoSuchCost, NothingAnswered, UnusableCost
from comity.docket.disclosures.writing import Writing
from comity.docket.letters import BRING
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.registry.duties import Duty, duties_of

_ANSWERED = frozenset({Status.IN_EFFECT.value, Status.REFUSED.value})
"""Where nothing else is on its way to the authority: a statement of costs is no answer, and answers none."""


@dataclass(frozen=True)
class CostLine:
    """One cost as it stands, and how it came to that."""

    note: CostNote
    moves: tuple[CostNote, ...]
    """Its states, oldest first."""


@dataclass(frozen=True)
class CostsView:
    """The page of a demand's costs."""

    costs: tuple[CostLine, ...]
    sums: dict[CostState, dict[str, str]]
    """What all of one state came to, by currency."""
    may: tuple[str, ...]
    """``note``, and ``claim`` where a statement can go out."""


class CostDesk(CaseDesk):
    """Costs of demands about users."""

    def costs(self, case: str, viewer: str) -> CostsView:
        """What a demand cost, what was asked back and what came."""
        member = people.member_with(viewer, Duty.READ)
        row, notes = turns.about_users(store.case(case)), costs(case)
        moves: dict[str, list[CostNote]] = {}
        for one in notes:
            moves.setdefault(one.cost, []).append(one)
        decides = Duty.DECIDE in duties_of(member) and row.status != Status.CLOSED.value
        may = ("note", "claim") if row.status in _ANSWERED else ("note",)
        return CostsView(
            costs=tuple(CostLine(found[-1], tuple(found)) for found in moves.values()),
            sums={state: sums(notes, state) for state in CostState},
            may=may if decides else (),
        )

    def claim_costs(self, case: str, viewer: str, *, costs: frozenset[str], provision: str, payment: str = "") -> None:
        """Send the authority one statement of the costs that nobody asked back yet; each is claimed with it."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = turns.about_users(store.still_open(case))
            if row.status not in _ANSWERED or row.decision is None:
                raise NothingAnswered
            claimed = _claimed(work, row, costs, provision, person)
            filled = self._statement(row, claimed, payment)
            to = common.recipient(judging.judged(row, self.parts).demand.document)
            reply = self.parts.delivery.prepare(
                work, case, filled, Recipient(to.channel, to.address, answering.language_of(row), to.in_reply_to)
            )
            store.update(row, reply.entry, reply=reply.entry)
            work.defer(BRING, lock=case, case=case, reply=reply.entry)

    def _statement(self, row: Case, claimed: tuple[CostNote, ...], payment: str) -> Filled:
        assert row.decision is not None  # its caller looked
        decision = audit.find(row.decision.hex, DisclosureDecision).document
        writing = Writing(row, self.parts, judging.judged(row, self.parts), decision, answering.language_of(row))
        try:
            return writing.costs(claimed, payment.strip())
        except DeliveryError as error:
            raise LetterIncomplete(f"{LetterIncomplete.__doc__} {error}") from error

    def note_cost(self, case: str, viewer: str, *, amount: str, currency: str, what: str, provision: str = "") -> str:
        """Record a cost; gives its number."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.still_open(case)
            note = _sound(
                {
                    "case": case,
                    "cost": new_id(),
                    "state": CostState.INCURRED,
                    "amount": amount,
                    "currency": currency,
                    "what": what,
                    "provision": provision,
                    "by": person,
                    "at": work.at,
                }
            )
            store.update(row, audit.enter(work, case, note).entry)
        return note.cost

    def move_cost(
        self, case: str, viewer: str, *, cost: str, state: str, amount: str = "", provision: str = ""
    ) -> None:
        """Say that a cost was claimed from the authority, reimbursed or denied; ``amount`` where it is less."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.still_open(case)
            before = next((one for one in reversed(costs(case)) if one.cost == cost), None)
            if before is None:
                raise NoSuchCost
            changed = {"state": state, "by": person, "at": work.at}
            changed |= {name: said for name, said in (("amount", amount), ("provision", provision)) if said}
            after = _sound({**before.model_dump(), **changed})
            if not follows(before, after):
                raise UnusableCost(f"{UnusableCost.__doc__} {before.state.value} → {after.state.value}")
            store.update(row, audit.enter(work, case, after).entry)


def costs(case: str) -> tuple[CostNote, ...]:
    """Every word about costs of a case, in the order in which they were entered."""
    rows = audit.entries_of(case, kind=CostNote.kind, newest=1000)
    return tuple(audit.find(one.entry, CostNote).document for one in rows)


def _claimed(
    work: UnitOfWork, row: Case, wanted: Iterable[str], provision: str, person: Person
) -> tuple[CostNote, ...]:
    """Enter that each of these is asked back; raises where one is not there, or is more than incurred."""
    standing = {one.cost: one for one in costs(row.id.hex)}
    found: list[CostNote] = []
    for cost in sorted(wanted):
        if cost not in standing:
            raise NoSuchCost
        before = standing[cost]
        changed = {"state": CostState.CLAIMED, "provision": provision, "by": person, "at": work.at}
        after = _sound({**before.model_dump(), **changed})
        if not follows(before, after):
            raise UnusableCost(f"{UnusableCost.__doc__} {before.state.value} → {after.state.value}")
        store.update(row, audit.enter(work, row.id.hex, after).entry)
        found.append(after)
    if not found:
        raise UnusableCost
    return tuple(found)


def _sound(said: dict[str, Any]) -> CostNote:
    try:
        return CostNote.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "cost"
        raise UnusableCost(f"{UnusableCost.__doc__} {where}: {first['msg']}") from error
