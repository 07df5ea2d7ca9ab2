"""The hand-off: what was entered, counted, decided, is open and is unknown; sealed, in custody, and naming no user."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pypdf
import pytest
from django.utils import translation

from comity.casefile import audit
from comity.casefile.documents.incident import HandOff
from comity.docket.incidents.errors import NoSuchHandOff
from comity.registry.errors import NotYourDutyError
from support.reviewing import PDQ

if TYPE_CHECKING:
    from support.incidents import Scene
    from support.reviewing import Gallery


@pytest.fixture
def scene(gallery: Gallery) -> Scene:
    """An incident in which something was listed, found and decided."""
    from support.incidents import Scene

    made = Scene(gallery)
    made.exchange()
    made.declare()
    made.docket.list_incident_signal(gallery.staff.mia, 1, kind="pdq", signal=PDQ, because="seen in the film")
    listed = made.docket.incident(1, gallery.staff.mia).signals[0].number
    gallery.listed[f"INCIDENT_1/pdq/{PDQ}"] = listed
    gallery.clock.set(made.now.plus(timedelta(minutes=7)))
    gallery.upload(matches=(gallery.match(bank="INCIDENT_1"),))
    gallery.upload(matches=(gallery.match(bank="INCIDENT_1"),), signal="07" * 32)
    gallery.decide(1)
    gallery.clock.set(made.now.plus(timedelta(minutes=7)))
    return made


def test_the_report_says_everything_and_names_no_user(scene: Scene) -> None:
    staff = scene.gallery.staff
    entry = scene.docket.hand_off(staff.ben, 1)
    report = json.loads(scene.docket.hand_off_paper(staff.ben, 1, entry, "json"))
    assert (report["title"], report["made"]["by"]) == ("Attack on the market", "Ben")
    assert report["figures"]["detections"] == 2
    assert [one["outcome"] for one in report["decisions"]] == ["disable"]
    assert {one["what"] for one in report["open"]} == {
        "exchange", "lasts", "not_confirmed", "nobody_answered_yet", "review",
    }  # fmt: skip
    assert {"unlisted", "elsewhere", "exchange_never_fetched", "nobody_callable"} <= set(report["unknown"])
    kinds = {one["kind"] for one in report["timeline"]}
    assert {"incident", "alarm", "deadline", "bank", "bank_entry"} <= kinds
    for one in report["timeline"]:
        assert one["entry"] in report["proofs"]["entries"]
    assert "ada" not in json.dumps(report).replace("shadow", "").lower().split()
    assert "board.example" not in json.dumps(report)
    assert PDQ not in json.dumps(report)


def test_the_paper_is_sealed_and_reads_alike(scene: Scene) -> None:
    staff = scene.gallery.staff
    with translation.override("en"):
        entry = scene.docket.hand_off(staff.ben, 1)
    pdf = scene.docket.hand_off_paper(staff.mia, 1, entry, "pdf")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for wanted in ("Hand-off of incident I-1", "Attack on the market", "many uploads", "R-1", "What is not known"):
        assert wanted in text
    assert b"/ByteRange" in pdf
    said = audit.find(entry, HandOff).document
    assert said.by.id == staff.ben
    kinds = scene.entries()
    assert kinds.index("hand_off") > kinds.index("custody")


def test_it_speaks_the_language_of_whoever_makes_it(scene: Scene) -> None:
    staff = scene.gallery.staff
    with translation.override("de"):
        entry = scene.docket.hand_off(staff.ben, 1)
    pdf = scene.docket.hand_off_paper(staff.ben, 1, entry, "pdf")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "Übergabe des Vorfalls I-1" in text


def test_after_its_end_it_is_handed_on_all_the_same(scene: Scene) -> None:
    staff = scene.gallery.staff
    scene.later(hours=7)
    entry = scene.docket.hand_off(staff.ben, 1)
    report = json.loads(scene.docket.hand_off_paper(staff.ben, 1, entry, "json"))
    assert report["state"] == "ended"
    assert "lasts" not in {one["what"] for one in report["open"]}
    assert report["called"]["state"] == "settled"


def test_who_may_not_and_what_is_not_there(scene: Scene) -> None:
    staff = scene.gallery.staff
    with pytest.raises(NotYourDutyError):
        scene.docket.hand_off(staff.dan, 1)
    entry = scene.docket.hand_off(staff.ben, 1)
    with pytest.raises(NotYourDutyError):
        scene.docket.hand_off_paper(staff.dan, 1, entry, "pdf")
    for wrong, form in ((entry, "exe"), ("0" * 32, "pdf"), ("", "json")):
        with pytest.raises(NoSuchHandOff):
            scene.docket.hand_off_paper(staff.ben, 1, wrong, form)


def test_each_report_stays_and_tells_of_the_one_before(scene: Scene) -> None:
    staff = scene.gallery.staff
    first = scene.docket.hand_off(staff.ben, 1)
    second = scene.docket.hand_off(staff.mia, 1)
    assert [one.entry for one in scene.docket.incident(1, staff.mia).hand_offs] == [second, first]
    report = json.loads(scene.docket.hand_off_paper(staff.ben, 1, second, "json"))
    assert first in report["proofs"]["entries"]
