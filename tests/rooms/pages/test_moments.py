from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from comity.pages import moments


@pytest.mark.parametrize(
    ("language", "when", "said"),
    [
        ("en", date(2026, 11, 23), "23 Nov 2026"),
        ("fr", date(2026, 11, 23), "23 nov. 2026"),
        ("de", date(2026, 11, 23), "23. Nov. 2026"),
        ("fr", date(2027, 7, 1), "1 juil. 2027"),
        ("de-at", date(2027, 3, 9), "9. März 2027"),
        ("en-gb", date(2027, 9, 9), "9 Sep 2027"),
    ],
)
def test_a_day_is_written_as_the_reader_writes_it(language: str, when: date, said: str) -> None:
    with translation.override(language):
        assert moments.day(when) == said
        assert moments.day(when, year=False) == said.rpartition(" ")[0]


def test_no_language_is_english() -> None:
    with translation.override(None):
        assert moments.day(date(2026, 5, 1)) == "1 May 2026"


def test_no_month_is_english_elsewhere() -> None:
    days = [date(2026, month, 1) for month in range(1, 13)]
    with translation.override("en"):
        english = [moments.day(one) for one in days]
    for language in ("fr", "de"):
        with translation.override(language):
            assert not set(english) & {moments.day(one) for one in days}
