"""Nights in few words: everybody has a telephone, time passes minute by minute, and somebody answers or nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.delivery.channels.email import Relay
from comity.docket.calling import NightMeans
from comity.docket.nights import service, store
from comity.docket.nights.views import AlarmLine
from comity.docket.nights.ways import Email, Push, Webhook
from support.phones import Phones
from support.watch import Watch

KEY = b"k" * 32
SECRET = b"a shared secret of the paging service"
LADDER = "0 First line [push]\n5 ben [push]\n10 role:legal [push]"


def means(phones: Phones) -> NightMeans:
    """Three ways that lead to this machine."""
    ways = {
        "push": Push(phones.url, "tk_secret"),
        "webhook": Webhook(f"{phones.url}/hook", SECRET),
        "email": Email(Relay.parse(phones.relay, "nights@board.example")),
    }
    return NightMeans(ways=ways, console_url="https://console.board.example", key=KEY)


@dataclass
class Nights:
    """The docket at night."""

    watch: Watch
    phones: Phones

    def people(self) -> Nights:
        """Mia is on call, then Ben, then Carla; each has a topic of their own."""
        docket, staff = self.docket, self.watch.staff
        for name in ("mia", "ben", "carla"):
            ways = {"push": f"topic-{name}", "webhook": f"key-{name}", "email": f"{name}@board.example"}
            docket.save_contact(getattr(staff, name), ways=ways)
        docket.save_roster(
            staff.ben, roster="", name="First line", zone="Europe/Paris", lines=("daily 00:00-00:00 mia", "")
        )
        docket.save_ladder(staff.ben, lines=LADDER, unanswered_minutes=10)
        return self

    @property
    def docket(self) -> Any:
        return self.watch.night.docket

    @property
    def parts(self) -> Any:
        return self.watch.night.parts

    def order(self, **changes: Any) -> str:
        """A complete order that waits for a person; gives its case."""
        return str(self.watch.order(self.watch.night.publish(), **changes).reference)

    def look(self) -> None:
        """The watch looks until nothing changes, and the workers send what it ordered."""
        for _ in range(10):
            changed = service.look(self.parts)
            ran = self.watch.night.work_on(until=self.now)
            if not changed and not ran:
                return

    def later(self, minutes: float) -> None:
        """Time passes in steps of a minute; the watch looks at each."""
        until = self.now.plus(timedelta(minutes=minutes))
        while self.now < until:
            self.watch.night.clock.set(min(until, self.now.plus(timedelta(minutes=1))))
            self.look()

    @property
    def now(self) -> Instant:
        return self.watch.night.clock.now()

    def rung(self, name: str) -> int:
        """How often somebody's telephone rang by push."""
        return len(self.phones.rings(f"/topic-{name}"))

    def alarm(self) -> AlarmLine:
        """The newest alarm."""
        return self.docket.nights(self.watch.staff.mia).alarms[0]

    def entries(self, case: str, kind: str) -> list[dict[str, Any]]:
        """The documents of a kind in a case."""
        return [json.loads(one.body or b"{}") for one in audit.entries_of(case) if one.kind == kind]

    def pages(self, case: str) -> list[tuple[int, str, str]]:
        """Every page of a case: step, way, state."""
        alarms = [row for row in store.alarms() if row.case_id.hex == case]
        return [(page.step, page.way, page.state) for row in alarms for page in store.pages_of(row.id)]
