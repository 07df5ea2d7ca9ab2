"""The console in French and German: no text of the catalogue is shown in English, and what stays English says so."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import override

from comity.registry.duties import Role
from support.console_docket import ConsoleDocket
from support.console_staff import log_in, make_user
from support.languages import english_left

PAGES = (
    "/", "/?tab=all", "/cases/417/", "/cases/416/", "/cases/417/decide", "/cases/415/decide", "/authorities/",
    "/rules/", "/complaints/", "/paper/", "/paper/users/",
    "/paper/users/eu-eevidence-production/", "/paper/users/fr-csi/", "/staff/", "/log/", "/nights/", "/workload/",
    "/reviews/", "/reviews/31/", "/matching-rules/", "/accounts/factors/", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "de"])
def test_no_page_shows_a_text_of_the_catalogue_in_english(house: ConsoleDocket, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    user, _secret = make_user("anna")
    house.add_person(user.pk, "Anna", *(role for role in Role if role is not Role.AUDITOR))
    log_in(client, user, seconds_ago=5)
    left = {}
    for page in PAGES:
        answer = client.get(page)
        assert f'<html lang="{language}"' in answer.content.decode(), page
        left[page] = english_left(answer.content.decode(), language)
    assert {page: texts for page, texts in left.items() if texts} == {}


def test_the_check_finds_a_text_that_was_not_translated() -> None:
    with override("fr"):
        assert english_left("<p>Docket</p>", "fr") == {"Docket"}
        assert english_left('<p lang="en">Docket</p><p>Rôle</p>', "fr") == set()
