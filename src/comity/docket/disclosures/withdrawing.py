"""What an authority takes back: nothing of it leaves any more, and nothing is kept for it."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.documents.decision import Dismissal
from comity.casefile.records import UnitOfWork
from comity.docket import retention, store
from comity.docket.disclosures import clocks, ending, keeping
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.docket.user_procedure import BEFORE_ANYTHING_LEFT


def withdraw(work: UnitOfWork, row: Case, parts: Parts, reasons: str) -> None:
    """End a demand that its authority withdrew, while nothing of it has left (2023/1543 Art 10(9))."""
    if Status(row.status) not in BEFORE_ANYTHING_LEFT:
        return  # what came is kept; what has left cannot be called back
    case, because = row.id.hex, f"withdrawn by its authority: {reasons}"
    entry = audit.enter(work, case, Dismissal(case=case, because=because, by=None, at=work.at)).entry
    clocks.cancel(work, row, "withdrawn")
    keeping.release(work, case, "the demand was withdrawn")
    ending.erase_data(work, case, parts, "the demand was withdrawn")
    store.move(row, "withdrawn", entry, needs_person=False, due_at=None, due_duty="")
    retention.begin(work, row, parts, entry)
    work.defer("advance", lock=case, case=case)
