"""The command of staff who hold a paper order in their hands."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.docket import filing
from comity.docket.cases import CaseDesk


class PaperDesk(CaseDesk):
    """Paper: typed in beside its scan, unverified until a call-back."""

    def file_paper(self, viewer: str, *, form: Json, scan: bytes, media_type: str, received_at: Instant) -> int:
        """Enter an order that came on paper; gives its number. The hour counts from receipt, not from the typing."""
        at = min(received_at, self.parts.clock.now())
        return filing.file_paper(self.parts, viewer, form=form, scan=scan, media_type=media_type, received_at=at)
