"""An incident calls the roster: the ladder, pages, acknowledgement, and silence once it is over."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from comity.docket.nights import service, summons
from comity.docket.nights.errors import NoSuchAlarm

if TYPE_CHECKING:
    from support.nights import Nights


@pytest.fixture
def called(nights: Nights) -> Nights:
    """Mia declared an incident."""
    nights.docket.declare_incident(
        nights.watch.staff.mia,
        kind="bombing",
        title="Attack",
        because="many uploads",
        ends_at=nights.now.plus(timedelta(hours=2)),
    )
    return nights


def test_the_first_line_is_called_and_told_only_a_number(called: Nights) -> None:
    called.look()
    assert [called.rung(name) for name in ("mia", "ben", "carla")] == [1, 0, 0]
    ring = called.phones.posts[0]
    assert "Incident I-1 needs people" in str(ring)
    for secret in ("Attack", "uploads", "bombing"):
        assert secret not in str(ring)
    alarm = called.docket.incident(1, called.watch.staff.mia).alarm
    assert [(one.who, one.state) for one in alarm.pages] == [("Mia", "sent")]


def test_it_climbs_until_somebody_answers(called: Nights) -> None:
    called.look()
    called.later(5)
    assert [called.rung(name) for name in ("mia", "ben", "carla")] == [1, 1, 0]
    called.docket.acknowledge(called.watch.staff.ben, called.alarm().alarm)
    called.later(30)
    assert [called.rung(name) for name in ("mia", "ben", "carla")] == [1, 1, 0]
    assert called.docket.incident(1, called.watch.staff.mia).alarm.answered_by == "Ben"


def test_when_nobody_answers_everybody_is_called_again_and_again(called: Nights) -> None:
    called.look()
    called.later(21)
    assert called.rung("carla") == 2
    alarm = called.alarm()
    assert (alarm.unanswered, alarm.reason) == (True, "incident")
    called.later(5)
    assert called.rung("mia") == 3


def test_the_link_of_a_page_answers_it(called: Nights) -> None:
    called.look()
    token = re.findall(r"/nights/answer/([0-9a-f]{64})/", str(called.phones.posts[0]))[0]
    assert called.docket.link_of(called.watch.staff.mia, token).reason == "incident"
    assert called.docket.answer_page(called.watch.staff.mia, token) == 1
    called.later(10)
    assert called.rung("ben") == 0


def test_once_it_is_over_nobody_is_called(called: Nights) -> None:
    called.look()
    called.docket.close_incident(called.watch.staff.mia, 1, "a false alarm")
    called.later(30)
    assert [called.rung(name) for name in ("mia", "ben", "carla")] == [1, 0, 0]
    assert called.alarm().state == "settled"
    with pytest.raises(NoSuchAlarm):
        called.docket.acknowledge(called.watch.staff.ben, called.alarm().alarm)


def test_looking_twice_at_once_orders_nothing_twice(called: Nights) -> None:
    assert summons.look(called.parts) == 1
    assert summons.look(called.parts) == 0
    assert service.look(called.parts) == 0
    called.look()
    assert called.rung("mia") == 1


def test_an_incident_rings_beside_the_cases(called: Nights) -> None:
    called.order()
    called.look()
    assert called.rung("mia") == 2


def test_an_alarm_whose_entry_was_changed_keeps_nobody_else_from_being_called(
    called: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.casefile.audit.errors import LeafMismatch

    def broken(*_arguments: object) -> None:
        raise LeafMismatch

    monkeypatch.setattr(summons, "_climb", broken)
    assert summons.look(called.parts) == 0
