"""Commands of staff about what an authority or a court decided later: the order ends or stands, silence lasts longer.

Each rests on that decision's own document, kept as an exhibit: one person's word ends no legal effect.
"""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import ScrutinyDecision
from comity.casefile.documents.decision import Approval
from comity.casefile.records import UnitOfWork
from comity.decision.errors import ReasonsMissing
from comity.docket import people, restoring, store, telling
from comity.docket.cases import CaseDesk
from comity.docket.errors import DocumentMissing, NotYourTurn
from comity.docket.procedure import Status
from comity.registry.duties import Duty

_MOST_WORDS = 2000
_NOT_OVER = (Status.EXECUTING, Status.EXECUTED, Status.ANSWERED, Status.IN_EFFECT)


class LapseDesk(CaseDesk):
    """Scrutiny (Article 4), courts (Article 9), withdrawals, longer non-disclosure (Article 11(3))."""

    def scrutiny(  # noqa: PLR0913 -- what the decision says and its document, named at every call
        self,
        case: str,
        viewer: str,
        *,
        authority: str,
        infringement: bool,
        reasons: str,
        document: bytes = b"",
        media_type: str = "application/pdf",
    ) -> None:
        """A decision of the home authority (Article 4) or a court (Article 9); an infringement reinstates at once.

        Its document is taken into custody. Only where the authority itself brought such a decision here, over its own
        authenticated channel, does that one stand for the document.
        """
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            if Status(row.status) not in _NOT_OVER:
                raise NotYourTurn
            raw = self._document(work, case, document, media_type) or (brought(case) if infringement else ())
            if not raw:
                raise DocumentMissing
            decision = ScrutinyDecision(
                case=case, authority=authority, received_at=work.at, infringement=infringement, reasons=reasons, raw=raw
            )
            entered = audit.enter(work, case, decision)
            if not infringement:
                store.update(row, entered.entry, needs_person=False)
                work.defer("advance", lock=case, case=case)  # what a withdrawal had stopped goes on
                return
            because = reasons.strip() or "The order has no legal effect."
            restoring.reinstate(work, row, entered.entry, Approval(person=person, at=work.at), because)

    def extend_nondisclosure(
        self,
        case: str,
        viewer: str,
        *,
        decided_at: Instant,
        basis: str,
        document: bytes = b"",
        media_type: str = "application/pdf",
    ) -> Instant:
        """The authority decided to extend non-disclosure, once, before its end (Article 11(3)); gives the new end.

        ``basis`` says which decision and how it came; its document is taken into custody.
        """
        people.member_with(viewer, Duty.DECIDE)
        if not basis.strip():
            raise ReasonsMissing
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.locked(case)
            if not self._document(work, case, document, media_type):
                raise DocumentMissing
            return telling.extend(work, row, decided_at, basis.strip()[:_MOST_WORDS])

    def _document(self, work: UnitOfWork, case: str, body: bytes, media_type: str) -> tuple[str, ...]:
        """Take a document into custody and give its digest; nothing for none."""
        if not body:
            return ()
        purpose = "the decision that this entry rests on"
        kept = self.parts.vault.take_in(
            work, case, [body], media_type=media_type, name="decision of an authority", purpose=purpose
        )
        return (kept.digest,)


def brought(case: str) -> tuple[str, ...]:
    """The document of a decision against the order that an authority brought itself, authenticated; else nothing."""
    found = [one for one in audit.entries_of(case) if one.kind == ScrutinyDecision.kind and one.body]
    for one in reversed(found):
        said = ScrutinyDecision.from_canonical(one.body or b"")
        if said.infringement and said.raw and one.actor.startswith("authority:"):
            return said.raw
    return ()
