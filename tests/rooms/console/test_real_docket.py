"""The console's pages over the whole house: real database, real board, real log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from comity.main.web import django_options
from comity.settings import Settings
from support import orders
from support.board import RunningBoard, free_port
from support.console_staff import log_in

if TYPE_CHECKING:
    from support.night import Night


_PUBLIC = django_options(Settings(), database={}, secret_key="only for tests", door="public")
SATURDAY_NIGHT = Instant.parse("2026-11-23T01:13:00Z")


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    """Three days before the night: authorities are enrolled beforehand."""
    return FixedClock(Instant.parse("2026-11-20T09:00:00Z"))


@pytest.fixture
def night(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, running_board, tmp_path, clock)
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.close()


def as_(name: str) -> Client:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(username=name)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def given(client: Client, address: str, fields: dict[str, str]) -> None:
    """A command that must be taken; says why when it is refused."""
    response = client.post(address, fields)
    assert response.status_code == 302, re.findall(r'class="(?:lead|error)">([^<]+)<', response.content.decode())


def test_a_night_with_two_orders(night: Night) -> None:
    staff = night.staff()
    signer = orders.Authority.named()
    authority = night.enrol(staff, signer)
    client = night.client(staff, authority)
    night.rule(staff, authority)
    night.clock.set(SATURDAY_NIGHT)
    first, second = night.publish("first"), night.publish("second")
    night.file(authority, client, orders.order(content_locations=[{"url": first}]))
    form = orders.order(content_locations=[{"url": second}], order_reference="OFAC-2026-000418")
    night.mail(orders.mail(orders.as_fields_pdf(form)), signer.email)
    night.work_on()
    mia, ben = as_("mia"), as_("ben")

    docket = mia.get("/").content.decode()
    assert "OFAC-2026-000418" in docket
    assert "OFAC-2026-000417" in mia.get("/?tab=all").content.decode()
    done = mia.get("/cases/1/").content.decode()
    assert "in effect" in done
    assert "annex-2" in done
    proof = re.search(r'"(/entries/[0-9a-f]{32}\.tlog-proof)"', done).group(1)  # type: ignore[union-attr]
    assert mia.get(proof).content.startswith(b"c2sp.org/tlog-proof@v1")
    reply = re.search(r'"(/cases/1/answers/[^"]+\.pdf)"', done).group(1)  # type: ignore[union-attr]
    assert mia.get(reply).content.startswith(b"%PDF-")

    waiting = mia.get("/cases/2/decide").content.decode()
    assert "First: is it really them?" in waiting
    refused = mia.post("/cases/2/decide", {"answer": "comply", "reasons": "In good form."})
    assert refused.status_code == 409
    number = re.search(r'name="number" value="([^"]+)"', waiting).group(1)  # type: ignore[union-attr]
    given(mia, "/cases/2/authenticate", {"number": number, "spoken_to": "duty desk", "confirmed": "yes"})
    assert "the page follows" in mia.get("/cases/2/").content.decode()
    night.work_on()
    after = mia.get("/cases/2/").content.decode()
    if "waits for a person" in after:
        given(mia, "/cases/2/decide", {"answer": "comply", "reasons": "In good form (Art 3(4))."})
        night.work_on()
    if "waits for a second person" in mia.get("/cases/2/").content.decode():
        given(ben, "/cases/2/approve", {})
        night.work_on()
    assert "in effect" in mia.get("/cases/2/").content.decode()
    assert night.board_adapter.seen_by_stranger(second, "EU").gone is True

    digest = re.search(r"/cases/2/exhibits/([0-9a-f]{64})/", after).group(1)  # type: ignore[union-attr]
    shown = mia.post(f"/cases/2/exhibits/{digest}/", {"purpose": "decide"})
    assert shown.status_code == 200
    assert hashlib.sha256(b"").hexdigest() != digest
    for address in ("/authorities/", f"/authorities/{authority}/", "/rules/", "/complaints/", "/staff/", "/log/"):
        assert ben.get(address).status_code == 200, address
    assert "comity.example/log" in ben.get("/log/").content.decode()


def test_anybody_checks_the_log_and_the_person_told_complains(night: Night) -> None:
    staff = night.staff()
    authority = night.enrol(staff, orders.Authority.named())
    client = night.client(staff, authority)
    night.rule(staff, authority)
    night.clock.set(SATURDAY_NIGHT)
    url = night.publish()
    night.file(authority, client, orders.order(content_locations=[{"url": url}]))
    night.work_on()
    notice = next(line.detail for line in night.docket.case(1, staff.mia).timeline if line.kind == "notice")
    with override_settings(ROOT_URLCONF="comity.public.urls", MIDDLEWARE=_PUBLIC["MIDDLEWARE"]):
        checkpoint = Client().get("/checkpoint").content.decode()
        size = int(checkpoint.splitlines()[1])
        assert size > 10
        for path in (f"0/000.p/{size}", f"entries/000.p/{size}") if size < 256 else ("0/000", "entries/000"):
            assert Client().get(f"/tile/{path}").status_code == 200, path
        assert "Example Board SAS" in Client().get("/contact").content.decode()
        form = f"/complaint/{notice['complaint_token']}"
        assert url in Client().get(form).content.decode()
        assert Client().post(form, {"text": "It condemns the video."}).status_code == 200
        assert Client().get("/complaint/wrong").status_code == 404
    assert "It condemns the video." in as_("mia").get("/complaints/").content.decode()


def test_an_unknown_case_and_an_auditor(night: Night) -> None:
    staff = night.staff()
    authority = night.enrol(staff, orders.Authority.named())
    client = night.client(staff, authority)
    night.clock.set(SATURDAY_NIGHT)
    night.file(authority, client, orders.order(content_locations=[{"url": night.publish()}]))
    night.work_on()
    dan = as_("dan")
    assert dan.get("/cases/99/").status_code == 404
    assert dan.get("/cases/1/").status_code == 200
    assert "Nothing to decide here now" in dan.get("/cases/1/decide").content.decode()
    response = dan.post("/cases/1/decide", {"answer": "comply", "reasons": "x"})
    assert response.status_code == 403
    assert b"not_your_duty" in response.content
