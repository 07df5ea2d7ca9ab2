"""Budgets that keep every file and function readable in one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path for top in ("src", "tests", "tools") for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts
)
MOST_LINES = 300
LONGEST_FUNCTION = 40


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", [p for p in FILES if "src" in p.parts], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_of_the_product_is_longer_than_300_lines_and_no_function_than_40(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES
    long = {node.name: _length(node) for node in _functions(path) if _length(node) > LONGEST_FUNCTION}
    assert not long


def test_nine_functions_in_ten_are_at_most_25_lines():
    lengths = sorted(_length(node) for path in FILES if "src" in path.parts for node in _functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_nothing_names_a_machine_or_how_the_work_is_organised():
    words = ("/" + "work/", "/root" + "/", "hel" + "per-", "sub" + "agent", "pypi" + ".org", "file:///" + "opt")
    for path in FILES + sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "Makefile", ROOT / "constraints.txt"]:
        text = path.read_text()
        for word in words:
            assert word not in text, f"{path.relative_to(ROOT)} says {word}"


def test_every_test_file_has_a_name_of_its_own():
    names = [path.name for path in FILES if "tests" in path.parts and path.name not in ("conftest.py", "__init__.py")]
    assert sorted(names) == sorted(set(names)), "pytest imports test files by their name alone"
