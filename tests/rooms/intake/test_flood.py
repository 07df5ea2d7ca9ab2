"""A flood of junk over a real socket: an enrolled authority's order is entered while the junk still waits."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from support import orders


def test_a_flood_of_junk(front):
    from comity.casefile.records import unit_of_work
    from comity.intake import desk, service, store
    from comity.intake.message import Incoming
    from comity.intake.shares import Share
    from comity.intake.smtp import MailReceiver, MailSettings

    means, seen = front.means, []

    def keep(message: Incoming) -> str:
        with _closing(), unit_of_work(front.clock.now(), "system:mail") as work:
            return service.keep(work, message, means).id

    def enrolled(domain: str) -> bool:
        with _closing():
            return means.registry.authority_by_mail_domain(domain) is not None

    def read_junk() -> None:
        with _closing():
            desk.read_in_turn(read_one)

    def read_one(id_: str) -> None:
        with unit_of_work(front.clock.now(), "system:intake") as work:
            kept = store.by_id(id_)
            loading = service.load(work, kept, means)
        message = loading.message()
        read = service.examine(message, means)
        with unit_of_work(front.clock.now(), "system:intake") as work:
            seen.append((service.receive(work, message, means, read, kept).document, time.monotonic()))

    junk = orders.mail(orders.pdf_chained(4_000), sender="x@junk.example")
    order = orders.mail(orders.signed_pdf(orders.as_fields_pdf(orders.order()), front.seal))
    settings = MailSettings(port=0, recipients=("orders@board.example",), strangers=Share(100, 100))
    receiver = MailReceiver(settings, keep, enrolled, front.clock)
    receiver.start()
    try:
        for number in range(12):
            with smtplib.SMTP("127.0.0.1", receiver.port, timeout=20) as client:
                client.sendmail("x@junk.example", ["orders@board.example"], junk.replace(b"order-1", b"j%d" % number))
        stranger = threading.Thread(target=read_junk)
        stranger.start()
        time.sleep(0.3)
        began = time.monotonic()
        with smtplib.SMTP("127.0.0.1", receiver.port, timeout=20) as client:
            client.sendmail("orders@authority.example", ["orders@board.example"], order)
        desk.read_in_turn(read_one)
        stranger.join()
    finally:
        receiver.stop()
    place = next(place for place, (demand, _at) in enumerate(seen) if demand.channel.sender_verified)
    assert len(seen) == 13
    assert place < 12, "the order was read before the junk was done"
    assert seen[place][1] - began < 10


@contextmanager
def _closing() -> Iterator[None]:
    """Threads of a test leave no connection behind."""
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()
