from __future__ import annotations

import dataclasses
import io
import zipfile

import pytest

from comity.casefile.documents.demand import Reading
from comity.intake.confined import Confined, ReadingLimits
from comity.intake.mails import MailReader, read_message
from comity.intake.message import Part
from comity.intake.parts import MailLimits
from comity.intake.unpacking import unpack
from support import letters, orders

READER = MailReader()
PDF = orders.as_fields_pdf(orders.order())
JSON = orders.as_json(orders.order())
REFERENCE = orders.order()["order_reference"]


def codes(read) -> set[str]:
    return {item.code for item in read.faults}


def attached(*files: tuple[str, str, bytes], text: bytes = b"Please find.\n") -> bytes:
    return letters.text_mail(text, *files)


@pytest.mark.parametrize(
    ("files", "extra"),
    [
        ((("order.zip", "application/zip", letters.zipped(order__pdf=PDF)),), set()),
        ((("order.bin", "application/octet-stream", letters.zipped(order__json=JSON)),), set()),
        ((("winmail.dat", "application/ms-tnef", letters.winmail(("Removal order.pdf", PDF))),), set()),
        ((("a.dat", "application/octet-stream", letters.winmail(("order.pdf", PDF), text=b"Hello")),), set()),
        ((("w.dat", "application/ms-tnef", letters.winmail(("o.pdf", PDF), long_names=False)),), set()),
        ((("order.eml", "application/octet-stream", orders.mail(PDF)),), {"mail_forwarded"}),
        ((("all.zip", "application/zip", letters.zipped(order__eml=orders.mail(PDF))),), {"mail_forwarded"}),
        (
            (("w.dat", "application/ms-tnef", letters.winmail(("o.zip", letters.zipped(order__pdf=PDF)))),),
            set(),
        ),
    ],
)
def test_an_order_inside_of_attachments_is_found(files, extra):
    read = read_message(attached(*files), READER)
    assert read.form["order_reference"] == REFERENCE
    assert codes(read) == extra
    assert read.parts[0].body in (PDF, JSON)


def test_a_forwarded_order_is_read_and_said_to_be_forwarded():
    read = read_message(letters.forwarded(orders.mail(PDF)), READER)
    assert read.order
    assert codes(read) == {"mail_forwarded"}
    assert read.author == "chief@authority.example"


def test_a_message_attached_in_base64_is_read_though_it_may_not_be_encoded():
    read = read_message(letters.with_base64_message(orders.mail(PDF)), READER)
    assert read.order
    assert "mail_forwarded" in codes(read)


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "-----Original Message-----",
        "Begin forwarded message:",
        "-------- Message transféré --------",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message réexpédié",
    ],
)
def test_an_order_passed_on_in_the_text_is_said_to_be_forwarded(mark):
    text = f"For you.\n\n{mark}\nFrom: Somebody\n".encode()
    read = read_message(attached(("order.pdf", "application/pdf", PDF), text=text), READER)
    assert codes(read) == {"mail_forwarded"}


def test_an_order_written_into_the_text_is_read_by_its_labels_for_a_person_to_compare():
    text = (
        b"Removal order under Regulation (EU) 2021/784\n\nReference number: X-77\n"
        b"Member State of the issuing competent authority: FR\nURL: https://board.example/posts/1\n"
    )
    read = read_message(letters.text_mail(text), READER)
    assert read.form["order_reference"] == "X-77"
    assert read.form["content_locations"] == [{"url": "https://board.example/posts/1"}]
    assert read.reading is Reading.LAYOUT
    assert "mail_text_order" in codes(read)


def test_a_letter_that_only_speaks_of_orders_is_none():
    read = read_message(letters.text_mail(b"We met because of Regulation 2021/784. Regards\n"), READER)
    assert not read.order
    assert codes(read) == {"mail_no_order"}


def _bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("order.pdf", b"\0" * megabytes * 1024 * 1024)
    return out.getvalue()


def _encrypted() -> bytes:
    data = bytearray(letters.zipped(order__pdf=PDF))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _lying() -> bytes:
    """The directory says that the file is small; it is not."""
    data = bytearray(_bomb(40))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.zip", _bomb(40), "archive_too_large"),
        ("a.zip", _lying(), "archive_broken"),
        ("a.zip", letters.zipped(**{f"f{n}__txt": b"x" for n in range(41)}), "archive_too_large"),
        ("a.zip", _encrypted(), "archive_encrypted"),
        ("a.zip", letters.zipped(order__pdf=PDF)[:400], "archive_broken"),
        ("a.zip", b"PK\x03\x04", "archive_broken"),
        ("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00\x02", "winmail_broken"),
        ("winmail.dat", letters.winmail(("order.pdf", PDF))[:-700], "winmail_broken"),
        ("winmail.dat", b"nothing", "winmail_broken"),
        ("winmail.dat", letters.winmail(*((f"{n}.txt", b"x") for n in range(45))), "archive_too_large"),
        ("a.7z", b"7z", "mail_archive"),
    ],
)
def test_a_container_that_is_hostile_or_broken_has_its_exact_finding(name, body, code):
    read = read_message(attached((name, "application/octet-stream", body)), READER)
    assert code in codes(read)


def test_levels_beyond_the_limit_are_not_opened():
    body = letters.zipped(order__pdf=PDF)
    for _level in range(6):
        body = letters.zipped(inner__zip=body)
    read = read_message(attached(("a.zip", "application/zip", body)), READER)
    assert not read.order
    assert "mail_too_deep" in codes(read)


def test_many_containers_cost_no_more_than_a_few():
    files = [(f"{n}.zip", "application/zip", letters.zipped(a__txt=b"x")) for n in range(12)]
    assert "mail_too_many_parts" in codes(read_message(attached(*files), READER))


def test_a_file_s_path_in_an_archive_is_only_a_name():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/order.pdf", PDF)
    read = read_message(attached(("a.zip", "application/zip", out.getvalue())), READER)
    assert read.parts[0].name == "order.pdf"


def test_an_office_document_is_no_archive():
    docx = letters.zipped(word__document__xml=b"<x/>")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert codes(read_message(attached(("order.docx", kind, docx)), READER)) == {"mail_no_order"}


def test_what_lies_in_an_archive_under_a_signature_is_signed_with_it():
    key = letters.PgpKey.named()
    whole = attached(("order.zip", "application/zip", letters.zipped(order__pdf=PDF)))
    head, _, rest = whole.partition(b"MIME-Version")
    part = rest[rest.index(b"Content-Type") :]
    body = letters.pgp_assembled(head.rstrip(), part, key.detached(part))
    read = read_message(body, dataclasses.replace(READER, certificates=lambda: (key.binary,)))
    assert read.order
    assert [one.sound for one in read.signatures] == [True]


def test_a_reader_that_dies_is_a_finding():
    tight = MailReader(Confined(ReadingLimits(memory_bytes=1)), MailLimits())
    read = read_message(attached(("a.zip", "application/zip", letters.zipped(order__pdf=PDF))), tight)
    assert codes(read) & {"archive_broken", "archive_too_large"}


def test_archives_together_hold_no_more_than_one_may():
    """Several archives, each within its limit, and archives in archives: what comes out is counted together."""
    reader = Confined(ReadingLimits(unpacked=3 * 1024 * 1024))
    small, inner = _bomb(1), letters.zipped(**{f"f{number}__zip": _bomb(1) for number in range(4)})
    for parts in (
        [Part(f"{number}.zip", "application/zip", small, passed_on=False) for number in range(5)],
        [Part("a.zip", "application/zip", inner, passed_on=False)],
    ):
        unpacked = unpack(parts, reader, MailLimits())
        assert unpacked.size <= 3 * 1024 * 1024
        assert "archive_too_large" in {one.code for one in unpacked.faults}
        assert sum(one.name == "order.pdf" for one in unpacked.parts) in (2, 3)


def test_archives_that_are_small_together_are_all_opened():
    parts = [Part(f"{number}.zip", "application/zip", _bomb(1), passed_on=False) for number in range(5)]
    unpacked = unpack(parts, Confined(), MailLimits())
    assert unpacked.faults == []
    assert sum(one.name == "order.pdf" for one in unpacked.parts) == 5
