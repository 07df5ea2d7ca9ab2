from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from comity.casefile.documents.demand import Reading
from comity.intake.confined import Confined, ReadingLimits
from comity.intake.mail import read_mail
from comity.intake.mails import MailReader, read_message
from comity.intake.reading import Read, read_document, read_json
from support import orders

READER = Confined()
QUICK = Confined(ReadingLimits(cpu_seconds=2, wall_seconds=6, memory_bytes=512 * 1024 * 1024))


def codes(read: Read) -> list[str]:
    return [item.code for item in read.faults]


def test_json_is_read_key_by_key():
    read = read_json(orders.as_json(orders.order()))
    assert read.reading is Reading.FORM
    assert read.form == orders.order()
    assert not read.faults


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (orders.as_json(orders.order())[:200], "json_syntax", "message"),
        (b'{"order_reference": "A", "order_reference": "B"}', "json_duplicate_key", "order_reference"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "json_too_deep", "message"),
        (b"[" * 100_000, "json_too_deep", "message"),
        ('{"order_reference": "Dürer"}'.encode("latin-1"), "json_charset", "message"),
        ('{"order_reference": "A"}'.encode("utf-16"), "json_charset", "message"),
        (b'{"a": "' + b"x" * 1_100_000 + b'"}', "json_oversize", "message"),
        (b'{"a": NaN}', "json_number", "message"),
        (b"[1]", "json_not_an_object", "message"),
        (b"", "json_syntax", "message"),
        (b'{"channel": {"kind": "perci", "sender_verified": true}}', "key_reserved", "channel"),
        (b'{"content": {"urls_resolved": {}}}', "key_reserved", "content"),
    ],
)
def test_bad_json_has_its_exact_fault(body, code, field):
    read = read_json(body)
    assert [(item.code, item.field) for item in read.faults] == [(code, field)]
    assert read.faults[0].citations
    assert read.faults[0].citations[0] in read.faults[0].message


def test_what_a_sender_says_about_the_channel_is_not_in_the_form():
    read = read_json(orders.as_json(orders.order() | {"channel": {"sender_verified": True}}))
    assert "channel" not in read.form
    assert read.form["order_reference"] == "OFAC-2026-000417"


def test_a_pdf_form_reads_as_its_json():
    read = read_document(orders.as_fields_pdf(orders.order()), READER)
    assert read.reading is Reading.FORM
    assert read.form == orders.order()
    assert codes(read) == []


def test_a_signed_pdf_form_reads_as_its_json_and_names_its_certificate():
    authority = orders.Authority.named()
    read = read_document(orders.signed_pdf(orders.as_fields_pdf(orders.order()), authority), READER)
    assert read.form == orders.order()
    (signature,) = read.signatures
    assert signature.sound
    assert signature.method == "pades"
    assert signature.fingerprint == authority.fingerprint
    assert signature.signed_at is not None


def test_a_printed_order_is_read_by_its_labels_for_a_person_to_compare():
    read = read_document(orders.as_printed_pdf(orders.cross_border_order(nondisclosure=True)), READER)
    wanted = orders.cross_border_order(nondisclosure=True, issuer__stamp_signature=None)
    assert read.reading is Reading.LAYOUT
    assert read.form == wanted
    assert codes(read) == ["pdf_layout"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (orders.pdf_with_script(), "pdf_script"),
        (orders.pdf_with_launch(), "pdf_launch"),
        (orders.pdf_with_file(), "pdf_embedded_file"),
        (orders.pdf_with_picture(), "signature_image"),
        (orders.as_fields_pdf(orders.order()) + b"PK\3\4 and more", "pdf_polyglot"),
        (b"GIF89a" + orders.as_fields_pdf(orders.order()), "pdf_polyglot"),
    ],
)
def test_a_dangerous_document_is_read_and_its_danger_named(document, code):
    read = read_document(document, READER)
    assert code in codes(read)
    assert read.form["order_reference"] == "OFAC-2026-000417"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (orders.as_fields_pdf(orders.order())[:3000], "pdf_truncated"),
        (orders.pdf_with_pages(10_000), "pdf_too_many_pages"),
        (orders.pdf_nested(5_000), "pdf_too_deep"),
        (orders.pdf_chained(3_000), "pdf_too_deep"),
        (b"not a pdf at all", "pdf_truncated"),
        (b"", "pdf_truncated"),
        (
            orders.as_printed_pdf(
                {}, preamble="#align(center)[Invoice 4711 for 2 paper clips and a stapler, to be paid]"
            ),
            None,
        ),
    ],
)
def test_an_unreadable_document_gives_its_fault_and_no_form(document, code):
    read = read_document(document, READER)
    assert read.form == {} or read.reading is not Reading.FORM
    assert code is None or code in codes(read)


def test_a_document_that_unpacks_to_gigabytes_costs_seconds():
    read = read_document(orders.pdf_bomb(300), QUICK)
    assert read.reading is Reading.NONE
    assert codes(read) in (["pdf_too_costly"], ["pdf_malformed"], ["pdf_reader_died"])


def test_an_encrypted_document_says_so():
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(orders.as_fields_pdf(orders.order()))))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    assert "pdf_encrypted" in codes(read_document(out.getvalue(), READER))


@pytest.mark.parametrize(
    ("make", "intact", "covers"),
    [
        (orders.pdf_added_after, True, "added_after"),
        (orders.pdf_flipped, False, "whole"),
        (orders.pdf_part_signed, False, "part"),
    ],
)
def test_a_signature_that_does_not_hold_the_whole_file_is_not_sound(make, intact, covers):
    read = read_document(make(orders.Authority.named()), READER)
    (signature,) = read.signatures
    assert (signature.intact, signature.covers, signature.sound) == (intact, covers, False)


def test_bytes_after_a_signed_file_break_its_coverage():
    signed = orders.signed_pdf(orders.as_fields_pdf(orders.order()), orders.Authority.named())
    read = read_document(signed + b"\n% added\n", READER)
    assert not any(one.sound for one in read.signatures)


def test_the_confined_reader_has_no_network_no_files_and_no_programs():
    import json
    import subprocess
    import sys

    attempts = (
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('/tmp/comity-intake-escape', 'w')",
        "import os; os.open('/tmp/comity-intake-escape', os.O_WRONLY | os.O_CREAT)",
        "bytearray(900 * 1024 * 1024)",
    )
    code = (
        "import sys, json\n"
        "from comity.confinement.confine import Confines, confine\n"
        "import socket, subprocess, os\n"
        "confine(Confines(512 * 1024 * 1024, 5, 100_000))\n"
        "said = []\n"
        "for attempt in json.loads(sys.argv[1]):\n"
        "    try:\n        exec(attempt); said.append('done')\n"
        "    except (PermissionError, MemoryError) as error:\n        said.append(type(error).__name__)\n"
        "print(json.dumps(said))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, json.dumps(attempts)], capture_output=True, check=True)
    assert json.loads(done.stdout) == ["ForbiddenInChild"] * 5 + ["MemoryError"]


def test_a_mail_with_a_signed_document():
    authority = orders.Authority.named()
    read = read_message(
        orders.mail(orders.signed_pdf(orders.as_fields_pdf(orders.order()), authority)), MailReader(READER)
    )
    assert read.form == orders.order()
    assert read.author == "orders@authority.example"
    assert str(read.sent_at) == "2026-11-23T02:12:30+01:00"
    assert [one.fingerprint for one in read.signatures if one.sound] == [authority.fingerprint]
    assert [part.media_type for part in read.parts] == ["application/pdf"]


def test_signature_wrapping_duplicate_keys_two_encodings():
    authority = orders.Authority.named()
    read = read_message(orders.signed_mail(orders.as_fields_pdf(orders.order()), authority), MailReader(READER))
    (signature,) = read.signatures
    assert (signature.method, signature.sound, signature.fingerprint) == ("cms", True, authority.fingerprint)
    assert read.form == orders.order()


def test_another_order_around_a_signed_mail_is_not_read():
    authority = orders.Authority.named()
    signed = orders.signed_mail(orders.as_fields_pdf(orders.order()), authority)
    forged = orders.mail(orders.as_fields_pdf(orders.order(order_reference="FORGED"))).partition(b"\r\n\r\n")[2]
    for message in (
        signed + forged,
        signed.replace(b"\r\n\r\n--signed-1", b"\r\n\r\n" + forged + b"\r\n--signed-1", 1),
    ):
        read = read_message(message, MailReader(READER))
        assert read.form["order_reference"] == "OFAC-2026-000417"


def test_a_signature_for_another_mail_is_broken():
    authority = orders.Authority.named()
    signature = orders.detached_signature(b"Content-Type: text/plain\r\n\r\nhello", authority)
    part = b"Content-Type: text/plain\r\n\r\ngood bye"
    read = read_message(orders.assemble_signed(b"From: a@authority.example", part, signature), MailReader(READER))
    assert [one.intact for one in read.signatures] == [False]
    assert "mail_no_order" in codes(read)


def test_a_signature_that_carries_its_mail_is_opened():
    authority = orders.Authority.named()
    message = orders.opaque_mail(orders.as_fields_pdf(orders.order()), authority)
    read = read_message(message, MailReader(READER))
    assert [(one.sound, one.fingerprint) for one in read.signatures] == [(True, authority.fingerprint)]
    assert read.form == orders.order()


def test_a_signature_whose_carried_mail_was_changed_is_broken():
    authority = orders.Authority.named()
    signature = orders.detached_signature(b"hello", authority, detached=False).replace(b"hello", b"jelly")
    message = b"From: a@authority.example\r\nContent-Type: application/pkcs7-mime\r\n\r\n" + signature
    head, _, body = message.partition(b"\r\n\r\n")
    import base64

    encoded = head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(body)
    read = read_message(encoded, MailReader(READER))
    assert [one.intact for one in read.signatures] == [False]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nonsense", "mail_signature_form"),
        (orders.detached_signature(b"hello", orders.Authority.named()), "mail_signature_form"),
        (orders.detached_signature(b"hello", orders.Authority.named(), detached=False)[:-9], "mail_signature_form"),
        (b"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x02\x30\x00", "mail_encrypted"),
    ],
)
def test_a_carrying_signature_that_cannot_be_opened_is_named(body, code):
    import base64

    head = b"From: a@b.example\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    read = read_message(head + base64.encodebytes(body), MailReader(READER))
    assert code in codes(read)
    assert read.form == {}
    assert read.signatures == ()


def test_three_parts_in_a_signed_mail_are_not_a_signed_mail():
    signed = orders.signed_mail(orders.as_fields_pdf(orders.order()), orders.Authority.named())
    extra = b"\r\n--signed-1\r\nContent-Type: text/plain\r\n\r\nmore\r\n--signed-1--"
    read = read_message(signed.replace(b"\r\n--signed-1--", extra), MailReader(READER))
    assert read.signatures == ()
    assert "mail_signature_form" in codes(read)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (orders.mime_nested(400), "mail_too_deep"),
        (b"From: a@b.example\r\n\r\n" + b"--x\r\n\r\n" * 3, "mail_no_order"),
        (b"From: a@b.example\r\n\r\n" + b"\r\n--x\r\n" * 3000, "mail_too_many_parts"),
        (b"From: a@b.example\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", "mail_headers"),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nhello", "mail_header_repeated"),
        (b"From: a@b.example, c@d.example\r\n\r\nhello", "mail_from_many"),
        (b'From: "orders@authority.example" <x@evil.example>\r\n\r\nhello', "mail_display_name"),
        (b"From: a@b.example\r\nReply-To: a@evil.example\r\n\r\nhello", "mail_reply_elsewhere"),
        (b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe", "mail_charset"),
        (b"From: a@b.example\r\nContent-Type: application/zip\r\n\r\nPK", "archive_broken"),
        (b"From: a@b.example\r\nContent-Type: application/x-tar\r\n\r\nPK", "mail_archive"),
        (b"", "mail_no_order"),
    ],
)
def test_a_bad_mail_has_its_exact_fault(message, code):
    read = read_message(message, MailReader(READER))
    assert code in codes(read)
    assert read.form == {}


def test_two_orders_in_one_mail_are_named_as_two():
    from email import message_from_bytes
    from email.mime.application import MIMEApplication

    message = message_from_bytes(orders.mail(orders.as_fields_pdf(orders.order())))
    message.attach(MIMEApplication(orders.as_fields_pdf(orders.order(order_reference="SECOND")), "pdf"))
    read = read_message(message.as_bytes(), MailReader(READER))
    assert "mail_several_orders" in codes(read)
    assert len(read.parts) == 2


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Precedence": "bulk"}, True),
        ({"Auto_Submitted": "auto-generated"}, False),
        ({"Auto_Submitted": "no"}, False),
    ],
)
def test_answers_by_machines_are_known(headers, automatic):
    assert read_message(orders.mail(None, **headers), MailReader(READER)).automatic is automatic


def test_an_order_sent_by_a_machine_is_still_an_order():
    message = orders.mail(orders.as_fields_pdf(orders.order()), Auto_Submitted="auto-replied")
    assert read_message(message, MailReader(READER)).automatic is False


@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_json_or_named(body):
    read_json(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_read_or_named(value):
    import json

    read_json(json.dumps(value).encode())


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"From: a@b.example\r\n", b"Content-Type: multipart/signed; boundary=a; "]),
)
def test_any_bytes_are_a_mail_or_its_faults(body, head):
    read_mail(head + body)


@given(
    st.text(max_size=80), st.sampled_from(["From", "Date", "Content-Type", "Reply-To", "Auto-Submitted", "Message-ID"])
)
def test_any_header_is_read_or_named(value, name):
    read_mail(f"{name}: {value}\r\n\r\nhello".encode())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_to_a_document_is_a_reading(data):
    document = bytearray(_SIGNED)
    for _ in range(data.draw(st.integers(1, 30))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))
    read = read_document(bytes(document), QUICK)
    assert not any(one.sound for one in read.signatures) or bytes(document) == _SIGNED


_SIGNED = orders.signed_pdf(orders.as_fields_pdf(orders.order()), orders.Authority.named())
