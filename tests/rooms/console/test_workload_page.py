"""The page of workload: readable without scripts and without seeing, and a forecast that can be sent to a colleague."""

from __future__ import annotations

import pytest
from django.test import Client

from comity.console import figures

STATED = "/workload/?arrivals={}&minutes={}&shape={}&bound={}&seed={}"


def test_every_figure_has_its_table_and_its_name(approver: Client) -> None:
    text = approver.get(STATED.format(6, 12, "varied", 1, 1)).content.decode()
    assert text.count("<svg") == text.count('role="img"') == 2
    assert text.count("<title id=") == 2
    assert "people at a time" in text
    assert "fewer than three" in text
    assert "too few to say" in text
    assert "style=" not in text


def test_the_same_address_gives_the_same_forecast(approver: Client) -> None:
    first, second = (approver.get(STATED.format(6, 12, "varied", 1, 5)).content for _ in range(2))
    tables = [page[page.index(b'id="forecast"') : page.rindex(b"</section>")] for page in (first, second)]
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ((0, 12, "varied", 1, 1), "greater than or equal"),
        ((6, 12, "guessed", 1, 1), "valid choice"),
        ((6, "nan", "varied", 1, 1), "number"),
        ((6, 90, "varied", 1, 1), "handling alone takes too long"),
        ((6, 12, "own", 1, 1), "not enough cases of our own"),
    ],
)
def test_a_load_that_says_nothing_is_refused_beside_its_field(approver: Client, stated, says) -> None:
    answer = approver.get(STATED.format(*stated))
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_bars_and_cells_stay_inside_their_figure() -> None:
    drawn = figures.bars([(3, 1.0), (4, 0.02), (5, 0.0)])
    assert [bar.answer for bar in drawn] == [False, False, True]
    assert all(0 < bar.height <= figures.BAR_HEIGHT for bar in drawn)
    assert drawn[0].height > drawn[1].height > drawn[2].height
    assert figures.line_at(1.0) < figures.line_at(0.01)
    empty = figures.cells(((None,) * 24,) * 7)
    assert len(empty) == 168
    assert {cell.number for cell in empty} == {None}
