"""The pages of hunts over the whole house: ordered, followed, counted, veiled, held, and offered on a case."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import translation
from PIL import Image

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from comity.console import figures_hunts, words_hunts
from comity.docket.hunts import rules
from comity.docket.hunts.views import Bin, Distances
from support.board import RunningBoard, free_port
from support.console_staff import log_in
from support.reviewing import PDQ, bits

if TYPE_CHECKING:
    from support.hunting import Hunting

ORDER = {"source": "signals", "text": PDQ, "kind": "pdq", "because": "seen in a chat"}


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=21).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-20T09:00:00Z"))


@pytest.fixture
def hunting(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Hunting]:
    from support.hunting import Hunting
    from support.night import Night

    opened = Hunting.begin(Night(database, running_board, tmp_path, clock))
    with override_settings(COMITY_DOCKET=opened.night.docket):
        yield opened
    opened.night.close()
    running_board.leave()


def entered(name: str) -> Client:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(username=name)
    user.set_password("a password nobody guesses")
    user.save()
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def flood(hunting: Hunting) -> None:
    hunting.shelf.more = 0
    for number in range(60):
        hunting.shelf.keep(f"p{number:016d}", bits(PDQ, number % 20))


def test_a_hunt_is_ordered_followed_and_leads_to_its_review(hunting: Hunting) -> None:
    hunting.posts(0, 7, 40)
    client = entered("mia")
    answer = client.post("/hunts/new", ORDER)
    assert (answer.status_code, answer["Location"]) == (302, "/hunts/1/")
    text = client.get("/hunts/1/").content.decode()
    assert "being searched" in text
    assert 'hx-trigger="every 1s"' in text
    hunting.night.work_on()
    text = client.get("/hunts/1/").content.decode()
    assert "2 items were found" in text
    assert 'href="/reviews/1/"' in text
    assert "hx-trigger" not in text
    assert text.count("<svg") == text.count('role="img"') == 1
    assert "style=" not in text
    assert "R-1" in client.get("/hunts/").content.decode()


def test_a_list_is_given_as_a_file(hunting: Hunting) -> None:
    hunting.posts(0)
    list_of = SimpleUploadedFile("list.txt", f"# ours\nsha256 {PDQ}\n".encode())
    assert entered("mia").post("/hunts/new", {**ORDER, "text": "", "file": list_of}).status_code == 302
    hunting.night.work_on()
    assert (hunting.view().line.signals, hunting.view().line.found) == (1, 0)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": "zebra"}, "line 1"),
        ({"text": ""}, "no signal to search for"),
        ({"because": ""}, "required"),
        ({"threshold": "200"}, "from 0 to 60"),
        ({"source": "bank", "bank": ""}, "no signal to search for"),
        ({"source": "case"}, "valid choice"),
        ({"file": SimpleUploadedFile("list.txt", b"\xff\xfe")}, "UTF-8"),
    ],
)
def test_what_cannot_be_searched_is_said_beside_what_was_typed(hunting: Hunting, said: dict, why: str) -> None:
    answer = entered("mia").post("/hunts/new", {**ORDER, **said})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert hunting.night.docket.hunts(hunting.gallery.staff.mia).hunts == ()


def test_a_held_hunt_names_what_found_much_and_goes_on_by_a_person(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    mia, carla = entered("mia"), entered("carla")
    text = mia.get("/hunts/1/").content.decode()
    assert "much of the platform" in text
    in_german = mia.get("/hunts/1/", headers={"Accept-Language": "de"}).content.decode()
    assert in_german.count("einen großen Teil der Plattform") == 2
    assert 'name="without" value="0"' in text
    assert "takes a person who may agree" in text
    refused = mia.post("/hunts/1/release", {"because": "go on"})
    assert refused.status_code == 403
    assert carla.post("/hunts/1/release", {"because": " "}).status_code == 422
    assert carla.post("/hunts/1/release", {"because": "go on"}).status_code == 302
    assert hunting.row().state == "entering"
    assert carla.post("/hunts/1/stop", {"because": "enough"}).status_code == 302
    assert carla.post("/hunts/1/again", {"because": "once more"}).status_code == 409


@pytest.mark.parametrize(("found", "stored", "full"), [(0, 10**9, True), (10_001, 10**9, False), (500, 1000, False)])
def test_every_reason_for_which_a_hunt_waits_is_translated_with_its_numbers(
    found: int, stored: int, full: bool
) -> None:
    said = rules.why_held(found, stored, full=full)
    for language in ("fr", "de"):
        with translation.override(language):
            shown = words_hunts.waits_because(said)
        assert shown != said
        assert "lang=" not in shown
        assert re.findall(r"[\d,]+\d", shown) == re.findall(r"[\d,]+\d", said)


def test_what_nobody_foresaw_stays_as_it_was_entered() -> None:
    with translation.override("de"):
        assert words_hunts.waits_because("it found a <b> items") == '<span lang="en">it found a &lt;b&gt; items</span>'


def test_what_found_much_is_taken_out(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order(f"{PDQ}\n{'0' * 64}")
    client = entered("mia")
    assert client.post("/hunts/1/narrow", {"because": "grey", "without": "one"}).status_code == 409
    assert client.post("/hunts/1/narrow", {"because": "grey", "without": ["0"]}).status_code == 302
    hunting.night.work_on()
    assert (hunting.row().state, hunting.row().found) == ("done", 0)


def test_the_sample_s_pictures_are_veiled_and_asking_is_entered(hunting: Hunting) -> None:
    from comity.casefile import audit

    flood(hunting)
    item = hunting.item(hunting.night.publish())
    hunting.shelf.keep(item)
    hunting.order()
    from comity.docket.hunts import store

    place = next(one.place for one in store.waiting(hunting.row().id, 100) if one.item == item)
    client = entered("mia")
    answer = client.get(f"/hunts/1/sample/{place}.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.width < 64
    assert audit.entries_of(hunting.row().id.hex, kind="access")
    assert client.get("/hunts/1/sample/999.jpg").status_code == 404
    assert entered("dan").get(f"/hunts/1/sample/{place}.jpg").status_code == 403


def test_an_auditor_sees_numbers_and_no_commands(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    text = entered("dan").get("/hunts/1/").content.decode()
    assert "60 items were found" in text
    for command in ("/hunts/1/sample", "/hunts/1/release", "/hunts/1/narrow", "/hunts/1/stop"):
        assert command not in text


def test_nobody_without_a_log_in_sees_anything(hunting: Hunting) -> None:
    hunting.order()
    for address in ("/hunts/", "/hunts/new", "/hunts/1/", "/hunts/1/sample/1.jpg"):
        assert Client().get(address).status_code == 302
    assert entered("mia").get("/hunts/7/").status_code == 404


def test_bars_are_as_high_as_their_share_and_never_lost() -> None:
    drawn = figures_hunts.histogram(Distances("pdq", "bits", 31.0, (Bin(0, 2, 1_000), Bin(2, 4, 1), Bin(4, 6, 0))))
    assert [bar.height for bar in drawn.bars] == ["150.0", "2.0", "0.0"]
    assert (drawn.most, drawn.found) == (1_000, 1_001)
    assert figures_hunts.histogram(Distances("pdq", "bits", 31.0, ())).bars == ()
