"""CSV and PDF say what the canonical lines say."""

from __future__ import annotations

import csv
import io
import re

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import dataset, renderings
from comity.execution.disclosure.errors import MalformedDataSet
from support.grants import grant
from support.records import login

AT = Instant.parse("2026-11-23T04:00:00Z")
HEAD = dataset.head_of(grant(Category.TRAFFIC), new_id())


def whole(*texts: str) -> bytes:
    rows = [login("2026-11-12T01:00:00+01:00", ended="2026-11-12T02:00:00Z", user_agent=text) for text in texts]
    lines = [dataset.row_of(number, row, None) for number, row in enumerate(rows, start=1)]
    return b"".join(dataset.line(one) for one in (HEAD, *lines))


def table(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(renderings.as_csv([body])).decode(), newline="")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4))
def test_csv_read_back_is_the_canonical_data_set(texts: list[str]) -> None:
    body = whole(*texts)
    names, *rows = table(body)
    _head, *said = dataset.read([body])
    assert tuple(names) == renderings.columns(HEAD)
    assert [tuple(renderings.plain(cell) for cell in row) for row in rows] == [
        renderings.cells(HEAD, one) for one in said
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1", "'=1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    for row in table(whole(text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for cell in row)
    assert renderings.plain(renderings.harmless(text)) == text


def test_a_negative_offset_is_no_formula_either() -> None:
    row = dataset.row_of(1, login("2026-11-12T01:00:00-03:00"), None)
    body = dataset.line(HEAD) + dataset.line(row)
    assert "'-03:00" in table(body)[1]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=8)
@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz0123456789#$*_[]<>{}@= éß", min_size=1, max_size=60), max_size=3))
def test_the_pdf_shows_every_value_and_no_mark_up(texts: list[str]) -> None:
    body = whole(*[text.strip() or "x" for text in texts])
    pdf = renderings.as_pdf([body], at=AT)
    shown = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
    _head, *said = dataset.read([body])
    for row in said:
        for cell in renderings.cells(HEAD, row):
            assert squeezed(cell) in shown
    assert squeezed(HEAD.decision_sha256) in shown
    assert ("Therearenorecords." in shown) == (not texts)


def test_the_same_data_set_gives_the_same_pdf() -> None:
    assert renderings.as_pdf([whole("x")], at=AT) == renderings.as_pdf([whole("x")], at=AT)


def test_a_data_set_too_long_for_paper_has_no_pdf(monkeypatch) -> None:
    monkeypatch.setattr(renderings, "MOST_PDF_ROWS", 2)
    assert renderings.as_pdf([whole("a", "b")], at=AT) is not None
    assert renderings.as_pdf([whole("a", "b", "c")], at=AT) is None


def test_what_is_no_data_set_is_not_rendered() -> None:
    for render in (lambda body: list(renderings.as_csv([body])), lambda body: renderings.as_pdf([body], at=AT)):
        with pytest.raises(MalformedDataSet):
            render(whole("x")[:-1])


def test_a_long_table_comes_in_pages(monkeypatch) -> None:
    monkeypatch.setattr(renderings, "_PAGE", 3)
    body = whole(*"abcdefgh")
    assert len(list(renderings.as_csv([body]))) == 3
    assert len(table(body)) == 9
