"""Commands of the provider's staff about reviews. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from collections.abc import Iterator

from comity.casefile import audit
from comity.casefile.documents.record import AccessEvent
from comity.casefile.documents.review import Outcome
from comity.casefile.documents.threat import Origin
from comity.docket import people
from comity.docket.parts import Parts
from comity.docket.reviews import acting, deciding, exposure, exposure_store, reading, showing, stills, store
from comity.docket.reviews.deciding import About
from comity.docket.reviews.errors import (
    DayIsOver,
    NoSuchPicture,
    NotClaimed,
    NothingIsClear,
    PauseImposed,
)
from comity.docket.reviews.exposure import Refusal
from comity.docket.reviews.models import ItemRow
from comity.docket.reviews.rules import Choice
from comity.docket.reviews.views import ReviewPage, ReviewView
from comity.docket.threats import service as threats
from comity.registry.duties import Duty


class ReviewDesk:
    """Reviews: claimed, looked at, decided. What is shown, and how long, is counted by the one who shows it."""

    parts: Parts

    def reviews(self, viewer: str) -> ReviewPage:
        """Reviews that wait, and those decided last."""
        return reading.page(self.parts, people.member_with(viewer, Duty.READ))

    def review(self, number: int, viewer: str, shown: str = "", after: int = 0) -> ReviewView:
        """Everything on a review's page, and a page of its detections; its content only for whoever claimed it."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(store.by_number(number), self.parts, member, shown=shown, after=after)

    def claim_review(self, viewer: str, number: int) -> None:
        """Take a review up for half an hour."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.claim(work, number, person)

    def release_review(self, viewer: str, number: int) -> None:
        """Put a review back."""
        person = people.signer(viewer, Duty.DECIDE)
        self.look_away(viewer)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.release(work, number, person)

    def ask_second(self, viewer: str, number: int, question: str) -> None:
        """Ask for another person's opinion."""
        person = people.signer(viewer, Duty.DECIDE)
        self.look_away(viewer)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.ask(work, number, person, question)

    def advise_review(self, viewer: str, number: int, *, outcome: str, words: str) -> None:
        """Give the opinion that a colleague asked for."""
        person = people.signer(viewer, Duty.DECIDE)
        self.look_away(viewer)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.advise(work, number, person, Outcome(outcome), words)

    def decide_review(  # noqa: PLR0913 -- what is left out, named at every call
        self,
        viewer: str,
        number: int,
        choice: Choice,
        *,
        upto: int,
        left_out: frozenset[str] = frozenset(),
        places: frozenset[int] = frozenset(),
        accounts: frozenset[str] = frozenset(),
        threat: bool = False,
    ) -> None:
        """Decide about the detections up to one, but for cases, numbers and accounts that are left out.

        ``threat``: this person sees a threat to life in it, which is raised with the decision; nobody is told yet.
        """
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.decide(work, number, person, choice, About(upto, left_out, places, accounts))
            if threat:
                file = store.by_number(number).id
                threats.raise_threat(work, Origin.REVIEW, file, number, person, choice.reasons)
        self.look_away(viewer)

    def repeat_review(self, viewer: str, number: int, *, upto: int) -> None:
        """Decide as was decided before about the same signal."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.repeat(work, number, person, About(upto))

    def try_again(self, viewer: str, case: str) -> None:
        """Have what could not be disabled tried once more."""
        people.signer(viewer, Duty.DECIDE)
        acting.again(case, self.parts, f"staff:{viewer}")

    # -- looking -------------------------------------------------------------------------------------------------------

    def look_at(self, viewer: str, number: int, case: str) -> None:
        """Begin to look at one detection's content: counted, entered, and refused when it was enough."""
        people.signer(viewer, Duty.DECIDE)
        row, now = self._claimed_item(viewer, number, case), self.parts.clock.now()
        _after, refusal = exposure_store.change(
            viewer, now.utc.date(), lambda before: exposure.begun(before, case, now, self.parts.care)
        )
        if refusal is not None:
            raise DayIsOver if refusal is Refusal.DAY else PauseImposed
        with self.parts.work(f"staff:{viewer}") as work:
            seen = AccessEvent(case=row.id.hex, by=viewer, what="content", purpose=showing.PURPOSE, at=work.at)
            audit.enter(work, row.id.hex, seen)

    def look_away(self, viewer: str) -> None:
        """What was shown is veiled again, and the time counted."""
        now = self.parts.clock.now()
        exposure_store.change(
            viewer, now.utc.date(), lambda before: (exposure.ended(before, now, self.parts.care), None)
        )

    def review_medium(
        self, viewer: str, number: int, case: str, name: str, *, clear: bool
    ) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of a picture or file; ``clear`` only while this person looks; else the door veils it."""
        people.signer(viewer, Duty.DECIDE)
        row, now = self._claimed_item(viewer, number, case, also_sample=True), self.parts.clock.now()
        seen = exposure_store.of(viewer, now.utc.date()).looking(now, self.parts.care)
        if clear and not (seen == case or (seen and self._beside(seen, number, row))):
            raise NothingIsClear
        return showing.medium(row, name or showing.first_picture(case, self.parts), self.parts, f"staff:{viewer}")

    def review_stills(self, viewer: str, number: int, case: str, name: str) -> bytes:
        """Moments of a film as one JPEG, from a confined decoder, while this person looks."""
        return stills.sheet_of(*self.review_medium(viewer, number, case, name, clear=True))

    def _claimed_item(self, viewer: str, number: int, case: str, *, also_sample: bool = False) -> ItemRow:
        """A detection of a review that this person has claimed, or what its bank's item was found to be before."""
        review = store.by_number(number)
        now = self.parts.clock.now()
        if review.claimed_by != viewer or not deciding.held_by_another(review, "", now):
            raise NotClaimed
        row = store.item(case)
        if row is None:
            raise NoSuchPicture
        if row.review != review.id and not (also_sample and store.is_sample_for(row.id, review.id)):
            raise NoSuchPicture
        return row

    @staticmethod
    def _beside(seen: str, number: int, row: ItemRow) -> bool:
        """Whether what is asked for is the bank's item beside the detection of this review that is looked at."""
        looked = store.item(seen)
        review = store.by_number(number)
        return looked is not None and looked.review == review.id and row.review != review.id
