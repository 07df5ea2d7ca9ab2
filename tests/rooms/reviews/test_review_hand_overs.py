"""Detection to review to act to complaint: hand-overs lost, on the disk and reported lost, unheard, repeated, late.

Jobs are taken from the queue as a worker takes them, and die where the test says; a dead one is taken again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from comity.casefile import audit
from comity.casefile.documents.act import Act
from comity.docket.reviews import store
from comity.docket.reviews.errors import AlreadyDecided, ClaimedByAnother
from comity.platform.errors import PlatformFailure
from support.failing import Crash, dying, in_thread

if TYPE_CHECKING:
    from support.reviewing import Gallery

_MOST = 200
_CRASHES = 12
_PLATFORM = ("resolve", "describe", "parts", "part", "disable", "restore", "notify", "language")


def next_job() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1")
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1], row[2] if isinstance(row[2], dict) else json.loads(row[2]))


def iter_jobs() -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Every waiting job, taken."""
    while (job := next_job()) is not None:
        done(job[0])
        yield job


def done(job: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])


def struck(gallery: Gallery, name: str, arguments: dict[str, Any], commit: int, *, after: bool) -> bool:
    """Run a job that dies at a commit; says whether it came so far."""

    def job() -> None:
        with dying(commit, after=after):
            gallery.night.jobs[name](**arguments)

    raised = in_thread(job)
    assert raised is None or isinstance(raised, Crash), raised
    return raised is not None


def reported_lost(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """Each commit is on the disk, and its process is dead before anybody heard of it."""
    for _ in range(_CRASHES):
        if not struck(gallery, name, arguments, 1, after=True):
            return
    gallery.night.jobs[name](**arguments)


def lost(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """The process is dead before its first commit, then before its second, …: of what it did there nothing is left."""
    for commit in range(1, _CRASHES):
        if not struck(gallery, name, arguments, commit, after=False):
            return
    gallery.night.jobs[name](**arguments)


def side_by_side(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """Two workers take it at the same moment: one was only slow and was taken for dead."""
    assert together(2, lambda _n: gallery.night.jobs[name](**arguments)) == [None, None]


def late(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """Everything stood still for a day."""
    gallery.clock.set(gallery.clock.now().plus(timedelta(days=1)))
    gallery.night.jobs[name](**arguments)


def repeated(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """Taken twice."""
    for _ in range(2):
        gallery.night.jobs[name](**arguments)


def unheard(gallery: Gallery, name: str, arguments: dict[str, Any]) -> None:
    """The platform does what it is asked and its answer is lost; before that it was not reached at all."""
    for after in (False, True):
        faults = ({"kind": kind, "times": 1, "how": "close", "after": after} for kind in _PLATFORM)
        gallery.night.board.faults(*faults)
        with suppress(PlatformFailure):  # a worker takes such a job again
            gallery.night.jobs[name](**arguments)
    gallery.night.board.faults()
    gallery.night.jobs[name](**arguments)


Harm = Callable[["Gallery", str, dict[str, Any]], None]
HARMS: dict[str, Harm] = {
    "lost": lost,
    "reported_lost": reported_lost,
    "repeated": repeated,
    "side_by_side": side_by_side,
    "late": late,
    "unheard": unheard,
}


def together(many: int, act: Callable[[int], object]) -> list[BaseException | None]:
    """So many at the same moment, each with a connection of its own; gives what was raised, nobody's error left out."""
    ready, raised = Barrier(many), list[BaseException | None]([None] * many)

    def one(n: int) -> None:
        def body() -> None:
            ready.wait(60)
            act(n)

        raised[n] = in_thread(body)

    threads = [Thread(target=one, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def work(gallery: Gallery, harm: Harm) -> list[tuple[str, dict[str, Any]]]:
    """Run the queue to its end, every job harmed; gives what ran."""
    ran: list[tuple[str, dict[str, Any]]] = []
    for _ in range(_MOST):
        job = next_job()
        if job is None:
            return ran
        number, name, arguments = job
        harm(gallery, name, arguments)
        done(number)
        ran.append((name, arguments))
    raise AssertionError(f"the jobs come to no end: {ran[-4:]}")


# -- what happens ------------------------------------------------------------------------------------------------------


def number(gallery: Gallery) -> int:
    """Of the one review; a unit of work that died has taken a number with it."""
    (review,) = {row.review for row in gallery.items()}
    assert review is not None
    return store.by_id(review).number


def by_rule(gallery: Gallery, harm: Harm) -> str:
    del harm
    gallery.rule()
    return gallery.upload(work=False)[0]


def by_person(gallery: Gallery, harm: Harm) -> str:
    url = gallery.upload(work=False)[0]
    work(gallery, harm)
    gallery.decide(number(gallery), work=False)
    return url


def let_stand(gallery: Gallery, harm: Harm) -> str:
    url = gallery.upload(work=False)[0]
    work(gallery, harm)
    gallery.decide(number(gallery), outcome="let_stand", work=False)
    return url


def overruled(gallery: Gallery, harm: Harm) -> str:
    url = by_rule(gallery, harm)
    work(gallery, harm)
    gallery.decide(number(gallery), outcome="let_stand", work=False)
    return url


def complained(gallery: Gallery, harm: Harm) -> str:
    url = by_person(gallery, harm)
    work(gallery, harm)
    gallery.complain()
    gallery.answer("reinstate", work=False)
    return url


SCENES: dict[str, tuple[Callable[[Gallery, Harm], str], str, bool, int, int]] = {
    "by_rule": (by_rule, "disabled", True, 1, 1),
    "by_person": (by_person, "disabled", True, 1, 1),
    "let_stand": (let_stand, "standing", False, 0, 0),
    "overruled": (overruled, "reinstated", False, 2, 2),
    "complained": (complained, "reinstated", False, 2, 2),
}
"""Scene, where its detection rests, whether it is gone, acts performed, what was told: reasons, and outcomes."""


CELLS = [(scene, harm) for scene in SCENES for harm in HARMS]


def tally(case: str) -> Counter[str]:
    """What happened in a case, by its entries; looking and failed attempts are not counted."""
    found: Counter[str] = Counter()
    for one in audit.entries_of(case):
        if one.kind == "act":
            act = Act.from_canonical(one.body or b"")
            found[f"act {act.grant.measure.value} {act.state.value}"] += act.state.value != "failed"
        elif one.kind == "review":
            found[f"step {json.loads(one.body or b'')['change']}"] += 1
        elif one.kind not in {"custody", "access"}:
            found[one.kind] += 1
    return found


def outcomes(gallery: Gallery) -> int:
    """How many complainants were told what the gallery's answer says."""
    return sum("So it is." in one for one in gallery.messages())


@pytest.mark.parametrize(("scene", "harm"), CELLS)
def test_nothing_is_lost_and_nothing_happens_twice(gallery: Gallery, scene: str, harm: str) -> None:
    begin, rests, gone, performed, told = SCENES[scene]
    answered = outcomes(gallery)
    url = begin(gallery, HARMS[harm])
    ran = work(gallery, HARMS[harm])
    (row,) = gallery.items()
    case = row.id.hex
    assert row.progress == rests
    assert gallery.gone(url) is gone
    after = tally(case)
    assert (
        sum(n for what, n in after.items() if what.endswith("performed")) == performed + after["act preserve performed"]
    )
    assert after["notice"] == told
    assert outcomes(gallery) - answered == (scene == "complained")
    once = {what: n for what, n in after.items() if what.startswith(("act", "step", "detection"))}
    once.pop("step joined", None)  # and once more where an address was found later
    assert {what: n for what, n in once.items() if n > 1} == {}
    assert gallery.review(number(gallery)).state == ("open" if scene == "by_rule" else "decided")
    for name, arguments in reversed(ran):  # late: everything comes once more when it is over
        gallery.night.jobs[name](**arguments)
    work(gallery, repeated)
    assert tally(case) == after
    assert len(gallery.inbox(url)) == len(set(gallery.inbox(url)))


# -- two people at once ------------------------------------------------------------------------------------------------


def failed(raised: list[BaseException | None]) -> list[type[BaseException]]:
    return [type(one) for one in raised if one is not None]


def test_two_people_claim_at_once_and_one_has_it(gallery: Gallery) -> None:
    gallery.upload()
    who = (gallery.staff.mia, gallery.staff.ben)
    assert failed(together(2, lambda n: gallery.night.docket.claim_review(who[n], 1))) == [ClaimedByAnother]
    assert gallery.review().claimed_by in who


def test_one_decision_sent_twice_at_once_is_one(gallery: Gallery) -> None:
    url, case = gallery.upload()
    docket, mia = gallery.night.docket, gallery.staff.mia
    docket.claim_review(mia, 1)
    assert failed(together(2, lambda _n: docket.decide_review(mia, 1, gallery.choice(), upto=9))) == [AlreadyDecided]
    gallery.night.work_on()
    file = Counter(one.kind for one in audit.entries_of(gallery.review().id.hex))
    assert (file["review_decision"], gallery.item(case).progress, len(gallery.inbox(url))) == (1, "disabled", 1)


def test_two_people_repeat_a_decision_at_once_and_one_did(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    url, _case = gallery.upload("Again")
    who = (gallery.staff.mia, gallery.staff.ben)
    assert failed(together(2, lambda n: gallery.night.docket.repeat_review(who[n], 2, upto=9))) == [AlreadyDecided]
    gallery.night.work_on()
    assert (gallery.gone(url), len(gallery.inbox(url))) == (True, 1)


def test_a_complaint_is_answered_once_whoever_answers_at_the_same_moment(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide()
    gallery.complain()
    (line,) = gallery.night.docket.complaints()
    who, outcomes = (gallery.staff.mia, gallery.staff.ben), ("reinstate", "reject")
    raised = together(
        2,
        lambda n: gallery.night.docket.decide_complaint(who[n], line.complaint, outcome=outcomes[n], reasons="So."),
    )
    assert len(failed(raised)) == 1
    gallery.night.work_on()
    won = outcomes[0] if raised[0] is None else outcomes[1]
    assert gallery.night.docket.complaints()[0].state == won
    assert gallery.gone(url) is (won == "reject")
    assert gallery.item(case).progress == ("disabled" if won == "reject" else "reinstated")


def test_detections_of_the_same_at_the_same_moment_are_one_review(gallery: Gallery) -> None:
    uploads = [gallery.upload(f"Copy {n}", work=False) for n in range(3)]
    waiting = [(name, arguments) for _number, name, arguments in iter_jobs()]
    assert failed(together(3, lambda n: gallery.night.jobs[waiting[n][0]](**waiting[n][1]))) == []
    assert (gallery.review().detections, sorted(row.place for row in gallery.items())) == (3, [1, 2, 3])
    assert {gallery.item(case).review for _url, case in uploads} == {gallery.review().id}


def test_a_decision_that_nobody_made_is_not_carried_out(gallery: Gallery) -> None:
    """Late and forged at once: an order of the queue names an entry that is of another review."""
    url, case = gallery.upload()
    gallery.decide(outcome="let_stand", work=False)
    entry = gallery.review().decision
    assert entry is not None
    _other, second = gallery.upload(signal="00" * 32, matches=(gallery.match("00" * 32),), work=False)
    gallery.night.work_on()
    gallery.night.jobs["apply_review"](review=gallery.review(2).id.hex, decision=entry.hex)
    assert (gallery.item(second).progress, gallery.gone(url)) == ("waiting", False)
    assert gallery.item(case).progress == "standing"
