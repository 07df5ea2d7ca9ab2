"""Nobody answers: the rule that two people made, and every doubt in which it is silent; else the loudest alarm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comity.casefile.records.roles import Role
from comity.decision.errors import SamePersonTwice
from comity.docket.nights.errors import NightRuleRefused
from comity.registry.errors import NotYourDutyError


@pytest.fixture
def known(nights):
    """The authority has sent an order before, which a person decided: nothing about the next one is new."""
    url = nights.watch.night.publish()
    nights.watch.order(url)
    nights.watch.decide("comply", url)
    nights.look()
    nights.phones.posts.clear()
    return nights


def rule(
    nights, *, minutes: int = 15, channels: tuple[str, ...] = ("api",), approve: bool = True, days: int = 100
) -> str:
    until = nights.now.plus(timedelta(days=days))
    staff, docket = nights.watch.staff, nights.docket
    docket.propose_night_rule(
        staff.carla, authority=nights.watch.authority, channels=channels, minutes=minutes, terms=(until, "nights")
    )
    made = docket.nights(staff.carla).rules[-1].rule
    if approve:
        docket.approve_night_rule(staff.ben, made)
    return made


def order(nights, **changes):
    url = nights.watch.night.publish()
    case = nights.watch.order(url, **changes).reference
    nights.look()
    return case, url


def waits(nights, url: str) -> bool:
    line = nights.watch.case(2).line
    return (line.status, line.needs_person, nights.watch.gone(url)) == ("waiting", True, False)


def test_a_rule_for_the_night_carries_out_an_order_in_perfect_form_before_its_hour_ends(known):
    made = rule(known)
    case, url = order(known)
    known.later(44)
    assert waits(known, url)
    known.later(1)
    known.watch.night.work_on()
    assert known.watch.status(2) == "in_effect"
    assert known.watch.gone(url)
    (decision,) = known.entries(case, "decision")
    assert (decision["standing_rule"], decision["approvals"]) == (made, [])
    assert known.watch.clock("remove_or_disable", 2)[0] == "met"
    changes = [alarm["change"] for alarm in known.entries(case, "alarm")]
    assert changes[-1] == "settled"
    assert "unanswered" in changes
    assert known.watch.night.verify_log() > 0


def test_it_speaks_at_its_own_minute(known):
    rule(known, minutes=8)
    _, url = order(known)
    known.later(51)
    assert waits(known, url)
    known.later(2)
    known.watch.night.work_on()
    assert known.watch.gone(url)


def test_without_a_rule_everybody_is_called_on_every_way_again_and_again(known):
    case, url = order(known)
    known.later(20)
    for way in (f"/topic-{name}" for name in ("mia", "ben", "carla")):
        assert len(known.phones.rings(way)) == 2
    assert {mail.rcpt_tos[0] for mail in known.phones.mails} == {
        f"{name}@board.example" for name in ("mia", "ben", "carla")
    }
    assert len(known.phones.rings("/hook")) == 3
    assert known.phones.bodies("/hook")[0]["loud"] is True
    assert known.phones.bodies("/hook")[0]["title"].startswith("NOBODY ANSWERED")
    known.later(5)
    assert len(known.phones.rings("/hook")) == 6
    assert waits(known, url)
    assert case


def test_annex_3_lies_ready_and_is_never_sent_by_itself(known):
    case, _ = order(known)
    known.later(59)
    drafts = known.entries(case, "answer_draft")
    assert len(drafts) == 1
    assert drafts[0]["form"] == "annex-3"
    assert drafts[0]["fields"]["reason"] == ["FORCE_MAJEURE_OR_DE_FACTO_IMPOSSIBILITY"]
    assert "for a person to judge" in drafts[0]["fields"]["explanation"]
    known.watch.later(hours=5)
    known.look()
    assert known.watch.status(2) == "waiting"
    assert known.entries(case, "form_reply") == []
    assert known.docket.nights(known.watch.staff.mia).alarms[0].draft["explanation"].startswith("Order received")


@pytest.mark.parametrize(
    "doubt",
    [
        "one person only",
        "withdrawn",
        "expired",
        "other channel",
        "acknowledged",
        "suspended",
        "form",
        "reference again",
    ],
)
def test_in_any_doubt_it_is_silent(known, doubt):
    staff, docket, changes = known.watch.staff, known.docket, {}
    made = rule(
        known,
        approve=doubt != "one person only",
        channels=("email",) if doubt == "other channel" else ("api",),
        days=1,
    )
    if doubt == "withdrawn":
        docket.withdraw_night_rule(staff.ben, made, "The authority's key may be stolen.")
    if doubt == "expired":
        known.watch.night.clock.set(known.now.plus(timedelta(days=2)))
        changes = {"issued_at": str(known.now)}
    if doubt == "form":
        changes = {"redress": None}
    if doubt == "reference again":
        changes = {"order_reference": "OFAC-2026-000001"}
    _, url = order(known, **changes)
    if doubt == "acknowledged":
        docket.acknowledge(staff.mia, known.alarm().alarm)
        known.later(29)
        assert waits(known, url)
        return
    if doubt == "suspended":
        docket.suspend_authority(staff.mia, known.watch.authority, "mailbox taken over")
    known.later(58)
    known.watch.night.work_on()
    assert waits(known, url)


def test_a_jump_of_the_clock_silences_it(known):
    rule(known)
    _, url = order(known)
    known.watch.night.wait_for_the_log()
    known.watch.night.raise_alarm("forward")
    known.later(58)
    assert waits(known, url)


def test_a_row_that_says_more_than_its_entry_changes_nothing(known, owner_connection):
    made = rule(known, approve=False)
    _, url = order(known)
    owner_connection.execute("ALTER TABLE nights_rule DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE nights_rule SET approved_by = 'x' WHERE id = %s", [made])
    known.later(58)
    assert waits(known, url)


def test_a_row_that_names_an_older_entry_brings_no_withdrawn_rule_back(known, owner_connection):
    made = rule(known)
    (held,) = owner_connection.execute("SELECT entry FROM nights_rule WHERE id = %s", [made]).fetchone()
    known.docket.withdraw_night_rule(known.watch.staff.carla, made, "no longer")
    _, url = order(known)
    owner_connection.execute("ALTER TABLE nights_rule DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE nights_rule SET entry = %s, withdrawn = false WHERE id = %s", [held, made])
    known.later(58)
    assert waits(known, url)


def test_an_altered_assessment_lets_no_rule_speak_and_keeps_nobody_from_being_called(known, owner_connection):
    rule(known)
    case, url = order(known)
    owner_connection.execute("ALTER TABLE document DISABLE TRIGGER USER")
    owner_connection.execute(
        "UPDATE document SET body = body || ' '::bytea WHERE case_id = %s AND kind = 'assessment'", [case]
    )
    known.later(58)
    assert known.watch.gone(url) is False
    assert known.entries(case, "decision") == []
    assert any(body["loud"] for body in known.phones.bodies("/hook"))


def test_two_people_make_it_and_one_ends_it(known):
    staff, docket = known.watch.staff, known.docket
    made = rule(known, approve=False)
    with pytest.raises(SamePersonTwice):
        docket.approve_night_rule(staff.carla, made)
    for person in (staff.mia, staff.dan, staff.anna):
        with pytest.raises(NotYourDutyError):
            docket.approve_night_rule(person, made)
    docket.approve_night_rule(staff.ben, made)
    with pytest.raises(NightRuleRefused):
        docket.approve_night_rule(staff.ben, made)
    docket.withdraw_night_rule(staff.carla, made, "no longer")
    assert docket.nights(staff.mia).rules[-1].state == "withdrawn"
    with pytest.raises(NightRuleRefused):
        rule(known, channels=("paper",))
    with pytest.raises(NightRuleRefused):
        rule(known, minutes=45)
    with pytest.raises(NightRuleRefused):
        rule(known, days=900)


def test_the_database_refuses_a_rule_of_one_person_and_a_second_page_of_a_step(known, connect):
    import psycopg

    rule(known, approve=False)
    order(known)
    owner, app = connect(Role.OWNER), connect(Role.APP)
    for table in ("nights_rule", "nights_page"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("UPDATE nights_rule SET approved_by = proposed_by")
    again = "gen_random_uuid(), entry, case_id, alarm, step, staff, way, state, attempts, ordered_at, sent_at, used"
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(f"INSERT INTO nights_page SELECT {again} FROM nights_page LIMIT 1")  # noqa: S608
    with pytest.raises(psycopg.Error, match="entry"):
        app.execute("UPDATE nights_alarm SET state = 'settled'")
