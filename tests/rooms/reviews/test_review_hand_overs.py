"""Detection to review to act: hand-overs on the disk and reported lost, unheard, repeated, late.

Jobs are taken from the queue as a worker takes them, and die where the test says; a dead one is taken again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from comity.casefile import audit
from comity.casefile.documents.act import Act
from comity.platform.errors import PlatformFailure
from support.failing import Crash, dying, in_thread

if TYPE_CHECKING:
    from support.reviewing import Gallery

_MOST = 200
_PLATFORM = ("resolve", "describe", "parts", "part", "disable", "restore", "notify", "language")


def next_job() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1")
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1], row[2] if isinstance(row[2], dict) else json.loads(row[2]))


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
    for _ in range(_MOST):
        if not struck(gallery, name, arguments, 1, after=True):
            return


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
    "reported_lost": reported_lost,
    "unheard": unheard,
}


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


def by_rule(gallery: Gallery, harm: Harm) -> str:
    del harm
    gallery.rule()
    return gallery.upload(work=False)[0]


def by_person(gallery: Gallery, harm: Harm) -> str:
    url = gallery.upload(work=False)[0]
    work(gallery, harm)
    gallery.decide(work=False)
    return url


def let_stand(gallery: Gallery, harm: Harm) -> str:
    url = gallery.upload(work=False)[0]
    work(gallery, harm)
    gallery.decide(outcome="let_stand", work=False)
    return url


def overruled(gallery: Gallery, harm: Harm) -> str:
    url = by_rule(gallery, harm)
    work(gallery, harm)
    gallery.decide(outcome="let_stand", work=False)
    return url


SCENES: dict[str, tuple[Callable[[Gallery, Harm], str], str, bool, int, int]] = {
    "by_rule": (by_rule, "disabled", True, 1, 1),
    "by_person": (by_person, "disabled", True, 1, 1),
    "let_stand": (let_stand, "standing", False, 0, 0),
    "overruled": (overruled, "reinstated", False, 2, 2),
}
"""Scene, where its detection rests, whether it is gone, acts performed, what was told: reasons, and outcomes."""


CELLS = [(scene, "reported_lost") for scene in SCENES] + [("by_rule", "unheard"), ("overruled", "unheard")]


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


@pytest.mark.parametrize(("scene", "harm"), CELLS)
def test_nothing_is_lost_and_nothing_happens_twice(gallery: Gallery, scene: str, harm: str) -> None:
    begin, rests, gone, performed, told = SCENES[scene]
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
    once = {what: n for what, n in after.items() if what.startswith(("act", "step", "detection"))}
    once.pop("step joined", None)  # and once more where an address was found later
    assert {what: n for what, n in once.items() if n > 1} == {}
    assert gallery.review().state == ("open" if scene == "by_rule" else "decided")
    for name, arguments in reversed(ran):  # late: everything comes once more when it is over
        gallery.night.jobs[name](**arguments)
    work(gallery, repeated)
    assert tally(case) == after
    assert len(gallery.inbox(url)) == len(set(gallery.inbox(url)))


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
