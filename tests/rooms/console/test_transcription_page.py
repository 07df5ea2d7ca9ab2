"""A scanned order: found to be one, read by a person beside its pages, never by a machine alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from comity.docket.errors import NoSuchCase, NotYourTurn
from comity.intake.confined import Confined, Letters
from comity.intake.errors import NotDrawn
from comity.intake.mails import MailReader, read_message
from comity.intake.scans import draw
from support import letters, orders
from support.board import RunningBoard, free_port
from support.console_staff import log_in

REFERENCE = orders.order()["order_reference"]


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def watch(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock):
    from support.night import Night
    from support.watch import Watch

    opened = Night(database, running_board, tmp_path, clock)
    program = shutil.which("tesseract")
    assert program, "the tests need Debian's tesseract-ocr"
    object.__setattr__(opened.parts.intake, "letters", Letters(program, seconds=120))
    with override_settings(COMITY_DOCKET=opened.docket):
        yield Watch.begin(opened)
    opened.close()


def as_(name: str) -> Client:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(username=name)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def scanned(watch) -> str:
    """A scan came by mail; gives the digest of its document."""
    watch.night.mail(orders.mail(letters.scan()), "orders@authority.example")
    watch.night.work_on()
    assert watch.status() == "waiting"
    return next(line.digest for line in watch.case().exhibits if line.media_type == "application/pdf")


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_scan_is_found_to_be_one_and_nothing_is_read_from_it():
    read = read_message(orders.mail(letters.scan()), MailReader())
    assert {"pdf_no_text", "signature_image"} == {fault.code for fault in read.faults}
    assert read.form == {}


def test_a_person_reads_the_scan_beside_its_pages_and_the_demand_reads_so(watch):
    scanned(watch)
    client = as_("mia")
    assert "cases/1/transcribe" in client.get("/cases/1/").content.decode()
    page = client.get("/cases/1/transcribe").content.decode()
    assert REFERENCE in page
    assert "proposed, not confirmed" in page
    # What the machine guessed fills no field: the person ticks or types.
    assert f'value="{REFERENCE}"' not in page
    picture = client.get("/cases/1/transcribe/1.jpg")
    assert (picture.status_code, picture["Content-Type"], picture.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert "sandbox" in picture["Content-Security-Policy"]

    received = watch.case().demand.times
    fields = {
        "kept": hidden(page, "kept"),
        "pages": "2",
        "take__order_reference": "on",
        "content_locations": "https://board.example/posts/1001",
        "issuer__name": "Office central de test",
        "grounds": ["INCITES"],
    }
    answer = client.post("/cases/1/transcribe", fields)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    case = watch.case()
    assert case.demand.form["order_reference"] == REFERENCE
    assert case.demand.form["grounds"] == ["INCITES"]
    assert case.line.reference == REFERENCE
    # Proposed and not ticked: absent.
    assert "contact_point" not in case.demand.form
    assert "pdf_no_text" not in {fault.code for fault in case.demand.faults}
    assert case.demand.times.transport_received_at == received.transport_received_at
    assert (case.line.status, case.line.needs_person) == ("waiting", True)
    (done,) = watch.bodies("transcription")
    assert done["by"] == watch.staff.mia
    assert done["proposed"]["order_reference"] == REFERENCE
    assert client.post("/cases/1/transcribe", fields).status_code == 409


def test_what_was_transcribed_is_verified_decided_and_carried_out_like_any_order(watch):
    url = watch.night.publish()
    exhibit = scanned(watch)
    form = orders.order(content_locations=[{"url": url}])
    case = watch.case().line.case
    watch.night.docket.transcribe(case, watch.staff.mia, exhibit=exhibit, form=form, proposed={})
    assert watch.case().demand.channel.sender_verified is not True
    watch.call_back()
    watch.decide("comply", url)
    watch.approve(watch.staff.ben)  # it carries no signature, which a person alone does not pass over
    assert watch.gone(url) is True


def signed_scan(watch) -> tuple[str, str]:
    """A scan that the authority itself signed; gives its case and the digest of its document."""
    watch.night.mail(orders.mail(orders.signed_pdf(letters.scan(), watch.signer)), "orders@authority.example")
    watch.night.work_on()
    case = watch.case()
    assert case.demand.channel.sender_verified is True
    return case.line.case, next(line.digest for line in case.exhibits if line.media_type == "application/pdf")


def test_a_signed_scan_of_another_authority_s_order_is_not_its_signer_s(watch):
    case, exhibit = signed_scan(watch)
    form = orders.order(content_locations=[{"url": watch.night.publish()}])
    form["issuer"] = {**form["issuer"], "name": "Some other office"}
    watch.night.docket.transcribe(case, watch.staff.mia, exhibit=exhibit, form=form, proposed={})
    found = watch.case()
    assert found.demand.channel.sender_verified is False
    assert found.line.verified is False
    assert "sender_is_another_authority" in {fault.code for fault in found.demand.faults}


def test_a_signed_scan_that_names_its_signer_stays_verified(watch):
    case, exhibit = signed_scan(watch)
    form = orders.order(content_locations=[{"url": watch.night.publish()}])
    watch.night.docket.transcribe(case, watch.staff.mia, exhibit=exhibit, form=form, proposed={})
    assert watch.case().demand.channel.sender_verified is True
    assert watch.status() == "waiting"


@pytest.mark.parametrize("page", ["/cases/1/transcribe/0.jpg", "/cases/1/transcribe/9.jpg", "/cases/7/transcribe"])
def test_a_page_that_is_not_there_is_absent(watch, page):
    scanned(watch)
    assert as_("mia").get(page).status_code == 404


def test_who_does_not_decide_neither_sees_nor_transcribes(watch):
    scanned(watch)
    client = as_("dan")
    assert client.get("/cases/1/transcribe").status_code == 403
    assert client.post("/cases/1/transcribe", {"order_reference": "X"}).status_code == 403
    assert watch.bodies("transcription") == []


def test_a_forged_proposal_is_no_proposal(watch):
    scanned(watch)
    client = as_("mia")
    fields = {"kept": "forged", "take__order_reference": "on", "content_locations": "https://board.example/posts/1"}
    client.post("/cases/1/transcribe", fields)
    (done,) = watch.bodies("transcription")
    assert (done["proposed"], "order_reference" in done["form"]) == ({}, False)


def test_an_order_that_a_machine_read_is_not_overwritten_by_a_person_s_reading(watch):
    watch.mail(watch.night.publish())
    case = watch.case()
    document = case.demand.raw[1]
    with pytest.raises(NotYourTurn):
        watch.night.docket.transcribe(case.line.case, watch.staff.mia, exhibit=document, form={}, proposed={})
    with pytest.raises(NoSuchCase):
        watch.night.docket.scan(case.line.case, watch.staff.mia, "0" * 64, propose=False)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 nothing", b"\x89PNG"])
def test_what_cannot_be_drawn_is_said(body):
    with pytest.raises(NotDrawn):
        draw(body, Confined())


@pytest.mark.parametrize(
    "given", [Letters("/bin/false"), Letters("/nonexistent"), Letters("/bin/sh"), Letters("/usr/bin/tesseract", "xxx")]
)
def test_a_program_that_fails_proposes_nothing(given):
    assert Confined().recognise(b"not a picture", given) == ""


def test_letter_recognition_has_no_network_and_little_time():
    assert Confined().recognise(letters.scan(), Letters("/usr/bin/sleep", "20", seconds=1)) == ""
