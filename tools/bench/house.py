"""A whole Comity with real processes for the bench and the soak: opened, its authority enrolled, orders filed."""

from __future__ import annotations

import base64
import io
import json
import smtplib
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from comity.settings import Settings
from demo_world import HOST, World
from support import orders

STAFF = {
    "anna": frozenset({"registrar", "administrator"}),
    "ben": frozenset({"approver"}),
    "carla": frozenset({"legal"}),
    "mia": frozenset({"moderator"}),
}
DONE = "in_effect"
_NO_PROXY: dict[str, Any] = {"trust_env": False, "timeout": 60}


def utc_now() -> datetime:
    """The wall clock, which the programs measured read as well."""
    return datetime.now(UTC)


class House:
    """Comity, a board and an authority whose orders a standing rule carries out."""

    def __init__(self, home: Path, *, posts: int = 50, **more: str) -> None:
        self.world = World(home, **more)
        self.seconds_to_open = time.monotonic()
        self.world.open(posts)
        self.seconds_to_open = time.monotonic() - self.seconds_to_open
        self._picture = _picture()
        self._api = httpx.Client(base_url=f"http://127.0.0.1:{self.world.ports['api']}/v1", **_NO_PROXY)
        self._board = httpx.Client(
            base_url=f"http://127.0.0.1:{self.world.ports['board']}/admin/v1",
            headers={"Authorization": f"Bearer {self.world.secret.read_text()}"},
            **_NO_PROXY,
        )
        self._enrol()
        self._token, self._token_ends = "", 0.0

    def close(self) -> None:
        """End everything."""
        from django.db import connections

        connections.close_all()
        self._api.close()
        self._board.close()
        self.world.close()

    def _enrol(self) -> None:
        """An authority by call-back and two people, its API client, a standing rule: by the docket's own commands."""
        settings = Settings.from_environment(self.world.environment)
        from comity.main.operating import found_staff

        self.passwords = dict(found_staff(settings, list(STAFF.items())))
        from comity.main.compose import docket_of

        self.docket = docket = docket_of(settings)
        self.staff = staff = {line.name: line.id for line in docket.staff()}
        police = orders.Authority.named()
        fields = {
            "name": police.name,
            "member_state": "FR",
            "roles": ["12(1)(a)"],
            "mail_domains": "authority.example",
            "feedback_contact": police.email,
            "number": "+33 1 40 00 00 00",
            "first_source": "commission_register",
            "first_place": "register, France",
            "second_source": "official_site",
            "second_place": "contact page",
        }
        authority = docket.propose_authority(staff["anna"], fields=fields)
        number = docket.authority(authority, staff["anna"]).held.numbers[0].number
        docket.record_call_back(staff["anna"], authority, number=number, spoken_to="an officer", outcome="verified")
        for person in ("ben", "carla"):
            docket.confirm_authority(staff[person], authority)
        self.client = docket.enrol_client(staff["anna"], authority, label="bench")
        self.police = police
        docket.enrol_certificate(staff["anna"], authority, pem=police.pem, label="seal")
        for credential in docket.authority(authority, staff["anna"]).credentials:
            docket.confirm_certificate(staff["ben"], credential.id)
        self._approve_rule(authority)

    def _approve_rule(self, authority: str) -> None:
        from comity.casefile.clock import Instant

        until = Instant(utc_now() + timedelta(days=90))
        self.docket.propose_rule(
            self.staff["carla"], authority=authority, channels=("api", "email"), valid_until=until, why="the bench"
        )
        self.docket.approve_rule(self.staff["ben"], self.docket.rules()[0].rule)

    def publish(self, title: str) -> str:
        """A post with a picture; gives its public address."""
        body = {"by": "ada", "room": "town", "title": title, "body": "Words.", "pictures": [self._picture]}
        return f"{HOST}/p/{self._board.post('/posts', json=body).raise_for_status().json()['item']}"

    def token(self) -> str:
        """An access token, taken anew before it expires."""
        if time.monotonic() > self._token_ends:
            fields = {"grant_type": "client_credentials", "scope": "orders:file orders:read"}
            secret = (self.client.client_id, self.client.client_secret)
            answer = self._api.post("/oauth/token", data=fields, auth=secret).raise_for_status().json()
            self._token, self._token_ends = str(answer["access_token"]), time.monotonic() + answer["expires_in"] / 2
        return self._token

    def form(self, url: str, key: str) -> dict[str, Any]:
        """An order of now about one address."""
        at = utc_now().isoformat(timespec="seconds")
        return orders.order(order_reference=key, issued_at=at, content_locations=[{"url": url}])

    def file(self, url: str, key: str) -> str:
        """File an order about one address; gives the case."""
        return self.file_form(self.form(url, key), key)

    def file_form(self, form: dict[str, Any], key: str) -> str:
        """File this form by the API, perhaps once more; gives the case."""
        headers = {"Authorization": f"Bearer {self.token()}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        answer = self._api.post("/orders", content=json.dumps(form), headers=headers)
        return str(answer.raise_for_status().json()["reference"])

    def letter(self, url: str, key: str) -> bytes:
        """The same order as a mail with a PDF that the authority signed."""
        form = self.form(url, key)
        pdf = orders.signed_pdf(orders.as_fields_pdf(form), self.police, form["issued_at"])
        return orders.mail(pdf, message_id=f"<{key}@authority.example>")

    def mail(self, letter: bytes) -> None:
        """Bring a mail to the receiver, which has kept it when this returns."""
        with smtplib.SMTP("127.0.0.1", self.world.ports["smtp"], timeout=60) as connection:
            connection.sendmail(self.police.email, ["orders@board.example"], letter)

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    def forget_connection(self) -> None:
        """After the database died: the next question opens a connection anew."""
        from django.db import connections

        connections.close_all()

    def wait_until_done(self, cases: int, seconds: float) -> int:
        """Wait until so many cases are in effect; gives how many are. It asks once a second, no more."""
        until, done = time.monotonic() + seconds, -1
        while done < cases and time.monotonic() < until:
            time.sleep(1)
            ((done,),) = self.query("SELECT count(*) FROM docket_case WHERE status = %s", DONE)
        return done


def _picture() -> str:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((480, 320)).save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()
