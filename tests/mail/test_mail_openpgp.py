from __future__ import annotations

import pytest

from comity.intake.mails import MailReader, read_message
from support import letters, orders
from support.letters import PgpKey

KEY, STRANGER = PgpKey.named(), PgpKey.named("Somebody <x@evil.example>")
READER = MailReader(certificates=lambda: (KEY.binary,))
ORDER = orders.as_json(orders.order())
URL = orders.order()["content_locations"][0]["url"]


def codes(read) -> set[str]:
    return {item.code for item in read.faults}


def sound(read) -> list[str]:
    return [one.fingerprint for one in read.signatures if one.sound]


def test_a_mail_signed_by_an_enrolled_key_is_sound_and_read_from_what_was_signed():
    read = read_message(letters.pgp_mail(orders.as_fields_pdf(orders.order()), KEY), READER)
    assert sound(read) == [KEY.fingerprint]
    assert read.signatures[0].method == "openpgp"
    assert read.signatures[0].signed_at is not None
    assert read.form["order_reference"] == orders.order()["order_reference"]
    assert codes(read) == set()


def test_one_changed_letter_breaks_it_and_the_order_is_kept_and_read_all_the_same():
    body = letters.pgp_mail(orders.as_fields_pdf(orders.order()), KEY).replace(b"Please find", b"Please f1nd")
    read = read_message(body, READER)
    assert sound(read) == []
    assert (read.signatures[0].intact, read.signatures[0].unknown) == (False, False)
    assert read.order


def test_a_key_that_nobody_enrolled_is_unknown_and_not_called_broken():
    read = read_message(letters.pgp_mail(orders.as_fields_pdf(orders.order()), STRANGER), READER)
    assert sound(read) == []
    assert read.signatures[0].unknown is True


@pytest.mark.parametrize(
    "signature", [b"", b"not a signature", b"\xc2\xff\x00", b"-----BEGIN PGP SIGNATURE-----\n\nAAAA"]
)
def test_what_is_no_signature_is_a_broken_one(signature):
    head = b"From: orders@authority.example"
    part = b"Content-Type: application/json\r\n\r\n" + ORDER
    read = read_message(letters.pgp_assembled(head, part, signature), READER)
    assert (sound(read), read.order) == ([], True)
    assert read.signatures[0].intact is False


def test_a_key_does_not_sign_with_its_own_binding_signature():
    packets = __import__("pysequoia").packet.PacketPile.from_bytes(KEY.binary)
    binding = next(packet for packet in packets if str(packet.tag) == "Tag.Signature")
    part = b"Content-Type: application/json\r\n\r\n" + ORDER
    read = read_message(letters.pgp_assembled(b"From: a@authority.example", part, bytes(binding)), READER)
    assert sound(read) == []


def test_a_clear_signed_text_is_read_from_the_signed_words_alone():
    read = read_message(letters.text_mail(KEY.clear(ORDER)), READER)
    assert sound(read) == [KEY.fingerprint]
    assert read.form["content_locations"][0]["url"] == URL
    assert codes(read) == set()


def test_words_around_a_clear_signed_order_are_said_to_be_unsigned_and_not_read():
    forged = ORDER.replace(URL.encode(), b"https://board.example/posts/journalist")
    read = read_message(letters.text_mail(forged + b"\n\n" + KEY.clear(ORDER) + b"\n" + forged), READER)
    assert read.form["content_locations"][0]["url"] == URL
    assert codes(read) == {"mail_unsigned_beside"}


def test_an_unsigned_order_beside_a_signed_text_order_is_not_used():
    pdf = orders.as_fields_pdf(orders.order(order_reference="FORGED"))
    read = read_message(letters.text_mail(KEY.clear(ORDER), ("order.pdf", "application/pdf", pdf)), READER)
    assert read.form["order_reference"] == orders.order()["order_reference"]
    assert "mail_unsigned_beside" in codes(read)
    assert sound(read) == [KEY.fingerprint]


def test_a_signed_greeting_vouches_for_no_order_beside_it():
    pdf = orders.as_fields_pdf(orders.order())
    read = read_message(letters.text_mail(KEY.clear(b"Good night."), ("order.pdf", "application/pdf", pdf)), READER)
    assert read.order
    assert sound(read) == []
    assert "mail_signature_inside" in codes(read)


def test_a_changed_clear_signed_order_is_broken_and_a_person_can_still_read_it():
    read = read_message(letters.text_mail(KEY.clear(ORDER).replace(b"board.example", b"b0ard.example", 1)), READER)
    assert sound(read) == []
    assert read.signatures[0].intact is False
    assert read.order


def test_an_openpgp_message_that_is_signed_and_not_encrypted_is_opened():
    read = read_message(letters.text_mail(KEY.message(ORDER)), READER)
    assert sound(read) == [KEY.fingerprint]
    assert read.order


def test_an_encrypted_text_is_said_to_be_encrypted():
    read = read_message(letters.text_mail(KEY.encrypted(ORDER)), READER)
    assert "mail_encrypted" in codes(read)
    assert not read.order


def test_an_encrypted_mail_is_said_to_be_encrypted():
    body = (
        b'From: a@authority.example\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; '
        b"boundary=e\r\n\r\n--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--e\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n" + KEY.encrypted(ORDER) + b"\r\n--e--\r\n"
    )
    assert codes(read_message(body, READER)) == {"mail_encrypted", "mail_no_order"}


def test_a_signed_part_inside_an_unsigned_mail_vouches_for_nothing():
    signed = letters.pgp_mail(orders.as_fields_pdf(orders.order()), KEY)
    inner = signed[signed.index(b"Content-Type: multipart/signed") :]
    forged = orders.as_json(orders.order(order_reference="FORGED"))
    body = (
        b"From: a@authority.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        + inner
        + b"\r\n--m\r\nContent-Type: application/json\r\n\r\n"
        + forged
        + b"\r\n--m--\r\n"
    )
    read = read_message(body, READER)
    assert sound(read) == []
    assert {"mail_signature_inside", "mail_several_orders"} <= codes(read)


def test_a_third_part_behind_the_signature_makes_the_mail_unsigned():
    signed = letters.pgp_mail(orders.as_fields_pdf(orders.order()), KEY)
    extra = b"\r\n--pgp-1\r\nContent-Type: application/json\r\n\r\n" + ORDER + b"\r\n--pgp-1--"
    read = read_message(signed.replace(b"\r\n--pgp-1--", extra), READER)
    assert sound(read) == []
    assert "mail_signature_form" in codes(read)


def test_a_stranger_who_wraps_a_signed_mail_in_his_own_signature_gains_nothing():
    inner = letters.pgp_mail(orders.as_fields_pdf(orders.order()), KEY).replace(b"pgp-1", b"inner")
    part = b"Content-Type: message/rfc822\r\n\r\n" + inner
    read = read_message(letters.pgp_assembled(b"From: x@evil.example", part, STRANGER.detached(part)), READER)
    assert sound(read) == []
    assert {"mail_signature_inside", "mail_forwarded"} <= codes(read)


def test_two_orders_under_one_signature_are_not_chosen_between_in_silence():
    both = letters.text_mail(
        b"Two.",
        ("a.json", "application/json", ORDER),
        ("b.json", "application/json", orders.as_json(orders.order(order_reference="SECOND"))),
    )
    head, _, rest = both.partition(b"MIME-Version")
    part = rest[rest.index(b"Content-Type") :]
    read = read_message(letters.pgp_assembled(head.rstrip(), part, KEY.detached(part)), READER)
    assert "mail_several_orders" in codes(read)
