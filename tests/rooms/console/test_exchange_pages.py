"""The page of exchanges over the whole house: set up, fetched by the job, lists that wait, lists given, banks out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.bank import BankTerms
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.console_staff import log_in
from support.exchanges import digest

if TYPE_CHECKING:
    from support.night import Night

SAID = {"bank": "LIST", "settings": "path: list.txt", "secrets": "", "pace": "300", "enabled": "on", "because": "new"}


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=21).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-20T09:00:00Z"))


@pytest.fixture
def night(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from comity.docket.desk import Docket
    from comity.docket.jobs import jobs
    from comity.matching.banks import service
    from comity.matching.exchanges.means import Means
    from comity.matching.exchanges.sampling import of_signals
    from support.night import Night

    opened = Night(database, running_board, tmp_path, clock)
    (tmp_path / "lists").mkdir()
    sample = of_signals([{"sha256": digest(f"stored {number}")} for number in range(30)])
    means = Means(tmp_path / "secrets", tmp_path / "lists", lambda: sample)
    opened.parts = dataclasses.replace(opened.parts, exchanges=means)
    opened.docket, opened.jobs = Docket(opened.parts), jobs(opened.parts)
    said = {"owner": "us", "source": "exchanges", "reason": "r", "legal_basis": "terms 4"}
    with unit_of_work(clock.now(), "system:test") as work:
        service.create_bank(work, BankTerms.model_validate({"name": "LIST", **said}))
    opened.staff()
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


def fetched(night: Night) -> None:
    from comity.matching.exchanges import store

    held = store.named("them")
    pulse = store.pulse(held.id)
    assert pulse is not None
    night.jobs["fetch_exchange"](exchange=held.id, due=pulse.next_at.z())


def listed() -> set[str]:
    from comity.matching.banks import store

    return {item.signals["sha256"] for item in store.items(store.bank("LIST"))}


def test_an_exchange_from_its_setting_up_to_its_end(night: Night, tmp_path: Path) -> None:
    client, reader = as_("carla"), as_("dan")
    assert "No exchange is set up." in reader.get("/exchanges/").content.decode()
    refused = client.post("/exchanges/new", SAID | {"name": "them", "kind": "file", "settings": "path"})
    assert (refused.status_code, "One name a line" in refused.content.decode()) == (422, True)
    refused = client.post("/exchanges/new", SAID | {"name": "them", "kind": "file", "settings": ""})
    assert (refused.status_code, "path is missing" in refused.content.decode()) == (422, True)
    assert client.post("/exchanges/new", SAID | {"name": "them", "kind": "file"}).status_code == 302
    (tmp_path / "lists" / "list.txt").write_text(f"sha256 {digest(1)}\nsha256 <script>\n")
    fetched(night)
    assert listed() == {digest(1)}
    page = reader.get("/exchanges/").content.decode()
    assert "list.txt, line 2" in page
    assert "<script>" not in page
    assert client.get("/exchanges/them/").status_code == 200
    assert client.get("/exchanges/nobody/").status_code >= 400
    assert client.post("/exchanges/them/", SAID | {"pace": "60"}).status_code == 302
    assert "every 60 seconds" in reader.get("/exchanges/").content.decode()
    assert client.post("/exchanges/them/fetch").status_code == 302
    assert client.post("/exchanges/them/end", {"because": ""}).status_code == 422
    assert client.post("/exchanges/them/end", {"because": "they closed"}).status_code == 302
    assert "No exchange is set up." in reader.get("/exchanges/").content.decode()


def test_a_list_that_would_match_much_is_released_by_a_person(night: Night, tmp_path: Path) -> None:
    client, reader = as_("carla"), as_("dan")
    client.post("/exchanges/new", SAID | {"name": "them", "kind": "file"})
    lines = "".join(f"sha256 {digest(f'stored {number}')}\n" for number in range(25))
    (tmp_path / "lists" / "list.txt").write_text(lines)
    fetched(night)
    assert listed() == set()
    page = reader.get("/exchanges/").content.decode()
    assert "would match much" in page
    assert "<dd>25</dd>" in page
    assert "<dd>30</dd>" in page
    from comity.matching.banks import papers

    (waiting,) = papers.all_waiting()
    address = f"/exchanges/lists/{waiting.id}"
    assert address not in page
    assert reader.post(address, {"release": "yes", "because": "me"}).status_code >= 400
    assert client.post(address, {"release": "yes", "because": ""}).status_code == 422
    assert listed() == set()
    assert client.post(address, {"release": "yes", "because": "copies of one film"}).status_code == 302
    assert len(listed()) == 25
    assert client.post(address, {"release": "no", "because": "again"}).status_code >= 400


def test_a_list_is_given_and_a_bank_goes_out(night: Night) -> None:
    client, reader = as_("carla"), as_("dan")
    file = SimpleUploadedFile("list.csv", f"type,signal\nsha256,{digest(1)}\nsha256,no\n".encode())
    said = {"bank": "LIST", "kind": "csv", "member": "A Centre", "because": "they wrote to us"}
    assert client.get("/exchanges/import").status_code == 200
    given = client.post("/exchanges/import", said | {"file": file}, follow=True).content.decode()
    assert "1 item was listed; 1 rows were refused, 0 passed over." in given
    wrong = client.post("/exchanges/import", said | {"file": SimpleUploadedFile("x", b"nothing"), "kind": "stix"})
    assert (wrong.status_code, "not JSON" in wrong.content.decode()) == (422, True)
    why = {"because": "A Centre asked for it"}
    assert reader.post("/exchanges/banks/LIST", why).status_code >= 400
    assert client.post("/exchanges/banks/NOWHERE", why).status_code >= 400
    assert client.post("/exchanges/banks/LIST").status_code == 422
    out = client.post("/exchanges/banks/LIST", why)
    assert out["Content-Disposition"] == 'attachment; filename="LIST.stix.json"'
    found = json.loads(b"".join(out.streaming_content))  # type: ignore[arg-type]
    assert [one["pattern"] for one in found["objects"][1:]] == [f"[file:hashes.'SHA-256' = '{digest(1)}']"]
    bundle = SimpleUploadedFile("b.json", json.dumps(found).encode())
    again = client.post("/exchanges/import", said | {"file": bundle, "kind": "stix"}, follow=True).content.decode()
    assert "1 item was listed" in again


def test_who_may_not_propose_may_look_only(night: Night) -> None:
    reader = as_("dan")
    assert "Set up an exchange" not in reader.get("/exchanges/").content.decode()
    assert reader.post("/exchanges/new", SAID | {"name": "them", "kind": "file"}).status_code >= 400
    for address in ("/exchanges/them/end", "/exchanges/them/fetch"):
        assert reader.post(address, {"because": "me"}).status_code >= 400


def test_an_item_held_back_is_let_go_or_switched_off_by_a_person(night: Night, clock: FixedClock) -> None:
    from comity.matching.banks import service, store

    client, reader = as_("carla"), as_("dan")
    said = {"source": "s", "member": "A Centre", "reason": "r"}
    with unit_of_work(clock.now(), "system:test") as work:
        numbers = [service.add_entry(work, "LIST", {"sha256": digest(n)}, **said).number for n in (1, 2)]
        for number in numbers:
            service.quarantine(work, number, "sha256", "it matched 20 of 1000 that were looked up")
    page = reader.get("/exchanges/").content.decode()
    assert "it matched 20 of 1000 that were looked up" in page
    assert f"/exchanges/items/{numbers[0]}" not in page
    first, second = (f"/exchanges/items/{number}" for number in numbers)
    assert reader.post(first, {"release": "yes", "because": "me"}).status_code >= 400
    assert client.post(first, {"release": "yes", "because": ""}).status_code == 422
    assert client.post(first, {"release": "yes", "because": "a film that spreads"}).status_code == 302
    assert client.post(second, {"release": "no", "because": "a white page"}).status_code == 302
    assert client.post("/exchanges/items/999", {"release": "no", "because": "x"}).status_code >= 400
    items = {item.number: item for item in store.items(store.bank("LIST"))}
    assert [(items[n].quarantined, items[n].off) for n in numbers] == [(False, False), (False, True)]
    assert "held back" not in reader.get("/exchanges/").content.decode()
