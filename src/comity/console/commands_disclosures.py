"""What the console needs from the docket about demands for users' data."""

from __future__ import annotations

from typing import Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents import Json
from comity.casefile.documents.collection import Region
from comity.docket.disclosures.breach import Told
from comity.docket.disclosures.cost_desk import CostsView
from comity.docket.disclosures.desk import Answered
from comity.docket.disclosures.emergency_desk import Reached
from comity.docket.disclosures.redaction_desk import Looked
from comity.docket.disclosures.views import DisclosureView, FileShown, Preview


class Disclosures(Protocol):
    """Demands about users: read, answered, looked through before anything leaves, contested."""

    def disclosure(self, case: str, viewer: str) -> DisclosureView:
        """The page of a demand about users."""
        ...

    def preview(self, case: str, viewer: str, *, collection: str, first: int = 1) -> Preview:
        """What would leave, a page at a time; who looked is entered."""
        ...

    def find_out(self, case: str, viewer: str, *, facts: Json, source: str) -> None:
        """Record what somebody found out; the demand is assessed anew."""
        ...

    def answer_demand(self, case: str, viewer: str, said: Answered) -> None:
        """Give an answer; where it takes two persons it waits as a draft."""
        ...

    def agree_to_answer(self, case: str, viewer: str) -> None:
        """Agree as the second person, with exactly what the first one signed."""
        ...

    def disagree_with_answer(self, case: str, viewer: str, because: str) -> None:
        """Do not agree: the case goes back."""
        ...

    def file_shown(self, case: str, viewer: str, *, collection: str, file: str) -> FileShown:
        """A file as it would leave; that it was opened is entered."""
        ...

    def file_page(self, case: str, viewer: str, *, collection: str, file: str, page: int) -> bytes:
        """One page of it, as JPEG; who looked is entered."""
        ...

    def redact(
        self, case: str, viewer: str, looked: Looked, *, fields: frozenset[str], rows: frozenset[int], because: str
    ) -> None:
        """Leave fields or rows out of what leaves."""
        ...

    def redact_regions(
        self, case: str, viewer: str, looked: Looked, *, regions: tuple[Region, ...], because: str
    ) -> None:
        """Make parts of a PDF or a picture black."""
        ...

    def undo_redaction(self, case: str, viewer: str, looked: Looked, *, because: str) -> None:
        """Let the form before this one leave again."""
        ...

    def let_go(self, case: str, viewer: str, *, seen: str, because: str = "") -> None:
        """Let go exactly what was looked at."""
        ...

    def send_back(self, case: str, viewer: str, because: str) -> None:
        """What was collected must not leave: it is erased, and the demand is decided anew."""
        ...

    def contest_ended(
        self, case: str, viewer: str, *, upheld: bool, received_at: Instant, reference: str, reasons: str
    ) -> None:
        """Who decides about the objection, the motion or the referral has decided."""
        ...

    def tell_user(self, case: str, viewer: str) -> None:
        """Tell the user, where the law leaves it to a person."""
        ...

    def call_supervisor(self, case: str, viewer: str, reached: Reached) -> None:
        """Record the call to the officer's supervisor."""
        ...

    def decide_rest(self, case: str, viewer: str, because: str) -> None:
        """Decide now about what was not given at first."""
        ...

    def review_release(self, case: str, viewer: str, *, outcome: str, reasons: str) -> None:
        """The later look at an emergency release."""
        ...

    def end_breach(self, case: str, viewer: str, told: Told) -> None:
        """Say who was notified of a breach, or why nobody has to be."""
        ...

    def costs(self, case: str, viewer: str) -> CostsView:
        """What a demand cost, what was asked back and what came."""
        ...

    def note_cost(self, case: str, viewer: str, *, amount: str, currency: str, what: str, provision: str = "") -> str:
        """Record a cost; gives its number."""
        ...

    def move_cost(
        self, case: str, viewer: str, *, cost: str, state: str, amount: str = "", provision: str = ""
    ) -> None:
        """Say that a cost was claimed from the authority, reimbursed or denied."""
        ...

    def claim_costs(self, case: str, viewer: str, *, costs: frozenset[str], provision: str, payment: str = "") -> None:
        """Send the authority one statement of costs."""
        ...

    def enrol_encryption_key(self, viewer: str, authority: str, *, key: bytes, label: str) -> str:
        """Propose a public key to which packages for an authority are encrypted."""
        ...
