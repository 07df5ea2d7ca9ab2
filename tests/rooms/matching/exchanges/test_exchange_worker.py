"""A real worker with a real clock: it fetches, defers the next fetch, and goes on after it was ended in the middle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comity.casefile.clock import WallClock
from comity.casefile.records import unit_of_work
from comity.casefile.records.workers import run_worker
from support.exchange_servers import HashList, serving
from support.exchanges import House, digest


@pytest.fixture
def real(database: object, tmp_path: Path) -> House:
    clock: Any = WallClock()
    return House(lambda: unit_of_work(clock.now(), "system:test"), clock, tmp_path)


@contextmanager
def worker(house: House) -> Iterator[None]:
    from comity.matching.exchanges import running, service

    fetching = running.Fetching(house.means, house.begin, house.clock.now)
    tasks = {service.FETCH: lambda exchange, due: running.fetch(fetching, exchange, due)}
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(tasks, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def test_a_worker_fetches_at_its_pace(real: House) -> None:
    real.write("list.txt", f"sha256 {digest(1)}\n")
    real.set_up("file", pace=5, settings={"path": "list.txt"})
    with worker(real):
        eventually(lambda: real.signals() == {("sha256", digest(1))})
        real.write("list.txt", f"sha256 {digest(2)}\n")
        eventually(lambda: real.signals() == {("sha256", digest(2))})


def test_what_fails_in_an_unforeseen_way_is_fetched_again(real: House) -> None:
    said = HashList()
    said.add(1, "SHA256", digest(1))
    failures = iter([True, False])
    begin = real.begin

    @contextmanager
    def failing() -> Iterator[Any]:
        with begin() as work:
            yield work
            if next(failures, False):
                message = "the disk is full"
                raise OSError(message)

    with serving(said) as server:
        real.secret("tcap", "us:pass:word")
        settings = {"what": "hashes", "url": server.url}
        real.set_up("tcap", settings=settings, secrets={"credentials": "tcap"})
        real.begin = failing
        with worker(real):
            eventually(lambda: real.signals() == {("sha256", digest(1))})
