"""What one of us types in: it counts from its receipt, and nothing is carried out by itself because of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comity.docket.errors import ImpossibleInstant
from support import orders

HOUR = "remove_or_disable"


def _asked(watch) -> str:
    """An order without a ground; Annex III went out. Gives the address that it names."""
    url = watch.night.publish()
    watch.order(url, grounds=[])
    watch.decide("clarify", reasons="No ground is ticked.")
    assert watch.status() == "clarifying"
    return url


def _typed(watch, received_at, **changes) -> None:
    watch.night.docket.clarified(
        watch.case().line.case,
        watch.staff.mia,
        received_at=received_at,
        changes=changes or {"grounds": ["INCITES"]},
        grounds_ceased=False,
        note="by telephone",
    )
    watch.night.work_on()


def test_the_new_hour_counts_from_receipt_and_both_instants_are_kept(watch):
    _asked(watch)
    watch.later(minutes=10)
    came = watch.night.clock.now()
    watch.later(minutes=40)
    _typed(watch, came)
    assert watch.clock(HOUR) == ("running", came.plus(timedelta(hours=1)))
    (news,) = watch.bodies("clarification")
    assert (news["received_at"], news["typed_at"]) == (str(came), str(watch.night.clock.now()))
    assert news["typed_by"] == watch.staff.mia


def test_one_that_came_long_ago_leaves_an_hour_that_is_over(watch):
    _asked(watch)
    watch.later(minutes=10)
    came = watch.night.clock.now()
    watch.later(hours=5)
    _typed(watch, came)
    watch.later(seconds=1)
    assert watch.clock(HOUR) == ("missed", came.plus(timedelta(hours=1)))


def test_what_came_before_we_asked_begins_no_new_hour(watch):
    first = watch.night.clock.now()
    url = watch.night.publish()
    watch.order(url, grounds=[])
    watch.later(minutes=10)
    watch.decide("clarify", reasons="No ground is ticked.")
    watch.later(minutes=10)
    _typed(watch, first.plus(timedelta(minutes=5)))
    assert watch.clock(HOUR) == ("running", first.plus(timedelta(hours=1)))


@pytest.mark.parametrize("moved", [timedelta(seconds=1), timedelta(days=2), -timedelta(days=1)])
def test_nothing_is_received_in_the_future_or_before_its_demand(watch, moved):
    _asked(watch)
    with pytest.raises(ImpossibleInstant):
        _typed(watch, watch.night.clock.now().plus(moved))
    assert (watch.status(), watch.bodies("clarification")) == ("clarifying", [])


def test_no_rule_carries_out_what_one_person_typed_in(watch):
    url = _asked(watch)
    watch.rule()
    _typed(watch, watch.night.clock.now())
    case = watch.case()
    assert (watch.status(), watch.gone(url), case.decision.answer.value) == ("waiting", False, "clarify")
    assert case.demand.typed_by == watch.staff.mia
    watch.decide("comply", url)
    assert (watch.status(), watch.gone(url)) == ("in_effect", True)
    assert [one.person.id for one in watch.case().decision.approvals] == [watch.staff.mia]


def test_what_the_authority_itself_adds_later_does_not_make_it_all_its_own(watch):
    url = _asked(watch)
    watch.rule()
    _typed(watch, watch.night.clock.now(), redress={"body": "a court"})
    assert watch.status() == "waiting"
    watch.decide("clarify", reasons="Still no ground.")
    docket, view = watch.night.docket, watch.views[0]
    docket.clarify(view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="")
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("waiting", False)


def test_what_the_authority_says_over_its_own_channel_is_carried_out_by_the_rule(watch):
    url = _asked(watch)
    watch.rule()
    docket, view = watch.night.docket, watch.views[0]
    docket.clarify(view.reference, watch.says(), changes={"grounds": ["INCITES"]}, grounds_ceased=False, note="")
    watch.night.work_on()
    assert (watch.status(), watch.gone(url), watch.case().demand.typed_by) == ("in_effect", True, None)


def test_paper_that_one_of_us_typed_in_says_who(watch):
    form = orders.order(content_locations=[{"url": watch.night.publish()}])
    watch.night.docket.file_paper(
        watch.staff.mia,
        form=form,
        scan=orders.pdf_with_pages(1),
        media_type="application/pdf",
        received_at=watch.night.clock.now(),
    )
    watch.night.work_on()
    assert watch.case().demand.typed_by == watch.staff.mia
