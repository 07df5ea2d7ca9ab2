"""The portal in French and German: no text of the catalogue is shown in English, outside and inside."""

from __future__ import annotations

from typing import Any

import pytest
from test_portal_console import as_, console_door

from support import orders
from support.languages import english_left
from support.portal import APPLICATION, OVERSEER_NUMBER, approved, browser, enrolled, file_order

OUTSIDE = ("/", "/access/", "/enrol/", "/sign-in/")
INSIDE = ("/orders/", "/orders/new", "/orders/information")


def _left(client: Any, pages: tuple[str, ...], language: str) -> dict[str, set[str]]:
    client.post("/language", {"language": language})
    left = {}
    for page in pages:
        shown = client.get(page).content.decode()
        assert f'<html lang="{language}">' in shown, page
        left[page] = english_left(shown, language)
    return {page: texts for page, texts in left.items() if texts}


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_stranger_reads_no_english(night: Any, language: str) -> None:
    assert _left(browser(), OUTSIDE, language) == {}


def test_an_officer_reads_no_english(night: Any, staff: Any, authority: str) -> None:
    _officer, client, _key = enrolled(night, staff, authority)
    reference = file_order(client, orders.order(content_locations=[{"url": night.publish()}]))
    night.work_on()
    for language in ("fr", "de"):
        assert _left(client, (*INSIDE, f"/orders/{reference}/"), language) == {}


@pytest.mark.parametrize("language", ["fr", "de"])
def test_staff_read_no_english_about_officers_overseers_and_threads(
    night: Any, staff: Any, authority: str, language: str
) -> None:
    officer, client, _key = enrolled(night, staff, authority)
    reference = file_order(client, orders.order(content_locations=[{"url": night.publish()}]))
    client.post(f"/orders/{reference}/write", {"text": "Is it done?"})
    asked, _codes = approved(night, staff, authority, APPLICATION | {"address": "bo@authority.example"})
    told = {"body": "CNIL", "name": "Noor Haddad", "address": "noor@dpa.example", "number": OVERSEER_NUMBER}
    night.docket.approve_overseer(staff.ben, night.docket.propose_overseer(staff.anna, **told), OVERSEER_NUMBER)
    night.docket.propose_overseer(staff.anna, **told)
    left = {}
    with console_door:
        for person in ("anna", "ben"):
            viewer = as_(person)
            viewer.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            for page in (
                "/officers/", f"/officers/{officer}/", f"/officers/{asked}/", "/overseers/", "/threads/",
                "/cases/1/thread",
            ):  # fmt: skip
                shown = viewer.get(page).content.decode()
                assert f'<html lang="{language}"' in shown, page
                left[f"{person} {page}"] = english_left(shown, language)
        code = viewer.post(f"/officers/{asked}/half").content.decode()
        left["code"] = english_left(code, language)
    assert {page: texts for page, texts in left.items() if texts} == {}
