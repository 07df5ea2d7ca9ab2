"""The jobs of the procedure, by the names under which they are deferred. Each may run twice, late, or after a kill."""

from __future__ import annotations

from collections.abc import Callable

from comity.docket import asking, exchanges, filing, letters, store, walk
from comity.docket.hi1 import jobs as machines
from comity.docket.hunts import jobs as hunts
from comity.docket.nights import service as nights
from comity.docket.parts import Parts
from comity.docket.reviews import jobs as reviews
from comity.docket.threats import jobs as threats
from comity.intake.desk import read_in_turn
from comity.matching.exchanges.service import FETCH
from comity.transparency import service as transparency

ADVANCE = "advance"


def jobs(parts: Parts) -> dict[str, Callable[..., None]]:
    """Name → job, bound to the parts of this process."""

    def advance(case: str) -> None:
        walk.advance(case, parts)

    def read() -> None:
        """Read the message whose turn it is, not the one that caused this job; strangers never block the enrolled."""
        read_in_turn(lambda kept: filing.read_kept(parts, kept))

    def tell_outcome(case: str, complaint: str) -> None:
        """Tell a complainant the outcome: entered first, then sent, keyed by the entry."""
        with store.alone_with(case):
            with parts.work() as work:
                notice = transparency.outcome_notice(work, complaint)
            if notice is not None:
                transparency.deliver(notice, parts.messages, parts.public_url)

    def send_page(page: str) -> None:
        nights.send(page, parts)

    def bring(case: str, reply: str) -> None:
        """Bring one form once more, to another address."""
        with store.alone_with(case):
            asking.bring_again(case, reply, parts)

    def fetch_exchange(exchange: str, due: str) -> None:
        """Fetch one list; a job that was deferred for another instant than the one now due does nothing."""
        exchanges.fetch_one(parts, exchange, due)

    return {
        **_of_rooms(parts),
        letters.BRING: bring,
        FETCH: fetch_exchange,
        ADVANCE: advance,
        "read": read,
        "tell_outcome": tell_outcome,
        nights.SEND: send_page,
    }


def _of_rooms(parts: Parts) -> dict[str, Callable[..., None]]:
    """The jobs that the rooms inside the docket name themselves."""
    return {**reviews.jobs(parts), **hunts.jobs(parts), **threats.jobs(parts), **machines.jobs(parts)}
