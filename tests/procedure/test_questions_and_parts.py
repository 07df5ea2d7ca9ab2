"""Playbooks of orders that cannot be carried out as they came: questions, parts, nothing found, failing platforms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from comity.casefile.clock import Instant
from comity.docket.errors import AlreadyDone, NotYourTurn
from comity.platform.errors import Refused

HOUR = "remove_or_disable"
HOUR_LONG = timedelta(hours=1)


def _ask(watch) -> None:
    """An order without grounds: Annex III is proposed, and one person sends it."""
    watch.decide("clarify", reasons="The order ticks no ground (Article 3(4)(b)).")


def test_a_question_stops_the_hour_and_the_answer_begins_a_new_one(watch):
    url = watch.night.publish()
    watch.rule()
    view = watch.order(url, grounds=[])
    assert (watch.status(), watch.gone(url)) == ("waiting", False)
    watch.later(minutes=30)

    _ask(watch)

    assert (watch.status(), watch.forms(), watch.clock(HOUR)) == ("clarifying", ["annex-3"], ("suspended", None))
    watch.later(hours=10)
    assert watch.clock(HOUR)[0] == "suspended"

    watch.night.docket.clarify(
        view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="forgotten"
    )
    answered = watch.night.clock.now()
    assert watch.status() == "received"
    watch.later(minutes=1)
    # The rule speaks now: complete, verified, in time by the new hour.
    assert (watch.status(), watch.gone(url), watch.forms()) == ("in_effect", True, ["annex-3", "annex-2"])
    assert watch.clock(HOUR) == ("met", answered.plus(HOUR_LONG))
    assert watch.case().demand.times.transport_received_at == Instant.parse("2026-11-23T01:13:00Z")


def test_what_the_person_enters_by_hand_restarts_the_hour_as_well(watch):
    url = watch.night.publish()
    watch.order(url, grounds=[])
    _ask(watch)
    watch.night.docket.clarified(
        watch.case().line.case,
        watch.staff.mia,
        received_at=watch.night.clock.now(),
        changes={"grounds": ["INCITES"]},
        grounds_ceased=False,
        note="by phone",
    )
    watch.night.work_on()
    assert (watch.status(), watch.clock(HOUR)[0]) == ("waiting", "running")
    watch.decide("comply", url)
    assert watch.status() == "in_effect"


def test_a_question_after_the_hour_does_not_undo_that_it_was_missed(watch):
    url = watch.night.publish()
    view = watch.order(url, grounds=[])
    watch.later(minutes=70)
    assert watch.clock(HOUR)[0] == "missed"
    _ask(watch)
    watch.night.docket.clarify(
        view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note=""
    )
    watch.night.work_on()
    assert watch.clock(HOUR)[0] == "missed"
    watch.decide("comply", url)
    assert (watch.status(), watch.gone(url), watch.clock(HOUR)[0]) == ("in_effect", True, "missed")


def test_an_authority_cannot_clarify_what_was_not_asked(watch):
    view = watch.order(watch.night.publish())
    with pytest.raises(NotYourTurn):
        watch.night.docket.clarify(view.reference, watch.says(), changes={}, grounds_ceased=False, note="")


def test_one_address_of_two_is_absent_and_the_answer_says_both(watch):
    here, nowhere = watch.night.publish(), "https://board.example/p/1999999"
    watch.order(here, nowhere)
    watch.decide("comply", here, nowhere)
    assert (watch.status(), watch.items(), watch.gone(here)) == ("in_effect", ["performed", "absent"], True)
    assert sorted(watch.forms()) == ["annex-2", "annex-3"]


def test_where_nothing_is_found_a_person_is_called_and_annex_iii_goes_out(watch):
    nowhere = "https://board.example/p/1999999"
    watch.rule()
    watch.order(nowhere)
    assert (watch.status(), watch.case().line.needs_person) == ("waiting", True)
    watch.decide("clarify", reasons="Nothing is found under this address.")
    assert (watch.status(), watch.forms()) == ("clarifying", ["annex-3"])
    assert "preserve" not in [one.deadline.id for one in watch.case().clocks]


def test_an_act_that_the_platform_refuses_for_good_comes_back_to_a_person_with_the_clock_running(watch):
    url = watch.night.publish()
    watch.rule()
    watch.night.board.faults({"kind": "disable", "times": 99, "how": "error"})
    watch.order(url)
    assert (watch.status(), watch.items(), watch.clock(HOUR)[0]) == ("waiting", ["failed"], "running")
    assert watch.case().line.needs_person

    watch.night.board.faults()
    watch.decide("comply", url)
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)


def test_a_platform_that_stumbles_is_asked_again_and_the_order_is_carried_out(watch):
    url = watch.night.publish()
    watch.rule()
    watch.night.board.faults(
        {"kind": "disable", "times": 1, "how": "close", "after": True}, {"kind": "disable", "times": 1, "how": "error"}
    )
    watch.order(url)
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)
    assert [one["state"] for one in watch.bodies("act")].count("ordered") == 1
    assert "failed" in [one["state"] for one in watch.bodies("act")]


def test_what_is_disabled_already_is_never_answered_as_not_done(watch, monkeypatch):
    done, stuck = watch.night.publish(), watch.night.publish()
    watch.order(done, stuck)
    _refuses(watch, stuck, monkeypatch)
    watch.decide("comply", done, stuck)
    assert (watch.status(), watch.items()) == ("waiting", ["performed", "failed"])
    since = watch.case().items[0].disabled_at
    watch.night.clock.advance(timedelta(minutes=5))
    with pytest.raises(AlreadyDone):
        watch.decide("clarify", reasons="It does not work.")

    watch.decide("comply_in_part", done, reasons="The platform cannot disable the second.")

    assert (watch.status(), sorted(watch.items())) == ("in_effect", ["left", "performed"])
    assert sorted(watch.forms()) == ["annex-2", "annex-3"]
    assert watch.case().items[0].disabled_at == since


def test_fifty_seven_addresses_in_one_order_are_all_carried_out(watch):
    urls = [watch.night.publish(pictures=0) for _ in range(57)]
    watch.rule()
    watch.order(*urls)
    assert (watch.status(), set(watch.items())) == ("in_effect", {"performed"})
    assert len(watch.items()) == 57
    assert all(watch.gone(url) for url in urls[::19])


def _refuses(watch, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the platform refuses to disable this one item."""
    adapter = watch.night.board_adapter
    item, disable = adapter.resolve(url).item, adapter.disable

    def unwilling(wanted: str, **more: Any) -> Any:
        if wanted == item:
            raise Refused
        return disable(wanted, **more)

    monkeypatch.setattr(adapter, "disable", unwilling)
