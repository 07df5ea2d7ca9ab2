"""A whole Comity whose jobs die where the test says: before a commit, after it, at the platform, at the relay.

A job runs in a thread of its own, so it has a database connection of its own that dies with it, as a killed worker's
does. Nothing is simulated: the database, the board and the log are real.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, connections

from comity.casefile import audit
from comity.casefile.documents.act import Act
from comity.casefile.documents.answer import Notice
from comity.delivery import Delivery, Outbound, Seal
from comity.delivery.channels import Outgoing, Proof
from comity.delivery.errors import NotDelivered
from comity.docket import store, walk
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from support import orders
from support.night import HOST, Night

_MOST_RUNS = 40


class Crash(BaseException):
    """The process is gone: nothing catches this."""


class Postman:
    """A way out that keeps what it carries. ``loses`` letters before, ``denies`` them after taking them."""

    carries = True

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.loses = self.denies = 0

    def send(self, outgoing: Outgoing) -> Proof:
        if self.loses:
            self.loses -= 1
            raise NotDelivered("the relay is away", retry=True)
        self.taken.append(outgoing)
        if self.denies:
            self.denies -= 1
            raise NotDelivered("the connection broke before the answer", retry=True, uncertain=True)
        return Proof(delivered=True, said="250 taken")

    def letters(self, case: str) -> set[str]:
        """Identifiers of the letters of one case; a repetition under the same identifier is one letter."""
        entries = {one.entry for one in audit.entries_of(case)}
        return {one.entry for one in self.taken if one.entry in entries}


class House(Night):
    """A night with two enrolled authorities: ``ruled`` has a standing rule, ``other`` has none."""

    def _parts(self) -> Parts:
        parts = super()._parts()
        self.postman = Postman()
        ways: dict[str, Outbound] = {"api": self.postman, "email": self.postman, "paper": self.postman}
        seal = Seal.from_file(self.folder / "keys" / "seal.pem")
        return dataclasses.replace(parts, delivery=Delivery(parts.vault, seal, ways, self.clock))

    def people(self) -> House:
        """Staff and authorities, enrolled nine days ago: a number proves something only if it was held before."""
        tonight = self.clock.now()
        self.clock.set(tonight.plus(timedelta(days=-9)))
        self.who = self.staff()
        self.signers = {
            "ruled": orders.Authority.named(),
            "other": orders.Authority.named("Parquet de test", "orders@parquet.example"),
        }
        self.ids = {name: self.enrol(self.who, signer) for name, signer in self.signers.items()}
        self.clients = {name: self.client(self.who, identifier) for name, identifier in self.ids.items()}
        self.rule(self.who, self.ids["ruled"])
        self.clock.set(tonight)
        self._orders = 0
        return self

    # -- cases ---------------------------------------------------------------------------------------------------------

    def ordered(self, by: str, url: str, **changes: Any) -> str:
        """An order through the API; gives its case. Its job is taken away: the test runs it."""
        self._orders += 1
        signer = self.signers[by]
        named = {"issuer__name": signer.name, "issuer__email": signer.email}
        reference = {"order_reference": f"REF-{self._orders}"}
        what = {"content_locations": [{"url": url}]}
        form = orders.order(**(what | named | reference | changes))
        case = str(self.file(self.ids[by], self.clients[by], form, f"key-{self._orders}").reference)
        self.take_jobs(case)
        return case

    def take_jobs(self, case: str) -> int:
        """Take the waiting jobs of a case away; gives how many there were."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'case' = %s", [case])
            return int(cursor.rowcount)

    def take_reading(self) -> None:
        """Take the waiting jobs that read mail away."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'read'")

    def status(self, case: str) -> Status:
        return Status(store.case(case).status)

    def bring(self, case: str, to: Status) -> None:
        """Take single steps until the case stands where it is wanted."""
        for _ in range(_MOST_RUNS):
            row = store.case(case)
            if row.status == to.value:
                self.take_jobs(case)
                return
            walk.STEPS[Status(row.status)](row, self.parts)
        message = f"{store.case(case).status} is not {to.value}"
        raise AssertionError(message)

    def decide(self, case: str, answer: str, urls: tuple[str, ...] = ()) -> None:
        """A person decides; a second one agrees where that is needed."""
        self.docket.decide(case, self.who.mia, answer=answer, urls=urls, reasons="as this test wants it")
        if self.status(case) is Status.SECOND:
            self.docket.approve(case, self.who.ben)
        self.take_jobs(case)

    def run(self, case: str) -> None:
        """The job of a case, again as often as it defers itself or died, until nothing is left to do."""
        for _ in range(_MOST_RUNS):
            walk.advance(case, self.parts)
            if not self.take_jobs(case):
                return
        message = f"the job of a case that is {store.case(case).status} comes to no end"
        raise AssertionError(message)

    def gone(self, url: str) -> bool | None:
        return self.board_adapter.seen_by_stranger(url, "EU").gone

    def inbox(self, url: str) -> int:
        """How many messages of the platform name this address, as its database knows."""
        with sqlite3.connect(self.board.directory / "data" / "board.sqlite") as readable:
            (number,) = readable.execute("SELECT count(*) FROM message WHERE body LIKE ?", (f"%{url}%",)).fetchone()
        readable.close()
        return int(number)

    def token(self, case: str) -> str:
        """What the complaint link of a case's notice carries."""
        (entry,) = (one for one in audit.entries_of(case) if one.kind == Notice.kind)
        return audit.find(entry.entry, Notice).document.complaint_token

    # -- what must never be there twice --------------------------------------------------------------------------------

    def tally(self, case: str) -> Counter[str]:
        """How often each thing was done in a case, by its entries; reading and failed attempts are not counted."""
        done: Counter[str] = Counter()
        for one in audit.entries_of(case):
            body = one.body or b""
            if one.kind == "act":
                act = Act.from_canonical(body)
                done[f"act {act.grant.measure.value} {act.state.value}"] += act.state.value != "failed"
            elif one.kind in {"case_move", "case_note"}:
                done[f"move {json.loads(body)['event']}"] += 1
            elif one.kind == "receipt":
                done["receipt"] += b'"delivered":true' in body
            elif one.kind == "deadline":
                done[f"deadline {body}"] += 1
            elif one.kind not in {"custody", "access"}:
                done[one.kind] += 1
        return done


# -- dying -------------------------------------------------------------------------------------------------------------


def in_thread(what: Callable[[], object]) -> BaseException | None:
    """Run in a thread with a connection of its own, which is closed with it; gives what was raised."""
    raised: list[BaseException] = []

    def body() -> None:
        try:
            what()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    return raised[0] if raised else None


@contextmanager
def dying(at_commit: int, *, after: bool) -> Iterator[None]:
    """This thread's process dies at its n-th commit: just before it, or just after it, when nobody was told."""
    connection.ensure_connection()
    wrapper: Any = connections["default"]
    commit, seen = wrapper._commit, 0

    def deadly() -> None:
        nonlocal seen
        seen += 1
        if seen == at_commit and not after:
            wrapper.connection.rollback()
            raise Crash
        commit()
        if seen == at_commit:
            raise Crash

    wrapper._commit = deadly
    try:
        yield
    finally:
        wrapper._commit = commit


def address(name: str) -> str:
    """An address of ours under which there is nothing."""
    return f"{HOST}/posts/{name}"
