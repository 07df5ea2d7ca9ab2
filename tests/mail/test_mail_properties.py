"""Every parser of mail takes any bytes: it ends, it stays within its bounds, it raises nothing of its own."""

from __future__ import annotations

import base64
import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.intake.child.archives import open_zip
from comity.intake.child.layout import read_text
from comity.intake.child.openpgp import check_detached, open_signed
from comity.intake.child.winmail import open_winmail
from comity.intake.labels import layout_labels
from comity.intake.mail import read_mail
from comity.intake.message import identifier_in
from comity.intake.parts import MailLimits, read_parts
from comity.intake.reports import IDENTIFIER, identifiers
from support import letters, orders

LIMITS = {"files": 5, "unpacked": 10_000, "characters": 5_000}
MAILS = [
    letters.pgp_mail(b"%PDF-1.4", letters.PgpKey.named()),
    letters.forwarded(orders.mail(b"%PDF-1.4")),
    letters.bounce("<a@b>"),
    letters.with_base64_message(orders.mail(None)),
    orders.opaque_mail(b"%PDF-1.4", orders.Authority.named()),
]
ZIP = letters.zipped(order__pdf=b"%PDF-1.4", b__txt=b"x" * 500)
TNEF = letters.winmail(("order.pdf", b"%PDF-1.4"), ("ü.txt", b"x"), text=b"hello")
_FEW = settings(max_examples=60, deadline=None)


@st.composite
def damaged(draw, *whole: bytes) -> bytes:
    """Something real with bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _time in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 12))
        data[place : place + cut] = draw(st.binary(max_size=12))
    return bytes(data)


def bounded(answer: dict) -> None:
    bodies = [base64.b64decode(found["body"]) for found in answer["files"]]
    assert len(bodies) <= LIMITS["files"]
    assert sum(map(len, bodies)) <= LIMITS["unpacked"]
    assert all("/" not in found["name"] for found in answer["files"])
    assert all(isinstance(code, str) for code, _detail in answer["faults"])


@_FEW
@given(damaged(TNEF) | st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: TNEF[:6] + tail))
def test_winmail_is_taken_apart_or_broken(data):
    answer = open_winmail(data, LIMITS)
    assert len(answer["files"]) <= LIMITS["files"]
    assert sum(len(base64.b64decode(found["body"])) for found in answer["files"]) <= len(data) + 1


@_FEW
@given(
    st.lists(st.tuples(st.text("abcdé. ", min_size=1, max_size=40), st.binary(min_size=1, max_size=200)), max_size=5)
)
def test_what_was_wrapped_in_winmail_comes_out_byte_for_byte(files):
    files = [(name.strip() or "x", body) for name, body in files]
    answer = open_winmail(letters.winmail(*files), LIMITS)
    assert [(found["name"], base64.b64decode(found["body"])) for found in answer["files"]] == files
    assert answer["faults"] == []


@_FEW
@given(damaged(ZIP) | st.binary(max_size=300))
def test_an_archive_is_taken_apart_or_broken_within_its_bounds(data):
    bounded(open_zip(data, LIMITS))


@_FEW
@given(damaged(*MAILS) | st.binary(max_size=500))
def test_any_bytes_are_a_mail_with_its_faults(data):
    before = hashlib.sha256(data).hexdigest()
    mail = read_mail(data, MailLimits(parts=6))
    assert len(mail.parts) <= 6
    assert all(IDENTIFIER.fullmatch(one) for one in mail.references)
    assert hashlib.sha256(data).hexdigest() == before
    assert mail.author is None or mail.author.isprintable()


@_FEW
@given(damaged(*MAILS))
def test_parts_inside_of_parts_end(data):
    try:
        parts = read_parts(data, [], MailLimits(parts=6))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return  # what the standard library raises, the room's own caller turns into a fault
    assert len(parts) <= 6


@_FEW
@given(st.lists(st.text(max_size=400), max_size=3))
def test_identifiers_are_identifiers(headers):
    assert all(IDENTIFIER.fullmatch(one) for one in identifiers(*headers))


@_FEW
@given(st.binary(max_size=400))
def test_an_identifier_is_one_line(data):
    assert "\n" not in identifier_in(b"Message-ID: " + data)


@_FEW
@given(damaged(letters.PgpKey.named().detached(b"x")) | st.binary(max_size=200))
def test_a_detached_signature_is_intact_or_not_and_never_a_crash(signature):
    (report,) = check_detached(b"y", signature, [letters.PgpKey.named().binary])["signatures"]
    assert report["intact"] is False


@_FEW
@given(damaged(letters.PgpKey.named().clear(b"an order")))
def test_a_clear_signed_text_that_is_called_intact_says_what_was_signed(data):
    answer = open_signed(data, [letters.PgpKey.named().binary])
    if "signatures" in answer and answer["signatures"][0]["intact"]:
        assert base64.b64decode(answer["content"]).strip() == b"an order"


@_FEW
@given(st.text(max_size=600))
def test_any_text_is_read_by_its_labels_or_not_at_all(text):
    answer = read_text(f"Reference number: {text}", [list(pair) for pair in layout_labels()], LIMITS)
    assert set(answer["values"]) <= {key for key, _label in layout_labels()}
