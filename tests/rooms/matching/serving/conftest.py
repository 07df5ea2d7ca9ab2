"""A match service for a file of tests; each makes banks of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.match_service import MatchService, match_service


@pytest.fixture(scope="module")
def service(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatchService]:
    """Two workers on one index, so that what one learns the other must know."""
    with databases.clone() as fresh, match_service(fresh, tmp_path_factory.mktemp("match"), workers=2) as running:
        yield running
