"""Playbooks of standing rules: two people make one, and in any doubt it is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from comity.decision.errors import RuleNotUsable, SamePersonTwice
from comity.registry.errors import NotYourDutyError
from support import orders


def _propose(watch, by: str, channels: tuple[str, ...] = ("api",), days: int = 300) -> str:
    until = watch.night.clock.now().plus(timedelta(days=days))
    docket = watch.night.docket
    before = {line.rule for line in docket.rules()}
    docket.propose_rule(by, authority=watch.authority, channels=channels, valid_until=until, why="nights")
    return next(line.rule for line in docket.rules() if line.rule not in before)


def _waits(watch, url: str) -> bool:
    return (watch.status(), watch.gone(url), watch.case().line.needs_person) == ("waiting", False, True)


def test_a_rule_that_only_one_person_made_says_nothing(watch):
    url = watch.night.publish()
    _propose(watch, watch.staff.carla)
    watch.order(url)
    assert _waits(watch, url)


def test_who_proposed_a_rule_cannot_approve_it(watch):
    rule = _propose(watch, watch.staff.carla)
    with pytest.raises(SamePersonTwice):
        watch.night.docket.approve_rule(watch.staff.carla, rule)
    assert watch.night.docket.rules()[0].state == "proposed"


@pytest.mark.parametrize("who", ["mia", "dan", "anna"])
def test_moderators_auditors_and_registrars_make_no_rules(watch, who):
    person = getattr(watch.staff, who)
    with pytest.raises(NotYourDutyError):
        _propose(watch, person)
    rule = _propose(watch, watch.staff.carla)
    with pytest.raises(NotYourDutyError):
        watch.night.docket.approve_rule(person, rule)
    with pytest.raises(NotYourDutyError):
        watch.night.docket.withdraw_rule(person, rule, "because")


@pytest.mark.parametrize(("channels", "days"), [(("paper",), 30), ((), 30), (("api", "fax"), 30), (("api",), 400)])
def test_a_rule_names_authenticated_channels_and_ends_within_a_year(watch, channels, days):
    with pytest.raises(RuleNotUsable):
        _propose(watch, watch.staff.carla, channels, days)


def test_a_rule_that_ended_says_nothing(watch):
    url = watch.night.publish()
    rule = _propose(watch, watch.staff.carla, days=1)
    watch.night.docket.approve_rule(watch.staff.ben, rule)
    watch.later(days=1)
    watch.order(url)
    assert _waits(watch, url)
    assert watch.night.docket.rules()[0].state == "expired"


def test_one_person_ends_a_rule_at_once(watch):
    url = watch.night.publish()
    rule = watch.rule()
    watch.night.docket.withdraw_rule(watch.staff.carla, rule, "The authority's key may be stolen.")
    watch.order(url)
    assert _waits(watch, url)
    with pytest.raises(RuleNotUsable):
        watch.night.docket.approve_rule(watch.staff.ben, rule)


def test_a_rule_for_mail_says_nothing_about_the_api(watch):
    url = watch.night.publish()
    watch.rule("email")
    watch.order(url)
    assert _waits(watch, url)


def test_a_rule_for_one_authority_says_nothing_about_another(watch):
    url = watch.night.publish()
    watch.rule()
    other = orders.Authority.named("Parquet de test", "orders@parquet.example")
    authority = watch.night.enrol(watch.staff, other)
    client = watch.night.client(watch.staff, authority)
    form = orders.order(content_locations=[{"url": url}], issuer__name="Parquet de test", issuer__email=other.email)
    watch.night.file(authority, client, form)
    watch.night.work_on()
    assert _waits(watch, url)


def test_a_rule_says_nothing_once_its_authority_is_suspended(watch):
    url = watch.night.publish()
    watch.rule()
    watch.order(url, work=False)
    watch.night.docket.suspend_authority(watch.staff.mia, watch.authority, "mailbox taken over")
    watch.night.work_on()
    assert _waits(watch, url)


def test_what_a_rule_decided_is_not_begun_once_its_authority_is_suspended(watch, monkeypatch):
    url = watch.night.publish()
    watch.rule()
    monkeypatch.setattr("comity.execution.content.service.SECONDS_FOR_CHECKPOINT", 0.05)
    watch.night.stop_the_log()
    watch.order(url, work=False)
    watch.night.work_on(rounds=1)
    assert (watch.status(), watch.items()) == ("executing", ["ordered"])

    watch.night.docket.suspend_authority(watch.staff.mia, watch.authority, "mailbox taken over")
    watch.night.start_the_log()
    watch.night.work_on()
    assert _waits(watch, url)
    assert watch.items() == ["left"]
    watch.decide("comply", url, reasons="Called: the order is theirs.")
    if watch.status() == "second_person":
        watch.approve(watch.staff.ben)
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)


def test_a_jump_of_the_clock_silences_every_rule_until_somebody_has_looked(watch):
    url, later = watch.night.publish(), watch.night.publish()
    watch.rule()
    now = watch.night.clock.now()
    watch.later(hours=3)
    watch.order(url, work=False)
    watch.night.wait_for_the_log()
    watch.night.clock.set(now)
    watch.night.wait_for_the_log()
    watch.night.work_on()
    assert _waits(watch, url)

    watch.later(hours=4)
    watch.night.settle_clock(watch.staff.ben)
    watch.order(later)
    assert watch.status(2) == "in_effect"


def test_only_people_of_rank_settle_a_jump_of_the_clock(watch):
    for person in (watch.staff.mia, watch.staff.dan, watch.staff.anna):
        with pytest.raises(NotYourDutyError):
            watch.night.docket.settle_clock(person, "It is right now.")


def test_a_repeated_order_goes_to_a_person_and_is_never_carried_out_twice(watch):
    url = watch.night.publish()
    watch.rule()
    watch.order(url, order_reference="SAME-1")
    watch.order(url, order_reference="SAME-1", additional_reasons="Sent again, in other words.")
    assert (watch.status(1), watch.status(2)) == ("in_effect", "waiting")
    assert watch.case(2).demand.duplicate_of == watch.case(1).line.case
    assert watch.items(2) == []


def test_the_very_same_message_is_one_case_however_often_it_comes(watch):
    url = watch.night.publish()
    watch.rule()
    form = orders.order(content_locations=[{"url": url}])
    seen = {watch.night.file(watch.authority, watch.client, form).reference for _ in range(3)}
    watch.night.work_on()
    assert len(seen) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM docket_case")
        assert cursor.fetchone() == (1,)
    assert [one["state"] for one in watch.bodies("act")].count("ordered") == 1


@pytest.mark.parametrize("how", ["close", "error"])
def test_a_platform_that_is_away_for_a_moment_is_asked_again_and_no_person_called(watch, how):
    watch.rule()
    url = watch.night.publish()
    watch.night.board.faults({"kind": "resolve", "times": 3, "how": how})
    watch.order(url)
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)


def test_a_platform_that_stays_away_calls_a_person_with_the_hour_running(watch):
    watch.rule()
    url = watch.night.publish()
    watch.night.board.faults({"kind": "resolve", "times": 999, "how": "close"})
    watch.order(url, work=False)
    watch.night.work_on(3)
    assert watch.status() == "received"
    received = watch.night.clock.now()
    watch.later(minutes=2)
    watch.night.board.faults()
    assert _waits(watch, url)
    assert watch.clock("remove_or_disable")[1] == received.plus(timedelta(hours=1))
