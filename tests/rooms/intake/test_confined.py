"""The process that reads documents: what it may cost, and what happens when it costs more or dies."""

from __future__ import annotations

import json
import time

import pytest

from comity.intake.confined import Confined, ReadingLimits, _understood
from comity.intake.reading import read_document
from support import orders

DOCUMENT = orders.as_fields_pdf(orders.order())


def test_a_hostile_document():
    began = time.monotonic()
    read = read_document(DOCUMENT, Confined(ReadingLimits(wall_seconds=0.02)))
    assert [item.code for item in read.faults] == ["pdf_too_costly"]
    assert time.monotonic() - began < 5


def test_what_needs_more_memory_than_it_is_given_ends():
    read = read_document(DOCUMENT, Confined(ReadingLimits(memory_bytes=24 * 1024 * 1024)))
    assert read.faults[0].code in {"pdf_too_costly", "pdf_reader_died"}
    assert read.form == {}


def test_an_answer_beyond_its_bounds_is_no_answer():
    read = read_document(DOCUMENT, Confined(ReadingLimits(answer_bytes=50)))
    assert [item.code for item in read.faults] == ["pdf_reader_died"]


def test_a_document_that_is_too_large_is_not_even_given_to_the_reader():
    read = read_document(DOCUMENT, Confined(ReadingLimits(bytes=100)))
    assert [item.code for item in read.faults] == ["pdf_oversize"]


@pytest.mark.parametrize(
    ("ended", "said", "failed"),
    [
        (None, b"", "too_costly"),
        (-24, b"", "too_costly"),
        (-9, b"", "too_costly"),
        (-11, b"", "reader_died"),
        (1, b"{}", "reader_died"),
        (0, b"not json", "reader_died"),
        (0, b"[1]", "reader_died"),
        (0, b"[" * 100_000, "reader_died"),
    ],
)
def test_the_reader_is_not_trusted_to_answer_at_all(ended, said, failed):
    assert _understood(ended, said, ReadingLimits())["failed"] == failed


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"faults": [["script"]]},
        {"faults": [["no such code", ""]]},
        {"faults": [], "signatures": [{"intact": True}], "fields": {}, "values": {}, "boxes": {}},
        {"faults": [], "signatures": [], "fields": [1], "values": {}, "boxes": {}},
        {"faults": [], "signatures": [], "fields": {}, "values": {"x": 1}, "boxes": {}},
        {"faults": [], "signatures": [], "fields": {}, "values": {}, "boxes": [], "images": "many"},
        {"failed": "no such code", "why": None},
    ],
)
def test_an_answer_of_any_shape_is_a_reading(answer):
    class Taken(Confined):
        """A reader that a document took over."""

        def read_pdf(self, _data, _labels=()):
            return json.loads(json.dumps(answer))

    read = read_document(b"%PDF-", Taken())
    assert [item.code for item in read.faults] == ["pdf_reader_died"]


def test_a_taken_reader_cannot_say_who_signed():
    class Taken(Confined):
        """It claims a sound signature without a certificate."""

        def read_pdf(self, _data, _labels=()):
            claimed = {"intact": True, "covers": "whole", "certificate": None, "error": ""}
            return {"faults": [], "signatures": [claimed], "fields": {"a": "b"}, "values": {}, "boxes": {}}

    (signature,) = read_document(b"%PDF-", Taken()).signatures
    assert not signature.sound
