"""What a case takes after its answer, from the console's pages over the whole house; half of it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from comity.casefile import audit
from comity.casefile.clock import FixedClock
from comity.casefile.records.roles import Server
from support import orders
from support.board import RunningBoard, free_port

if TYPE_CHECKING:
    from support.night import Night
    from support.watch import Watch


_DAYS = timedelta(days=1)


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=20).start()
    yield board
    board.stop()


@pytest.fixture
def night(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Night]:
    from support.night import Night

    opened = Night(database, running_board, tmp_path, clock)
    with override_settings(COMITY_DOCKET=opened.docket):
        yield opened
    opened.close()


@pytest.fixture
def watch(night: Night) -> Watch:
    from support.watch import Watch

    return Watch.begin(night)


def as_(name: str) -> Client:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.contrib.auth.models import User

    from support.console_staff import log_in

    user = User.objects.get(username=name)
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    log_in(client, user)
    return client


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("decision.pdf", b"%PDF-1.7 decision", "application/pdf")


def test_an_extension_of_silence_needs_its_document_and_is_offered_once(watch: Watch) -> None:
    watch.rule()
    watch.order(watch.night.publish(), nondisclosure=True)
    mia, end = as_("mia"), watch.case().secret_until
    assert end is not None
    page = mia.get("/cases/1/").content.decode()
    assert "2021/784 Art 11(3)" in page
    assert "Non-disclosure was extended" in page
    fields = {"decided_at": str(watch.night.clock.now()), "basis": "Letter of today"}
    assert mia.post("/cases/1/steps/extend_silence", fields).status_code == 422
    assert mia.post("/cases/1/steps/extend_silence", {**fields, "document": paper()}).status_code == 302
    longer = watch.case().secret_until
    assert longer is not None
    assert longer > end
    mia.get("/cases/1/")  # which says once what was entered
    assert "Non-disclosure was extended" not in mia.get("/cases/1/").content.decode()
    again = mia.post("/cases/1/steps/extend_silence", {**fields, "document": paper()})
    assert (again.status_code, b"not_extensible" in again.content) == (409, True)
    assert as_("dan").post("/cases/1/steps/extend_silence", {**fields, "document": paper()}).status_code == 403


def test_preservation_is_extended_and_an_exhibit_held_and_released_by_rank(watch: Watch) -> None:
    watch.rule()
    watch.order(watch.night.publish())
    mia, ben = as_("mia"), as_("ben")
    until = str(watch.night.clock.now().plus(_DAYS * 300))
    assert mia.post("/cases/1/steps/extend_preservation", {"until": "soon", "because": "x"}).status_code == 422
    early = {"until": str(watch.night.clock.now()), "because": "Court of Paris"}
    assert mia.post("/cases/1/steps/extend_preservation", early).status_code == 409
    fields = {"until": until, "because": "Court of Paris, proceedings 12/26"}
    assert mia.post("/cases/1/steps/extend_preservation", fields).status_code == 302
    assert str(watch.clock("preserve")[1]) == until

    digest = watch.case().exhibits[0].digest
    hold = {"digest": digest, "because": "A complaint to the court"}
    assert mia.post("/cases/1/steps/hold", {**hold, "digest": "0" * 64}).status_code == 422
    assert mia.post("/cases/1/steps/hold", hold).status_code == 302
    assert [one.on_hold for one in watch.case().exhibits if one.digest == digest] == [True]
    assert mia.post("/cases/1/steps/release", hold).status_code == 403
    assert ben.post("/cases/1/steps/release", hold).status_code == 302
    assert not any(one.on_hold for one in watch.case().exhibits)


def test_an_answer_on_paper_waits_for_the_person_who_brought_it(watch: Watch) -> None:
    form = orders.order(content_locations=[{"url": watch.night.publish()}])
    watch.night.docket.file_paper(
        watch.staff.mia, form=form, scan=b"%PDF-1.4", media_type="application/pdf", received_at=watch.night.clock.now()
    )
    watch.night.work_on()
    watch.call_back()
    watch.decide("comply", watch.case().items[0].url if watch.case().items else form["content_locations"][0]["url"])
    if watch.status() == "second_person":
        watch.approve(watch.staff.ben)
    mia, entry = as_("mia"), watch.case().replies[0].entry
    assert "Confirm that an answer was brought" in mia.get("/cases/1/").content.decode()
    assert mia.post("/cases/1/steps/confirm_reply", {"entry": entry, "how": ""}).status_code == 422
    assert mia.post("/cases/1/steps/confirm_reply", {"entry": "0" * 32, "how": "x"}).status_code == 422
    assert as_("dan").post("/cases/1/steps/confirm_reply", {"entry": entry, "how": "x"}).status_code == 403
    assert mia.post("/cases/1/steps/confirm_reply", {"entry": entry, "how": "By courier."}).status_code == 302
    assert watch.clock("feedback")[0] == "met"
    mia.get("/cases/1/")  # which says once what was entered
    assert "Confirm that an answer was brought" not in mia.get("/cases/1/").content.decode()


def test_an_infringement_is_entered_with_its_document_only(watch: Watch) -> None:
    watch.rule()
    url = watch.night.publish()
    watch.order(url)
    mia = as_("mia")
    fields = {"authority": "Arcom", "infringement": "yes", "reasons": "Satire."}
    refused = mia.post("/cases/1/scrutiny", fields)
    assert (refused.status_code, b"document_missing" in refused.content) == (409, True)
    assert mia.post("/cases/1/scrutiny", {**fields, "document": paper()}).status_code == 302
    watch.night.work_on()
    assert (watch.status(), watch.gone(url)) == ("reinstated", False)


def test_a_jump_of_the_clock_is_shown_and_settled_by_rank_with_words(watch: Watch) -> None:
    watch.night.raise_alarm("forward")
    mia, ben = as_("mia"), as_("ben")
    assert "The clock jumped" in mia.get("/").content.decode()
    shown = mia.get("/log/").content.decode()
    assert "The clock jumped" in shown
    assert "/log/clock" not in shown
    assert mia.post("/log/clock", {"because": "fine"}).status_code == 403
    assert ben.post("/log/clock", {"because": ""}).status_code == 422
    assert not audit.clock_is_sane()
    assert ben.post("/log/clock", {"because": "The time server was wrong; it is right now."}).status_code == 302
    assert audit.clock_is_sane()
    assert "The clock jumped" not in ben.get("/").content.decode()


def test_no_step_is_taken_by_get_nor_one_that_does_not_exist(watch: Watch) -> None:
    watch.rule()
    watch.order(watch.night.publish())
    ben = as_("ben")
    for name in ("hold", "release", "confirm_reply", "extend_silence", "extend_preservation"):
        assert ben.get(f"/cases/1/steps/{name}").status_code == 405
    assert ben.get("/log/clock").status_code == 405
    assert ben.post("/cases/1/steps/erase", {}).status_code == 404
