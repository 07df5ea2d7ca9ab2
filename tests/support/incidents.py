"""An incident in few words: declared, confirmed, extended, closed, or left to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from comity.casefile.clock import Instant
from comity.casefile.documents.exchange import ExchangeTerms

if TYPE_CHECKING:
    from comity.docket.incidents.models import IncidentRow
    from comity.matching.banks.store import Bank
    from support.reviewing import Gallery


@dataclass
class Scene:
    """A gallery in which something happens."""

    gallery: Gallery

    @property
    def docket(self) -> Any:
        return self.gallery.night.docket

    @property
    def now(self) -> Instant:
        return self.gallery.clock.now()

    def declare(self, title: str = "Attack on the market", *, hours: float = 6, by: str = "", **more: Any) -> int:
        """Mia declares it; gives its number."""
        said = {"kind": "bombing", "because": "many uploads", **more}
        ends_at = said.pop("ends_at", self.now.plus(timedelta(hours=hours)))
        number = self.docket.declare_incident(by or self.gallery.staff.mia, title=title, ends_at=ends_at, **said)
        return int(number)

    def exchange(self, name: str = "them", pace: int = 3600) -> None:
        """An exchange that reads a file every hour."""
        from comity.matching.exchanges import service

        terms = ExchangeTerms(name=name, type="file", bank="KNOWN", settings={"path": "list.txt"}, pace=pace)
        with self.gallery.night.parts.work() as work:
            service.create(work, terms, "a test")

    def hurried(self) -> list[int | None]:
        from comity.matching.exchanges import store

        return [one.hurried for one in store.exchanges()]

    def row(self, number: int = 1) -> IncidentRow:
        from comity.docket.incidents import store

        return store.by_number(number)

    def bank(self, number: int = 1) -> Bank:
        from comity.matching.banks import store

        return store.bank(f"INCIDENT_{number}")

    def later(self, **length: float) -> None:
        """Time passes; what falls due fires, what that wakes runs."""
        self.gallery.night.pass_time(self.now.plus(timedelta(**length)))

    def entries(self, number: int = 1) -> list[str]:
        """Kinds of everything entered about an incident, in order."""
        from comity.casefile import audit

        return [one.kind for one in audit.entries_of(self.row(number).id.hex)]
