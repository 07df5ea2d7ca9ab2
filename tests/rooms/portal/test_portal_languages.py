"""The portal in French and German: no text of the catalogue is shown in English, outside and inside."""

from __future__ import annotations

from typing import Any

import pytest

from support import orders
from support.languages import english_left
from support.portal import browser, enrolled, file_order

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
