"""Generated documents say what their data says; every kind of document has its word; forbidden words stay out."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

from comity.casefile import documents
from comity.casefile.documents import Document

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = yaml.safe_load((ROOT / "docs" / "glossary.yaml").read_text())
SCREENS = sorted(
    path for path in (ROOT / "src" / "comity").rglob("templates/**/*.*") if path.suffixes[0] not in (".fr", ".de")
)
"""The glossary's words are English; what French and German say for them stands in the catalogues."""


def _kinds() -> set[str]:
    for module in pkgutil.iter_modules(documents.__path__):
        importlib.import_module(f"{documents.__name__}.{module.name}")
    found, waiting = set(), [Document]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.startswith("comity.") and "kind" in child.__dict__:
                found.add(child.kind)
    return found


def test_generated_documents_are_what_their_data_says():
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.stale() == []


def test_every_kind_of_document_is_in_the_glossary_and_no_other():
    assert _kinds() == set(GLOSSARY["kinds"])
    assert set(GLOSSARY["kinds"].values()) <= {row["word"] for row in GLOSSARY["words"]}


def test_no_word_has_two_meanings():
    words = [row["word"] for row in GLOSSARY["words"]]
    assert len(words) == len(set(words))
    assert not set(words) & {other for row in GLOSSARY["words"] for other in row["never"]}


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_screens_use_the_glossary_s_words(path):
    shown = re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", lambda m: _strings(m[0]), path.read_text(), flags=re.DOTALL)
    for row in GLOSSARY["words"]:
        for word in row["never"]:
            assert not re.search(rf"\b{re.escape(word)}s?\b", shown, re.IGNORECASE), f"{word!r}: say {row['word']!r}"


def _strings(markup: str) -> str:
    """Of a template tag only what people read stays: the strings of translate tags."""
    if markup.startswith(("{% trans", "{% blocktrans")):
        return " ".join(re.findall(r'"([^"]*)"', markup))
    return " "
