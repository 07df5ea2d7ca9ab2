"""Two copies of one order at the same moment, through two doors: only one of them is the first."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from comity.intake import service
from support import orders

PATIENCE = 60.0


def entered_while_another_is(front, first, second):
    """Both demands; the second is received while the first one's transaction is open."""
    begun, finish = threading.Event(), threading.Event()

    def slowly():
        read = service.examine(first, front.means)
        try:
            with front.work() as work:
                demand = service.receive(work, first, front.means, read)
                begun.set()
                finish.wait(PATIENCE)
            return demand
        finally:
            connections.close_all()

    def meanwhile():
        try:
            return front.receive(second)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(slowly)
        assert begun.wait(PATIENCE)
        quick = pool.submit(meanwhile)
        until = time.monotonic() + PATIENCE
        while not quick.done() and not somebody_waits() and time.monotonic() < until:
            time.sleep(0.05)
        finish.set()
        return slow.result(PATIENCE), quick.result(PATIENCE)


def somebody_waits() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("reason", [orders.order()["additional_reasons"], "Another sentence, the same order."])
def test_the_second_of_two_copies_that_come_at_once_repeats_the_first(front, reason):
    again = orders.order(additional_reasons=reason)
    first, second = entered_while_another_is(front, front.call(orders.order(), "one"), front.call(again, "two"))
    assert first.document.duplicate_of is None
    assert second.document.duplicate_of == first.case


def test_two_orders_that_come_at_once_are_two(front):
    other = orders.order(order_reference="OFAC-2026-000999", content_locations=[{"url": f"{orders.URL}/2"}])
    first, second = entered_while_another_is(front, front.call(orders.order(), "one"), front.call(other, "two"))
    assert (first.document.duplicate_of, second.document.duplicate_of) == (None, None)
