"""Copies of what a demand disabled: offered, never automatic, on the provider's own ground, and silent about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.answer import Notice
from comity.casefile.documents.detection import Detection
from comity.docket.errors import NothingSaid
from comity.docket.hunts.errors import NotHuntable
from comity.docket.reviews.errors import DemandNamed
from comity.registry.errors import NotYourDutyError
from support import orders
from support.board import picture
from support.hunting import Hunting

REFERENCE = "OFAC-2026-4711"
SAME = picture((200, 20, 20))


@pytest.fixture(autouse=True)
def people(hunting: Hunting) -> None:
    """A verified authority whose orders are carried out at once."""
    night, staff = hunting.night, hunting.gallery.staff
    authority = night.enrol(staff, orders.Authority.named())
    client = night.client(staff, authority)
    night.rule(staff, authority)
    hunting.filed = lambda form, key: night.file(authority, client, form, key)  # type: ignore[attr-defined]


def post(hunting: Hunting, by: str = "ada") -> str:
    """A post with the same picture, known to the catalogue."""
    item = hunting.night.board.publish(by, pictures=(SAME,))
    described = hunting.night.board_adapter.describe(item)
    hunting.shelf.keep(item, described.media[0].sha256, kind="sha256", account=described.account)
    return described.urls[0]


def ordered(hunting: Hunting, url: str, **more: Any) -> None:
    form = orders.order(order_reference=REFERENCE, content_locations=[{"url": url}], **more)
    hunting.filed(form, REFERENCE)  # type: ignore[attr-defined]
    hunting.night.work_on()


def hunted(hunting: Hunting) -> int:
    number = hunting.night.docket.order_case_hunt(hunting.gallery.staff.mia, 1, "the same picture elsewhere")
    hunting.night.work_on(rounds=200)
    return number


def case(hunting: Hunting, number: int = 1) -> str:
    return hunting.night.docket.case(number, hunting.gallery.staff.mia).line.case


def test_an_executed_order_offers_the_hunt_and_hunts_nothing_by_itself(hunting: Hunting) -> None:
    url, copy = post(hunting), post(hunting, "bruno")
    ordered(hunting, url)
    offer = hunting.night.docket.hunt_offer(case(hunting), hunting.gallery.staff.mia)
    assert (offer.possible, offer.hunts) == (True, ())
    assert hunting.night.docket.hunts(hunting.gallery.staff.mia).hunts == ()
    assert (hunting.gallery.gone(url), hunting.gallery.gone(copy)) == (True, False)


def test_copies_are_disabled_on_their_own_ground_with_their_own_statement_of_reasons(hunting: Hunting) -> None:
    url, copy = post(hunting), post(hunting, "bruno")
    ordered(hunting, url)
    hunted(hunting)
    assert hunting.view().became == (("disabled", 1), ("entered", 1))
    assert hunting.gallery.gone(copy) is False
    hunting.gallery.decide()
    assert hunting.gallery.gone(copy) is True
    row = hunting.gallery.review()
    from comity.docket.reviews import store

    (item,) = store.items_of(row.id)
    (said,) = [one for one in audit.entries_of(item.id.hex, kind=Notice.kind) if one.body]
    text = Notice.from_canonical(said.body or b"").text
    assert "our own initiative" in text or "von uns aus" in text or "propre initiative" in text
    for secret in (REFERENCE, "Office central", "order", url):
        assert secret not in text
    hunting.night.verify_log()


def test_nothing_that_whoever_stored_a_copy_may_read_names_the_demand(hunting: Hunting) -> None:
    post(hunting, "bruno")
    url = post(hunting)
    ordered(hunting, url)
    hunted(hunting)
    docket, mia = hunting.night.docket, hunting.gallery.staff.mia
    docket.claim_review(mia, 1)
    for words in (f"as in {REFERENCE.lower()}", "ordered by OFFICE CENTRAL DE TEST", "see case 1"):
        for more in ({"terms": words}, {"reasons": words}):
            choice = replace(hunting.gallery.choice(), limbs=(), **{"terms": "3.2", **more})
            with pytest.raises(DemandNamed):
                docket.decide_review(mia, 1, choice, upto=10)
    assert hunting.gallery.review().state == "open"


def test_detections_of_copies_name_the_hunt_and_not_the_case(hunting: Hunting) -> None:
    post(hunting, "bruno")
    ordered(hunting, post(hunting))
    hunted(hunting)
    from comity.docket.reviews import store

    (item,) = store.items_of(hunting.gallery.review().id)
    document = audit.find(item.detection.hex, Detection).document
    body = document.canonical().decode()
    assert document.matches == ()
    assert document.sought[0].signal_type == "sha256"
    assert case(hunting) not in body
    assert REFERENCE not in body


def test_while_nobody_may_know_copies_of_the_same_account_are_held_back(hunting: Hunting) -> None:
    theirs, other = post(hunting), post(hunting, "bruno")
    ordered(hunting, post(hunting), nondisclosure=True)
    assert hunting.night.docket.hunt_offer(case(hunting), hunting.gallery.staff.mia).secret is True
    hunted(hunting)
    assert hunting.view().became == (("disabled", 1), ("entered", 1), ("withheld", 1))
    hunting.gallery.decide()
    assert (hunting.gallery.gone(theirs), hunting.gallery.gone(other)) == (False, True)


def test_before_anything_is_disabled_there_is_nothing_to_hunt(hunting: Hunting) -> None:
    url = post(hunting)
    hunting.filed(  # type: ignore[attr-defined]
        orders.order(order_reference=REFERENCE, content_locations=[{"url": url}], grounds=[]), REFERENCE
    )
    hunting.night.work_on()
    docket, mia = hunting.night.docket, hunting.gallery.staff.mia
    assert docket.hunt_offer(case(hunting), mia).possible is False
    with pytest.raises(NotHuntable):
        docket.order_case_hunt(mia, 1, "copies")


def test_the_offer_is_a_decision_of_a_person_with_a_reason(hunting: Hunting) -> None:
    ordered(hunting, post(hunting))
    docket, staff = hunting.night.docket, hunting.gallery.staff
    assert docket.hunt_offer(case(hunting), staff.dan).possible is False
    with pytest.raises(NotYourDutyError):
        docket.order_case_hunt(staff.dan, 1, "copies")
    with pytest.raises(NothingSaid):
        docket.order_case_hunt(staff.mia, 1, "")


def test_that_custody_was_opened_for_a_hunt_is_entered_in_the_case(hunting: Hunting) -> None:
    ordered(hunting, post(hunting))
    hunted(hunting)
    opened = [
        one for one in audit.entries_of(case(hunting), kind="custody") if b"search for copies" in (one.body or b"")
    ]
    assert [one.actor for one in opened] == [f"staff:{hunting.gallery.staff.mia}"]
