"""Commands about what is kept: longer preservation, holds, and answers that a person brought to their authority."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import FormReply
from comity.docket import asking, clocks, people, store
from comity.docket.cases import CaseDesk
from comity.docket.errors import DocketRefused, NoSuchCase, NotYourTurn
from comity.execution.content import looking
from comity.registry.duties import Duty


class KeepingDesk(CaseDesk):
    """Custody beyond the ordinary six months, and paper."""

    def extend_preservation(self, case: str, viewer: str, *, until: Instant, because: str) -> None:
        """An authority or court asked for a further period (Article 6(2)): nothing is erased before it ends."""
        people.member_with(viewer, Duty.DECIDE)
        disabled_at = looking.last_disabled_at(case)
        before = clocks.due(case, clocks.PRESERVE)
        if disabled_at is None or before is None:
            raise NotYourTurn("Nothing of this case is preserved yet.")
        if until <= before or not because.strip():
            raise DocketRefused("A further period ends later than the present one, and says who asked for it and why.")
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.still_open(case)
            entry = store.note(work, row, "preservation extended", because)
            events = {"measure_taken_at": disabled_at, "preservation_extended_until": until}
            clocks.replace(work, row, clocks.PRESERVE, events, entry)
            for custody in self.parts.vault.exhibits(case):
                if not custody.erased:
                    self.parts.vault.hold(work, case, custody.exhibit.digest, because="2021/784 Art 6(2)", until=until)

    def hold(self, case: str, viewer: str, digest: str, *, because: str) -> None:
        """Forbid erasure of an exhibit until somebody releases it, for instance while proceedings are pending."""
        people.member_with(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            store.still_open(case)
            self.parts.vault.hold(work, case, digest, because=because, until=None)

    def release(self, case: str, viewer: str, digest: str, *, because: str) -> None:
        """End such a hold; legal periods end by themselves alone."""
        people.member_with(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            store.still_open(case)
            self.parts.vault.release(work, case, digest, because=because)
            work.defer("advance", lock=case, case=case)

    def confirm_reply(self, case: str, viewer: str, entry: str, *, how: str) -> None:
        """A person printed the sealed form and sent it, and says how: that is the proof of delivery."""
        people.member_with(viewer, Duty.DECIDE)
        reply = audit.find(entry, FormReply)
        if reply.case != case or not how.strip():
            raise NoSuchCase
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.still_open(case)
            self.parts.delivery.confirmed(work, audit.prove(reply), how=how)
            clocks.meet(work, row, clocks.FEEDBACK, "a person brought the answer")
            store.update(row, store.note(work, row, "answer brought", how.strip()[:500]), needs_person=False)
            asking.gone_out(work, row)
            work.defer("advance", lock=case, case=case)
