"""What a platform stores, as fingerprints that are compared one by one: the slow search that cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from comity.casefile.documents.hunt import HuntSource
from comity.docket.seeking import Hit, Means, Sought, Tell
from comity.matching.signals import TYPES
from support.reviewing import PDQ, Gallery, bits

if TYPE_CHECKING:
    from comity.docket.hunts.models import HuntRow
    from comity.docket.hunts.views import HuntView
    from support.night import Night


@dataclass
class Shelf:
    """The catalogue."""

    kept: list[Hit] = field(default_factory=list)
    more: int = 0
    """Items that nothing is said of, so that what is found is a small share of them."""
    raises: BaseException | None = None
    """Comes in the middle of the next search."""
    refuses: list[BaseException] = field(default_factory=list)
    """Come, one after another, when something is to be forgotten."""

    def keep(self, item: str, signal: str = PDQ, *, account: str | None = "ada", kind: str = "pdq") -> None:
        self.kept.append(Hit(item, None, account, "photo", kind, signal, "test", 0, 0.0))

    def stored(self) -> int:
        return len({one.item for one in self.kept}) + self.more

    def forget(self, items: Sequence[str]) -> None:
        if self.refuses and items:
            raise self.refuses.pop()
        self.kept = [one for one in self.kept if one.item not in items]

    def search(self, sought: Sequence[Sought], tell: Tell) -> Iterator[Hit]:
        """In the order in which it was kept; each of those sought is compared with each."""
        for place, one in enumerate(self.kept):
            tell(place, len(self.kept), 0)
            if self.raises is not None and place == len(self.kept) // 2:
                raised, self.raises = self.raises, None
                raise raised
            for line, wanted in enumerate(sought):
                if wanted.signal_type != one.signal_type:
                    continue
                distance = TYPES[one.signal_type].distance(one.signal, wanted.signal)
                if distance <= wanted.threshold:
                    yield replace(one, line=line, distance=distance)
        tell(len(self.kept), len(self.kept), 0)


@dataclass
class Hunting:
    """A house with a catalogue of what its board stores, and people who hunt."""

    gallery: Gallery
    shelf: Shelf

    @classmethod
    def begin(cls, night: Night) -> Hunting:
        from comity.docket.desk import Docket
        from comity.docket.jobs import jobs

        shelf = Shelf(more=10_000)
        night.parts = replace(night.parts, hunting=Means(shelf.search, shelf.stored, lambda: True, shelf.forget))
        night.docket, night.jobs = Docket(night.parts), jobs(night.parts)
        return cls(Gallery.begin(night), shelf)

    @property
    def night(self) -> Night:
        return self.gallery.night

    def post(self, signal: str = PDQ, **more: Any) -> str:
        """A post of Ada's that is in the catalogue; gives its public address."""
        url = self.night.publish()
        self.shelf.keep(self.item(url), signal, **more)
        return url

    def item(self, url: str) -> str:
        found = self.night.board_adapter.resolve(url).item
        assert found is not None
        return found

    def posts(self, *distances: int) -> list[str]:
        """A post for each distance from ``PDQ``."""
        return [self.post(bits(PDQ, distance)) for distance in distances]

    def order(self, text: str = PDQ, *, work: bool = True, by: str = "", **more: Any) -> int:
        """A hunt that Mia orders; gives its number."""
        from comity.docket.hunts.ordering import Wish

        said: dict[str, Any] = {"source": HuntSource.SIGNALS, "text": text, "about": "one", "because": "copies"}
        number = self.night.docket.order_hunt(by or self.gallery.staff.mia, Wish(**{**said, **more}))
        if work:
            self.night.work_on()
        return number

    def row(self, number: int = 1) -> HuntRow:
        from comity.docket.hunts import store

        return store.by_number(number)

    def view(self, number: int = 1, viewer: str = "") -> HuntView:
        return self.night.docket.hunt(number, viewer or self.gallery.staff.mia)
