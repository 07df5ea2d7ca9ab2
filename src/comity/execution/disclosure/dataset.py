"""The one canonical data set: lines of canonical JSON (RFC 8785), a head and then a row each, times in UTC.

Whatever people are given in another form is a rendering of these bytes. A time is the instant in UTC and, beside it,
the offset that it was written in. ``schema`` is the JSON Schema of both kinds of line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, DisclosureGrant, Identifier
from comity.execution.disclosure.errors import MalformedDataSet
from comity.platform import RecordRow

SCHEMA = "comity.records/1"
MEDIA_TYPE = "application/jsonl"
LONGEST_LINE = 8_000_000
"""Bytes."""
_Utc = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]
_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Time(_Line):
    """An instant."""

    utc: _Utc
    offset: Annotated[str, StringConstraints(pattern=r"^[+-]\d\d:\d\d$")]
    """East of UTC, as it was written."""

    @classmethod
    def of(cls, at: Instant) -> Time:
        """As it stands in a line."""
        minutes = abs(at.offset_minutes)
        sign = "-" if at.offset_minutes < 0 else "+"
        return cls(utc=at.z(), offset=f"{sign}{minutes // 60:02}:{minutes % 60:02}")


class Whose(_Line):
    """An identifier of the grant."""

    kind: str
    value: str


class FileLine(_Line):
    """A file that lies beside the data set."""

    name: str
    media_type: str
    size: Annotated[int, Field(ge=0)]
    sha256: _Digest


class LeftOut(_Line):
    """What a redaction left out."""

    fields: tuple[str, ...]
    rows: Annotated[int, Field(ge=0)]


class Head(_Line):
    """The first line: what the data set is, and under which decision it was collected."""

    type: Literal["head"] = "head"
    schema_: Annotated[Literal["comity.records/1"], Field(alias="schema")] = SCHEMA  # type: ignore[assignment]
    collection: str
    decision: str
    decision_sha256: _Digest
    identifiers: tuple[Whose, ...]
    categories: tuple[str, ...]
    fields: tuple[str, ...]
    since: Time
    until: Time
    """The period is half-open: it is without this instant."""
    stored_by: Time
    purpose: str
    redacted: LeftOut | None = None


class Row(_Line):
    """One row."""

    type: Literal["row"] = "row"
    number: Annotated[int, Field(ge=1)]
    """From 1, without a gap: of a redacted data set they are counted anew."""
    category: str
    identifier: Whose
    at: Time | None
    ended_at: Time | None
    fields: dict[str, str | int | float | bool]
    file: FileLine | None


def head_of(grant: DisclosureGrant, collection: str) -> Head:
    """The head of what is collected under a grant."""
    terms = grant.terms
    return Head(
        collection=collection,
        decision=grant.decision,
        decision_sha256=grant.digest,
        identifiers=tuple(_whose(one) for one in terms.identifiers),
        categories=tuple(one.value for one in terms.categories),
        fields=terms.fields,
        since=Time.of(terms.period.since),
        until=Time.of(terms.period.until),
        stored_by=Time.of(terms.stored_by),
        purpose=terms.purpose,
    )


def row_of(number: int, row: RecordRow, file: FileLine | None) -> Row:
    """A row that was cut to the grant, as a line."""
    return Row(
        number=number,
        category=row.category.value,
        identifier=_whose(row.identifier),
        at=Time.of(row.at) if row.at else None,
        ended_at=Time.of(row.ended_at) if row.ended_at else None,
        fields={name: value for name, value in row.fields.items() if value is not None},
        file=file,
    )


def line(said: Head | Row) -> bytes:
    """The one encoding of a line, with its line feed."""
    return rfc8785.dumps(said.model_dump(mode="json", by_alias=True)) + b"\n"


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines out of a stream; raises ``MalformedDataSet`` for one that never ends."""
    pending = b""
    for chunk in chunks:
        *whole, pending = (pending + chunk).split(b"\n")
        yield from whole
        if len(pending) > LONGEST_LINE:
            raise MalformedDataSet("a line is too long")
    if pending:
        raise MalformedDataSet("the last line is not whole")


def read(chunks: Iterable[bytes]) -> Iterator[Head | Row]:
    """The head, then each row; raises ``MalformedDataSet`` at the first line that is not in its one encoding."""
    number = 0
    for found in lines(chunks):
        said: Head | Row = _parsed(Head if number == 0 else Row, found)
        if line(said) != found + b"\n" or (isinstance(said, Row) and said.number != number):
            raise MalformedDataSet(f"line {number + 1} is not in its one encoding")
        yield said
        number += 1
    if number == 0:
        raise MalformedDataSet("it is empty")


def _parsed(kind: type[Head | Row], found: bytes) -> Head | Row:
    try:
        return kind.model_validate_json(found)
    except ValidationError as error:
        raise MalformedDataSet(f"{kind.__name__}: {error.errors(include_input=False)[0]['msg']}") from error


def schema() -> dict[str, Any]:
    """JSON Schema of a line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "oneOf": [Head.model_json_schema(by_alias=True), Row.model_json_schema()],
    }


def category_of(row: Row) -> Category:
    """A row's category."""
    return Category(row.category)


def _whose(identifier: Identifier) -> Whose:
    return Whose(kind=identifier.kind.value, value=identifier.value)
