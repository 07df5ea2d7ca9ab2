"""A demand about a user typed from paper: the law's own form, the time of receipt, and nothing without a scan."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity import law
from comity.pages import demands
from support.asking import EPOC
from support.console_docket import ConsoleDocket
from support.forms import Controls

LAW = "eu-eevidence-production"
ADDRESS = f"/paper/users/{LAW}/"


def filled() -> dict[str, Any]:
    return demands.laid(law.instrument(LAW).order_form.form, EPOC) | {"received_at": "2026-11-23T02:00:00+01:00"}


def scan(name: str = "scan.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7", kind)


def entered(house: ConsoleDocket) -> list[dict[str, Any]]:
    return [call[1] for call in house.calls if call[0] == "file_paper"]


def test_what_the_paper_says_is_entered_under_its_law(moderator: Client, house: ConsoleDocket) -> None:
    assert ADDRESS in moderator.get("/paper/users/").content.decode()
    assert "/paper/users/" in moderator.get("/paper/").content.decode()
    done = moderator.post(ADDRESS, filled() | {"scan": scan()})
    assert done.status_code == 302, done.content.decode()
    (given,) = entered(house)
    assert str(given["at"]) == "2026-11-23T02:00:00+01:00"
    assert given["form"]["instrument"] == LAW
    assert given["form"]["E"]["identifiers"] == EPOC["E"]["identifiers"]
    assert given["form"]["E"]["time_range"] == EPOC["E"]["time_range"]
    assert given["form"]["F"] == EPOC["F"]


@pytest.mark.parametrize(
    "change", [{"received_at": "2026-11-23 02:00"}, {"received_at": ""}, {"scan": scan("x", "text/html")}, {"scan": ""}]
)  # fmt: skip
def test_without_scan_or_time_nothing_is_entered_and_nothing_typed_is_lost(
    moderator: Client, house: ConsoleDocket, change: dict[str, Any]
) -> None:
    answer = moderator.post(ADDRESS, filled() | {"scan": scan()} | change)
    assert answer.status_code == 422
    assert entered(house) == []
    assert Controls.of(answer.content.decode()).posted["E.identifiers:0:value"] == ["alice"]


def test_more_lines_enter_nothing_and_keep_what_was_typed(moderator: Client, house: ConsoleDocket) -> None:
    answer = moderator.post(ADDRESS, filled() | {"more": "1", "rows": "2"})
    shown = Controls.of(answer.content.decode()).posted
    assert (answer.status_code, shown["received_at"]) == (200, ["2026-11-23T02:00:00+01:00"])
    assert (shown["E.identifiers:0:value"], shown["E.identifiers:6:value"], shown["rows"]) == (["alice"], [""], ["7"])
    assert entered(house) == []


def test_an_order_against_content_is_typed_on_its_own_form(moderator: Client, house: ConsoleDocket) -> None:
    assert "/paper/users/eu-dsa-art9/" in moderator.get("/paper/users/").content.decode()
    posted = {
        "content_locations": "https://board.example/p/1 the second picture\n\nhttps://board.example/p/2",
        "territorial_scope": "FR",
        "received_at": "2026-11-23T02:00:00+01:00",
        "scan": scan(),
    }
    assert moderator.post("/paper/users/eu-dsa-art9/", posted).status_code == 302
    (given,) = entered(house)
    assert given["form"] == {
        "instrument": "eu-dsa-art9",
        "territorial_scope": "FR",
        "content_locations": [
            {"url": "https://board.example/p/1", "additional_info": "the second picture"},
            {"url": "https://board.example/p/2"},
        ],
    }


def test_only_laws_with_such_a_form_have_one(moderator: Client, house: ConsoleDocket) -> None:
    for instrument in demands.fileable():
        assert moderator.get(f"/paper/users/{instrument}/").status_code == 200
    for instrument in ("eu-tco", "no-such-law"):
        assert moderator.get(f"/paper/users/{instrument}/").status_code == 404
        assert moderator.post(f"/paper/users/{instrument}/", {"scan": scan()}).status_code == 404
    assert entered(house) == []


def test_hostile_words_on_paper_stay_words(moderator: Client, house: ConsoleDocket) -> None:
    answer = moderator.post(ADDRESS, filled() | {"G.offence": "</textarea><script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
