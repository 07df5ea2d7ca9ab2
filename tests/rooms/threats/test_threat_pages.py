"""The pages of threats over the whole house: raised, checked, decided, brought by hand; and who sees none of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from support.console_staff import log_in
from support.threats import SAID

if TYPE_CHECKING:
    from support.threats import Scene


@pytest.fixture
def doors(scene: Scene) -> Iterator[dict[str, Client]]:
    """Everybody's log-in at the console of this house."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    with override_settings(COMITY_DOCKET=scene.docket):
        found = {}
        for name in ("mia", "ben", "dan"):
            user = User.objects.get(username=name)
            TOTP.activate(user, generate_totp_secret())
            found[name] = Client()
            log_in(found[name], user)
        yield found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_threat_from_its_raising_to_the_proof(scene: Scene, doors: dict[str, Client]) -> None:
    mia, ben = doors["mia"], doors["ben"]
    scene.raised()
    assert "he names a place" in text(mia.get("/threats/1/"))
    assert "T-1" in text(mia.get("/incidents/1/"))
    checked = text(mia.post("/threats/1/decide", {**SAID, "do": "check"}))
    assert "Bundeskriminalamt" in checked
    assert "threats@bka.example" in checked
    assert scene.view().line.state == "raised"
    assert mia.post("/threats/1/decide", {**SAID, "do": "decide"})["Location"] == "/threats/1/"
    scene.night.work_on()
    page = text(ben.get("/threats/1/"))
    assert "everybody was told" in page
    assert "nobody has looked yet" in page
    ben.post("/threats/1/confirm", {"because": "I read it"})
    assert "Ben" in text(mia.get("/threats/"))
    recipient = scene.view().recipients[0].recipient
    assert mia.get(f"/threats/1/{recipient}.pdf").content.startswith(b"%PDF")


def test_what_no_way_leads_to_is_brought_by_hand(scene: Scene, doors: dict[str, Client]) -> None:
    scene.raised()
    doors["mia"].post("/threats/1/decide", {**SAID, "states": "IT", "do": "decide"})
    scene.night.work_on()
    recipient = scene.view().recipients[0].recipient
    assert "a person has to bring it" in text(doors["mia"].get("/threats/1/"))
    doors["mia"].post(f"/threats/1/{recipient}/bring", {"how": "by telephone at 02:31"})
    assert scene.view().line.state == "informed"


@pytest.mark.parametrize(
    "wrong", [{"explanation": ""}, {"states": "Germany"}, {"grounds": []}, {"published_at": "noon"}]
)
def test_what_cannot_go_out_is_said_and_nothing_is_lost(
    scene: Scene, doors: dict[str, Client], wrong: dict[str, Any]
) -> None:
    scene.raised()
    answer = doors["mia"].post("/threats/1/decide", {**SAID, **wrong, "do": "decide"})
    assert answer.status_code == 422
    assert "A film of 40 seconds." in text(answer)
    assert scene.view().line.state == "raised"


def test_raising_by_the_page_and_finding_none(scene: Scene, doors: dict[str, Client]) -> None:
    scene.raised()
    scene.docket.no_threat(scene.staff.ben, 1, "none")
    answer = doors["mia"].post("/threats/new", {"origin": "incident", "number": "1", "because": "again"})
    assert answer["Location"] == "/threats/2/"
    assert doors["mia"].post("/threats/new", {"origin": "case", "number": "9", "because": "x"}).status_code == 422
    doors["mia"].post("/threats/2/none", {"because": "a film"})
    assert "no threat to life" in text(doors["mia"].get("/threats/"))


def test_an_auditor_sees_figures_and_no_form(scene: Scene, doors: dict[str, Client]) -> None:
    scene.raised()
    page = text(doors["dan"].get("/threats/"))
    assert "fewer than three" in page
    assert "he names a place" not in page
    assert doors["dan"].get("/threats/1/").status_code == 403
    assert doors["dan"].post("/threats/1/none", {"because": "x"}).status_code in {403, 422}
    assert Client().get("/threats/").status_code == 302


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "États membres concernés"), ("de", "Betroffene Mitgliedstaaten")]
)
def test_the_form_speaks_the_readers_language(scene: Scene, doors: dict[str, Client], language: str, said: str) -> None:
    scene.raised()
    page = text(doors["mia"].get("/threats/1/", HTTP_ACCEPT_LANGUAGE=language))
    assert {"fr": "Ce qu’il montre ou dit", "de": "Was er zeigt oder sagt"}[language] in page
    assert said in page
