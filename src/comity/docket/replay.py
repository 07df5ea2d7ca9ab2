"""What the entries of a case add up to: its status and how far each of its acts has come. Pure.

Nothing here moves a case; ``recount`` compares the sum with the row, which anybody with a database could write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comity.casefile.audit import EntryRow
from comity.casefile.documents.act import Act, ActState
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.decision import Decision, Dismissal, DraftDecision, Measure
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.disclosing import Circumstances, Contest, ContestState, DraftDisclosure, Release
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.casefile.documents.record import CaseMove, ErasureCertificate
from comity.decision import rules
from comity.docket.procedure import PROCEDURE, Arrow, ForbiddenMove, Status, target
from comity.docket.user_procedure import ABOUT_USERS, table_of
from comity.execution.content.models import ItemState

_ARROWS = frozenset(arrow.event for arrow in (*PROCEDURE, *ABOUT_USERS))


@dataclass
class Item:
    """One address: the states its row may be in, the newest act and the entry that ordered it."""

    act: str
    ordered: str
    states: frozenset[ItemState]


@dataclass
class Sum:
    """What the entries so far add up to."""

    status: Status | None = None
    """``None`` before the demand, and for good once an entry that decided the way was erased or is unreadable."""
    broken: str = ""
    """The entry that no arrow of the procedure allows, if there is one."""
    demand: EntryRow | None = None
    assessment: str | None = None
    decision: str | None = None
    reply: str | None = None
    rule: str | None = None
    items: dict[str, Item] = field(default_factory=dict)
    table: tuple[Arrow, ...] = PROCEDURE

    def along(self, *events: str) -> None:
        """Move along the first of these arrows that begins where the case stands; ``ForbiddenMove`` if none does."""
        for event in events:
            try:
                self.status = target(self.status, event, self.table) if self.status else None
            except ForbiddenMove:
                continue
            return
        raise ForbiddenMove(events[0])


def replay(entries: Sequence[EntryRow]) -> Sum:
    """Add up a case's entries, given in the order in which they were entered."""
    total = Sum()
    for entry in entries:
        step = _STEPS.get(entry.kind)
        if step is None or total.broken:
            continue
        try:
            step(total, entry)
        except ForbiddenMove:
            total.broken = entry.entry
    return total


def _demand(total: Sum, entry: EntryRow) -> None:
    if total.demand is None:
        total.status = Status.RECEIVED
        total.table = table_of(Demand.from_canonical(entry.body).instrument) if entry.body else PROCEDURE
    else:
        total.along("authenticated", "clarified")
    total.demand = entry


def _assessment(total: Sum, entry: EntryRow) -> None:
    # Whether a person is called or a rule speaks is settled in the same unit of work: a rule's decision follows.
    total.along("assessed")
    total.along("needs a person")
    total.assessment = entry.entry


def _decision(total: Sum, entry: EntryRow) -> None:
    total.decision = entry.entry
    if entry.body is None:
        total.status = None
        return
    decision = Decision.from_canonical(entry.body)
    if decision.standing_rule is not None:
        total.rule = decision.standing_rule
        total.status = Status.ASSESSED if total.status is Status.WAITING else total.status
        total.along("decided by rule")
    elif rules.restores(decision):
        total.along("legal effect ended", "complaint upheld")
    else:
        total.along("decided" if decision.answer in rules.COMPLYING else "declined")
    granted = {grant.url for grant in decision.grants}
    for url, item in total.items.items():
        if url not in granted and ItemState.FAILED in item.states:
            item.states |= {ItemState.LEFT}


def _draft(total: Sum, entry: EntryRow) -> None:
    if entry.body is None:
        total.status = None
        return
    disagreed = DraftDecision.from_canonical(entry.body).disagreed_by is not None
    total.along("disagreed" if disagreed else "first approval")


def _disclosure(total: Sum, entry: EntryRow) -> None:
    total.decision = entry.entry
    complied = DisclosureDecision.from_canonical(entry.body or b"").answer in rules.COMPLYING
    total.along("decided" if complied else "declined")


def _draft_disclosure(total: Sum, entry: EntryRow) -> None:
    disagreed = DraftDisclosure.from_canonical(entry.body or b"").disagreed_by is not None
    total.along("disagreed" if disagreed else "first approval")


def _found_out(total: Sum, _entry: EntryRow) -> None:
    total.along("found out")


def _release(total: Sum, entry: EntryRow) -> None:
    total.along("released" if Release.from_canonical(entry.body or b"").parts else "sent back")


def _contest(total: Sum, entry: EntryRow) -> None:
    state = Contest.from_canonical(entry.body or b"").state
    total.along("contested" if state is ContestState.BEGUN else state.value)


def _dismissal(total: Sum, _entry: EntryRow) -> None:
    total.along("dismissed", "withdrawn")


def _erasure(total: Sum, _entry: EntryRow) -> None:
    total.along("preservation ended", "retention ended")


def _case_move(total: Sum, entry: EntryRow) -> None:
    # Only notes are erased, which the first version wrote as moves: no arrow's entry ever is.
    event = CaseMove.from_canonical(entry.body).event if entry.body else ""
    if event in _ARROWS:
        total.along(event)


def _reply(total: Sum, entry: EntryRow) -> None:
    total.reply = entry.entry


def _act(total: Sum, entry: EntryRow) -> None:
    if entry.body is None:
        return
    act = Act.from_canonical(entry.body)
    key = (act.state, act.grant.measure)
    if act.state is ActState.ORDERED:
        state = ItemState.RESTORING if act.grant.measure is Measure.RESTORE else ItemState.ORDERED
        total.items[act.grant.url] = Item(act.act, entry.entry, frozenset({state}))
    elif act.grant.url in total.items and not act.retry:
        total.items[act.grant.url].states = _AFTER[key]


_AFTER = {
    (ActState.PERFORMED, Measure.PRESERVE): frozenset({ItemState.PRESERVED}),
    (ActState.PERFORMED, Measure.DISABLE): frozenset({ItemState.PERFORMED}),
    (ActState.PERFORMED, Measure.RESTORE): frozenset({ItemState.RESTORED}),
    (ActState.FAILED, Measure.PRESERVE): frozenset({ItemState.FAILED}),
    (ActState.FAILED, Measure.DISABLE): frozenset({ItemState.FAILED, ItemState.ABSENT, ItemState.LEFT}),
    (ActState.FAILED, Measure.RESTORE): frozenset({ItemState.FAILED, ItemState.BARRED}),
}
"""The states an item may be in after an act that is not repeated. None of them is shared by *done* and *not done*."""

_STEPS: dict[str, Callable[[Sum, EntryRow], None]] = {
    Demand.kind: _demand,
    Assessment.kind: _assessment,
    Decision.kind: _decision,
    DraftDecision.kind: _draft,
    Dismissal.kind: _dismissal,
    ErasureCertificate.kind: _erasure,
    CaseMove.kind: _case_move,
    DisclosureDecision.kind: _disclosure,
    DraftDisclosure.kind: _draft_disclosure,
    Circumstances.kind: _found_out,
    Release.kind: _release,
    Contest.kind: _contest,
    FormReply.kind: _reply,
    Act.kind: _act,
}
