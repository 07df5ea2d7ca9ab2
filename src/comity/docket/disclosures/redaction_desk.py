"""Commands about the form in which data leave: fields, rows and parts of pages are left out, and given after all.

Whoever commands says which form he looked at; where another one leaves by now, nothing is entered. Both forms stay in
custody, and nothing can be changed once it was let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from comity.casefile.documents.collection import Region
from comity.casefile.records import UnitOfWork
from comity.decision.errors import ReasonsMissing
from comity.docket import people, store
from comity.docket.cases import CaseDesk
from comity.docket.disclosures import forms, turns
from comity.docket.disclosures.views import FileShown
from comity.docket.errors import NotYourTurn
from comity.docket.models import Case
from comity.docket.procedure import Status
from comity.execution.disclosure import redacting
from comity.execution.disclosure.redacting import Subject, Why
from comity.registry.duties import Duty


@dataclass(frozen=True)
class Looked:
    """What somebody looked at: a file of a collection, or its data set, in one form."""

    collection: str
    form: str
    """Digest of the form."""
    file: str = ""
    """Digest of the file as it was collected; nothing: the data set."""


class RedactionDesk(CaseDesk):
    """What is left out of what leaves."""

    def file_shown(self, case: str, viewer: str, *, collection: str, file: str) -> FileShown:
        """A file as it would leave; that it was opened is entered."""
        people.member_with(viewer, Duty.DECIDE)
        return forms.shown(turns.about_users(store.case(case)), collection, file, viewer, self.parts)

    def file_page(self, case: str, viewer: str, *, collection: str, file: str, page: int) -> bytes:
        """One page of it, as JPEG; who looked is entered."""
        people.member_with(viewer, Duty.DECIDE)
        return forms.drawn(turns.about_users(store.case(case)), collection, file, page, viewer, self.parts)

    def redact(
        self, case: str, viewer: str, looked: Looked, *, fields: frozenset[str], rows: frozenset[int], because: str
    ) -> None:
        """Leave fields or rows of a data set out of what leaves."""
        why = self._why(viewer, because)
        self._looked_at(case, looked)
        subject = Subject(case, looked.collection, looked.form)
        work = self._standing(case, viewer, looked)
        redacting.redact_rows(self.parts.vault, work, subject, why, fields=fields, rows=rows)

    def redact_regions(
        self, case: str, viewer: str, looked: Looked, *, regions: tuple[Region, ...], because: str
    ) -> None:
        """Make parts of a PDF or a picture black, wherever the same file would leave."""
        why = self._why(viewer, because)
        row = self._looked_at(case, looked)
        subject = Subject(case, looked.collection, looked.form)
        also = forms.beside(row, looked.collection, looked.file)
        work = self._standing(case, viewer, looked)
        redacting.redact_regions(self.parts.vault, work, subject, why, regions, also=also)

    def undo_redaction(self, case: str, viewer: str, looked: Looked, *, because: str) -> None:
        """Let the form before this one leave again."""
        why = self._why(viewer, because)
        row = self._looked_at(case, looked)
        subject = Subject(case, looked.collection, forms.original(row, looked.collection, looked.file))
        redacting.undo(self.parts.vault, self._standing(case, viewer, looked), subject, why)

    def _why(self, viewer: str, because: str) -> Why:
        person = people.signer(viewer, Duty.DECIDE)
        if not because.strip():
            raise ReasonsMissing
        return Why(person, because.strip())

    def _looked_at(self, case: str, looked: Looked) -> Case:
        row = turns.about_users(store.case(case))
        if row.status != Status.COLLECTED.value:
            raise NotYourTurn
        forms.still(row, looked.collection, looked.file, looked.form, self.parts)
        return row

    def _standing(self, case: str, viewer: str, looked: Looked) -> Callable[[], AbstractContextManager[UnitOfWork]]:
        """Units of work in which the case is locked, waits to be let go, and leaves in the form that was looked at."""

        @contextmanager
        def work() -> Iterator[UnitOfWork]:
            with self.parts.work(f"staff:{viewer}") as unit:
                row = turns.stands(case, Status.COLLECTED)
                forms.still(row, looked.collection, looked.file, looked.form, self.parts)
                yield unit

        return work
