"""Nobody learns through us what exists: others' cases and none, addresses with and without content, answer alike."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.casefile.documents import new_id
from comity.docket.errors import NoSuchCase
from comity.docket.order_views import Message
from support import orders
from support.failing import House, address


@pytest.fixture(scope="module")
def theirs(house: House) -> str:
    """A case that ``ruled`` filed, carried out and answered."""
    case = house.ordered("ruled", house.publish())
    house.run(case)
    return case


def told(house: House, case: str, ask: str) -> tuple[str, int]:
    """What ``other`` hears about a case, and how many questions the database was asked for it."""
    authority, client = house.ids["other"], house.clients["other"]
    message = Message(
        authority, client, b"{}", "application/json", new_id(), house.clock.now(), house.clock.now(), "192.0.2.9"
    )
    docket: Any = house.docket
    asks = {
        "status": lambda: docket.order_status(authority, case),
        "answer": lambda: docket.answer(authority, client, case, form=None, pdf=True),
        "clarify": lambda: docket.clarify(case, message, changes={}, grounds_ceased=False, note=""),
        "withdraw": lambda: docket.withdraw(case, message, reasons="x"),
        "inform": lambda: docket.inform(message, reference=case, text="x"),
    }
    with CaptureQueriesContext(connection) as asked, pytest.raises(NoSuchCase) as refusal:
        asks[ask]()
    return str(refusal.value), len(asked)


@pytest.mark.parametrize("ask", ["status", "answer", "clarify", "withdraw", "inform"])
def test_anothers_case_is_like_no_case_in_words_and_in_work(house: House, theirs: str, ask: str) -> None:
    assert told(house, theirs, ask) == told(house, new_id(), ask)


def test_an_order_for_something_is_received_like_an_order_for_nothing(house: House) -> None:
    """The acknowledgement looks nothing up: neither its shape nor its work depends on what is there."""
    seen = []
    for number, url in enumerate((house.publish(), address("nothing"), "https://board.example/u/nobody")):
        form = orders.order(content_locations=[{"url": url}], order_reference=f"PROBE-{number}")
        now = house.clock.now()
        body = json.dumps(form).encode()
        message = Message(
            house.ids["ruled"], house.clients["ruled"], body, "application/json", f"p{number}", now, now, "192.0.2.9"
        )
        with CaptureQueriesContext(connection) as asked:
            view = house.docket.receive_order(message)
        same = dataclasses.replace(view, reference="", order_reference="")
        seen.append((same, len(asked)))
    assert seen[0] == seen[1] == seen[2]
