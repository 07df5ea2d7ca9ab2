"""Copies are one review, and what was decided once is not shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.reviewing import FAR, PDQ, bits

if TYPE_CHECKING:
    from support.reviewing import Gallery


def test_near_duplicates_are_one_review_and_others_are_not(gallery: Gallery) -> None:
    gallery.upload()
    for distance in (1, 30, 31):
        gallery.upload(f"Near {distance}", signal=bits(PDQ, distance), account=f"a{distance}")
    assert (gallery.review().detections, {row.review for row in gallery.items()}) == (4, {gallery.review().id})
    _url, case = gallery.upload("Far", signal=FAR, matches=(gallery.match(FAR),))
    assert gallery.item(case).review == gallery.review(2).id


def test_one_decision_is_about_all_copies_and_each_is_its_own_case(gallery: Gallery) -> None:
    urls = [gallery.upload(f"Copy {n}", signal=bits(PDQ, n))[0] for n in range(3)]
    gallery.decide()
    assert [gallery.gone(url) for url in urls] == [True] * 3
    assert [len(gallery.inbox(url)) for url in urls] == [1] * 3
    assert len({row.id for row in gallery.items()}) == 3


def test_the_same_item_twice_is_disabled_once(gallery: Gallery) -> None:
    url = gallery.night.publish()
    item = gallery.night.board_adapter.resolve(url).item
    assert item is not None
    first, second = (gallery.detect(item, url, account=gallery.account_of(item)) for _ in range(2))
    assert gallery.item(second).progress == "repeated"
    gallery.decide()
    assert (gallery.item(first).progress, gallery.item(second).outcome) == ("disabled", "disable")
    assert len(gallery.inbox(url)) == 1


def test_what_was_wrong_once_is_let_stand_for_everybody_without_being_shown(gallery: Gallery) -> None:
    from comity.casefile.documents.review import Standing

    gallery.upload()
    gallery.decide(outcome="let_stand", standing=Standing.OTHER_CONTENT)
    url, case = gallery.upload("Again", account="somebody else")
    assert (gallery.item(case).progress, gallery.item(case).review, gallery.gone(url)) == ("standing", None, False)


def test_what_was_disabled_once_is_proposed_and_a_person_decides(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    url, case = gallery.upload("Again")
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)
    assert gallery.review(2).earlier == gallery.review(1).decision
    assert gallery.night.docket.review(2, gallery.staff.ben).earlier_close is False
    gallery.night.docket.repeat_review(gallery.staff.ben, 2, upto=10)
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)


@pytest.mark.parametrize(("distance", "proposed"), [(7, True), (8, False)])
def test_what_was_disabled_is_proposed_for_what_lies_close_and_never_applied(
    gallery: Gallery, distance: int, proposed: bool
) -> None:
    gallery.upload()
    gallery.decide()
    url, case = gallery.upload("Close", signal=bits(PDQ, distance))
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)
    assert gallery.review(2).earlier == (gallery.review(1).decision if proposed else None)
    if proposed:
        page = gallery.night.docket.review(2, gallery.staff.ben)
        assert (page.earlier_number, page.earlier_close, page.may >= {"repeat"}) == (1, True, True)
        gallery.night.docket.repeat_review(gallery.staff.ben, 2, upto=page.upto)
        gallery.night.work_on()
        assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)


def test_that_something_may_stand_is_applied_to_the_same_and_only_proposed_for_what_lies_close(
    gallery: Gallery,
) -> None:
    gallery.upload()
    gallery.decide(outcome="let_stand")
    url, case = gallery.upload("Close", signal=bits(PDQ, 3))
    assert (gallery.item(case).progress, gallery.review(2).earlier) == ("waiting", gallery.review(1).decision)
    gallery.night.docket.repeat_review(gallery.staff.ben, 2, upto=10)
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("standing", False)


def test_what_a_complaint_brought_back_is_proposed_for_nothing_else(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    gallery.complain()
    gallery.answer("reinstate")
    gallery.upload("Close", signal=bits(PDQ, 3), account="ben")
    assert gallery.review(2).earlier is None


def test_where_nothing_was_decided_nothing_is_repeated(gallery: Gallery) -> None:
    from comity.docket.reviews.errors import NothingEarlier

    gallery.upload()
    with pytest.raises(NothingEarlier):
        gallery.night.docket.repeat_review(gallery.staff.ben, 1, upto=10)
    assert gallery.review().state == "open"


@pytest.mark.parametrize("distance", [0, 3])
def test_another_listed_item_is_another_question(gallery: Gallery, distance: int) -> None:
    gallery.upload()
    gallery.decide(outcome="let_stand")
    other = (gallery.match(bits(PDQ, 2), distance=2.0),)
    _url, case = gallery.upload("Again", signal=bits(PDQ, distance), matches=other)
    assert (gallery.item(case).progress, gallery.review(2).earlier) == ("waiting", None)


def test_what_a_hunt_gathers_is_not_decided_by_a_decision_about_one_of_it(gallery: Gallery) -> None:
    from comity.casefile.documents import new_id

    gallery.upload()
    gallery.decide()
    hunt = new_id()
    for n, signal in enumerate((PDQ, FAR)):
        gallery.upload(f"Found {n}", signal=signal, hunt=hunt, source="hunt")
    assert (gallery.review(2).detections, gallery.review(2).earlier) == (2, None)


def test_after_a_match_was_wrong_no_rule_acts_on_that_item_by_itself(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide(outcome="let_stand")
    gallery.rule()
    url, case = gallery.upload("Alike", signal=bits(PDQ, 4))
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)


def test_what_was_left_out_waits_and_what_joins_later_too(gallery: Gallery) -> None:
    cases = [gallery.upload(f"Copy {n}", signal=bits(PDQ, n))[1] for n in range(3)]
    docket, mia = gallery.night.docket, gallery.staff.mia
    docket.claim_review(mia, 1)
    docket.decide_review(mia, 1, gallery.choice(), upto=2, left_out=frozenset({cases[0]}))
    gallery.night.work_on()
    assert [gallery.item(case).progress for case in cases] == ["waiting", "disabled", "waiting"]
    assert gallery.review().state == "open"


def test_figures_of_a_bank_come_from_reviews_not_from_copies(gallery: Gallery) -> None:
    for n in range(3):
        gallery.upload(f"Copy {n}", signal=bits(PDQ, n))
    gallery.decide()
    gallery.upload("Far", signal=FAR, matches=(gallery.match(FAR),))
    gallery.decide(2, outcome="let_stand")
    (bank,) = gallery.night.docket.matching_rules(gallery.staff.mia).banks
    assert (bank.figures.right, bank.figures.wrong, bank.precision, bank.recall) == (1, 1, 50.0, 100.0)
