"""Figures of an incident: every detection counts once, every act in its own stretch, nothing outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.docket.incidents import tally
from comity.docket.incidents.tally import Done, Seen, Signal

SINCE = Instant.parse("2026-11-23T01:00:00Z")
UNTIL = SINCE.plus(timedelta(hours=3))


def seen(minutes: float, case: str = "a", item: str = "post/1", bank: str = "INCIDENT_1", listed: int = 1) -> Seen:
    return Seen(case, item, bank, listed, SINCE.plus(timedelta(minutes=minutes)))


def test_a_detection_in_two_banks_counts_once_and_as_ours() -> None:
    found = tally.spread("INCIDENT_1", [seen(1, bank="KNOWN"), seen(1)], [], SINCE, UNTIL)
    assert (found.ours, found.others, found.new) == (1, 0, 1)
    assert found.by_bank == (("INCIDENT_1", 1), ("KNOWN", 1))


def test_what_was_seen_before_is_not_new() -> None:
    found = tally.spread("INCIDENT_1", [seen(9, case="b"), seen(1), seen(12, case="c", item="")], [], SINCE, UNTIL)
    assert [(one.ours, one.new) for one in found.stretches[:3]] == [(1, 1), (1, 0), (1, 1)]
    assert found.length == timedelta(minutes=5)


def test_acts_count_when_they_were_done() -> None:
    done = [
        Done(SINCE.plus(timedelta(minutes=1)), None),
        Done(SINCE, SINCE.plus(timedelta(minutes=6))),
        Done(None, None),
    ]
    found = tally.spread("INCIDENT_1", [], done, SINCE, UNTIL)
    assert [(one.removed, one.reinstated) for one in found.stretches[:2]] == [(2, 0), (0, 1)]
    assert (found.removed, found.reinstated) == (2, 1)


def test_what_lies_outside_is_left_out() -> None:
    done = [Done(UNTIL, SINCE.plus(timedelta(seconds=-1)))]
    found = tally.spread("INCIDENT_1", [seen(-1), seen(180, case="b"), seen(999, case="c")], done, SINCE, UNTIL)
    assert (found.ours, found.removed, found.reinstated, found.by_bank) == (0, 0, 0, ())


def test_an_incident_that_has_just_begun_has_one_stretch() -> None:
    found = tally.spread("INCIDENT_1", [], [], SINCE, SINCE)
    assert len(found.stretches) == 1
    assert found.others == 0


@pytest.mark.parametrize(
    ("hours", "minutes"), [(1, 5), (4, 5), (5, 10), (24, 30), (72, 120), (24 * 48, 1440), (24 * 99, 1440)]
)
def test_the_picture_holds_the_whole_time(hours: int, minutes: int) -> None:
    assert tally.stretch_length(SINCE, SINCE.plus(timedelta(hours=hours))) == timedelta(minutes=minutes)


@given(st.lists(st.tuples(st.integers(0, 179), st.integers(0, 20), st.booleans()), max_size=60))
def test_sums_are_the_detections(found: list[tuple[int, int, bool]]) -> None:
    rows = [
        seen(at, case=str(n), item=str(item), bank="INCIDENT_1" if own else "B")
        for n, (at, item, own) in enumerate(found)
    ]
    counted = tally.spread("INCIDENT_1", rows, [], SINCE, UNTIL)
    assert counted.ours + counted.others == len(rows)
    assert counted.new == len({one.item for one in rows})
    assert sum(number for _bank, number in counted.by_bank) == len(rows)


def test_each_signal_has_its_own_figures() -> None:
    rows = [seen(5), seen(1, case="b"), seen(2, case="c", item="post/2", listed=2), seen(3, bank="KNOWN", listed=9)]
    found = tally.signals("INCIDENT_1", rows)
    assert set(found) == {1, 2}
    assert found[1] == Signal(2, 1, SINCE.plus(timedelta(minutes=1)), SINCE.plus(timedelta(minutes=5)))
    assert found[2].detections == 1
