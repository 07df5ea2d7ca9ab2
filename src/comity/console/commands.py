"""What the console needs from the docket: one object, found at ``django.conf.settings.COMITY_DOCKET``.

Failures are exceptions with a ``code`` (stable, for machines) and a message (for people); the console shows both. Every
command checks by itself whether ``viewer`` (the identifier of a member of staff) may give it: what the pages leave out
is a courtesy, not a guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.console.commands_nights import Nights
from comity.console.commands_officers import Officers
from comity.console.shapes import AuthorityView, EnrolledClient, Head, ImportReport, Member, StaffLine
from comity.docket.views import CaseView, ComplaintLine, DocketPage, RuleLine
from comity.registry.means import HeldAuthority


class Cases(Protocol):
    """Reading the docket and the cases on it, and deciding them."""

    def page(self, *, tab: str, search: str, cursor: str | None, viewer: str) -> DocketPage:
        """At most fifty lines of ``tab`` (pending, running, mine, all), oldest deadline first."""
        ...

    def case(self, number: int, viewer: str) -> CaseView:
        """Everything on the case page; the same failure for a case that is absent and one not to be seen."""
        ...

    def opened(self, case: str, viewer: str) -> None:
        """A person looked at the case for the first time: ``opened_at`` is entered once."""
        ...

    def decide(self, case: str, viewer: str, *, answer: str, urls: tuple[str, ...], reasons: str) -> None:
        """Give an answer (a ``Proposal``) for these addresses; where it takes two persons it becomes a draft."""
        ...

    def approve(self, case: str, viewer: str) -> None:
        """Agree as the second person to the draft as it stands."""
        ...

    def disagree(self, case: str, viewer: str, because: str) -> None:
        """Do not agree: the case goes back to the docket."""
        ...

    def dismiss(self, case: str, viewer: str, because: str) -> None:
        """Say that this is no order: a referral, a forgery, a duplicate."""
        ...

    def authenticate(self, case: str, viewer: str, *, number: str, spoken_to: str, confirmed: bool, note: str) -> None:
        """Record a call-back to a number held beforehand, and what the authority said."""
        ...

    def clarified(
        self, case: str, viewer: str, *, received_at: Instant, changes: Json, grounds_ceased: bool, note: str
    ) -> None:
        """Record that the authority's clarification came, or that the grounds of impossibility ceased: a new hour."""
        ...

    def scrutiny(  # noqa: PLR0913 -- what the decision says and its document, named at every call
        self,
        case: str,
        viewer: str,
        *,
        authority: str,
        infringement: bool,
        reasons: str,
        document: bytes,
        media_type: str,
    ) -> None:
        """Record a decision of the home authority (Article 4) or of a court (Article 9), with its document."""
        ...

    def extend_nondisclosure(
        self, case: str, viewer: str, *, decided_at: Instant, basis: str, document: bytes, media_type: str
    ) -> Instant:
        """The authority extended non-disclosure, once (Article 11(3)); gives the new end."""
        ...

    def file_paper(self, viewer: str, *, form: Json, scan: bytes, media_type: str, received_at: Instant) -> int:
        """Enter an order that came on paper; gives the new case's number. The hour counts from ``received_at``."""
        ...


class Keeping(Protocol):
    """What is kept longer, and answers that a person brought."""

    def extend_preservation(self, case: str, viewer: str, *, until: Instant, because: str) -> None:
        """An authority or court asked for a further period (Article 6(2))."""
        ...

    def hold(self, case: str, viewer: str, digest: str, *, because: str) -> None:
        """Forbid erasure of an exhibit until somebody of rank releases it."""
        ...

    def release(self, case: str, viewer: str, digest: str, *, because: str) -> None:
        """End such a hold."""
        ...

    def confirm_reply(self, case: str, viewer: str, entry: str, *, how: str) -> None:
        """A person brought the sealed form to its authority, and says how."""
        ...

    def clock_is_sane(self) -> bool:
        """Whether no jump of the clock waits for somebody to look at it."""
        ...

    def settle_clock(self, viewer: str, because: str) -> int:
        """Say that somebody looked at a jump of the clock; gives how many alarms there were."""
        ...


class Custody(Protocol):
    """Bytes: exhibits, answers, proofs."""

    def exhibit(self, case: str, viewer: str, digest: str, purpose: str) -> tuple[str, Iterator[bytes]]:
        """Open an exhibit; the custody event with the purpose is entered before the first chunk."""
        ...

    def reply_pdf(self, case: str, viewer: str, entry: str) -> bytes:
        """The sealed form that answers the demand."""
        ...

    def proof(self, entry: str) -> bytes:
        """The ``.tlog-proof`` of an entry (C2SP tlog-proof)."""
        ...

    def log_head(self) -> Head:
        """The newest checkpoint."""
        ...


class Rules(Protocol):
    """Standing rules and complaints."""

    def rules(self) -> tuple[RuleLine, ...]:
        """Every standing rule, those in force first."""
        ...

    def cannot_undo(self) -> str:
        """What the platform cannot take back once a rule has had it done; nothing where it can."""
        ...

    def propose_rule(
        self, viewer: str, *, authority: str, channels: tuple[str, ...], valid_until: Instant, why: str
    ) -> None:
        """Propose that orders like these are carried out without a person; it takes a second person."""
        ...

    def approve_rule(self, viewer: str, rule: str) -> None:
        """Agree to a rule that somebody else proposed."""
        ...

    def withdraw_rule(self, viewer: str, rule: str, because: str) -> None:
        """End a rule at once; one person suffices."""
        ...

    def complaints(self) -> tuple[ComplaintLine, ...]:
        """Complaints, those still open first."""
        ...

    def decide_complaint(self, viewer: str, complaint: str, *, outcome: str, reasons: str) -> None:
        """Answer a complaint with reasons (Article 10(2))."""
        ...


class Register(Protocol):
    """Authorities and staff."""

    def member(self, user: int) -> Member | None:
        """The active member of staff behind a log-in (primary key of Django's user), or nobody."""
        ...

    def contact_point(self) -> Json:
        """The provider as known outside; the console needs ``hosts``: addresses elsewhere are not ours to touch."""
        ...

    def staff(self) -> tuple[StaffLine, ...]:
        """Everybody who works here, with roles and state."""
        ...

    def authorities(self) -> tuple[HeldAuthority, ...]:
        """Every authority that the registry holds, by Member State and name."""
        ...

    def authority(self, authority: str, viewer: str) -> AuthorityView:
        """One authority with everything held about it."""
        ...

    def propose_authority(self, viewer: str, *, fields: Json) -> str:
        """Propose an authority; ``fields`` as in ``forms.AuthorityForm``; gives its identifier."""
        ...

    def confirm_authority(self, viewer: str, authority: str) -> None:
        """Agree to an authority as it stands now."""
        ...

    def suspend_authority(self, viewer: str, authority: str, because: str) -> None:
        """Stop trusting it at once; nothing of it is carried out automatically any more."""
        ...

    def enrol_certificate(self, viewer: str, authority: str, *, pem: bytes, label: str) -> None:
        """Propose a signing or sealing certificate for an authority."""
        ...

    def enrol_client(self, viewer: str, authority: str, *, label: str) -> EnrolledClient:
        """Propose an API client for an authority; its secret is given this once."""
        ...

    def confirm_certificate(self, viewer: str, credential: str) -> None:
        """Agree to a certificate or client that somebody else proposed; its cooling period begins."""
        ...

    def record_call_back(self, viewer: str, authority: str, *, number: str, spoken_to: str, outcome: str) -> None:
        """Record a call for the enrolment of an authority; ``outcome`` is a ``CallOutcome``."""
        ...

    def import_register(self, viewer: str, *, body: bytes, source: str) -> ImportReport:
        """Read a register file; every authority in it is a proposal that two of our people still confirm."""
        ...


class Commands(Cases, Keeping, Custody, Rules, Register, Nights, Officers, Protocol):
    """Everything the console may ask of the docket."""
