"""What anybody may do: see checkpoints and the contact point, complain by the link of a notice."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.documents.base import Json
from comity.docket import clocks, store
from comity.docket.cases import CaseDesk
from comity.docket.customs import REMOVAL
from comity.docket.procedure import Status
from comity.docket.reviews import complaints as reviewed
from comity.transparency import service as transparency
from comity.transparency.errors import LinkNotUsable


@dataclass(frozen=True)
class ComplaintForm:
    """What the complaint form may show: what the notice said already."""

    urls: tuple[str, ...]
    remedies: Json


class VisitorDesk(CaseDesk):
    """Anybody's door. A wrong link and a closed one are answered alike."""

    def complaint_form(self, token: str) -> ComplaintForm | None:
        """What the notice behind this link said, or nothing."""
        notice = transparency.notice_behind(token)
        return ComplaintForm(notice.urls, notice.remedies) if notice else None

    def file_complaint(self, token: str, text: str, language: str) -> None:
        """Take a complaint in; its two weeks begin now (Article 10(2))."""
        with self.parts.work("system:public") as work:
            case, identifier = transparency.file_complaint(work, token, text, language)
            if reviewed.concerns(case):
                reviewed.received(work, case, identifier)
                return
            row = store.locked(case)
            if row.status == Status.CLOSED.value or row.instrument != REMOVAL:
                raise LinkNotUsable  # erased since the link was looked up: the words go with this unit of work
            entry = transparency.entry_of_complaint(identifier)
            clocks.start(work, row, clocks.COMPLAINT, {"complaint_received_at": work.at}, entry)

    def contact_point(self) -> Json:
        """The public contact point (Articles 15(1) and 15(2))."""
        provider = self.parts.provider
        return {
            "name": provider.name,
            "legal_name": provider.legal_name,
            "home_state": provider.home_state,
            "languages": list(provider.languages),
            "email": self.parts.contact_email,
            "hosts": list(provider.hosts),
        }
