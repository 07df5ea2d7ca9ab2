"""What a demand costs, and what was paid back: recorded one by one, each state an entry of its own."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from comity.casefile import audit
from comity.casefile.documents import new_id
from comity.casefile.documents.cost import CostNote, CostState, follows
from comity.docket import people, store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures.errors import NoSuchCost, UnusableCost
from comity.registry.duties import Duty


class CostDesk(CaseDesk):
    """Costs of demands about users."""

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


def _sound(said: dict[str, Any]) -> CostNote:
    try:
        return CostNote.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "cost"
        raise UnusableCost(f"{UnusableCost.__doc__} {where}: {first['msg']}") from error
