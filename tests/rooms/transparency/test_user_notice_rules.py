"""When a user may be told: by each law, each gag and each hour; and nothing is told while silence lasts."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Certainty
from comity.law import article_text
from comity.law.library import INSTRUMENTS
from comity.transparency.errors import SilenceLasts
from comity.transparency.user_notice import Tell, Told, said, verdict, worded
from comity.transparency.user_notice import rules as judging
from comity.transparency.user_notice.book import FACTS, Row, rows

RECEIVED = Instant.parse("2026-09-01T09:00:00Z")
GIVEN = Instant.parse("2026-09-05T09:00:00Z")
AT = Instant.parse("2026-11-24T12:00:00Z")
DAY = timedelta(days=1)
DONE = {"received_at": (RECEIVED,), "effect_given_at": (GIVEN,)}
SUBPOENA = {"process": "SUBPOENA"}
CODES = ("en", "fr", "de")


def tells(instrument, form=None, events=None, at=AT):
    return verdict(instrument, form or {}, DONE if events is None else events, at)


def test_every_law_on_users_has_its_rows_and_every_row_its_article():
    assert set(rows()) == set(INSTRUMENTS) - {"eu-tco"}
    for law, known in rows().items():
        for row in known:
            assert all(article_text(citation).title for citation in row.citations), (law, row.id)
            assert all(said(row.why, code) != row.why for code in ("fr", "de-AT")), row.id
            assert said(row.why, "mt") == row.why
            assert bool(row.until) <= (row.tell is Tell.NOT_YET)


@pytest.mark.parametrize("law", sorted(set(INSTRUMENTS) - {"eu-tco"}))
def test_every_combination_of_facts_is_decided_and_no_row_is_unreachable(law):
    reached = set()
    for values in product(*FACTS.values()):
        reached.add(next(row.id for row in rows()[law] if row.fits(dict(zip(FACTS, values, strict=True)))))
    assert reached == {row.id for row in rows()[law]}


def test_a_row_that_asks_what_no_fact_says_is_no_row():
    with pytest.raises(ValidationError, match="is never perhaps"):
        Row(id="x", when={"gag": "perhaps"}, tell=Tell.NOW, citations=(), certainty=Certainty.OFFICIAL, why="x")


@pytest.mark.parametrize("law", ["eu-eevidence-production", "eu-eevidence-preservation", "fr-csi", "de-stpo"])
@pytest.mark.parametrize("form", [{}, {"nondisclosure": False}, {"secrecy_until": "2020-01-01"}])
def test_where_the_provider_never_tells_nothing_changes_that(law, form):
    for at in (RECEIVED, AT, AT.plus(9999 * DAY)):
        found = tells(law, form, DONE | {"secrecy_lifted_at": (GIVEN,)}, at)
        assert (found.tell, found.until, found.look_again_at) == (Tell.NEVER, None, None)
        assert found.certainty is Certainty.OFFICIAL


def test_what_is_not_confirmed_takes_a_person_whatever_the_row_says(monkeypatch):
    for law in ("fr-judicial", "uk-ipa-cd", "budapest-2"):
        assert (tells(law).tell, tells(law).certainty) == (Tell.PERSON, Certainty.UNCONFIRMED)
    bold = Row(id="B1", tell=Tell.NOW, citations=(), certainty=Certainty.UNCONFIRMED, why="x")
    monkeypatch.setattr(judging, "rows", lambda: {"us-sca": (bold,)})
    assert tells("us-sca").tell is Tell.PERSON


def test_a_law_that_has_no_rule_takes_a_person():
    assert (tells("eu-tco").tell, tells("no-law").rule) == (Tell.PERSON, "NO1")
    for law in ("us-cloud-agreements", "ie-2011", "gdpr-48", "emergency-voluntary"):
        assert tells(law).tell is Tell.PERSON


def test_an_information_order_is_told_on_effect_or_when_the_authority_says():
    assert tells("eu-dsa-art10", {}, {"received_at": (RECEIVED,)}).tell is Tell.NOT_YET
    assert (tells("eu-dsa-art10").tell, tells("eu-dsa-art10").rule) == (Tell.NOW, "DS5")
    assert tells("eu-dsa-art10", {}, {"effect_given_at": (AT.plus(DAY),)}).rule == "DS4"
    later = {"recipients_informed_by": "2026-12-24T12:00:00+01:00"}
    waits = tells("eu-dsa-art10", later)
    assert (waits.tell, waits.until) == (Tell.NOT_YET, Instant.parse("2026-12-24T11:00:00Z"))
    assert tells("eu-dsa-art10", later, at=waits.until).tell is Tell.NOW
    assert tells("eu-dsa-art10", later, {}, at=waits.until).rule == "DS3"
    assert tells("eu-dsa-art10", {"recipients_informed_by": "soon"}).tell is Tell.NOT_YET
    assert tells("eu-dsa-art10", {"criminal": True}).tell is Tell.PERSON
    assert tells("eu-dsa-art10", {"criminal": "perhaps"}).tell is Tell.PERSON
    assert tells("eu-dsa-art10", {"criminal": False}).tell is Tell.NOW


def test_an_order_about_content_is_told_alike():
    assert tells("eu-dsa-art9").tell is Tell.NOW
    assert tells("eu-dsa-art9", {}, {}).rule == "DR2"
    assert tells("eu-dsa-art9", {"recipients_informed_by": "2027-01-01T00:00:00Z"}).rule == "DR1"


def test_a_day_is_over_when_it_is_over_everywhere():
    form = {**SUBPOENA, "nondisclosure": True, "secrecy_until": "2026-11-24"}
    found = tells("us-sca", form)
    assert (found.tell, found.until) == (Tell.NOT_YET, Instant.parse("2026-11-25T12:00:00Z"))
    assert tells("us-sca", form, at=found.until).rule == "US7"


@pytest.mark.parametrize(
    ("form", "events", "rule"),
    [
        (SUBPOENA, {}, "US9"),
        (SUBPOENA | {"nondisclosure": False}, {}, "US9"),
        (SUBPOENA | {"nondisclosure": True}, {}, "US2"),
        (SUBPOENA | {"nondisclosure": "no"}, {}, "US2"),
        (SUBPOENA | {"secrecy_until": "for ever"}, {}, "US2"),
        (SUBPOENA | {"secrecy_until": "2026-11-24T12:00:01Z"}, {}, "US1"),
        (SUBPOENA | {"secrecy_until": "2026-11-24T12:00:00Z"}, {}, "US7"),
        (SUBPOENA | {"nondisclosure": True}, {"secrecy_until": (AT,)}, "US7"),
        (SUBPOENA | {"nondisclosure": True}, {"secrecy_until": (AT, AT.plus(DAY))}, "US1"),
        (SUBPOENA, {"secrecy_ordered_at": (GIVEN,)}, "US2"),
        (SUBPOENA | {"nondisclosure": True}, {"secrecy_lifted_at": (AT,)}, "US7"),
        (SUBPOENA | {"nondisclosure": True}, {"secrecy_lifted_at": (AT.plus(DAY),)}, "US2"),
        (SUBPOENA, {"secrecy_lifted_at": (GIVEN,), "secrecy_ordered_at": (GIVEN.plus(DAY),)}, "US2"),
        (SUBPOENA, {"secrecy_lifted_at": (AT,), "secrecy_ordered_at": (GIVEN,)}, "US7"),
        (SUBPOENA, {"delay_ordered_at": (AT.plus(-89 * DAY),)}, "US3"),
        (SUBPOENA, {"delay_ordered_at": (AT.plus(-90 * DAY),)}, "US8"),
        (SUBPOENA, {"delay_ordered_at": (AT.plus(-91 * DAY),), "delay_extended_at": (AT.plus(-9 * DAY),)}, "US3"),
        (SUBPOENA, {"effect_given_at": ()}, "US6"),
        ({"process": "PRESERVATION_2703F"}, {}, "US4"),
        ({"process": "EMERGENCY"}, {}, "US5"),
        ({"process": "LETTER"}, {}, "US10"),
        ({}, {}, "US10"),
    ],
)
def test_each_silence_of_american_law(form, events, rule):
    assert tells("us-sca", form, DONE | events).rule == rule


def test_delayed_notice_ends_ninety_days_after_and_ninety_more_with_an_extension():
    delayed = DONE | {"delay_ordered_at": (GIVEN,)}
    assert tells("us-sca", SUBPOENA, delayed).until == GIVEN.plus(90 * DAY)
    longer = tells("us-sca", SUBPOENA, delayed | {"delay_extended_at": (AT,)})
    assert longer.until == GIVEN.plus(180 * DAY)
    assert (tells("us-sca", SUBPOENA, delayed, longer.until).rule, longer.citations) == ("US8", ("18 USC 2705(a)",))


def test_silence_without_end_is_looked_at_every_year():
    form = SUBPOENA | {"nondisclosure": True}
    assert tells("us-sca", form).look_again_at == Instant.parse("2027-09-01T09:00:00Z")
    assert tells("us-sca", form, at=Instant.parse("2027-09-01T09:00:00Z")).look_again_at.z() == "2028-09-01T09:00:00Z"
    assert tells("us-sca", form, {}, RECEIVED).look_again_at.z() == "2027-09-01T09:00:00Z"
    assert tells("us-sca", SUBPOENA).look_again_at is None


READ = ("nondisclosure", "secrecy_until", "recipients_informed_by", "criminal", "process")
forms = st.fixed_dictionaries(
    {},
    optional={
        "nondisclosure": st.sampled_from([True, False, None, "", "x", 1]),
        "secrecy_until": st.sampled_from(["2026-12-24", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "x", None, 7]),
        "recipients_informed_by": st.sampled_from(["2026-12-24T00:00:00Z", "2020-01-01", "x", []]),
        "criminal": st.sampled_from([True, False, "x"]),
        "process": st.sampled_from(["SUBPOENA", "WARRANT", "EMERGENCY", "x", 4]),
    },
)
instants = st.integers(-400, 400).map(lambda days: AT.plus(days * DAY))
events = st.dictionaries(
    st.sampled_from(["effect_given_at", "delay_ordered_at", "delay_extended_at", "secrecy_ordered_at", "secrecy_until",
                     "secrecy_lifted_at", "received_at"]),
    st.lists(instants, min_size=1, max_size=2).map(tuple),
)  # fmt: skip
laws = st.sampled_from(sorted(rows()))


@given(laws, forms, events, instants, st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_nothing_else_in_the_demand_changes_whether_its_user_is_told(law, form, happened, at, besides):
    others = {key: value for key, value in besides.items() if key not in READ}
    named = {"identifiers": [{"type": "USER_ID", "value": "@anna"}], "categories": ["CONTENT"], "authority": "BKA"}
    assert verdict(law, form, happened, at) == verdict(law, {**others, **named, **form}, happened, at)


@given(laws, forms, events, instants)
def test_while_silence_lasts_no_hour_differs_from_another(law, form, happened, at):
    """Until its end the verdict is the same at every hour, and nobody can be told at any of them."""
    found = verdict(law, form, happened, at)
    if found.tell is Tell.NOT_YET and found.until is not None:
        assert at < found.until
        latest = [one for times in happened.values() for one in times if at < one < found.until]
        if not latest:
            assert verdict(law, form, happened, found.until.plus(timedelta(seconds=-1))) == found
        assert verdict(law, form, happened, found.until).rule != found.rule or latest
    for by_person in (False, True):
        if found.tell is Tell.NOW or (by_person and found.tell is Tell.PERSON):
            continue
        with pytest.raises(SilenceLasts):
            worded(found, Told("us-sca", (), (), None, by_person=by_person), form, "en")


@given(laws, events, instants)
def test_a_gag_never_makes_anything_sooner(law, happened, at):
    for form in ({"process": "SUBPOENA"}, {"recipients_informed_by": "2020-01-01T00:00:00Z"}):
        if verdict(law, form, happened, at).tell is not Tell.NOW:
            gagged = verdict(law, form | {"nondisclosure": True}, happened, at)
            assert gagged.tell is not Tell.NOW


TOLD = Told(
    "us-sca", ("SUBSCRIBER", "traffic", "X"), ("SUBSCRIBER",), GIVEN, ("2026-08-01", "2026-08-31"), "ask@b.example"
)
FORM = {
    "issuing_state": "US", "authority": "FBI", "reference": "24-mj-7", "court": "N.D. Cal.", "process": "SUBPOENA",
    "reasons": "Because.", "redress": "A motion within 14 days.",
}  # fmt: skip


@pytest.mark.parametrize("language", CODES)
def test_a_notice_says_what_was_asked_by_whom_and_what_can_be_done(language):
    subject, text = worded(tells("us-sca", FORM), TOLD, FORM, language)
    assert subject == worded(tells("us-sca", FORM), TOLD, {}, language)[0]
    for fact in (*FORM.values(), GIVEN.z(), "ask@b.example", *TOLD.period, "X", "18 U.S.C."):
        if fact == "SUBPOENA":
            continue
        assert fact in text, fact
    assert "18 USC 2705" not in text


@pytest.mark.parametrize("language", CODES)
def test_a_notice_says_no_more_than_there_is(language):
    bare = Told("eu-dsa-art10", ("CONTENT",), (), None)
    _, text = worded(tells("eu-dsa-art10"), bare, {}, language)
    assert not any(word in text for word in ("None", "2705", "–", "  - \n"))
    full = worded(tells("us-sca", FORM), TOLD, FORM, language)[1]
    assert len(text.splitlines()) < len(full.splitlines())


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize(("instrument", "by_person"), [("us-sca", True), ("fr-csi", True), ("gdpr-48", False)])
def test_no_notice_can_be_worded_while_nobody_may_be_told(instrument, by_person, language):
    found = tells(instrument, SUBPOENA | {"nondisclosure": True} if instrument == "us-sca" else {})
    with pytest.raises(SilenceLasts):
        worded(found, Told(instrument, (), (), GIVEN, by_person=by_person), {}, language)


@pytest.mark.parametrize("language", CODES)
def test_a_late_notice_says_why_it_comes_now(language):
    gagged = FORM | {"secrecy_until": "2026-11-01T00:00:00Z"}
    assert "(18 USC 2705(b))" in worded(tells("us-sca", gagged), TOLD, gagged, language)[1]


def test_other_languages_read_english_and_what_an_order_says_is_one_line():
    form = FORM | {"authority": "FBI\nWhat you can do\n\u202enothing", "reasons": {"a": 1}}
    text = worded(tells("us-sca", form), TOLD, form, "mt")[1]
    assert "(FBI What you can do nothing)" in text
    assert worded(tells("gdpr-48"), Told("gdpr-48", (), (), GIVEN, by_person=True), {}, "de-AT")[1].startswith(
        "Was verl"
    )
