"""Facts about orders of national law and of their conflicts: what cannot be told is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Lawful
from comity.law import conflicts
from comity.law.conflicts.reading import class_of, home_of
from comity.law.national_readers import asks, lasts, state_named, still_runs
from comity.law.provider import Provider
from comity.law.view import View

CSI = law.instrument("fr-csi")
RECEIVED = Instant.parse("2026-11-20T10:00:00Z")
EPOC = law.instrument("eu-eevidence-production")
PROFILE: dict[str, Any] = CSI.vectors["provider"]


def view(provider: Provider | None = None, **order: Any) -> View:
    reading = CSI.order_form.read(order, CSI.besides)
    return View(order, reading, provider, RECEIVED, CSI.applies_from)


def profile(**changed: Any) -> Provider:
    return Provider.model_validate({**PROFILE, **changed})


def certificate(**sections: Any) -> View:
    return View(sections, EPOC.order_form.read(sections, EPOC.besides), None, RECEIVED, EPOC.applies_from)


def test_a_state_is_named_by_its_word() -> None:
    keys = ("issuing_state", "FR=this")
    assert state_named(view(issuing_state="FR"), "f", keys) == "this"
    assert state_named(view(issuing_state="DE"), "f", keys) == "other"
    assert state_named(view(), "f", keys) == "missing"
    assert state_named(view(issuing_state="France"), "f", keys) == "faulty"


def test_boxes_that_cannot_be_read_are_unknown() -> None:
    assert asks(view(categories=["CONTENT"]), "f", ("categories", "CONTENT", "TRAFFIC")) is True
    assert asks(view(categories=["SUBSCRIBER"]), "f", ("categories", "CONTENT")) is False
    assert asks(view(categories=["EVERYTHING"]), "f", ("categories", "CONTENT")) is None
    assert asks(view(), "f", ("categories", "CONTENT")) is None


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2026-12-20T10:00:00Z", "within"),
        ("2026-12-20T10:00:01Z", "beyond"),
        ("2026-11-20T09:59:59Z", "reversed"),
        (None, "not_stated"),
        ("soon", None),
    ],
)
def test_an_end_is_compared_with_the_longest_time(end: str | None, said: str | None) -> None:
    order = {"ends_at": end} if end else {}
    assert lasts(view(**order), "f", ("ends_at", "issued_at", "P30D")) == said


def test_an_end_that_passed_no_longer_runs() -> None:
    assert still_runs(view(), "f", "ends_at") is True
    assert still_runs(view(ends_at="2026-11-20T10:00:01Z"), "f", "ends_at") is True
    assert still_runs(view(ends_at="2026-11-20T10:00:00Z"), "f", "ends_at") is False
    assert still_runs(view(ends_at="soon"), "f", "ends_at") is None


def test_states_fall_into_classes() -> None:
    assert [class_of(state) for state in ("FR", "GB", "ES", "BR", "DK", None)] == [
        "FR",
        "UK",
        "EU",
        "THIRD",
        "DK",
        None,
    ]


def test_home_is_where_the_controller_is_and_not_its_representative() -> None:
    places = [{"state": "US", "kind": "main"}, {"state": "IE", "kind": "representative"}]
    assert home_of(profile(home_state="IE", establishments=places)) == "US"
    assert home_of(profile(home_state="IE", establishments=[])) == "IE"


def test_what_nobody_said_is_unknown() -> None:
    facts = conflicts.facts_of(view())
    for name in ("demand.issuer", "provider.home", "provider.us_reach", "demand.cross_border", "demand.notified"):
        assert facts[name] is None
    assert facts["demand.emergency"] is False
    assert conflicts.facts_of(certificate())["demand.emergency"] is None


def test_an_american_company_in_reach_is_open_until_somebody_says_who_holds_the_data() -> None:
    ours, bound = profile(), profile(subject_to=["FR", "EU", "US"])
    assert conflicts.facts_of(view(ours))["provider.us_reach"] == "none"
    assert conflicts.facts_of(view(bound))["provider.us_reach"] == "group"
    for holds, said in ((True, "holder"), (False, "none")):
        found = conflicts.facts_of(view(bound, circumstances={"us_company_holds": holds}))
        assert found["provider.us_reach"] == said


def test_a_certificate_says_its_state_its_urgency_and_who_was_notified() -> None:
    urgent = certificate(A={"issuing_state": "AU"}, C={"deadline": "IMMINENT_THREAT_TO_LIFE"})
    facts = conflicts.facts_of(urgent)
    assert (facts["demand.issuer"], facts["demand.emergency"], facts["demand.notified"]) == ("AU", True, False)
    ten_days = conflicts.facts_of(certificate(C={"deadline": "AT_THE_END_OF_TEN_DAYS"}))
    assert (ten_days["demand.emergency"], ten_days["demand.notified"]) == (False, True)
    named = conflicts.facts_of(certificate(C={"deadline": "AS_SOON_AS_POSSIBLE"}, K={"state": "FR"}))
    assert named["demand.notified"] is True


def test_a_certificate_asks_for_the_sections_that_it_fills() -> None:
    asked = conflicts.wanted(certificate(F={"a": ["name"], "d": ["mailbox dump"]}), "STORED")
    assert [one.name for one in asked] == ["subscriber", "content"]
    assert [one.finding for one in asked] == ["lawful.subscriber", "lawful.content"]
    assert conflicts.wanted(certificate(), "STORED") == ()


def test_an_objection_under_article_17_has_its_clock() -> None:
    order = {**EPOC.vectors["order"], "F": {"a": ["name"], "d": ["mailbox dump"]}}
    places = [{"state": "US", "kind": "main"}, {"state": "IE", "kind": "representative"}]
    provider = Provider.model_validate(
        {**EPOC.vectors["provider"], "home_state": "IE", "establishments": places, "subject_to": ["US", "EU"]}
    )
    received = Instant.parse(EPOC.vectors["received"])
    found = law.judge(order, received=received, provider=provider)
    routes = {route.route: route for route in found.assessment.routes}
    assert routes["comply.subscriber"].lawful is Lawful.YES
    assert routes["object_art17.content"].lawful is Lawful.YES
    assert routes["object_art17.content"].due_at is not None
    assert routes["comply.content"].lawful is Lawful.NO
    assert found.assessment.answer is not Answer.EXECUTE
