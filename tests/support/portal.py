"""Officers before the portal: the way from an application to a signed-in browser, step by step or at once."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

from django.test import Client

from support.authenticator import Authenticator

ORIGIN = "https://portal.board.example"
SETTINGS = {"COMITY_PORTAL_URL": ORIGIN, "COMITY_PORTAL_PROXIES": 1}
HOME_NETWORK, ELSEWHERE = "192.0.2.7", "203.0.113.9"
OVERSEER_NUMBER = "+33153732222"
APPLICATION = {
    "authority": "Office central de test",
    "name": "Alix Martin",
    "post": "commissaire",
    "address": "alix.martin@authority.example",
}


def browser(network: str = HOME_NETWORK) -> Client:
    """A browser with an empty jar of cookies, in some network."""
    return Client(headers={"X-Forwarded-For": network, "User-Agent": "test browser"}, raise_request_exception=True)


def ceremony(response: Any) -> tuple[dict[str, Any], str]:
    """Options and state as the page carries them."""
    text = response.content.decode()
    data = re.search(r'<script id="ceremony" type="application/json">(.*?)</script>', text, re.DOTALL)
    state = re.search(r'name="state" value="([^"]+)"', text)
    assert data, text
    assert state, text
    return json.loads(data[1]), html.unescape(state[1])


def sign_in(client: Client, key: Authenticator) -> Any:
    """Go through the ceremony; gives the answer."""
    options, state = ceremony(client.get("/sign-in/"))
    return client.post("/sign-in/", {"state": state, "answer": key.get(options)})


def halves(address: str, codes: tuple[str, str]) -> dict[str, str]:
    """The fields of the page that takes both halves of a code."""
    return {"address": address, "code": codes[0], "second": codes[1]}


def register(client: Client, key: Authenticator, address: str, codes: tuple[str, str]) -> Any:
    """Use both halves of a one-time code and register a passkey; gives the last answer."""
    opened = client.post("/enrol/", halves(address, codes))
    assert opened.status_code == 302, opened.content.decode()
    options, state = ceremony(client.get("/enrol/passkey"))
    return client.post("/enrol/passkey", {"state": state, "answer": key.create(options)})


def approved(
    night: Any, staff: Any, authority: str, application: dict[str, str] | None = None
) -> tuple[str, tuple[str, str]]:
    """Somebody asked, one of ours proposed, called, another agreed; gives the officer and both halves of the code."""
    from comity.registry.officers_means import Application

    docket = night.docket
    before = {held.id for held in docket.officers(staff.anna)}
    docket.apply_for_access(Application(**(application or APPLICATION)))
    (officer,) = (held.id for held in docket.officers(staff.anna) if held.id not in before)
    docket.propose_officer(staff.anna, officer, authority)
    call(night, staff.mia, officer)
    return officer, (docket.approve_officer(staff.ben, officer), docket.officer_half(staff.mia, officer))


def overseer_codes(docket: Any, staff: Any, overseer: str) -> tuple[str, str]:
    """Another of ours agrees and has one half; who proposed calls and has the other."""
    first = docket.approve_overseer(staff.ben, overseer, OVERSEER_NUMBER)
    docket.call_overseer(staff.anna, overseer, spoken_to="switchboard", outcome="verified")
    return first, docket.overseer_half(staff.anna, overseer)


def call(night: Any, by: str, officer: str, outcome: str = "verified") -> None:
    """A call to the number held beforehand."""
    held = night.docket.officer(officer, by).held
    number = held.authority.numbers[0].id
    night.docket.call_officer(by, officer, number=number, spoken_to="duty desk", outcome=outcome)


def enrolled(
    night: Any, staff: Any, authority: str, application: dict[str, str] | None = None
) -> tuple[str, Client, Authenticator]:
    """An enrolled officer with a signed-in browser and the key."""
    application = application or APPLICATION
    officer, codes = approved(night, staff, authority, application)
    client, key = browser(), Authenticator()
    done = register(client, key, application["address"], codes)
    assert done.status_code == 302, done.content.decode()
    return officer, client, key


def step_up(night: Any, staff: Any, officer: str, client: Client) -> None:
    """Confirm a sign-in on a new device as it is meant: call, code, officer types it."""
    night.clock.set(night.clock.now().plus(timedelta(seconds=1)))
    call(night, staff.mia, officer)
    code = night.docket.confirm_sign_in(staff.mia, officer)
    assert client.post("/sign-in/confirm", {"code": code}).status_code == 302


def posted(form: dict[str, Any]) -> dict[str, Any]:
    """An order's fields as the page posts them."""
    found: dict[str, Any] = {}
    for key, value in form.items():
        if key == "content_locations":
            for number, place in enumerate(value):
                found[f"{key}.{number}.url"] = place["url"]
                found[f"{key}.{number}.info"] = place.get("additional_info", "")
        elif key == "issued_at":
            found |= {key: value[:19], f"{key}.offset": value[19:]}
        elif isinstance(value, dict):
            inner = {name: part for name, part in value.items() if name != "stamp_signature"}
            deadline = inner.pop("deadline", None)
            found |= {f"{key}.{name}": part for name, part in inner.items()}
            found |= {f"{key}.deadline.{name}": part for name, part in (deadline or {}).items()}
        elif isinstance(value, bool):
            found |= {key: "yes"} if value else {}
        else:
            found[key] = value
    return found


def file_order(client: Client, form: dict[str, Any], *, pdf: bytes | None = None, key: str = "k" * 24) -> str:
    """File an order through the page; gives its reference."""
    from io import BytesIO

    fields = posted(form) | {"file": "1", "key": key}
    if pdf is not None:
        document = BytesIO(pdf)
        document.name = "order.pdf"
        fields["document"] = document
    done = client.post("/orders/new", fields)
    assert done.status_code == 302, done.content.decode()
    found = re.fullmatch(r"/orders/([0-9a-f]{32})/\?said=(?:filed|repeated)", done.headers["Location"])
    assert found, done.headers["Location"]
    return found[1]


def passkey_of(page: Any) -> str:
    """Give a page's browser a virtual authenticator (WebAuthn section 11) that verifies its user; its identifier."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])
