"""The data set as people open it: CSV and PDF. Each says what the canonical lines say, and nothing else.

In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe, and so does one that begins with an
apostrophe by itself: whoever takes one apostrophe off has the value back.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from importlib import resources

import typst

from comity.casefile.clock import Instant
from comity.execution.disclosure import dataset
from comity.execution.disclosure.errors import NotPacked

MOST_PDF_ROWS = 5_000
"""Rows of the longest PDF; longer data sets are given as JSON Lines and CSV."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FIXED = (
    "number",
    "category",
    "identifier_kind",
    "identifier",
    "at_utc",
    "at_offset",
    "ended_at_utc",
    "ended_at_offset",
)
_OF_FILE = ("exhibit_name", "exhibit_type", "exhibit_size", "exhibit_sha256")
_PAGE = 500


def columns(head: dataset.Head) -> tuple[str, ...]:
    """The columns of a rendering: what every row has, the granted fields, the file beside it."""
    return (*_FIXED, *sorted(head.fields), *_OF_FILE)


def cells(head: dataset.Head, row: dataset.Row) -> tuple[str, ...]:
    """A row's cells as text, in the order of ``columns``; what it does not say is empty."""
    at, ended, file = row.at, row.ended_at, row.file
    fixed = (
        str(row.number),
        row.category,
        row.identifier.kind,
        row.identifier.value,
        *((at.utc, at.offset) if at else ("", "")),
        *((ended.utc, ended.offset) if ended else ("", "")),
    )
    beside = (file.name, file.media_type, str(file.size), file.sha256) if file else ("",) * len(_OF_FILE)
    return (*fixed, *(_text(row.fields.get(name)) for name in sorted(head.fields)), *beside)


def _text(value: str | float | bool | None) -> str:  # noqa: FBT001 -- a value of a field
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def plain(cell: str) -> str:
    """The value of a cell again."""
    return cell.removeprefix("'")


def as_csv(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """RFC 4180, UTF-8, one line of names; raises ``MalformedDataSet``."""
    said = dataset.read(chunks)
    head = next(said)
    assert isinstance(head, dataset.Head)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns(head))
    for row in said:
        assert isinstance(row, dataset.Row)
        writer.writerow([harmless(cell) for cell in cells(head, row)])
        if row.number % _PAGE == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def as_pdf(chunks: Iterable[bytes], *, at: Instant) -> bytes | None:
    """A table that prints, or nothing where it would have more than ``MOST_PDF_ROWS`` rows."""
    said = dataset.read(chunks)
    head = next(said)
    assert isinstance(head, dataset.Head)
    shown: list[list[list[str]]] = []
    for row in said:
        assert isinstance(row, dataset.Row)
        if row.number > MOST_PDF_ROWS:
            return None
        pairs = zip(columns(head), cells(head, row), strict=True)
        shown.append([[name, cell] for name, cell in pairs if cell])
    page = {"head": json.loads(dataset.line(head)), "rows": shown}
    return typeset("records.typ", page, at=at)


def typeset(template: str, shown: object, *, at: Instant) -> bytes:
    """A page from a template of this room; everything that varies reaches it as one JSON text, never as markup."""
    try:
        pdf = typst.Compiler(ignore_system_fonts=True).compile(
            input=(resources.files("comity.execution.disclosure") / template).read_bytes(),
            format="pdf",
            sys_inputs={"page": json.dumps(shown, ensure_ascii=True)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(at.utc.timestamp()),
        )
    except typst.TypstError as error:
        raise NotPacked(f"the page could not be typeset: {error}") from error
    assert isinstance(pdf, bytes)  # a list is given for pictures of pages only
    return pdf
