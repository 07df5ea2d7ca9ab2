"""Commands of the provider's staff about hunts. Each checks the duty and opens one unit of work."""

from __future__ import annotations

from collections.abc import Iterator

from comity.casefile import audit
from comity.casefile.documents.hunt import HuntSource
from comity.casefile.documents.record import AccessEvent
from comity.docket import people
from comity.docket import store as cases
from comity.docket.hunts import ordering, reading, settling, store
from comity.docket.hunts.errors import NoSuchHunt
from comity.docket.hunts.ordering import Wish
from comity.docket.hunts.views import HuntPage, HuntView, Offer
from comity.docket.parts import Parts
from comity.platform.errors import PlatformFailure
from comity.registry.duties import Duty

_PURPOSE = "preview of a hunt"
_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class HuntDesk:
    """Hunts: ordered, looked at, let go on or ended. What they find is decided in a review."""

    parts: Parts

    def hunts(self, viewer: str) -> HuntPage:
        """The page of hunts."""
        people.member_with(viewer, Duty.READ)
        return reading.page(self.parts)

    def hunt(self, number: int, viewer: str) -> HuntView:
        """Everything on a hunt's page."""
        member = people.member_with(viewer, Duty.READ)
        return reading.view(store.by_number(number), self.parts, member)

    def hunt_offer(self, case: str, viewer: str) -> Offer:
        """What a case's page says of copies."""
        return reading.offer(case, self.parts, people.member_with(viewer, Duty.READ))

    def order_hunt(self, viewer: str, wish: Wish) -> int:
        """Order one; gives its number."""
        person = people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            return ordering.order(work, person, wish).number

    def order_case_hunt(self, viewer: str, number: int, because: str) -> int:
        """Order the search for copies of what a case disabled: the provider's own decision, not the demand's."""
        case = cases.by_number(number).id.hex
        return self.order_hunt(viewer, Wish(HuntSource.CASE, case, because=because))

    def release_hunt(self, viewer: str, number: int, because: str) -> None:
        """Let everything that a held hunt found go into review."""
        people.signer(viewer, Duty.APPROVE_DECISION)
        with self.parts.work(f"staff:{viewer}") as work:
            settling.release(work, number, because)

    def narrow_hunt(self, viewer: str, number: int, without: frozenset[int], because: str) -> None:
        """Take signals out of a held hunt and search again."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            settling.narrow(work, number, without, because)

    def repeat_hunt(self, viewer: str, number: int, because: str) -> None:
        """Have a search that failed made again."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            settling.again(work, number, because)

    def stop_hunt(self, viewer: str, number: int, because: str) -> None:
        """End a hunt."""
        people.signer(viewer, Duty.DECIDE)
        with self.parts.work(f"staff:{viewer}") as work:
            settling.stop(work, number, because)

    def hunt_picture(self, viewer: str, number: int, place: int) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of a found item's first picture, for the door to veil; that it was asked is entered.

        Raises ``NoSuchHunt`` where there is no such item or no picture of it.
        """
        people.signer(viewer, Duty.DECIDE)
        row = store.by_number(number)
        found = store.found(row.id, place)
        if found is None:
            raise NoSuchHunt
        with self.parts.work(f"staff:{viewer}") as work:
            seen = AccessEvent(case=row.id.hex, by=viewer, what="content", purpose=_PURPOSE, at=work.at)
            audit.enter(work, row.id.hex, seen)
        try:
            for part in self.parts.content.fetch(found.item):
                body = b"".join(part.chunks)
                if part.media_type in _PICTURES:
                    return part.media_type, iter((body,))
        except PlatformFailure as failure:
            raise NoSuchHunt(f"{failure.code}: {failure}") from failure
        raise NoSuchHunt("Nothing of it is a picture.")
