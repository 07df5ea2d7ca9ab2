"""A hunt that is lost, repeated, late, or done and reported lost: every copy is entered once, with the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from comity.docket.hunts.models import FoundRow
from comity.matching.errors import MatchingFailure
from comity.platform.errors import Unreachable
from support.failing import Crash, dying, in_thread
from support.hunting import Hunting

DISTANCES = (0, 3, 9, 17, 31)


def job(hunting: Hunting) -> Callable[[], None]:
    """The hunt's job, as a worker runs it."""
    identifier = hunting.row().id.hex
    return lambda: hunting.night.jobs["hunt"](hunt=identifier)


def finish(hunting: Hunting) -> None:
    """Whatever was lost runs again until nothing is left to do."""
    for _ in range(4):
        job(hunting)()
    hunting.night.work_on(rounds=200)


def check(hunting: Hunting) -> None:
    """Each copy is one detection of the one review, and nothing of the working copy is left."""
    view = hunting.view()
    assert (view.line.state, view.line.found, view.became) == ("done", len(DISTANCES), (("entered", len(DISTANCES)),))
    review = hunting.gallery.review()
    assert (review.number, review.detections) == (1, len(DISTANCES))
    with pytest.raises(Exception, match="no such review"):
        hunting.gallery.review(2)
    assert not FoundRow.objects.exists()
    hunting.night.verify_log()


@pytest.fixture
def ordered(hunting: Hunting) -> Hunting:
    hunting.posts(*DISTANCES)
    hunting.order(work=False)
    return hunting


@pytest.mark.parametrize("after", [False, True], ids=["lost", "reported lost"])
def test_the_process_dies_at_each_of_its_commits(ordered: Hunting, after: bool) -> None:
    for commit in (1, 2, 1, 2, 1, 2, 1):

        def struck(commit: int = commit) -> None:
            with dying(commit, after=after):
                job(ordered)()

        raised = in_thread(struck)
        assert raised is None or isinstance(raised, Crash), raised
    finish(ordered)
    check(ordered)


def test_the_search_dies_in_its_middle_and_begins_anew(ordered: Hunting) -> None:
    ordered.shelf.raises = Crash()
    assert isinstance(in_thread(job(ordered)), Crash)
    assert (ordered.row().state, FoundRow.objects.count()) == ("ordered", 0)
    finish(ordered)
    check(ordered)


def test_the_job_runs_twice_side_by_side_and_once_more(ordered: Hunting) -> None:
    meeting, raised = threading.Barrier(2), []

    def beside() -> None:
        def both() -> None:
            meeting.wait(60)
            job(ordered)()

        raised.append(in_thread(both))

    threads = [threading.Thread(target=beside) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None, None]
    finish(ordered)
    check(ordered)


def test_a_job_that_comes_late_finds_nothing_to_do(ordered: Hunting) -> None:
    finish(ordered)
    before = ordered.row().entry
    job(ordered)()
    assert ordered.row().entry == before
    check(ordered)


def test_a_platform_that_does_not_answer_is_asked_again(ordered: Hunting) -> None:
    job(ordered)()
    ordered.night.board.faults({"kind": "describe", "times": 50, "how": "close"})
    raised = in_thread(job(ordered))
    assert isinstance(raised, Unreachable), raised
    assert ordered.row().state == "entering"
    ordered.night.board.faults()
    finish(ordered)
    check(ordered)


def test_a_catalogue_that_cannot_be_read_gives_no_half_result(ordered: Hunting) -> None:
    ordered.shelf.raises = MatchingFailure("a partition is damaged")
    ordered.night.work_on()
    assert (ordered.row().state, ordered.row().said) == ("failed", "matching_failure: a partition is damaged")
    assert not FoundRow.objects.exists()
    ordered.night.docket.repeat_hunt(ordered.gallery.staff.mia, 1, "mended")
    finish(ordered)
    check(ordered)


def test_a_hunt_ended_while_it_is_searched_keeps_nothing(ordered: Hunting) -> None:
    inner = ordered.shelf.search

    def searching(sought, tell):  # type: ignore[no-untyped-def]
        ordered.night.docket.stop_hunt(ordered.gallery.staff.mia, 1, "an error")
        yield from inner(sought, tell)

    from dataclasses import replace

    from comity.docket.hunts import jobs
    from comity.docket.seeking import Means

    parts = replace(ordered.night.parts, hunting=Means(searching, ordered.shelf.stored))
    jobs.run(ordered.row().id.hex, parts)
    assert (ordered.row().state, FoundRow.objects.count()) == ("stopped", 0)
