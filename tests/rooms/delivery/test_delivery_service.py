"""From a filled form to a receipt: entered before it leaves, sent once, known when lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from answer_samples import DONE, NOT_FOUND, who
from django.db import connection

from comity.casefile.audit import entries_of, find, prove
from comity.casefile.audit.errors import NotInCheckpoint
from comity.casefile.documents import new_id
from comity.casefile.documents.answer import FormReply, Receipt
from comity.casefile.evidence.errors import ExhibitMissing
from comity.casefile.records import unit_of_work
from comity.delivery import MissingField, NotDelivered, Recipient, answers
from comity.delivery.channels import Proof
from comity.delivery.errors import NotProven, UnknownChannel, WrongFetcher
from comity.delivery.rules import Filled

CASE = new_id()
BY_MAIL = Recipient("email", "tco@bka.example")
TAKEN = Proof(delivered=True, said="250 queued as 7")


def filled(clock, result=DONE) -> Filled:
    return answers(who(), [result], clock.now())[0]


def prepared(delivery, clock, to=BY_MAIL, result=DONE):
    with unit_of_work(clock.now(), "system:delivery") as work:
        return delivery.prepare(work, CASE, filled(clock, result), to)


def proven(delivery, clock, sequencer, to=BY_MAIL):
    entered = prepared(delivery, clock, to)
    sequencer.step()
    return prove(entered)


def receipts() -> list[Receipt]:
    return [Receipt.from_canonical(row.body) for row in entries_of(CASE) if row.kind == "receipt"]


def test_a_form_is_entered_with_its_sealed_pdf_as_an_exhibit(delivery, vault, clock):
    entered = prepared(delivery, clock)
    reply = find(entered.entry, FormReply).document
    assert (reply.form, reply.channel, reply.recipient) == ("annex-2", "email", "tco@bka.example")
    assert reply.fields["measure"] == "DISABLED_ALL_MS"
    (held,) = vault.exhibits(CASE)
    assert held.exhibit.digest == reply.pdf
    assert held.exhibit.name == "annex-2.pdf"


def test_a_form_with_a_field_missing_leaves_no_trace(delivery, vault, clock):
    form = filled(clock)
    broken = replace(form, fields={key: value for key, value in form.fields.items() if key != "authorised_person"})
    with unit_of_work(clock.now(), "system:delivery") as work, pytest.raises(MissingField, match="authorised_person"):
        delivery.prepare(work, CASE, broken, BY_MAIL)
    assert entries_of(CASE) == []
    assert vault.exhibits(CASE) == ()


def test_nothing_is_sent_that_is_not_proven(delivery, channel, clock):
    entered = prepared(delivery, clock)
    with pytest.raises(NotInCheckpoint):
        prove(entered)
    with pytest.raises(NotProven):
        delivery.deliver(entered)
    assert channel.sent == []


def test_what_was_taken_is_entered_with_its_proof(delivery, channel, clock, sequencer):
    channel.outcome = TAKEN
    reply = proven(delivery, clock, sequencer)
    receipt = delivery.deliver(reply, in_reply_to="<order@bka.example>")
    assert find(receipt.entry, Receipt).document == Receipt(
        case=CASE, reply=reply.entry, delivered=True, at=clock.now(), proof="250 queued as 7"
    )
    (sent,) = channel.sent
    assert (sent.entry, sent.recipient, sent.in_reply_to) == (reply.entry, "tco@bka.example", "<order@bka.example>")
    assert sent.subject == "Annex II on your order ST35-2026-004711"
    assert sent.pdf.startswith(b"%PDF-")
    assert json.loads(sent.json)["fields"] == reply.document.fields
    assert "Example Board SAS" in sent.text


def test_what_was_delivered_is_not_sent_again(delivery, channel, clock, sequencer):
    channel.outcome = TAKEN
    reply = proven(delivery, clock, sequencer)
    assert delivery.deliver(reply).entry == delivery.deliver(reply, attempt=2).entry
    assert len(channel.sent) == 1


@pytest.mark.parametrize("retry", [True, False])
def test_what_was_lost_is_entered_and_tried_under_the_same_identifier(delivery, channel, clock, sequencer, retry):
    channel.outcome = NotDelivered("451 later", retry=retry)
    reply = proven(delivery, clock, sequencer)
    with pytest.raises(NotDelivered) as failure:
        delivery.deliver(reply)
    assert failure.value.retry is retry
    channel.outcome = TAKEN
    delivery.deliver(reply, attempt=2)
    assert [(receipt.delivered, receipt.attempt) for receipt in receipts()] == [(False, 1), (True, 2)]
    assert len({sent.entry for sent in channel.sent}) == 1


def test_a_crash_after_sending_sends_the_same_message_again(delivery, channel, clock, sequencer):
    channel.outcome = KeyboardInterrupt()
    reply = proven(delivery, clock, sequencer)
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver(reply)
    assert receipts() == []
    channel.outcome = TAKEN
    delivery.deliver(find_again(reply))
    assert channel.sent[0] == channel.sent[1]


def find_again(reply):
    return prove(find(reply.entry, FormReply))


def test_an_answer_over_the_api_is_received_when_its_own_client_fetches_it(delivery, channel, clock, sequencer):
    channel.outcome, channel.carries = Proof(delivered=False, said="kept"), False
    reply = proven(delivery, clock, sequencer, Recipient("api", "bka-client"))
    assert delivery.deliver(reply) is None
    assert receipts() == []
    assert channel.sent[0].pdf == b""
    package = delivery.package(reply, purpose="fetched by the authority", actor="authority:bka")
    assert package.pdf.startswith(b"%PDF-")
    with unit_of_work(clock.now(), "authority:bka") as work:
        with pytest.raises(WrongFetcher):
            delivery.fetched(work, reply, client="other-client")
        first = delivery.fetched(work, reply, client="bka-client")
        assert delivery.fetched(work, reply, client="bka-client").entry == first.entry
    assert [receipt.proof for receipt in receipts()] == ["fetched by bka-client with its own credentials"]


def test_an_answer_by_mail_is_not_fetched(delivery, channel, clock, sequencer):
    reply = proven(delivery, clock, sequencer)
    with unit_of_work(clock.now(), "authority:bka") as work, pytest.raises(WrongFetcher):
        delivery.fetched(work, reply, client="tco@bka.example")


def test_paper_is_confirmed_by_the_person_who_sent_it(delivery, channel, clock, sequencer):
    channel.outcome = Proof(delivered=False, said="to be printed")
    reply = proven(delivery, clock, sequencer, Recipient("paper", "BKA, Wiesbaden"))
    assert delivery.deliver(reply) is None
    with unit_of_work(clock.now(), "staff:anna") as work:
        delivery.confirmed(work, reply, how="registered letter\nRR 123")
    assert receipts()[0].proof == "staff:anna: registered letter RR 123"


def test_an_unknown_channel_or_a_lost_exhibit_sends_nothing(delivery, vault, channel, clock, sequencer):
    reply = proven(delivery, clock, sequencer, Recipient("perci", "x"))
    with pytest.raises(UnknownChannel):
        delivery.deliver(reply)
    reply = proven(delivery, clock, sequencer)
    for name in list(vault._directory.names()):
        vault._directory.remove(name)
    with pytest.raises(ExhibitMissing):
        delivery.deliver(reply)
    assert channel.sent == []


def test_annex_3_is_sent_with_its_own_contact(delivery, channel, clock, sequencer):
    channel.outcome = TAKEN
    entered = prepared(delivery, clock, result=NOT_FOUND)
    sequencer.step()
    delivery.deliver(prove(entered))
    assert channel.sent[0].filename == "annex-3"
    assert "orders@board.example" in channel.sent[0].text


def test_every_opening_for_delivery_is_in_custody(delivery, channel, clock, sequencer):
    channel.outcome = TAKEN
    delivery.deliver(proven(delivery, clock, sequencer))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM document WHERE kind = 'custody'")
        assert cursor.fetchone() == (2,)
