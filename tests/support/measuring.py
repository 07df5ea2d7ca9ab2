"""Measure which branches of the pure rooms and of the record the tests reach, within the ordinary run.

Tracing costs as much again as what it traces, so it is switched on while modules are loaded and during the tests of
those rooms, and off during all others. Properties are not counted either: which examples they draw depends on what
else was loaded, and a branch that only chance reaches has no test. ``tools/tests.py`` says by ``COMITY_MEASURE`` that
and where to measure, and judges what was found (``tools/reached.py``).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = ("src/comity/law/**/*.py", "src/comity/casefile/**/*.py", "src/comity/**/rules.py")
TESTS = (
    "tests/keys/",
    "tests/law/",
    "tests/rooms/assessment/",
    "tests/rooms/audit/",
    "tests/rooms/clock/",
    "tests/rooms/decision/",
    "tests/rooms/delivery/test_delivery_forms.py",
    "tests/rooms/delivery/test_delivery_rules.py",
    "tests/rooms/disclosure/test_disclosure_rules.py",
    "tests/rooms/documents/",
    "tests/rooms/evidence/",
    "tests/rooms/execution/",
    "tests/rooms/hunts/test_hunt_rules.py",
    "tests/rooms/incidents/test_incident_rules.py",
    "tests/rooms/intake/test_pure_rules.py",
    "tests/rooms/machines/test_hi1_rules.py",
    "tests/rooms/matching/banks/test_bank_rules.py",
    "tests/rooms/matching/exchanges/test_exchange_rules.py",
    "tests/rooms/matching/policy/",
    "tests/rooms/nights/",
    "tests/rooms/records/",
    "tests/rooms/registry/test_registry_rules.py",
    "tests/rooms/reviews/test_matching_rule_rules.py",
    "tests/rooms/reviews/test_review_rules.py",
    "tests/rooms/threats/test_threat_rules.py",
    "tests/rooms/transparency/",
)


def subjects() -> list[Path]:
    """The files whose branches count. The console's ``rules.py`` is a page about standing rules, no judgement."""
    found = {path for pattern in SUBJECTS for path in ROOT.glob(pattern)}
    return sorted(path for path in found if "migrations" not in path.parts and "console" not in path.parts)


class Measuring:
    """The plugin of one test process."""

    def __init__(self, folder: Path) -> None:
        self._coverage = coverage.Coverage(
            data_file=folder / "reached",
            data_suffix=True,
            config_file=ROOT / "pyproject.toml",
            include=[str(path) for path in subjects()],
        )
        self._coverage.start()
        self._strangers = False

    def pytest_collection_finish(self) -> None:
        """Load every subject while it is measured, whichever test would have loaded it first."""
        for path in subjects():
            name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
            importlib.import_module(name.removesuffix(".__init__"))
        self._coverage.stop()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Measure one test, with its fixtures."""
        if not item.nodeid.startswith(TESTS) or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            self._strangers = True
            return (yield)
        if self._strangers:
            _forget()
        self._strangers = False
        self._coverage.start()
        try:
            return (yield)
        finally:
            self._coverage.stop()

    def pytest_sessionfinish(self) -> None:
        """Leave what was found for the gate."""
        self._coverage.stop()
        self._coverage.save()


def _forget() -> None:
    """Empty what the law's functions remember: a test that is not measured may have filled it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("comity.law"):
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()


def _begin() -> Measuring | None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return None
    folder = os.environ.pop("COMITY_MEASURE", "")  # programs that a test starts are not measured
    return Measuring(Path(folder)) if folder else None


MEASURING = _begin()
"""The plugin, if this is a test process of a run that is to be measured; it measures from this line on."""
