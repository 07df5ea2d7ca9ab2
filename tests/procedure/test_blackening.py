"""Parts of pages are made black before data leave; the original has no other door, and nothing changes afterwards."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pyrage
import pytest
from PIL import Image

from comity.casefile.documents.collection import Region
from comity.decision.errors import ReasonsMissing
from comity.docket.disclosures.errors import NoSuchForm, OtherForm
from comity.docket.disclosures.redaction_desk import Looked
from comity.docket.errors import NotYourTurn
from comity.execution.disclosure.errors import NotRedacted
from comity.registry.errors import NotYourDutyError
from support.asking import Office
from support.records import Shelf
from support.uploads import CONTENT, LETTER, NOTE, PICTURE, SECRET, rows

UPPER = (Region(page=1, left=0.1, top=0.1, right=0.9, bottom=0.6),)
WHY = "Of a third person (GDPR Art 5(1)(c))."


@pytest.fixture
def office(night: Any) -> Office:
    office = Office(night, Shelf(rows, holds=True))
    office.ask(CONTENT)
    office.answer(pieces=("1:CONTENT",), reasons="It can be carried out.")
    office.agree()
    assert office.status == "collected"
    return office


def looked(office: Office, file: str = LETTER, form: str = "") -> Looked:
    (line,) = office.page.collections
    return Looked(line.collection, form or dict(line.instead).get(file, file), file)


def black(office: Office, place: Looked, regions: tuple[Region, ...] = UPPER, *, who: str = "mia") -> None:
    viewer = getattr(office.staff, who)
    office.docket.redact_regions(office.case, viewer, place, regions=regions, because=WHY)


def files(office: Office) -> dict[str, bytes]:
    (package,) = office.page.packages
    chunks = office.docket.fetch_package(office.watch.authority, package.package, None, by=office.watch.client)
    bag = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(b"".join(chunks.chunks), [office.identity])))
    return {name: bag.read(name) for name in bag.namelist()}


def test_what_was_made_black_leaves_black_and_its_original_is_named_nowhere(office: Office) -> None:
    mia, (line,) = office.staff.mia, office.page.collections
    seen = office.docket.file_shown(office.case, mia, collection=line.collection, file=LETTER)
    assert (seen.pages, seen.form, seen.name) == (2, LETTER, "letter.pdf")
    before = office.page.leaves
    black(office, looked(office))
    black(office, looked(office, PICTURE), (Region(page=1, left=0.3, top=0.2, right=0.7, bottom=0.8),))
    assert office.page.leaves != before
    assert [len(one.regions) for one in office.page.redactions] == [1, 1]

    page = office.docket.preview(office.case, mia, collection=line.collection)
    assert [row["file"]["name"] for row in page.rows] == ["redacted.pdf", "redacted.png", "note.txt"]
    assert page.files == {1: LETTER, 2: PICTURE}
    assert SECRET not in json.dumps(page.rows[0])
    shown = office.docket.file_page(office.case, mia, collection=line.collection, file=PICTURE, page=1)
    with Image.open(io.BytesIO(shown)) as drawn:
        assert max(drawn.getpixel((100, 50))) < 40  # type: ignore[arg-type]

    office.let_go()
    found = files(office)
    for name, body in found.items():
        assert not any(digest[:16] in name for digest in (LETTER, PICTURE))
        assert not any(digest.encode() in body for digest in (LETTER, PICTURE))
    assert {hashlib.sha256(body).hexdigest() for body in found.values()}.isdisjoint({LETTER, PICTURE})
    assert any(hashlib.sha256(body).hexdigest() == NOTE for body in found.values())
    held = {one.exhibit.digest for one in office.night.parts.vault.exhibits(line.collection)}
    assert {LETTER, PICTURE} < held
    office.night.verify_log()


def test_what_was_made_black_is_given_after_all_until_it_was_let_go(office: Office) -> None:
    before, whole = office.page.leaves, looked(office)
    black(office, whole)
    once = looked(office)
    black(office, once, (Region(page=2, left=0, top=0, right=1, bottom=1),))
    twice = looked(office)
    assert len({whole.form, once.form, twice.form}) == 3
    with pytest.raises(OtherForm):
        office.docket.undo_redaction(office.case, office.staff.mia, once, because=WHY)
    office.docket.undo_redaction(office.case, office.staff.mia, twice, because="It is the suspect.")
    assert looked(office) == once
    office.docket.undo_redaction(office.case, office.staff.mia, once, because="It is the suspect.")
    assert (looked(office), office.page.leaves, office.page.redactions) == (whole, before, ())
    with pytest.raises(NotRedacted):
        office.docket.undo_redaction(office.case, office.staff.mia, whole, because=WHY)
    assert len(office.bodies("redaction_undone")) == 2

    black(office, whole)
    last = looked(office)
    office.let_go()
    for refused in (
        lambda: office.docket.undo_redaction(office.case, office.staff.mia, last, because=WHY),
        lambda: black(office, last),
    ):
        with pytest.raises(NotYourTurn):
            refused()
    assert not any(SECRET.encode() in body for name, body in files(office).items() if name.endswith(".pdf"))


def test_nobody_lets_go_another_form_than_the_one_that_was_looked_at(office: Office) -> None:
    black(office, looked(office))
    seen = office.page.leaves
    office.docket.undo_redaction(office.case, office.staff.carla, looked(office), because="It is the suspect.")
    for stale in (seen, "", "0" * 64):
        with pytest.raises(OtherForm):
            office.docket.let_go(office.case, office.staff.mia, seen=stale)
    assert (office.status, office.bodies("release")) == ("collected", [])
    (line,) = office.page.collections
    rows_of = {"fields": frozenset[str](), "rows": frozenset({1}), "because": WHY}
    office.docket.redact(office.case, office.staff.mia, Looked(line.collection, line.data), **rows_of)
    with pytest.raises(OtherForm):
        office.docket.redact(office.case, office.staff.carla, Looked(line.collection, line.data), **rows_of)
    office.docket.undo_redaction(
        office.case, office.staff.mia, Looked(line.collection, office.page.collections[0].data), because=WHY
    )
    assert office.page.collections[0].data == line.data


def test_nothing_is_made_black_that_is_not_there_by_nobody_who_may_not(office: Office) -> None:
    place = looked(office)
    outside = (Region(page=1, left=0.5, top=0.5, right=1.2, bottom=0.9),)
    for refused, regions, why in (
        (place, outside, NotRedacted), (place, (), NotRedacted),
        (place, (Region(page=3, left=0.1, top=0.1, right=0.2, bottom=0.2),), NotRedacted),
        (looked(office, NOTE), UPPER, NotRedacted),
        (replace(place, file="0" * 64), UPPER, NoSuchForm), (replace(place, collection="0" * 32), UPPER, NoSuchForm),
        (replace(place, form=PICTURE), UPPER, OtherForm), (replace(place, form="0" * 64), UPPER, OtherForm),
    ):  # fmt: skip
        with pytest.raises(why):
            black(office, refused, regions)
    with pytest.raises(NotYourDutyError):
        black(office, place, who="dan")
    with pytest.raises(ReasonsMissing):
        office.docket.redact_regions(office.case, office.staff.mia, place, regions=UPPER, because=" ")
    assert office.bodies("redaction") == []

    look, (line,) = office.docket.file_page, office.page.collections
    at = {"collection": line.collection, "file": LETTER}
    for number in (0, 3, 9_999):
        with pytest.raises(NotRedacted):
            look(office.case, office.staff.mia, **at, page=number)
    for wrong in (NOTE, line.data, "0" * 64, ""):
        with pytest.raises(NoSuchForm):
            look(office.case, office.staff.mia, **{**at, "file": wrong}, page=1)
    with pytest.raises(NotYourDutyError):
        look(office.case, office.staff.dan, **at, page=1)
    black(office, place)
    (line,) = office.page.collections
    with pytest.raises(NoSuchForm):
        look(office.case, office.staff.mia, **{**at, "file": dict(line.instead)[LETTER]}, page=1)


def test_what_was_sent_back_takes_its_redactions_along(office: Office) -> None:
    black(office, looked(office, PICTURE))
    office.docket.send_back(office.case, office.staff.mia, "It names a lawyer.")
    office.answer(pieces=("1:CONTENT",), reasons="Without the lawyer.")
    office.agree()
    line = office.page.collections[-1]
    assert line.instead == ()
    office.docket.redact_regions(
        office.case, office.staff.mia, Looked(line.collection, PICTURE, PICTURE), regions=UPPER, because=WHY
    )
    assert [old for old, _new in office.page.collections[-1].instead] == [PICTURE]
    again = office.page.collections[-1]
    place = Looked(again.collection, dict(again.instead)[PICTURE], PICTURE)
    office.docket.undo_redaction(office.case, office.staff.mia, place, because=WHY)
    assert office.page.collections[-1].instead == ()
