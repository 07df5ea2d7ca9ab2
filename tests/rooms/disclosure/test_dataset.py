"""One encoding, read back or refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casefile.documents.disclosure import Category
from comity.casefile.documents.identifiers import new_id
from comity.execution.disclosure import dataset
from comity.execution.disclosure.errors import MalformedDataSet
from support.grants import grant
from support.records import login

HEAD = dataset.head_of(grant(), new_id())
ROW = dataset.row_of(1, login("2026-11-12T01:00:00+01:00", ended="2026-11-12T02:00:00.5Z"), None)


def whole(*said: dataset.Head | dataset.Row) -> bytes:
    return b"".join(dataset.line(one) for one in said)


def test_times_are_utc_with_the_offset_beside_them() -> None:
    assert json.loads(dataset.line(ROW))["at"] == {"utc": "2026-11-12T00:00:00Z", "offset": "+01:00"}
    assert HEAD.since.utc == "2026-11-09T23:00:00Z"
    assert dataset.Time.of(login("2026-01-01T00:00:00-03:30").at).offset == "-03:30"


@given(st.lists(st.integers(1, 40), max_size=30))
def test_it_reads_alike_however_it_is_cut_into_chunks(sizes: list[int]) -> None:
    body = whole(HEAD, ROW, ROW.model_copy(update={"number": 2}))
    chunks, place = [], 0
    for size in sizes:
        chunks.append(body[place : place + size])
        place += size
    assert list(dataset.read([*chunks, body[place:]])) == [HEAD, ROW, ROW.model_copy(update={"number": 2})]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}\n",
        b"\n",
        whole(ROW),
        whole(HEAD)[:-1],
        whole(HEAD, HEAD),
        whole(HEAD, ROW, ROW),
        whole(HEAD).replace(b'{"categories"', b'{ "categories"'),
        whole(HEAD, ROW).replace(b'"number":1', b'"number":2'),
        whole(HEAD, ROW).replace(b"2026-11-12T00:00:00Z", b"2026-11-12T00:00:00+00:00"),
        whole(HEAD).replace(b"records/1", b"records/2"),
        whole(HEAD, ROW).replace(b'"file":null,', b'"file":null,"x":1,'),
        b"\xff\xfe\n",
        b"x" * (dataset.LONGEST_LINE + 2),
    ],
)
def test_what_is_not_in_its_one_encoding_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedDataSet):
        list(dataset.read([body]))


def test_the_schema_names_every_field_of_a_line() -> None:
    head, row = dataset.schema()["oneOf"]
    assert (
        set(json.loads(dataset.line(HEAD)))
        == set(head["properties"])
        == set(head["required"]) | {"schema", "type", "redacted"}
    )
    assert set(json.loads(dataset.line(ROW))) == set(row["properties"])
    assert dataset.category_of(ROW) is Category.TRAFFIC
