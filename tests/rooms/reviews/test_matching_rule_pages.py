"""The page of matching rules: proposed by one, agreed to by another, ended by one; banks that err."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from support.gazing import as_
from support.reviewing import BANK, bits

if TYPE_CHECKING:
    from support.reviewing import Gallery

ADDRESS = "/matching-rules/"


@pytest.fixture(autouse=True)
def console(gallery: Gallery) -> Iterator[None]:
    with override_settings(COMITY_DOCKET=gallery.night.docket):
        yield


def said(gallery: Gallery, **changes: str) -> dict[str, str]:
    until = gallery.clock.now().plus(timedelta(days=90)).z()
    fixed = {"bank": BANK, "signal_type": "pdq", "content_type": "", "most_distance": "8", "valid_until": until}
    return fixed | {"measure": "disable_and_review", "why": "published copies"} | changes


def test_a_rule_takes_two_people_and_one_ends_it(gallery: Gallery) -> None:
    carla, ben, mia, dan = (as_(name) for name in ("carla", "ben", "mia", "dan"))
    assert mia.post(ADDRESS, said(gallery)).status_code == 403
    assert "Propose a rule" not in dan.get(ADDRESS).content.decode()
    assert carla.post(ADDRESS, said(gallery)).status_code == 302
    (line,) = gallery.night.docket.matching_rules(gallery.staff.mia).rules
    approve = f"{ADDRESS}{line.rule.rule}/approve"
    assert approve not in carla.get(ADDRESS).content.decode()
    assert carla.post(approve).status_code == 409
    assert mia.post(approve).status_code == 403
    assert approve in ben.get(ADDRESS).content.decode()
    _url, case = gallery.upload()
    assert gallery.item(case).progress == "waiting"
    assert ben.post(approve).status_code == 302
    assert ben.post(approve).status_code == 409
    url, case = gallery.upload("Another", signal=bits("f8" * 32, 0))
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    assert re.search(r"<td[^>]*>1</td>", dan.get(ADDRESS).content.decode())
    withdraw = f"{ADDRESS}{line.rule.rule}/withdraw"
    assert mia.post(withdraw, {"because": "no"}).status_code == 403
    assert ben.post(withdraw, {"because": ""}).status_code == 422
    assert ben.post(withdraw, {"because": "it errs"}).status_code == 302
    assert "withdrawn" in dan.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bank": ""}, "one named bank"),
        ({"bank": "NOWHERE"}, "Select a valid choice"),
        ({"signal_type": ""}, "A distance belongs"),
        ({"most_distance": "-1"}, "greater than or equal"),
        ({"most_distance": "nan"}, "Enter a number"),
        ({"valid_until": "2031-01-01T00:00:00Z"}, "ends within a year"),
        ({"valid_until": "tomorrow"}, "tomorrow"),
        ({"why": " "}, "required"),
        ({"measure": "delete"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_a_rule_is_said_beside_what_was_written(
    gallery: Gallery, changes: dict[str, str], why: str
) -> None:
    refused = as_("carla").post(ADDRESS, said(gallery, **changes))
    assert (refused.status_code, why in refused.content.decode()) == (422, True)
    assert gallery.night.docket.matching_rules(gallery.staff.mia).rules == ()


def test_a_bank_that_errs_is_proposed_for_switching_off_and_a_person_does_it(gallery: Gallery) -> None:
    for n in range(10):
        signal = f"{n:02x}" * 32
        gallery.upload(f"Post {n}", signal=signal, matches=(gallery.match(signal),), work=False)
    gallery.night.work_on(rounds=100)
    for n in range(10):
        gallery.decide(n + 1, outcome="let_stand", work=False)
        assert ("errs" in as_page(gallery)) is False or n == 9
    gallery.night.work_on(rounds=200)
    carla = as_("carla")
    text = carla.get(ADDRESS).content.decode()
    assert "KNOWN errs" in text
    assert "0 % <small>0–28 %" in text
    off = f"{ADDRESS}banks/{BANK}/off"
    assert as_("dan").post(off, {"because": "x"}).status_code == 403
    assert carla.post(off, {"because": ""}).status_code == 422
    assert carla.post(off, {"because": "ten of ten were wrong"}).status_code == 302
    assert "KNOWN errs" not in carla.get(ADDRESS).content.decode()
    _url, case = gallery.upload("Now")
    assert gallery.item(case).progress == "passed"
    assert carla.post(f"{ADDRESS}banks/NOWHERE/off", {"because": "x"}).status_code >= 400


def as_page(gallery: Gallery) -> str:
    (bank,) = gallery.night.docket.matching_rules(gallery.staff.mia).banks
    return "errs" if bank.figures.errs else ""
