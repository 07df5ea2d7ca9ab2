"""The house whose jobs die."""

from __future__ import annotations

import pytest

from support.houses import calm, house

pytest.register_assert_rewrite("table")

__all__ = ["calm", "house"]
