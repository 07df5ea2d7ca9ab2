"""``docs/threats.md`` says what is tried by which test; every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTIONS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8").split("\n## ")[1:]
ATTACKS = 26
_POINTER = re.compile(r"^- `(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`$", re.MULTILINE)


@cache
def functions(path: str) -> frozenset[str]:
    """The tests of a file, read without running it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def title(section: str) -> str:
    return section.partition("\n")[0]


def test_no_attack_is_left_out() -> None:
    assert len({title(section) for section in SECTIONS}) == ATTACKS


@pytest.mark.parametrize("section", SECTIONS, ids=title)
def test_each_attack_has_its_tests_or_says_what_is_missing(section: str) -> None:
    (state,) = re.findall(r"^State: (met|partly|not yet)$", section, re.MULTILINE)
    assert re.search(r"^Must hold: \S", section, re.MULTILINE)
    assert bool(re.search(r"^Missing: \S", section, re.MULTILINE)) == (state != "met")
    pointers = _POINTER.findall(section)
    assert len(pointers) == section.count("\n- "), "every line of the list names a test"
    assert bool(pointers) == (state != "not yet")
    assert [f"{path}::{name}" for path, name in pointers if name not in functions(path)] == []
    assert [name for _, name in pointers[:1]] in ([], [named_after(title(section))]), "the first is named after its row"


def named_after(attack: str) -> str:
    """The name of the test that tries an attack as a whole."""
    return "test_" + re.sub(r"[^a-z0-9]+", "_", attack.lower().replace("'", "")).strip("_")
