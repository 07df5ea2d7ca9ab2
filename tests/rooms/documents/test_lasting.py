"""Every kind of document says what becomes of it when its period is over; a new kind fails here until it does."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

from comity.casefile import documents
from comity.casefile.documents import Document, lasting
from comity.casefile.documents.lasting import FATES, Fate

SOURCE = Path(documents.__path__[0]).resolve().parents[1]


def _kinds() -> dict[str, type[Document]]:
    for module in pkgutil.iter_modules(documents.__path__):
        importlib.import_module(f"{documents.__name__}.{module.name}")
    found, waiting = {}, [Document]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.startswith("comity.") and "kind" in child.__dict__:
                found[child.kind] = child
    return found


def test_every_kind_of_document_is_declared_and_no_other():
    assert set(FATES) == set(_kinds())
    assert all(why.strip() for _fate, why in FATES.values())


def test_no_document_is_made_outside_of_the_room_that_this_test_looks_at():
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "documents":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert "Document" not in bases, f"{path.name}: {node.name}"


@pytest.mark.parametrize(
    "kind",
    ["notice", "complaint", "message", "case_note", "clarification", "transcription", "answer_draft"],
)
def test_what_people_wrote_or_typed_is_erased(kind):
    assert kind in lasting.ERASED


@pytest.mark.parametrize("kind", ["erasure", "decision", "act", "case_move", "deadline", "custody", "demand"])
def test_what_proves_that_all_was_lawful_is_not(kind):
    assert kind not in lasting.ERASED


def test_what_nobody_declares_plain_has_no_words_of_people_in_it():
    """A plain kind has none of the fields in which people are named or write."""
    telling = {"name", "text", "account", "spoken_to", "officer", "address", "form", "fields", "by", "urls", "reasons"}
    for kind, document in _kinds().items():
        if FATES[kind][0] is Fate.PLAIN:
            assert not telling & set(document.model_fields), kind
