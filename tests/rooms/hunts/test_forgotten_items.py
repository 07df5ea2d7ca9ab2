"""The catalogue outlives no item: what is erased, or found gone, is in no later hunt; what stands stays in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from comity.docket.hunts import catalogue as docket_catalogue
from comity.matching.catalogue import Catalogue
from comity.matching.catalogue.errors import NotKept
from comity.platform.protocols import Outcome, Resolution
from support import orders
from support.board import picture
from support.catalogued import fingerprint
from support.hunting import Hunting
from support.reviewing import PDQ

SIX_MONTHS = timedelta(days=185)


def known(hunting: Hunting) -> set[str]:
    return {one.item for one in hunting.shelf.kept}


def later(hunting: Hunting) -> None:
    """Six months pass; what falls due is done."""
    hunting.night.pass_time(hunting.night.clock.now().plus(SIX_MONTHS))
    hunting.night.wait_for_the_log()
    hunting.night.work_on(rounds=200)


def test_what_a_hunt_finds_gone_is_forgotten_and_what_stands_is_not(hunting: Hunting) -> None:
    hunting.shelf.keep("p" + "0" * 16)
    url = hunting.post()
    hunting.order()
    assert hunting.view().became == (("entered", 1), ("gone", 1))
    assert known(hunting) == {hunting.item(url)}


def test_what_is_gone_when_it_would_be_disabled_is_forgotten(hunting: Hunting, monkeypatch) -> None:
    item = hunting.item(hunting.post())
    hunting.order()
    platform = hunting.night.parts.content
    there = platform.describe

    def describe(asked: str):  # the board itself keeps all that was ever posted
        return there("p" + "0" * 16 if asked == item else asked)

    monkeypatch.setattr(platform, "describe", describe)
    monkeypatch.setattr(platform, "resolve", lambda _url: Resolution(Outcome.ABSENT, None, "deleted"))
    hunting.gallery.decide()
    assert [one.progress for one in hunting.gallery.items()] == ["failed"]
    assert known(hunting) == set()


def test_what_a_review_disabled_is_forgotten_when_it_is_erased(hunting: Hunting) -> None:
    item = hunting.item(hunting.post())
    hunting.order()
    hunting.gallery.decide()
    assert known(hunting) == {item}, "it can be restored until its period ends"
    later(hunting)
    assert [one.progress for one in hunting.gallery.items()] == ["closed"]
    assert known(hunting) == set()


def test_what_people_let_stand_is_still_stored_and_found(hunting: Hunting) -> None:
    url = hunting.post()
    item = hunting.item(url)
    hunting.order()
    hunting.gallery.decide(outcome="let_stand")
    later(hunting)
    assert [one.progress for one in hunting.gallery.items()] == ["closed"]
    assert hunting.gallery.gone(url) is False
    assert known(hunting) == {item}


@pytest.mark.parametrize("refused", [0, 2])
def test_what_an_order_disabled_is_forgotten_when_it_is_erased(hunting: Hunting, refused: int) -> None:
    """Where the catalogue does not take it, nothing is erased yet, and it is tried again."""
    night, staff = hunting.night, hunting.gallery.staff
    authority = night.enrol(staff, orders.Authority.named())
    client = night.client(staff, authority)
    night.rule(staff, authority)
    item = night.board.publish("ada", pictures=(picture((200, 20, 20)),))
    (url, *_) = night.board_adapter.describe(item).urls
    hunting.shelf.keep(item)
    other = hunting.item(hunting.post())
    night.file(authority, client, orders.order(content_locations=[{"url": url}]), "key-1")
    night.work_on()
    case = night.docket.case(1, staff.mia).line.case
    assert known(hunting) == {item, other}
    hunting.shelf.refuses = [NotKept("disk full") for _ in range(refused)]
    if not refused:
        later(hunting)
    for turn in range(refused):
        with pytest.raises(NotKept):
            night.jobs["advance"](case=case) if turn else later(hunting)
        assert not any(one.erased for one in night.parts.vault.exhibits(case))
        assert known(hunting) == {item, other}
    night.jobs["advance"](case=case)
    assert all(one.erased for one in night.parts.vault.exhibits(case))
    assert known(hunting) == {other}
    night.verify_log()


def test_the_real_catalogue_forgets(tmp_path: Path) -> None:
    means = docket_catalogue.means(tmp_path / "catalogue", tmp_path / "kernels")
    means.forget(["i1"])
    assert not (tmp_path / "catalogue").exists(), "where there is none, none is made"
    with Catalogue.open(tmp_path / "catalogue", make=True) as catalogue:
        catalogue.add([fingerprint("i1", PDQ), fingerprint("i2", PDQ)])
        catalogue.compact()
    for _ in range(2):
        means.forget(["i1", "never there"])
    with Catalogue.open(tmp_path / "catalogue") as catalogue, catalogue.snapshot() as snapshot:
        (part,) = snapshot.partitions
        assert [one.item for _, one in part.named([0, 1]) if snapshot.stands(one, part)] == ["i2"]
