"""Commands of the provider's staff about reviews. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from collections.abc import Iterator

from comity.casefile import audit
from comity.casefile.documents.record import AccessEvent
from comity.casefile.documents.review import Outcome
from comity.docket import people
from comity.docket.parts import Parts
from comity.docket.reviews import acting, deciding, exposure, exposure_store, reading, showing, store
from comity.docket.reviews.deciding import About
from comity.docket.reviews.errors import DayIsOver, NoSuchPicture, NoSuchReview, NotClaimed, PauseImposed
from comity.docket.reviews.exposure import Refusal
from comity.docket.reviews.models import ItemRow, Progress
from comity.docket.reviews.rules import Choice
from comity.docket.reviews.views import ReviewPage, ReviewView
from comity.registry.duties import Duty


class ReviewDesk:
    """Reviews: claimed, looked at, decided. What is shown, and how long, is counted by the one who shows it."""

    parts: Parts

    def reviews(self, viewer: str) -> ReviewPage:
        """Reviews that wait, and those decided last."""
        return reading.page(self.parts, people.member_with(viewer, Duty.READ))

    def review(self, number: int, viewer: str, shown: str = "") -> ReviewView:
        """Everything on a review's page; its content only for whoever claimed it."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(store.by_number(number), self.parts, member, shown)

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

    def decide_review(
        self, viewer: str, number: int, choice: Choice, *, upto: int, left_out: frozenset[str] = frozenset()
    ) -> None:
        """Decide about the detections that were shown, but for those left out."""
        person = people.signer(viewer, Duty.DECIDE)
        self.look_away(viewer)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.decide(work, number, person, choice, About(upto, left_out))

    def repeat_review(self, viewer: str, number: int, *, upto: int) -> None:
        """Decide as was decided before about the same signal."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            deciding.repeat(work, number, person, About(upto))

    def try_again(self, viewer: str, case: str) -> None:
        """Have what could not be disabled tried once more."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            row = store.item(case, locked=True)
            if row is None or row.progress != Progress.FAILED.value:
                raise NoSuchReview
            acting.again(work, row)

    # -- looking -------------------------------------------------------------------------------------------------------

    def look_at(self, viewer: str, number: int, case: str) -> None:
        """Begin to look at one detection's content: counted, entered, and refused when it was enough."""
        people.signer(viewer, Duty.DECIDE)
        row, now = self._claimed_item(viewer, number, case), self.parts.clock.now()
        after, refusal = exposure_store.change(
            viewer, now.utc.date(), lambda before: exposure.begun(before, now, self.parts.care)
        )
        if refusal is Refusal.DAY:
            raise DayIsOver
        if refusal is Refusal.PAUSE:
            until = after.pause_until.z() if after.pause_until else ""
            raise PauseImposed(f"{PauseImposed.__doc__} {until}".strip())
        with self.parts.work(f"staff:{viewer}") as work:
            seen = AccessEvent(case=row.id.hex, by=viewer, what="content", purpose=showing.PURPOSE, at=work.at)
            audit.enter(work, row.id.hex, seen)

    def look_away(self, viewer: str) -> None:
        """What was shown is veiled again, and the time counted."""
        now = self.parts.clock.now()
        exposure_store.change(
            viewer, now.utc.date(), lambda before: (exposure.ended(before, now, self.parts.care), None)
        )

    def review_picture(
        self, viewer: str, number: int, case: str, name: str, *, clear: bool
    ) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of a picture; ``clear`` only while this person looks. The door veils the others."""
        people.signer(viewer, Duty.DECIDE)
        row, now = self._claimed_item(viewer, number, case, also_sample=True), self.parts.clock.now()
        if clear and not exposure_store.of(viewer, now.utc.date()).looking(now, self.parts.care):
            raise NoSuchPicture("Nothing is shown clearly unless you chose to look.")
        return showing.picture(row, name or showing.has_picture(row, self.parts), self.parts, f"staff:{viewer}")

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
