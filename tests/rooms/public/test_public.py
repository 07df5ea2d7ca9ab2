"""The public door: the log for machines, a form for whoever holds a notice, and the same silence for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import FixedClock
from comity.docket.publishing import Contacts, published
from comity.law import parse_provider
from comity.main.house import EXAMPLE
from comity.main.web import django_options
from comity.public.middleware import COMPLAINTS_A_MINUTE, Limit, SecurityHeaders
from comity.settings import Settings
from support.console_docket import ConsoleDocket
from support.console_shapes import CHECKPOINT, HOSTILE, InMemoryComplaintForm

_OPTIONS = django_options(Settings(), database={}, secret_key="only for tests", door="public")
PROVIDER = parse_provider(EXAMPLE)
TOKEN = "t0kenfromthenotice"


@pytest.fixture
def docket() -> Iterator[ConsoleDocket]:
    house = ConsoleDocket()
    house.published = lambda: published(PROVIDER, Contacts(orders="orders@board.example")).declared
    house.tiles = {"0/000": b"\0" * 32, "entries/x001/067.p/12": b"leaf"}
    house.tokens[TOKEN] = InMemoryComplaintForm(("https://board.example/posts/1",), {})
    with override_settings(COMITY_DOCKET=house, ROOT_URLCONF="comity.public.urls", MIDDLEWARE=_OPTIONS["MIDDLEWARE"]):
        yield house


def test_the_log_is_served_at_the_paths_of_the_standard(docket: ConsoleDocket) -> None:
    assert Client().get("/checkpoint").content.decode() == CHECKPOINT
    full = Client().get("/tile/0/000")
    assert full.content == b"\0" * 32
    assert "immutable" in full.headers["Cache-Control"]
    assert Client().get("/tile/entries/x001/067.p/12").content == b"leaf"


@pytest.mark.parametrize("path", ["0/001", "../../etc/passwd", "0/000/", "0/%2e%2e/000", "x/000", "0/0000", "entries/"])
def test_what_is_no_tile_is_absent(docket: ConsoleDocket, path: str) -> None:
    assert Client().get(f"/tile/{path}").status_code == 404


@given(st.text(max_size=40))
def test_only_well_formed_paths_are_ever_looked_up(path: str) -> None:
    from comity.public.pages import _TILE

    assert (not _TILE.fullmatch(path)) or (".." not in path and path.startswith("tile/"))


def test_pages_are_inert_and_light(docket: ConsoleDocket) -> None:
    for address in ("/", "/contact", f"/complaint/{TOKEN}", "/complaint/unknown", "/nowhere"):
        response = Client().get(address)
        text = response.content.decode()
        assert "<script" not in text
        assert " style=" not in text
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert len(response.content) < 20_000
    assert "orders@board.example" in Client().get("/contact").content.decode()
    assert not Client().get("/").cookies


def test_style_by_its_digest(docket: ConsoleDocket) -> None:
    import re

    address = re.findall(r'href="(/style/[^"]+)"', Client().get("/").content.decode())[0]
    assert Client().get(address).headers["Content-Type"].startswith("text/css")
    assert Client().get("/style/0000000000000000.css").status_code == 404


def test_a_complaint_is_filed_with_the_token_of_the_notice(docket: ConsoleDocket) -> None:
    shown = Client().get(f"/complaint/{TOKEN}").content.decode()
    assert "https://board.example/posts/1" in shown
    assert "Article 4(4)" in shown
    response = Client().post(f"/complaint/{TOKEN}", {"text": HOSTILE})
    assert response.status_code == 200
    assert docket.filed == [(TOKEN, HOSTILE, "en")]


@pytest.mark.parametrize("text", ["", " ", "x" * 8001, "a\0b"])
def test_unusable_complaints_are_not_filed(docket: ConsoleDocket, text: str) -> None:
    response = Client().post(f"/complaint/{TOKEN}", {"text": text})
    assert response.status_code == 422
    assert docket.filed == []


def test_unknown_closed_and_silent_tokens_look_the_same(docket: ConsoleDocket) -> None:
    responses = [Client().get(f"/complaint/{token}") for token in ("unknown", "closed", "a" * 60)]
    responses += [Client().post(f"/complaint/{token}", {"text": "x"}) for token in ("unknown", "closed")]
    answers = [(response.status_code, response.content, sorted(response.headers.items())) for response in responses]
    assert all(answer == answers[0] for answer in answers)
    assert docket.filed == []


def test_a_form_from_elsewhere_is_refused(docket: ConsoleDocket) -> None:
    response = Client(enforce_csrf_checks=True).post(f"/complaint/{TOKEN}", {"text": "x"})
    assert response.status_code == 403
    assert docket.filed == []


def test_whoever_tries_tokens_is_slowed_down(clock: FixedClock) -> None:
    guard = SecurityHeaders(lambda _request: HttpResponse("ok"), clock)
    request = RequestFactory().get("/complaint/x")
    answers = [guard(request).status_code for _ in range(COMPLAINTS_A_MINUTE + 1)]
    assert answers == [200] * COMPLAINTS_A_MINUTE + [429]
    assert guard(RequestFactory().get("/checkpoint")).status_code == 200
    assert guard(RequestFactory(REMOTE_ADDR="10.0.0.9").get("/complaint/x")).status_code == 200
    clock.advance(timedelta(seconds=61))
    assert guard(request).status_code == 200


def test_the_limit_forgets_the_longest_idle(clock: FixedClock) -> None:
    limit = Limit(1, clock)
    for number in range(20_100):
        limit.allows(str(number))
    assert len(limit._seen) == 20_000


def test_a_form_that_closes_while_it_is_filled_in_is_closed(docket: ConsoleDocket) -> None:
    class Closed(ValueError):  # noqa: N818
        code = "link_not_usable"

    def refuse(*_given: str) -> None:
        raise Closed

    docket.file_complaint = refuse  # type: ignore[assignment,method-assign]
    response = Client().post(f"/complaint/{TOKEN}", {"text": "x"})
    assert (response.status_code, response.content) == (404, Client().get("/complaint/unknown").content)
