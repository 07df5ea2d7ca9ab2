"""A house with HI-1 open, and the machine of a court that speaks with it through the real door."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client, override_settings

from comity.assessment.rules import assess_demand
from comity.casefile import audit
from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.assessment import Outcome
from comity.casefile.documents.demand import Demand
from comity.casefile.records.roles import Server
from comity.docket import store
from comity.docket.desk import Docket
from comity.docket.hi1.models import NoticeRow
from comity.docket.jobs import jobs
from comity.docket.machines import Machine, MachineMeans
from comity.docket.models import Case
from comity.hi1 import Party
from comity.hi1.message import Encoding
from comity.hi1.reading import _tree  # the door's answers are read like any message
from comity.hi1.tree import Tree, all_at, at
from comity.intake.models import Message
from support import hi1, orders
from support.board import RunningBoard
from support.night import FILING, Night, Staff

NOW = Instant.parse("2026-09-01T08:00:00Z")
DOOR = {"ROOT_URLCONF": "support.hi1_urls", "MIDDLEWARE": ["comity.api.middleware.ApiHeaders"]}
OTHER = Party("DE", "AG-TEST")


@dataclass
class Court:
    """An authority's machine with its token."""

    authority: str
    client: str
    token: str
    party: Party

    def post(self, body: bytes, encoding: Encoding = Encoding.XML, **headers: str) -> HttpResponse:
        """One message, as it goes over the wire."""
        held = {"Authorization": f"Bearer {self.token}", **headers}
        return Client().post("/hi1", body, content_type=encoding.value, headers=held)

    def says(self, *actions: tuple[int, str, dict[str, Any]], transaction: int = 1, **more: Any) -> Tree:
        """One message and its answer, by action: the body of the answer, or its error."""
        encoding = more.pop("encoding", Encoding.XML)
        body = hi1.message(*actions, encoding=encoding, transaction=transaction, sender=self.party)
        return answers(self.post(body, encoding), encoding)


def answers(response: HttpResponse, encoding: Encoding = Encoding.XML) -> Tree:
    """Number of the action → what it was answered; ``top`` → an error at the top."""
    assert response.status_code == 200, response.content
    payload = at(_tree(response.content, encoding), "HI1Message", "Payload", "ResponsePayload")
    found = {int(one["ActionIdentifier"]): _body(one) for one in all_at(payload, "ActionResponses", "ActionResponse")}
    error = at(payload, "ErrorInformation")
    return found | ({"top": _code(error)} if error else {})


def _body(answer: Mapping[str, Any]) -> Any:
    error = answer.get("ErrorInformation")
    if error:
        return _code(error)
    return next(value for name, value in answer.items() if name.endswith("Response"))


def _code(error: Mapping[str, Any]) -> tuple[int, str]:
    return int(error["ErrorCode"]), str(error["ErrorDescription"])


class House:
    """Everything a provider runs, with HI-1 open to one court and, under its own name, to another."""

    def __init__(self, night: Night) -> None:
        self.night = night
        night.clock.set(Instant.parse("2026-08-20T08:00:00Z"))  # a number proves something only if it was held before
        self.staff: Staff = night.staff()
        self.court = self._court(orders.Authority.named("Tribunal judiciaire de Paris", "greffe@tj.example"), "FR")
        self.stranger = self._court(orders.Authority.named("Amtsgericht Test", "post@ag.example"), "DE")
        self.court.party, self.stranger.party = hi1.COURT, OTHER
        night.clock.set(NOW)
        self.open()

    @classmethod
    @contextmanager
    def opened(cls, server: Server, board: RunningBoard, folder: Path, clock: FixedClock) -> Iterator[House]:
        """A house until the test is over."""
        night = Night(server, board, folder, clock)
        try:
            with cls.of(night) as made:
                yield made
        finally:
            night.close()
            board.leave()

    @classmethod
    @contextmanager
    def of(cls, night: Night) -> Iterator[House]:
        """The door, open on a night that is there."""
        made = cls(night)
        with override_settings(COMITY_DOCKET=night.docket, **DOOR):
            made.docket_changed()
            yield made

    def _court(self, signer: orders.Authority, state: str) -> Court:
        authority = self.night.enrol(self.staff, signer, state=state, roles=FILING)
        enrolled = self.night.docket.enrol_client(self.staff.anna, authority, label="Case system")
        self.night.docket.confirm_certificate(self.staff.ben, enrolled.credential)
        self.secrets = {**getattr(self, "secrets", {}), enrolled.client_id: enrolled.client_secret}
        return Court(authority, enrolled.client_id, "", hi1.COURT)

    def open(self, **changes: Any) -> None:
        """Open the door to both; ``changes``: endpoint, encoding, way and deliveries of the court, schemas."""
        endpoint, encoding = changes.pop("endpoint", ""), changes.pop("encoding", Encoding.XML)
        deliver = changes.pop("deliver", False)
        machines = {
            self.court.client: Machine(self.court.client, self.court.party, endpoint, encoding, deliver),
            self.stranger.client: Machine(self.stranger.client, self.stranger.party),
        }
        means = MachineMeans(path="/hi1", us=hi1.HOST, machines=machines, **changes)
        self.night.parts = replace(self.night.parts, machines=means)
        self.night.docket, self.night.jobs = Docket(self.night.parts), jobs(self.night.parts)

    def docket_changed(self) -> None:
        """Let the door see the docket as it is now, and give both courts fresh tokens."""
        from django.conf import settings

        settings.COMITY_DOCKET = self.night.docket
        for court in (self.court, self.stranger):
            form = {"grant_type": "client_credentials", "scope": "orders:file orders:read"}
            held = {**form, "client_id": court.client, "client_secret": self.secrets[court.client]}
            court.token = json.loads(Client().post("/v1/oauth/token", held).content)["access_token"]

    def cases(self) -> list[Case]:
        """Every case, the oldest first."""
        return list(Case.objects.order_by("number"))

    def status(self) -> str:
        """Where the one case stands."""
        (case,) = self.cases()
        return str(case.status)

    def demands(self) -> list[Demand]:
        """What each case's demand says now."""
        return [audit.find(row.demand.hex, Demand).document for row in self.cases()]

    def forms(self) -> list[Tree]:
        """The forms of the demands."""
        return [demand.form for demand in self.demands()]

    def faults(self) -> set[str]:
        """Codes of what is wrong with the messages themselves."""
        return {fault.code for demand in self.demands() for fault in demand.faults}

    def failing(self, number: int) -> set[str]:
        """Findings of the law that do not hold, about the demand of this number."""
        demand = self.demands()[number - 1]
        judged = demand.model_copy(update={"instrument": demand.form["instrument"]})
        found = assess_demand(judged, self.night.parts.provider)
        return {one.id for one in found.findings if one.outcome is Outcome.FAILS}

    def kept(self) -> int:
        """How many messages were kept of which nothing was done."""
        return Message.objects.filter(channel="hi1", state="set_aside").count()

    def move(self, *events: str) -> None:
        """Move the one case along these arrows."""
        for event in events:
            with self.night.parts.work() as work:
                store.walk(work, store.locked(self.cases()[0].id.hex), event, "tried")
            self.night.clock.set(self.night.clock.now().plus(timedelta(seconds=1)))

    def tell(self) -> list[str]:
        """Run the job of every notice; gives how far each has come."""
        for row in NoticeRow.objects.order_by("number"):
            self.night.jobs["tell_machine"](notice=row.id.hex)
        self.night.clock.set(self.night.clock.now().plus(timedelta(minutes=1)))
        return [row.progress for row in NoticeRow.objects.order_by("number")]
