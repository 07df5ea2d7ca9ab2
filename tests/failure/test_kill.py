"""kill -9 of workers and of the whole database at any instant, while twenty orders are carried out."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from comity.casefile import audit
from comity.casefile.audit.fsck import fsck
from comity.casefile.clock import WallClock
from comity.casefile.documents.act import Act
from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate
from comity.docket import store
from support.board import RunningBoard, free_port
from support.databases import point_django_at
from support.killing import Nursery, SharedHouse, kill_server

ORDERS = 20
KILLED = ("worker", "worker", "database", "worker", "database", "worker")
PATIENCE = 300.0


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="comity-kill-", dir="/tmp") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def begun(cases: list[str]) -> bool:
    """Whether any case has moved. Long before the first comes to rest: on a busy machine the others follow unseen."""
    return any(store.case(case).status != "received" for case in cases)


def settled(cases: list[str]) -> int:
    """How many cases have come to rest; none while the database is away."""
    try:
        return sum(store.case(case).status == "in_effect" for case in cases)
    except DatabaseError:
        connections.close_all()
        return 0


def test_twenty_orders_are_each_carried_out_once(home: Path, tmp_path: Path) -> None:
    # Made in haste, and only then run as in earnest: with fsync, and commits acknowledged when they are on the disk.
    with Embedded.start(home / "pg", fast=True) as hasty:
        point_django_at(hasty.server)
        migrate(hasty.server)
        connections.close_all()
    with ExitStack() as held:  # what was begun is ended, whatever fails after it
        board = RunningBoard(tmp_path / "board", free_port(), seed=3).start()
        held.callback(board.stop)
        running = [Embedded.start(home / "pg")]
        held.callback(lambda: running.pop().destroy())  # whichever runs then
        point_django_at(running[-1].server)
        house = SharedHouse(running[-1].server, board, tmp_path, WallClock())  # type: ignore[arg-type]
        held.callback(connections.close_all)
        held.callback(house.close)
        house.people()
        nursery = Nursery(house, running[-1].server)
        held.callback(nursery.close)
        urls = [house.publish(f"post {number}", pictures=0) for number in range(ORDERS)]
        untouched = house.publish("nobody ordered this away", pictures=0)
        cases = [house.order(number, url) for number, url in enumerate(urls)]
        strike(home, running, nursery, cases)
        judge(house, cases, urls, untouched)


def strike(home: Path, running: list[Embedded], nursery: Nursery, cases: list[str]) -> None:
    """Kill and start again; then wait until every case has come to rest."""
    chance = random.Random(20261123)  # noqa: S311 -- instants to strike at, the same in every run
    nursery.start()
    until = time.monotonic() + PATIENCE
    while not begun(cases):
        assert time.monotonic() < until, "nobody begins"
        time.sleep(0.02)
    assert settled(cases) < len(cases), "the first blow falls while they are being carried out"
    for what in KILLED:
        nursery.kill()
        nursery.start()
        time.sleep(chance.uniform(0.3, 1.2))
        if what == "database":
            kill_server(running[-1].process)
            nursery.kill()
            connections.close_all()
            running[-1].stop()
            running.append(Embedded.start(home / "pg"))
        nursery.kill()
    nursery.start()
    until = time.monotonic() + PATIENCE
    while settled(cases) < len(cases):
        assert time.monotonic() < until, Counter(store.case(case).status for case in cases)
        time.sleep(0.1)


def judge(house: SharedHouse, cases: list[str], urls: list[str], untouched: str) -> None:
    """Each order once: one removal, one custody, one answer, one notice; nothing else is gone; the log is sound."""
    for case in cases:
        kinds = Counter(one.kind for one in audit.entries_of(case))
        assert (kinds["assessment"], kinds["decision"], kinds["form_reply"], kinds["notice"]) == (1, 1, 1, 1)
        acts = [Act.from_canonical(one.body or b"") for one in audit.entries_of(case) if one.kind == "act"]
        done = Counter((act.grant.measure.value, act.state.value) for act in acts if act.state.value != "failed")
        assert done == {("disable", "ordered"): 1, ("preserve", "performed"): 1, ("disable", "performed"): 1}
        assert house.docket.order_status(house.authority, case).forms == ("annex-2",)
    assert all(house.board_adapter.seen_by_stranger(url, "EU").gone for url in urls)
    assert house.board_adapter.seen_by_stranger(untouched, "EU").gone is False
    assert in_board(house, "SELECT count(DISTINCT item) FROM bar") == ORDERS
    assert in_board(house, "SELECT count(*) FROM message") == ORDERS
    report = fsck(house.keys.verifiers, origin=house.keys.origin)
    assert report.sound, report.differences


def in_board(house: SharedHouse, question: str) -> int:
    with sqlite3.connect(house.board.directory / "data" / "board.sqlite") as readable:
        (number,) = readable.execute(question).fetchone()
    readable.close()
    return int(number)
