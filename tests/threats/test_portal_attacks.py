"""The portal under attack: nobody outside learns what exists, and a stolen account is seen, slowed and stopped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.casefile.clock import FixedClock, Instant
from comity.main.web import portal_only
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.night import Night


@pytest.fixture(scope="module")
def night(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    from support import orders
    from support.databases import point_django_at
    from support.night import Night
    from support.portal import SETTINGS

    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=51).start()
    with databases.clone() as server:
        point_django_at(server)
        clock = FixedClock(Instant.parse("2026-11-20T09:00:00Z"))
        opened = Night(server, board, tmp_path_factory.mktemp("house"), clock)
        opened.who = opened.staff()  # type: ignore[attr-defined]
        opened.agency = opened.enrol(opened.who, orders.Authority.named())  # type: ignore[attr-defined]
        opened.clock.set(Instant.parse("2026-11-23T11:00:00Z"))
        with override_settings(**portal_only(), **SETTINGS, COMITY_DOCKET=opened.docket):
            yield opened
        opened.close()
    board.stop()


@pytest.fixture(autouse=True)
def calm(night: Any) -> Iterator[None]:
    from comity.portal.pages import outside

    for limit in outside.LIMITS:
        limit.forget()
    yield
    night.clock.set(night.clock.now().plus(timedelta(minutes=20)))


@pytest.fixture
def came_in(night: Any) -> tuple[str, Any, Any]:
    """An officer of a fresh name, with a signed-in browser and the key."""
    from comity.casefile.documents import new_id
    from support import portal

    who = portal.APPLICATION | {"address": f"{new_id()}@authority.example"}
    return portal.enrolled(night, night.who, night.agency, who)


def seen(answer: Callable[[], Any]) -> tuple[int, str, dict[str, str], int]:
    """All that an outsider can see, without what is drawn anew for everybody; and how often the database was asked."""
    with CaptureQueriesContext(connection) as asked:
        response = answer()
    text = re.sub(r'value="[^"]*"|"challenge": "[^"]*"', "", response.content.decode())
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, text, headers, len(asked)


def test_looking_up_whether_something_exists(night: Any, came_in: Any) -> None:
    from support.portal import APPLICATION, browser

    held = night.docket.officer(came_in[0], night.who.anna).held
    tries = (
        APPLICATION | {"address": held.address},
        APPLICATION | {"address": "nobody@authority.example"},
        APPLICATION | {"authority": "No such body", "address": "x@nowhere.example"},
    )
    browser().get("/access/")
    found = [seen(lambda who=who: browser().post("/access/", who)) for who in tries]
    assert found[0] == found[1] == found[2]


def test_who_tries_codes_learns_nothing(night: Any) -> None:
    from support.portal import APPLICATION, approved, browser, halves

    _, codes = approved(night, night.who, night.agency)
    drawn = ("AAAA-BBBB-CCCC", "DDDD-EEEE-FFFF")
    tries = (
        halves(APPLICATION["address"], drawn),
        halves("nobody@nowhere.example", drawn),
        halves("nobody@nowhere.example", codes),
        halves(APPLICATION["address"], (codes[0], drawn[1])),
        halves(APPLICATION["address"], (drawn[0], codes[1])),
    )
    found = [seen(lambda what=what: browser().post("/enrol/", what)) for what in tries]
    assert all(one == found[0] for one in found)
    assert found[0][0] == 422


def test_who_tries_passkeys_learns_nothing(night: Any, came_in: Any) -> None:
    from support.authenticator import Authenticator
    from support.portal import browser, ceremony

    key = came_in[2]

    def tried(one: Authenticator) -> Any:
        client = browser()
        options, state = ceremony(client.get("/sign-in/"))
        answer = one.get(options)
        return seen(lambda: client.post("/sign-in/", {"state": state, "answer": answer}))

    unknown = tried(Authenticator())
    known = tried(Authenticator(credential=key.credential, counter=90))
    assert unknown == known
    assert unknown[0] == 422


def test_an_order_of_another_authority_and_none_look_the_same(night: Any, came_in: Any) -> None:
    from support import orders, portal

    case = portal.file_order(came_in[1], orders.order(content_locations=[{"url": night.publish()}]))
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    other = night.enrol(night.who, orders.Authority.named("Bundestestamt", "orders@bundestestamt.example"), state="DE")
    night.clock.set(night.clock.now().plus(timedelta(minutes=1)))
    german = portal.APPLICATION | {"authority": "Bundestestamt", "address": "kim@bundestestamt.example"}
    client = portal.enrolled(night, night.who, other, german)[1]
    fields = {"text": "x", "reasons": "x", "note": "x"}

    def asked(reference: str, name: str) -> Any:
        address = f"/orders/{reference}/{name}"
        return seen(lambda: client.post(address, fields) if name else client.get(address))

    for name in ("", "write", "withdraw", "clarify", "answers/annex-2"):
        assert asked(case, name) == asked("0" * 32, name), name


def test_a_good_officers_account_is_taken_over(night: Any, came_in: Any) -> None:
    from support import orders, portal

    officer, client, key = came_in
    case = portal.file_order(client, orders.order(content_locations=[{"url": night.publish()}]))
    thief = portal.browser(portal.ELSEWHERE)
    portal.sign_in(thief, key)
    for address in ("/orders/", f"/orders/{case}/", "/orders/information"):
        assert thief.get(address).headers["Location"] == "/sign-in/confirm"
    signs = night.docket.officer(officer, night.who.anna).signs
    assert ("officer_signed_in", ("device", "network")) in [(sign.change, sign.new) for sign in signs]
    night.docket.suspend_officer(night.who.mia, officer, "the officer rang")
    assert thief.get("/orders/").headers["Location"] == "/sign-in/"
    assert portal.sign_in(thief, key).status_code == 422


def test_the_answer_is_led_elsewhere(night: Any, came_in: Any) -> None:
    from support import orders, portal

    client = came_in[1]
    night.rule(night.who, night.agency, channels=("portal",))
    portal.file_order(client, orders.order(content_locations=[{"url": night.publish()}]), key="first" * 5)
    form = orders.order(content_locations=[{"url": night.publish()}], order_reference="LED-ELSEWHERE")
    case = portal.file_order(client, form, key="second" * 4)
    night.work_on()
    address = f"/orders/{case}/answers/annex-2"
    assert client.post(address).content.startswith(b"%PDF-")
    assert client.get(address).status_code == 405
    stranger = portal.browser()
    assert stranger.post(address).headers["Location"] == "/sign-in/"
    stranger.cookies["comity_portal"] = "guessed"
    assert stranger.post(address).headers["Location"] == "/sign-in/"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.one_of(st.text(max_size=200), st.recursive(st.none() | st.text() | st.integers(), st.lists)))
def test_no_answer_to_a_ceremony_breaks_the_door(night: Any, answer: object) -> None:
    from comity.portal import passkeys

    text = answer if isinstance(answer, str) else json.dumps(answer)
    begun = passkeys.begin_sign_in()
    read = passkeys.read_answer(text, begun.state)
    assert passkeys.verifies(read, None) is None
    assert passkeys.finish_registration(text, begun.state) is None
    assert passkeys.finish_registration(text, text) is None


TYPED = [
    "issued_at",
    "issued_at.offset",
    "grounds",
    "content_locations.0.url",
    "redress.deadline.n",
    "redress.deadline.unit",
    "nondisclosure",
    "issuer.name",
    "order_reference",
    "issuing_member_state",
    "issuer.date",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.dictionaries(st.sampled_from(TYPED), st.text(max_size=60)))
def test_nothing_that_is_typed_breaks_the_form(night: Any, posted: dict[str, str]) -> None:
    from comity.portal.officers import annex

    form = annex.typed(posted)
    assert annex.sections(form, judged=True)
    json.dumps(form)


def test_what_is_kept_of_a_visitor_names_nobody(night: Any, came_in: Any) -> None:
    from comity.portal.models import Familiar, Session
    from support.portal import HOME_NETWORK

    rows = [*Session.objects.values(), *Familiar.objects.values()]
    assert rows
    kept = json.dumps(rows, default=str)
    assert HOME_NETWORK not in kept
    assert "test browser" not in kept
    assert came_in[1].cookies["comity_portal"].value not in kept
    assert Path(__file__).name not in kept
