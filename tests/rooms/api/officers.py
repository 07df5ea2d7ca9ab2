"""What an authority's machine does: get a token, call the door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.test import Client
from registry_playbook import People, Work, call, confirm, proposal_of

from comity.casefile.clock import FixedClock
from comity.registry import service

DOOR: dict[str, Any] = {
    "ROOT_URLCONF": "comity.api.urls",
    "MIDDLEWARE": ["comity.api.middleware.ApiHeaders"],
}
ORDERS = "/v1/orders"


@dataclass(frozen=True)
class Office:
    """An authority with a client."""

    authority: str
    client_id: str
    secret: str
    credential: str
    token: str = ""

    def ask_token(self, **change: str) -> HttpResponse:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        return Client().post("/v1/oauth/token", {**form, **change})

    def with_token(self, scope: str = "orders:file orders:read") -> Office:
        return replace(self, token=self.ask_token(scope=scope).json()["access_token"])

    def post(self, path: str, body: bytes, media_type: str = "application/json", **headers: str) -> HttpResponse:
        return Client().post(path, body, content_type=media_type, headers=self._headers(headers))

    def get(self, path: str, **headers: str) -> HttpResponse:
        return Client().get(path, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): more[name] for name in more}}


def open_office(work: Work, people: People, clock: FixedClock, *, name: str) -> Office:
    with work(people.anna) as opened:
        proposal = replace(proposal_of(clock, people), name=name)
        authority = service.propose_authority(opened, by=people.anna, proposal=proposal)
    confirm(work, people, authority)
    with work(people.anna) as opened:
        made = service.enrol_client(opened, by=people.anna, authority=authority, label="Case system")
    with work(people.ben) as opened:
        service.confirm_credential(opened, by=people.ben, credential=made.credential)
    return Office(authority, made.client_id, made.client_secret, made.credential).with_token()


__all__ = ["DOOR", "ORDERS", "Office", "call", "open_office"]
