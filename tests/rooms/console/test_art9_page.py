"""The pages of an order against illegal content: its own law's fields, and a person's decision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.records.roles import Server
from support.board import RunningBoard, free_port
from support.user_pages import as_, text_of

if TYPE_CHECKING:
    from support.watch import Watch


@pytest.fixture(scope="module")
def running_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBoard]:
    board = RunningBoard(tmp_path_factory.mktemp("board"), free_port(), seed=31).start()
    yield board
    board.stop()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(Instant.parse("2026-11-23T01:13:00Z"))


@pytest.fixture
def watch(database: Server, running_board: RunningBoard, tmp_path: Path, clock: FixedClock) -> Iterator[Watch]:
    from support.night import FILING, Night
    from support.watch import Watch

    night = Night(database, running_board, tmp_path, clock)
    with override_settings(COMITY_DOCKET=night.docket):
        yield Watch.begin(night, roles=FILING)
    night.close()
    running_board.leave()


def test_an_order_of_another_law_is_read_and_decided_on_the_pages(watch: Watch) -> None:
    url = watch.night.publish()
    form = {
        "instrument": "eu-dsa-art9", "issuing_state": "FR", "authority": watch.signer.name, "reference": "OC-7",
        "addressee": "Example Board SAS", "issued_at": "2026-11-23T00:00:00Z", "legal_basis": "A law of ours",
        "reasons": "It is forbidden.", "provisions": "Article 227-23", "redress": "The court of Paris",
        "territorial_scope": "FR", "content_locations": [{"url": url}], "language": "en",
    }  # fmt: skip
    view = watch.night.file(watch.authority, watch.client, form, key="art9-page")
    watch.night.work_on()
    mia, ben = as_("mia"), as_("ben")
    page = text_of(mia, "/cases/1/")
    for shown in ("A law of ours", "Article 227-23", "2022/2065 Art 9(2)(b)", url):
        assert shown in page
    assert "2021/784 Art 3(5)" not in page
    assert mia.get("/cases/1/decide").status_code == 200
    watch.night.docket.decide(view.reference, watch.staff.mia, answer="comply", urls=(url,), reasons="It is complete.")
    watch.night.work_on()
    page = text_of(ben, "/cases/1/")
    assert watch.night.docket.case(1, watch.staff.ben).line.status == "in_effect"
    assert "Letter: effect given" in page
