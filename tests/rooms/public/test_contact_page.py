"""The page that a provider must publish: what was declared, by which article, in three languages; nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.documents.assessment import Certainty
from comity.docket.publishing import _ELSEWHERE, Contacts, Published, published
from comity.law import LawError, article_text, parse_provider
from comity.main.contacts import contacts_of
from comity.main.doctor import _contact_page
from comity.main.house import EXAMPLE
from comity.main.web import django_options
from comity.settings import Settings, UnusableSettings
from support.console_docket import ConsoleDocket

INSIDE = parse_provider(EXAMPLE)
OUTSIDE = parse_provider(
    EXAMPLE.replace("home_state: FR", "home_state: US").replace(
        "[{state: FR, kind: main}]", "[{state: US, kind: main}, {state: IE, kind: representative}]"
    )
)
EVERYTHING = Contacts(
    orders="orders@board.example",
    portal="https://officers.board.example",
    authorities="dsa@board.example",
    authorities_languages=("fr", "en"),
    users="https://board.example/help",
    representative="Represent Ltd",
    representative_address="1 Quay, Dublin",
    representative_email="rep@represent.example",
    representative_telephone="+353 1 000 0000",
)
_DOOR = django_options(Settings(), database={}, secret_key="only for tests", door="public")["MIDDLEWARE"]


@contextmanager
def served(shown: Published) -> Iterator[Client]:
    house = ConsoleDocket()
    house.published = lambda: shown.declared
    with override_settings(COMITY_DOCKET=house, ROOT_URLCONF="comity.public.urls", MIDDLEWARE=_DOOR):
        yield Client()


def page(shown: Published, language: str = "en") -> str:
    with served(shown) as client:
        answer = client.get(f"/contact?language={language}")
        assert answer.status_code == 200
        return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_everything_declared_stands_there_with_its_article_and_how_sure_we_are_of_it():
    text = page(published(OUTSIDE, EVERYTHING))
    for value in ("orders@board.example", "dsa@board.example", "https://board.example/help", "1 Quay, Dublin", "IE"):
        assert value in text
    assert "French, English" in text
    for citation in ("2021/784 Art 15(1)", "2021/784 Art 15(2)", "2021/784 Art 17"):
        words = {"official": "checked against", "secondary": "from a secondary", "unconfirmed": "not confirmed"}
        assert f"{citation} · {words[article_text(citation).certainty.value]}" in text
    for citation in ("2022/2065 Art 11", "2022/2065 Art 12", "2022/2065 Art 13"):
        assert f"{citation} · checked against the official text" in text


@pytest.mark.parametrize("provider", [INSIDE, OUTSIDE])
def test_what_nobody_declared_is_missing_and_nowhere_on_the_page(provider):
    shown = published(provider, Contacts())
    missing = {f"{fact.part} {fact.id}" for fact in shown.missing}
    assert missing >= {"orders email", "authorities email", "authorities languages", "users contact"}
    assert ("representative name" in missing) is (provider is OUTSIDE)
    text = page(shown)
    for heading in ("Authorities, in all other matters", "Users", "2022/2065 Art 11", "2022/2065 Art 12", "E-mail"):
        assert heading not in text
    assert "mailto:" not in text


def test_a_provider_in_the_union_names_no_representative():
    assert "Legal representative" not in page(published(INSIDE, EVERYTHING))
    assert "Member State of the main establishment" in page(published(INSIDE, EVERYTHING))
    assert "Member State of the main establishment" not in page(published(OUTSIDE, EVERYTHING))


def test_who_offers_nothing_in_the_union_is_asked_for_nothing():
    elsewhere = parse_provider(EXAMPLE.replace("offers_services_in: [EU]", "offers_services_in: [US]"))
    shown = published(elsewhere, EVERYTHING)
    assert shown.facts == ()
    assert "Nothing is published here yet." in page(shown)


def test_a_provider_that_hosts_nothing_for_the_public_has_no_contact_point_for_removal_orders():
    closed = parse_provider(EXAMPLE.replace("services: [hosting, public]", "services: [communications]"))
    assert {fact.part for fact in published(closed, EVERYTHING).facts} == {"provider", "authorities", "users"}
    cited = {one.citation for fact in published(closed, EVERYTHING).facts for one in fact.provisions}
    assert not [citation for citation in cited if citation.startswith("2021/784")]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Points de contact"), ("de", "Kontaktstellen"), ("en", "Contact points"), ("xx", "Contact points")],
)
def test_the_page_speaks_the_language_asked_for(language, words):
    text = page(published(OUTSIDE, EVERYTHING), language)
    assert f"<h1>{words}</h1>" in text
    assert f'<html lang="{language if language != "xx" else "en"}">' in text
    assert ("français, anglais" in text.lower()) is (language == "fr")


def test_the_first_page_leads_to_it():
    with served(published(INSIDE, EVERYTHING)) as client:
        main = client.get("/").content.decode().partition("<main")[2]
    assert 'href="/contact"' in main


@given(st.text(min_size=1, max_size=60))
def test_what_was_declared_is_shown_as_text_whatever_it_holds(value):
    text = page(published(OUTSIDE, Contacts(representative=f"<script>{value}")))
    assert "&lt;script&gt;" in text or "<script>" in text  # unescaped by the test itself
    with served(published(OUTSIDE, Contacts(representative=f"<script>{value}"))) as client:
        assert b"<script" not in client.get("/contact").content


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("authorities_email", "nobody"),
        ("authorities_email", "a@b@c"),
        ("authorities_languages", "french"),
        ("authorities_languages", "fr;en"),
        ("users_contact", "javascript:alert(1)"),
        ("users_contact", "http://board.example/help"),
        ("users_contact", 'https://board.example/"onclick'),
        ("representative_email", "x y@represent.example"),
    ],
)
def test_what_is_no_contact_is_refused_by_name(setting, value):
    with pytest.raises(UnusableSettings, match=f"COMITY_{setting.upper()}"):
        Settings.from_environment({f"COMITY_{setting.upper()}": value})


def test_an_address_that_reaches_nobody_is_none():
    assert contacts_of(Settings()).orders == ""
    assert contacts_of(Settings(portal_address="127.0.0.1:8413")).portal == ""  # reached at localhost only
    declared = Settings(contact_email="orders@board.example", authorities_languages="fr, en,fr")
    assert contacts_of(declared).orders == "orders@board.example"
    assert contacts_of(declared).authorities_languages == ("fr", "en")


def test_the_doctor_names_what_is_missing_and_where_to_set_it(tmp_path):
    profile = tmp_path / "provider.yaml"
    profile.write_text(EXAMPLE)
    found = list(_contact_page(Settings(provider=profile)))
    said = [finding.words for finding in found]
    assert {finding.level for finding in found} == {"warn"}
    settings = {"CONTACT_EMAIL", "AUTHORITIES_EMAIL", "AUTHORITIES_LANGUAGES", "USERS_CONTACT"}
    assert {re.search(r"set COMITY_(\w+)", words)[1] for words in said} == settings
    assert any("2022/2065 Art 12 (official)" in words for words in said)
    whole = Settings(
        provider=profile,
        contact_email="orders@board.example",
        authorities_email="dsa@board.example",
        authorities_languages="fr,en",
        users_contact="help@board.example",
    )
    (only,) = _contact_page(whole)
    assert only.level == "ok"


def test_every_setting_that_is_named_exists():
    named = {fact.set_by for fact in published(OUTSIDE, EVERYTHING).facts if fact.set_by.startswith("COMITY_")}
    assert named
    assert {name.removeprefix("COMITY_").lower() for name in named} <= set(Settings.model_fields)


def test_articles_of_a_law_without_a_folder_are_dropped_here_when_it_gets_one():
    assert set(_ELSEWHERE.values()) == {Certainty.OFFICIAL}
    for citation in _ELSEWHERE:
        with pytest.raises(LawError):
            article_text(citation)
