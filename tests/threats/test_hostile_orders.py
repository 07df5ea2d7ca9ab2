"""Whatever stands in the fields of an order, it is received, kept and shown: the clock runs in any case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.docket import filing, store
from comity.docket.errors import NoSuchCase
from comity.docket.order_views import Message
from comity.docket.procedure import Status
from comity.intake import store as messages
from comity.intake.desk import read_in_turn
from support import orders
from support.failing import House

GENUINE = "orders@authority.example"
HOSTILE: tuple[Any, ...] = (
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 100_000,
    "\u202e\u0000<script>alert(1)</script>",
    10**400,
    -0.0,
    {"a": 1},
    [None, {"url": None}, {"url": "https://board.example/\x00"}, {"url": {"a": "b"}}],
    [[[[[]]]]],
    True,
)
FIELDS = (
    "order_reference",
    "issuer",
    "issuer__name",
    "content_locations",
    "grounds",
    "additional_reasons",
    "issued_at",
)


@pytest.mark.parametrize("field", FIELDS)
def test_an_order_with_a_hostile_field_is_received_and_waits_for_a_person(house: House, field: str) -> None:
    for number, hostile in enumerate(HOSTILE):
        form = orders.order(**({"order_reference": f"{field}-{number}"} | {field: hostile}))
        body, now = json.dumps(form).encode(), house.clock.now()
        key = f"{field}-{number}"
        message = Message(
            house.ids["other"], house.clients["other"], body, "application/json", key, now, now, "192.0.2.9"
        )
        case = house.docket.receive_order(message).reference
        house.take_jobs(case)
        house.run(case)
        assert house.status(case) is Status.WAITING
        assert house.docket.case(store.case(case).number, house.who.mia).line.case == case


@pytest.mark.parametrize("hostile", ["a\x00b", "\ud800", "x" * 100_000])
def test_a_hostile_mail_never_stops_the_reading_of_others(house: House, hostile: str) -> None:
    document = json.dumps(orders.order(order_reference=hostile)).encode()
    mail = orders.mail(
        document, message_id=f"<h{len(hostile)}{hostile[:1]!a}@authority.example>", media_type="application/json"
    )
    house.mail(mail, "orders@authority.example")
    house.work_on()
    with_next = orders.mail(
        orders.as_fields_pdf(orders.order(order_reference="N")), message_id=f"<n{len(hostile)}@x.example>"
    )
    kept = house.mail(with_next, "orders@authority.example")
    house.work_on()
    assert messages.by_id(kept).demand is not None


def test_messages_that_cannot_be_read_at_all_never_hold_up_those_behind_them(house: House) -> None:
    """Even from an enrolled domain, and more of them than are looked at in one go."""
    spoilt = {house.mail(orders.mail(b"{}", message_id=f"<p{number}@x.example>"), GENUINE) for number in range(20)}
    sound = house.mail(orders.mail(orders.as_fields_pdf(orders.order()), message_id="<q@x.example>"), GENUINE)
    house.take_reading()

    def read(kept: str) -> None:
        if kept in spoilt:
            raise OSError("its bytes cannot be read from the disk")
        filing.read_kept(house.parts, kept)

    with pytest.raises(OSError, match="cannot be read"):
        read_in_turn(read)
    assert messages.by_id(sound).demand is not None
    assert all(messages.by_id(one).state == "kept" for one in spoilt), "they wait for another try"
    read_in_turn(lambda kept: filing.read_kept(house.parts, kept))
    assert all(messages.by_id(one).state != "kept" for one in spoilt)


def test_information_before_an_order_is_never_read_as_an_order(house: House) -> None:
    now = house.clock.now()
    message = Message(
        house.ids["ruled"],
        house.clients["ruled"],
        b'{"text": "soon"}',
        "application/json",
        "info-1",
        now,
        now,
        "192.0.2.9",
    )
    case = house.docket.inform(message, reference=None, text="soon")
    house.mail(orders.mail(orders.as_fields_pdf(orders.order()), message_id="<after@x.example>"), GENUINE)
    house.work_on()
    with pytest.raises(NoSuchCase):
        store.case(case)
