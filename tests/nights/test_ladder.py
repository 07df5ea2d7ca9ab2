"""The ladder in the night: who is called, when, what a page says, and everything that stops it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from comity.docket.nights.errors import LinkSpent, NoSuchAlarm, UnreadableLadder, UnreadableRoster, UnusableAddress
from comity.docket.nights.ways import signature
from comity.registry.errors import NotYourDutyError
from support.nights import KEY, SECRET


def test_who_is_on_call_is_called_first_then_the_next_then_the_group(nights):
    nights.order()
    nights.look()
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 0, 0]
    nights.later(4)
    assert nights.rung("ben") == 0
    nights.later(1)
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 1, 0]
    nights.later(5)
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 1, 1]


def test_each_page_is_ordered_then_sent_and_both_are_entered(nights):
    case = nights.order()
    nights.look()
    assert [page["state"] for page in nights.entries(case, "page")] == ["ordered", "sent"]
    assert [alarm["change"] for alarm in nights.entries(case, "alarm")] == ["began", "climbed"]
    assert nights.watch.night.verify_log() > 0


def test_a_page_holds_a_number_a_time_and_a_link_and_nothing_else(nights):
    nights.docket.save_ladder(nights.watch.staff.ben, lines="0 First line", unanswered_minutes=10)
    case = nights.order()
    nights.look()
    (_, headers, body), (_, _, hook) = sorted(nights.phones.posts, key=lambda post: post[0] == "/hook")
    mail = nights.phones.mails[0].content.decode()
    everything = " ".join([*headers.values(), body.decode(), hook.decode(), mail])
    for secret in (
        "OFAC",
        "Office central",
        "board.example/posts",
        case,
        "Incite",
        "terror",
        nights.watch.staff.mia,
    ):
        assert secret not in everything
    assert headers["x-title"] == "Case C-1 needs a person"
    assert headers["x-priority"] == "5"
    assert headers["x-click"].startswith("https://console.board.example/nights/answer/")
    assert set(json.loads(hook)) == {"page", "to", "case", "due_at", "link", "loud", "drill", "title"}
    assert "02:13" in body.decode()
    assert "Auto-Submitted: auto-generated" in mail


def test_a_webhook_is_signed_over_its_time_and_body(nights):
    nights.docket.save_ladder(nights.watch.staff.ben, lines="0 First line [webhook]", unanswered_minutes=10)
    nights.order()
    nights.look()
    ((_, headers, body),) = nights.phones.posts
    assert headers["comity-signature"] == signature(SECRET, headers["comity-time"], body)
    assert headers["comity-signature"] != signature(b"another secret of that length", headers["comity-time"], body)
    assert headers["comity-signature"] != signature(SECRET, headers["comity-time"], body + b" ")


def test_an_acknowledgement_stops_the_ladder(nights):
    case = nights.order()
    nights.look()
    nights.docket.acknowledge(nights.watch.staff.ben, nights.alarm().alarm)
    nights.later(12)
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 0, 0]
    assert nights.alarm().answered_by == "Ben"
    assert nights.entries(case, "alarm")[-1]["change"] == "acknowledged"
    with pytest.raises(NoSuchAlarm):
        nights.docket.acknowledge(nights.watch.staff.mia, nights.alarm().alarm)


def _token(nights) -> str:
    return nights.phones.posts[-1][1]["x-click"].rstrip("/").rpartition("/")[2]


def test_the_link_of_a_page_acknowledges_once_for_who_was_called(nights):
    nights.order()
    nights.look()
    token, staff = _token(nights), nights.watch.staff
    assert nights.docket.link_of(staff.mia, token).number == 1
    assert nights.alarm().state == "ringing", "looking at a link answers nothing"
    with pytest.raises(LinkSpent):
        nights.docket.answer_page(staff.ben, token)
    assert nights.docket.answer_page(staff.mia, token) == 1
    assert nights.alarm().state == "acknowledged"
    for _ in range(2):
        with pytest.raises(LinkSpent):
            nights.docket.answer_page(staff.mia, token)


@pytest.mark.parametrize("token", ["", "0" * 64, "x" * 64, "é" * 64, "0" * 63])
def test_a_link_that_this_house_did_not_make_answers_nothing(nights, token):
    nights.order()
    nights.look()
    with pytest.raises(LinkSpent):
        nights.docket.answer_page(nights.watch.staff.mia, token)
    with pytest.raises(LinkSpent):
        nights.docket.answer_page(nights.watch.staff.mia, _token(nights)[:32] + "0" * 32)
    assert KEY.hex() not in _token(nights)


def test_acting_on_the_case_acknowledges(nights):
    case = nights.order()
    nights.look()
    url = nights.watch.case().demand.form["content_locations"][0]["url"]
    nights.watch.decide("comply", url)
    nights.later(12)
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 0, 0]
    assert nights.entries(case, "alarm")[-1]["change"] == "settled"


def test_a_second_person_is_called_when_the_first_has_decided(nights):
    case = nights.order()
    nights.look()
    nights.watch.decide("refuse", reasons="Not ours to carry out.")
    nights.look()
    assert nights.watch.status() == "second_person"
    assert [alarm["change"] for alarm in nights.entries(case, "alarm")].count("began") == 2
    assert nights.rung("mia") == 2


def test_who_acknowledged_and_did_nothing_is_called_again_when_the_hour_warns(nights):
    nights.order()
    nights.look()
    nights.docket.acknowledge(nights.watch.staff.mia, nights.alarm().alarm)
    nights.later(29)
    assert nights.rung("mia") == 1
    nights.later(2)
    assert nights.rung("mia") == 2


def test_a_case_that_a_standing_rule_carries_out_calls_nobody(nights):
    nights.watch.rule()
    nights.order()
    nights.later(45)
    assert nights.phones.posts == []


def test_failing_telephones_move_up_the_ladder_at_once_and_are_tried_again(nights):
    case = nights.order()
    nights.phones.refuse = {"/topic-mia"}
    nights.look()
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [0, 1, 0]
    nights.phones.refuse.clear()
    nights.later(2)
    assert nights.rung("mia") == 1
    assert [page["state"] for page in nights.entries(case, "page") if page["step"] == 0] == [
        "ordered",
        "failed",
        "sent",
    ]


def test_one_way_that_works_is_enough_to_stay_on_the_step(nights):
    nights.docket.save_ladder(nights.watch.staff.ben, lines="0 First line\n5 ben", unanswered_minutes=10)
    nights.phones.refuse = {"/topic-mia", "mail"}
    nights.order()
    nights.look()
    assert len(nights.phones.rings("/hook")) == 1
    assert nights.rung("ben") == 0


def test_a_step_with_nobody_on_call_is_passed_over_at_once(nights):
    line = nights.docket.nights(nights.watch.staff.mia).rosters[0]
    gap = ("daily 00:00-00:00 mia", "2026-11-23 00:00 - 2026-11-24 00:00 nobody")
    nights.docket.save_roster(nights.watch.staff.ben, roster=line.roster, name="First line", zone="UTC", lines=gap)
    assert nights.docket.night_gaps(nights.watch.staff.mia)
    nights.order()
    nights.look()
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [0, 1, 0]


def test_without_a_ladder_everybody_is_called_at_once(watch, ringing):
    from support.nights import Nights

    lit = Nights(watch, ringing)
    for name in ("mia", "carla"):
        lit.docket.save_contact(getattr(watch.staff, name), ways={"push": f"topic-{name}"})
    lit.order()
    lit.look()
    assert [lit.rung(name) for name in ("mia", "carla")] == [1, 1]


def test_a_flood_of_unverified_senders_rings_once_and_a_verified_order_rings_all_the_same(nights):
    for _ in range(8):
        nights.watch.mail(nights.watch.night.publish())
    nights.look()
    assert nights.rung("mia") == 1
    nights.order()
    nights.look()
    assert nights.rung("mia") == 2
    nights.docket.answer_page(nights.watch.staff.mia, _token(nights))
    assert {line.state for line in nights.docket.nights(nights.watch.staff.mia).alarms} == {"acknowledged"}


def test_only_some_roles_keep_rosters_and_only_case_workers_answer(nights):
    staff, docket = nights.watch.staff, nights.docket
    nights.order()
    nights.look()
    for person in (staff.mia, staff.dan):
        with pytest.raises(NotYourDutyError):
            docket.save_ladder(person, lines="0 First line", unanswered_minutes=10)
        with pytest.raises(NotYourDutyError):
            docket.save_roster(person, roster="", name="x", zone="UTC", lines=("daily 00:00-00:00 mia", ""))
        with pytest.raises(NotYourDutyError):
            docket.save_contact(person, ways={"push": "topic-other"}, staff=staff.ben)
    for person in (staff.dan, staff.anna):
        with pytest.raises(NotYourDutyError):
            docket.acknowledge(person, nights.alarm().alarm)
    with pytest.raises(UnreadableLadder):
        docket.save_ladder(staff.ben, lines="0 First line", unanswered_minutes=0)
    with pytest.raises(UnreadableRoster):
        docket.save_roster(staff.ben, roster="f" * 32, name="x", zone="UTC", lines=("daily 00:00-00:00 mia", ""))
    with pytest.raises(UnusableAddress):
        docket.save_contact(staff.mia, ways={"push": "http://169.254.169.254/"})


def test_whoever_forges_ladder_or_roster_keeps_nobody_from_being_called(nights, owner_connection):
    owner_connection.execute("ALTER TABLE document DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE document SET body = 'forged' WHERE kind IN ('ladder', 'roster')")
    owner_connection.execute("ALTER TABLE document ENABLE TRIGGER USER")
    nights.order()
    nights.look()
    assert [nights.rung(name) for name in ("mia", "ben", "carla")] == [1, 1, 1]


def test_a_case_whose_entries_do_not_hold_keeps_no_other_from_ringing(nights, owner_connection):
    from comity.docket.nights import service

    first = nights.order()
    nights.look()
    second = nights.order()
    owner_connection.execute("ALTER TABLE document DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE document SET body = 'forged' WHERE case_id = %s", [first])
    owner_connection.execute("ALTER TABLE document ENABLE TRIGGER USER")
    nights.watch.night.clock.set(nights.now.plus(timedelta(minutes=46)))
    service.look(nights.parts)
    assert nights.entries(second, "alarm")[0]["change"] == "began"


def test_beyond_fifty_alarms_of_strangers_nothing_more_rings_but_a_verified_order(nights):
    from comity.docket.nights import rules, store

    for _ in range(3):
        nights.watch.mail(nights.watch.night.publish())
    nights.look()
    kept, rules.MOST_UNVERIFIED = rules.MOST_UNVERIFIED, 3
    try:
        nights.watch.mail(nights.watch.night.publish())
        nights.look()
        assert store.ringing_unverified() == 3
        nights.order()
        nights.look()
    finally:
        rules.MOST_UNVERIFIED = kept
    assert len([row for row in store.alarms() if row.state == "ringing"]) == 4
