"""The failure table of a page: lost, repeated, late, persisted but reported lost; and the watch itself killed."""

from __future__ import annotations

import threading
import time

import pytest

from comity.casefile.evidence.keys import new_line
from comity.docket.nights import rules, service, store
from support import killing, processes
from support.failing import Crash, dying, in_thread


def _page(nights) -> str:
    """One page, ordered and not yet sent."""
    nights.order()
    service.look(nights.parts)
    (row,) = store.alarms()
    (page,) = store.pages_of(row.id)
    return page.id.hex


def _whole(nights, case_pages: int = 1) -> None:
    """Every telephone rang exactly once, and it is entered so."""
    nights.look()
    assert nights.rung("mia") == 1
    (row,) = store.alarms()
    pages = store.pages_of(row.id, 0)
    assert len(pages) == case_pages
    assert [page.state for page in pages] == ["sent"]
    assert [page["state"] for page in nights.entries(row.case_id.hex, "page")].count("ordered") == 1
    assert [page["state"] for page in nights.entries(row.case_id.hex, "page")].count("sent") == 1


@pytest.mark.parametrize("commit", [1, 2])
def test_lost_the_worker_dies_before_it_sends_or_before_it_enters(nights, commit):
    page = _page(nights)

    def job() -> None:
        with dying(commit, after=False):
            service.send(page, nights.parts)

    assert isinstance(in_thread(job), Crash)
    service.send(page, nights.parts)
    _whole(nights)


@pytest.mark.parametrize("commit", [1, 2])
def test_persisted_but_reported_lost(nights, commit):
    page = _page(nights)

    def job() -> None:
        with dying(commit, after=True):
            service.send(page, nights.parts)

    assert isinstance(in_thread(job), Crash)
    service.send(page, nights.parts)
    _whole(nights)


def test_the_answer_of_the_push_server_is_lost_and_the_telephone_rings_once(nights):
    nights.docket.save_ladder(nights.watch.staff.ben, lines="0 First line [push]\n30 ben [push]", unanswered_minutes=10)
    nights.phones.lose = {"/topic-mia"}
    page = _page(nights)
    service.send(page, nights.parts)
    assert store.page(page).state == "ordered"
    nights.later(1)
    assert len([1 for at, *_ in nights.phones.posts if at == "/topic-mia"]) == 2
    assert nights.rung("mia") == 1
    assert store.page(page).state == "sent"


def test_repeated_side_by_side(nights):
    page = _page(nights)
    meeting, raised = threading.Barrier(2), []

    def job() -> None:
        meeting.wait(10)
        service.send(page, nights.parts)

    threads = [threading.Thread(target=lambda: raised.append(in_thread(job))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None, None]
    _whole(nights)


def test_late_after_somebody_answered_nobody_is_called(nights):
    page = _page(nights)
    nights.docket.acknowledge(nights.watch.staff.ben, nights.alarm().alarm)
    service.send(page, nights.parts)
    assert nights.phones.posts == []
    assert store.page(page).state == "dropped"


@pytest.mark.parametrize("after", [False, True])
def test_the_watch_dies_at_its_commit_and_rings_once(nights, after):
    nights.order()

    def job() -> None:
        with dying(1, after=after):
            service.look(nights.parts)

    assert isinstance(in_thread(job), Crash)
    nights.look()
    _whole(nights)


def test_many_watches_at_once_ring_once(nights):
    nights.order()
    meeting, raised = threading.Barrier(4), []

    def job() -> None:
        meeting.wait(10)
        service.look(nights.parts)

    threads = [threading.Thread(target=lambda: raised.append(in_thread(job))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == [None] * 4
    _whole(nights)


def test_when_nothing_gets_through_the_ladder_is_climbed_to_its_end_at_once(nights):
    nights.phones.refuse = {"/topic-mia", "/topic-ben", "/topic-carla", "/hook", "mail"}
    case = nights.order()
    nights.look()
    (row,) = store.alarms()
    assert row.unanswered_at is not None
    assert row.step == rules.LOUD
    nights.later(6)
    assert store.alarms()[0].step == rules.LOUD + 1
    assert {state for _, _, state in nights.pages(case)} <= {"ordered", "failed"}


_SENDER = """
from pathlib import Path
import dataclasses
from support.killing import parts_of
from support.nights import means
from support.phones import Phones
from comity.docket.nights import service
folder, board, secret, url, page = sys.argv[3:]
parts = parts_of(Path(folder), board, secret)
lit = means(Phones(url=url, relay="127.0.0.1:1"))
print("ready", flush=True)
service.send(page, dataclasses.replace(parts, nights=lit))
"""


def test_a_process_that_is_killed_while_the_server_has_the_page_rings_once(nights, database, running_board):
    page, released = _page(nights), threading.Event()
    folder = nights.watch.night.folder
    (folder / "keys" / killing.KEYS).touch(0o600)
    (folder / "keys" / killing.KEYS).write_text(new_line("kek-1"))
    nights.phones.hold = released
    words = (str(folder), running_board.url, running_board.secret, nights.phones.url, page)
    sender = processes.start(database, _SENDER, *words)
    until = time.monotonic() + 60
    while not nights.phones.posts:
        assert time.monotonic() < until
        time.sleep(0.02)
    sender.kill()
    sender.communicate()
    released.set()
    assert store.page(page).state == "ordered"
    service.send(page, nights.parts)
    assert len(nights.phones.posts) == 2
    _whole(nights)
