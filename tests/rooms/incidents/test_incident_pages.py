"""The pages of incidents over the whole house: declared, confirmed, watched, handed on, closed; in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from support.console_staff import log_in
from support.reviewing import FAR

if TYPE_CHECKING:
    from support.reviewing import Gallery

DECLARED = {"kind": "bombing", "title": "Attack on the market", "because": "many uploads", "hours": "6"}


@pytest.fixture
def doors(gallery: Gallery) -> Iterator[dict[str, Client]]:
    """Everybody's log-in at the console of this house."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    with override_settings(COMITY_DOCKET=gallery.night.docket):
        found = {}
        for name in ("mia", "ben", "dan"):
            user = User.objects.get(username=name)
            TOTP.activate(user, generate_totp_secret())
            found[name] = Client()
            log_in(found[name], user)
        yield found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_incident_from_its_declaration_to_its_hand_off(doors: dict[str, Client]) -> None:
    mia, ben = doors["mia"], doors["ben"]
    assert "No incident lasts." in text(mia.get("/incidents/"))
    assert mia.post("/incidents/declare", DECLARED)["Location"] == "/incidents/1/"
    page = text(mia.get("/incidents/1/"))
    for wanted in ("I-1 Attack on the market", "many uploads", "waits for a second person", "INCIDENT_1", "<svg"):
        assert wanted in page
    assert "Confirm the incident" not in page
    assert "Confirm the incident" in text(ben.get("/incidents/1/"))
    ben.post("/incidents/1/confirm", {"because": "I looked"})
    assert "confirmed by a second person" in text(mia.get("/incidents/1/"))
    mia.post("/incidents/1/signals", {"kind": "pdq", "signal": FAR, "because": "seen"})
    assert FAR in text(mia.get("/incidents/1/"))
    mia.post("/incidents/1/signals/1", {"because": "a mistake"})
    assert FAR not in text(mia.get("/incidents/1/"))
    refused = text(mia.post("/incidents/1/items", {"address": "https://elsewhere.example/1", "because": "seen"}))
    assert "No item of the platform stands at this address." in refused
    assert "https://elsewhere.example/1" in refused
    ben.post("/incidents/1/extend", {"hours": "24", "because": "it goes on"})
    mia.post("/incidents/1/hand-off")
    page = text(mia.get("/incidents/1/"))
    address = page.split('href="/incidents/1/hand-off/')[1].split('"')[0]
    paper = mia.get(f"/incidents/1/hand-off/{address}")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert mia.get(f"/incidents/1/hand-off/{address.replace('.pdf', '.json')}").json()["incident"] == 1
    mia.post("/incidents/1/close", {"because": "over"})
    assert "given another end" in text(mia.get("/incidents/1/"))
    assert "No incident lasts." in text(mia.get("/incidents/"))


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "fireworks"), ("title", ""), ("because", " "), ("hours", "1000"), ("hours", "x")]
)
def test_what_cannot_be_declared_is_said_beside_what_was_typed(
    doors: dict[str, Client], field: str, value: str
) -> None:
    answer = doors["mia"].post("/incidents/declare", {**DECLARED, field: value})
    assert answer.status_code == 422
    assert "No incident lasts." in text(doors["mia"].get("/incidents/"))


def test_what_the_rooms_below_refuse_is_said(doors: dict[str, Client]) -> None:
    doors["mia"].post("/incidents/declare", DECLARED)
    again = doors["mia"].post("/incidents/declare", DECLARED)
    assert (again.status_code, "lasts already" in text(again)) == (422, True)
    wrong = doors["mia"].post("/incidents/1/signals", {"kind": "pdq", "signal": "no hash", "because": "x"})
    assert wrong.status_code == 422
    none = doors["mia"].post("/incidents/1/reviews", {"review": "7", "because": "x"})
    assert none.status_code == 422
    assert doors["mia"].get("/incidents/9/").status_code == 404
    assert doors["mia"].get("/incidents/1/hand-off/none.pdf").status_code == 404


def test_an_auditor_sees_and_commands_nothing(doors: dict[str, Client]) -> None:
    doors["mia"].post("/incidents/declare", DECLARED)
    page = text(doors["dan"].get("/incidents/1/"))
    assert "many uploads" in page
    assert "/incidents/1/close" not in page
    for address, said in (
        ("declare", {**DECLARED, "title": "Another"}),
        ("1/close", {"because": "x"}),
        ("1/hand-off", {}),
        ("1/signals", {"kind": "pdq", "signal": FAR, "because": "x"}),
    ):
        assert doors["dan"].post(f"/incidents/{address}", said).status_code in {403, 422}
    assert "No incident lasts." not in text(doors["dan"].get("/incidents/"))


def test_strangers_see_nothing(doors: dict[str, Client]) -> None:
    doors["mia"].post("/incidents/declare", DECLARED)
    for address in ("/incidents/", "/incidents/1/", "/incidents/declare"):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize(("language", "said"), [("fr", "Incidents"), ("de", "Vorfälle")])
def test_it_speaks_the_readers_language(doors: dict[str, Client], language: str, said: str) -> None:
    doors["mia"].post("/incidents/declare", DECLARED)
    page = text(doors["mia"].get("/incidents/1/", HTTP_ACCEPT_LANGUAGE=language))
    assert {"fr": "Attentat à la bombe", "de": "Bombenanschlag"}[language] in page
    assert {"fr": "Propagation", "de": "Ausbreitung"}[language] in page
    assert said in page
    assert "Declared" not in page
