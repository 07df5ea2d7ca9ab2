"""Kernels are compiled once for all test runs; brute force says what is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comity.matching.index import keep_compiled

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="session", autouse=True)
def _compiled_kernels() -> None:
    keep_compiled(ROOT / ".cache" / "kernels")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261124)
