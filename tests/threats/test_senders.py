"""A mailbox taken over, a look-alike, a forged document, an answer meant to be led elsewhere: nothing goes by itself.

A standing rule for e-mail is in force all the time: only what is signed with the enrolled key may be carried out by it.
"""

from __future__ import annotations

from typing import Any

import pytest

from comity.casefile import audit
from comity.casefile.documents.demand import Demand
from comity.docket import store
from comity.docket.models import Case
from comity.docket.procedure import Status
from support import orders
from support.failing import House

GENUINE = "orders@authority.example"


def mailed(house: House, message: bytes, sender: str = GENUINE) -> tuple[Case, Demand]:
    """Receive a mail and run what follows by itself; gives the case and its demand."""
    house.mail(message, sender)
    house.work_on()
    row = store.case(Case.objects.order_by("-number").first().id.hex)  # type: ignore[union-attr]
    return row, audit.find(row.demand.hex, Demand).document


def pdf(url: str, **changes: Any) -> bytes:
    return orders.as_fields_pdf(orders.order(content_locations=[{"url": url}], **changes))


def test_signed_with_the_enrolled_key_it_goes_by_itself_and_the_answer_to_its_sender(house: House) -> None:
    url = house.publish()
    signed = orders.signed_pdf(pdf(url, order_reference="S-1"), house.signers["ruled"])
    row, _ = mailed(house, orders.mail(signed, message_id="<s1@authority.example>"))
    assert (row.status, house.gone(url)) == (Status.IN_EFFECT.value, True)
    assert house.postman.taken[-1].recipient == GENUINE


@pytest.mark.parametrize(
    "urgent", ["", "EMERGENCY: lives are at stake, act within minutes. Do not call, the line is compromised."]
)
def test_a_police_mailbox_is_taken_over(house: House, urgent: str) -> None:
    url = house.publish()
    document = pdf(url, order_reference=f"M-{len(urgent)}", additional_reasons=urgent or "The video incites.")
    row, demand = mailed(house, orders.mail(document, message_id=f"<m{len(urgent)}@authority.example>"))
    assert (row.status, house.gone(url)) == (Status.WAITING.value, False)
    assert demand.channel.sender_verified is not True


def test_a_look_alike_domain(house: House) -> None:
    url = house.publish()
    thief = orders.Authority.named("Office central de test", "orders@auth0rity.example")
    signed = orders.signed_pdf(pdf(url, order_reference="L-1"), thief)
    message = orders.mail(signed, "Office central de test <orders@auth0rity.example>", "<l1@auth0rity.example>")
    row, demand = mailed(house, message, "orders@auth0rity.example")
    assert (row.status, house.gone(url)) == (Status.WAITING.value, False)
    assert "sender_lookalike" in {fault.code for fault in demand.faults}


def test_a_forged_order(house: House) -> None:
    url = house.publish()
    signed = orders.signed_pdf(pdf(url, order_reference="F-1"), house.signers["other"])
    row, demand = mailed(house, orders.mail(signed, message_id="<f1@authority.example>"))
    assert (row.status, house.gone(url)) == (Status.WAITING.value, False)
    assert demand.channel.sender_verified is not True


def test_a_document_changed_after_it_was_signed_waits(house: House) -> None:
    genuine = orders.pdf_added_after(house.signers["ruled"])
    row, demand = mailed(house, orders.mail(genuine, message_id="<c1@authority.example>"))
    assert row.status == Status.WAITING.value
    assert demand.channel.sender_verified is not True


def test_the_answer_never_goes_to_an_address_that_only_the_message_names(house: House) -> None:
    url = house.publish()
    signed = orders.signed_pdf(
        pdf(url, order_reference="H-1", issuer__email="thief@elsewhere.example"), house.signers["ruled"]
    )
    message = orders.mail(
        signed, "Office <thief@elsewhere.example>", "<h1@elsewhere.example>", Reply_To="thief@elsewhere.example"
    )
    row, _ = mailed(house, message, "thief@elsewhere.example")
    letters = [one for one in house.postman.taken if one.entry in {e.entry for e in audit.entries_of(row.id.hex)}]
    assert {one.recipient for one in letters} <= {GENUINE}
    assert not any("elsewhere" in one.recipient for one in house.postman.taken)


def test_over_the_api_the_answer_is_its_clients(house: House) -> None:
    case = house.ordered("ruled", house.publish(), issuer__email="thief@elsewhere.example")
    house.run(case)
    assert house.postman.taken[-1].recipient == house.clients["ruled"]
