"""The gate on reached branches can fail: for a line, for a jump, for a file that no test loads, for the floor."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("reached", Path(__file__).resolve().parents[2] / "tools" / "reached.py")
assert _SPEC is not None
assert _SPEC.loader is not None
reached = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reached)

RULES, STORE = "src/comity/intake/rules.py", "src/comity/casefile/audit/store.py"


def held(covered=100, lines=(), jumps=()):
    whole = {"covered_lines": covered, "num_statements": 100, "covered_branches": 0, "num_branches": 0}
    return {"missing_lines": list(lines), "missing_branches": [list(jump) for jump in jumps], "summary": whole}


def test_nothing_is_wrong_where_every_branch_is_reached():
    assert reached.judge({RULES: held(), STORE: held(95, lines=[7])}, [RULES, STORE]) == []


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({RULES: held(lines=[7]), STORE: held()}, "rules.py: not reached: 7"),
        ({RULES: held(jumps=[(7, -1)]), STORE: held()}, "rules.py: not reached: 7->-1"),
        ({STORE: held()}, "rules.py: not measured"),
        ({RULES: held(), STORE: held(50)}, "50.0 % reached"),
    ],
)
def test_one_branch_too_few_is_told_with_its_place(files, word):
    (wrong,) = reached.judge(files, [RULES, STORE])
    assert word in wrong


@pytest.mark.parametrize(
    ("path", "exact"),
    [
        (RULES, True),
        ("src/comity/law/evaluator.py", True),
        ("src/comity/casefile/clock/wall.py", True),
        ("src/comity/casefile/audit/rules.py", True),
        (STORE, False),
        ("src/comity/casefile/records/clockwork.py", False),
    ],
)
def test_pure_judgement_has_no_excuse(path, exact):
    assert reached.exact(path) is exact
