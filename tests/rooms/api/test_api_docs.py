"""docs/api.md says what is there."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_names_every_address_and_no_other(door: None) -> None:
    served = {
        (method.upper(), path)
        for path, operations in Client().get("/v1/openapi.json").json()["paths"].items()
        for method in operations
    }
    named = set(re.findall(r"^\| `(GET|POST) (/[^`]+)` \|", PAGE, re.MULTILINE))
    assert named == served | {("GET", "/healthz")}


def test_the_page_names_every_code_and_no_other() -> None:
    from comity.api import errors

    codes = {
        kind.code: int(kind.status)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ProblemError) and kind is not errors.ProblemError
    }
    named: set[str] = set()
    for statuses, row in re.findall(r"^\| (\d{3}[\d, ]*) \| ([^|]+) \|", PAGE, re.MULTILINE):
        for code in re.findall(r"`(\w+)`", row):
            assert str(codes[code]) in statuses
            named.add(code)
    assert named == set(codes)


def test_the_page_tells_the_limits_that_hold() -> None:
    from comity.api import calls, oauth

    assert calls.LARGEST == {"application/json": 1_000_000, "application/pdf": 4 * 1024 * 1024}
    assert oauth.BURSTS == (20, 60)
