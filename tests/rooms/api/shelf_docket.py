"""A docket that keeps its cases on a shelf in memory: small, and as strict about whose they are as the real one."""

# ruff: noqa: ARG002 -- it fits the protocol

from __future__ import annotations

from dataclasses import replace

from comity.api.commands import AnswerFile, Item, Message, OrderClock, OrderView
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents import Json, new_id
from comity.casefile.documents.assessment import Answer, Assessment, Certainty, Finding, Outcome, Proposal
from comity.casefile.documents.demand import Fault
from comity.docket.disclosures.errors import NoSuchPackage
from comity.docket.disclosures.fetching import Fetched
from comity.docket.disclosures.packing import Packed
from comity.docket.errors import NoSuchCase, NotAnswered, NotYourTurn, RoleMayNot


def assessment(received: Instant) -> Assessment:
    finding = Finding(
        id="url",
        question="Is there an exact URL?",
        outcome=Outcome.HOLDS,
        citations=("2021/784 Art 3(4)(c)",),
        why="One URL on board.example.",
        certainty=Certainty.UNCONFIRMED,
    )
    return Assessment(
        instrument="eu-tco",
        law_version="1",
        received_at=received,
        answer=Answer.EXECUTE,
        proposed=Proposal.COMPLY,
        findings=(finding,),
        deadlines=(),
        unknown=(),
        routes=(),
    )


class ShelfDocket:
    """Cases by reference, repetitions by client and key, and everything that was said, in order."""

    def __init__(self, clock: FixedClock) -> None:
        self.fixed = clock
        self.extended: list[Instant] = []
        self.cases: dict[str, tuple[str, OrderView]] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.messages: list[Message] = []
        self.fetched: list[tuple[str, str, str]] = []
        self.answered: set[str] = set()
        self.scrutineers: set[str] = set()
        self.up = True

    @property
    def clock(self) -> FixedClock:
        return self.fixed

    def receive_order(self, message: Message) -> OrderView:
        self.messages.append(message)
        before = self.keys.get((message.client, message.idempotency_key))
        if before is not None:
            return self.cases[before][1]
        reference = self.keys[message.client, message.idempotency_key] = new_id()
        hour = OrderClock(
            "remove_or_disable", "Remove or disable", message.received, "running", ("2021/784 Art 3(3)",), ("+1 h",)
        )
        view = OrderView(
            reference=reference,
            order_reference="OFAC-1",
            received_at=message.received,
            status="received",
            faults=(Fault(code="example", field="message", message="An example."),),
            assessment=assessment(message.received),
            clocks=(hour,),
            items=(Item("https://board.example/posts/1", "ordered", None, None),),
        )
        self.cases[reference] = (message.authority, view)
        return view

    def order_status(self, authority: str, reference: str) -> OrderView:
        owner, view = self.cases.get(reference, ("", None))
        if owner != authority or view is None:
            raise NoSuchCase
        return view

    def answer(self, authority: str, client: str, reference: str, *, form: str | None, pdf: bool) -> AnswerFile:
        view = self.order_status(authority, reference)
        if reference not in self.answered or form == "annex-3":
            raise NotAnswered
        self.fetched.append((client, reference, "pdf" if pdf else "json"))
        content = b"%PDF-1.7 sealed" if pdf else b'{"measure":"DISABLED_ALL_MS"}'
        media_type = "application/pdf" if pdf else "application/json"
        return AnswerFile(form or "annex-2", media_type, content, view.received_at, new_id())

    def clarify(self, reference: str, message: Message, *, changes: Json, grounds_ceased: bool, note: str) -> OrderView:
        view = self.order_status(message.authority, reference)
        if view.status != "clarifying":
            raise NotYourTurn
        self.messages.append(message)
        return self._put(message, replace(view, status="received", order_reference=note or view.order_reference))

    def scrutinise(self, reference: str, message: Message, *, infringement: bool, reasons: str) -> None:
        if message.authority not in self.scrutineers:
            raise RoleMayNot
        if reference not in self.cases:
            raise NoSuchCase
        self.messages.append(message)

    def withdraw(self, reference: str, message: Message, *, reasons: str) -> OrderView:
        view = self.order_status(message.authority, reference)
        return self._put(message, replace(view, status="dismissed"))

    def extend_silence(self, reference: str, message: Message, *, decided_at: Instant) -> OrderView:
        view = self.order_status(message.authority, reference)
        self.messages.append(message)
        self.extended.append(decided_at)
        return view

    def inform(self, message: Message, *, reference: str | None, text: str) -> str:
        if reference is not None:
            self.order_status(message.authority, reference)
        self.messages.append(message)
        return reference or new_id()

    def packages_of(self, authority: str, reference: str) -> tuple[Packed, ...]:
        self.order_status(authority, reference)
        return ()

    def package_manifest(self, authority: str, package: str) -> Json:
        raise NoSuchPackage

    def fetch_package(self, authority: str, package: str, ranges: str | None, *, by: str) -> Fetched:
        raise NoSuchPackage

    def healthy(self) -> bool:
        return self.up

    def _put(self, message: Message, view: OrderView) -> OrderView:
        self.cases[view.reference] = (message.authority, view)
        return view
