"""The commands of staff before a scan: its pages as pictures, what a machine guesses, and what the person reads."""

from __future__ import annotations

from dataclasses import dataclass

from comity.assessment import enter_assessment
from comity.casefile import audit
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Demand, Reading
from comity.casefile.documents.transcription import Transcription
from comity.docket import clocks, people, store
from comity.docket.cases import CaseDesk
from comity.docket.errors import NoSuchCase, NotYourTurn
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.docket.rejudging import judged_anew
from comity.execution.content import looking
from comity.intake import scans
from comity.intake import service as intake
from comity.registry.duties import Duty

_PURPOSE = "to transcribe a scan"
_SETTLED = frozenset({"pdf_no_text", "pdf_layout", "mail_no_order", "mail_text_order", "not_an_order"})
"""What was wrong with the reading, and is not wrong with what a person reads."""


@dataclass(frozen=True)
class ScanView:
    """A scan: its pages as PNG, how many there are in all, and what letter recognition proposes."""

    exhibit: str
    pages: tuple[bytes, ...]
    of: int
    proposed: Json
    """Keys of Annex I; empty where no program is set up or it recognised nothing."""


class TranscriptionDesk(CaseDesk):
    """Scans: a person reads them; the machine proposes at most."""

    def scan(self, case: str, viewer: str, exhibit: str, *, propose: bool) -> ScanView:
        """The pages of a scan, drawn in the confined process; the opening of the exhibit is entered."""
        people.member_with(viewer, Duty.DECIDE)
        row = store.case(case)
        if exhibit not in audit.find(row.demand.hex, Demand).document.raw:
            raise NoSuchCase
        with self.parts.work(f"staff:{viewer}") as work:
            chunks = self.parts.vault.open(work, case, exhibit, purpose=_PURPOSE)
        drawn = scans.draw(b"".join(chunks), self.parts.intake.reader)
        proposed = scans.propose(drawn.pages, self.parts.intake) if propose else {}
        return ScanView(exhibit, drawn.pages, drawn.of, proposed)

    def transcribe(self, case: str, viewer: str, *, exhibit: str, form: Json, proposed: Json) -> None:
        """The order as a person reads it, assessed at once. The hour has run since receipt and goes on running."""
        people.member_with(viewer, Duty.DECIDE)
        existing = looking.existing(self.parts.content, form).known
        with self.parts.work(f"staff:{viewer}") as work:
            row, demand = self._unread(case, exhibit)
            read = Transcription(case=case, exhibit=exhibit, by=viewer, form=form, proposed=proposed, at=work.at)
            audit.enter(work, case, read)
            anew = audit.enter(work, case, _as_read(demand, read, intake.faults_of_typed(form, self.parts.intake)))
            assessment = enter_assessment(
                work, anew, self.parts.provider, content={"urls_resolved": existing}, events=anew.document.events
            )
            due = clocks.set_all(work, row, assessment)
            store.update(
                row,
                assessment.entry,
                demand=anew.entry,
                assessment=assessment.entry,
                verified=anew.document.channel.sender_verified,
                reference=store.shown(str(form.get("order_reference") or "")),
                needs_person=True,
                due_at=due.due_at,
                due_duty=due.duty,
            )

    def _unread(self, case: str, exhibit: str) -> tuple[Case, Demand]:
        """The case, locked, if its order could not be read by machine and it waits for a person."""
        row = store.locked(case)
        demand = audit.find(row.demand.hex, Demand).document
        if exhibit not in demand.raw:
            raise NoSuchCase
        if row.status != Status.WAITING.value or demand.reading is not Reading.NONE:
            raise NotYourTurn("Only an order that no machine could read is transcribed, before it is decided.")
        return row, demand


def _as_read(demand: Demand, typed: Transcription, faults: tuple[object, ...]) -> Demand:
    left, form = tuple(fault for fault in demand.faults if fault.code not in _SETTLED), typed.form
    known = {"form": form, "reading": Reading.FORM, "faults": (*left, *faults), "typed_by": typed.by}
    read = demand.model_copy(update=known)
    if demand.channel.sender_verified is not True:
        return read
    # Whoever signed the scan was compared with nothing, since no machine could read whose order it says it is.
    return judged_anew(read, form, by_sender=False)
