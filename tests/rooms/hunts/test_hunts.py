"""A hunt finds every copy, enters each once, and disables nothing before a person decided."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from comity.casefile import audit
from comity.casefile.documents.hunt import HuntSource
from comity.casefile.documents.matching_rule import MatchMeasure
from comity.docket.errors import NothingSaid
from comity.docket.hunts.errors import NoSuchHunt, NothingSought, NotTheTurn, UnusableSearch
from comity.registry.errors import NotYourDutyError
from support.hunting import Hunting
from support.reviewing import BANK, PDQ, bits


def test_a_hunt_finds_every_copy_and_a_person_decides_about_them_together(hunting: Hunting) -> None:
    near, far = hunting.posts(0, 7, 31), hunting.posts(32, 60)
    hunting.order()
    view = hunting.view()
    assert (view.line.state, view.line.found, view.line.review) == ("done", 3, 1)
    assert not any(hunting.gallery.gone(url) for url in near)
    hunting.gallery.decide()
    assert [hunting.gallery.gone(url) for url in near] == [True] * 3
    assert [hunting.gallery.gone(url) for url in far] == [False] * 2
    hunting.night.verify_log()


def test_what_a_person_leaves_out_stays_and_stays_undecided(hunting: Hunting) -> None:
    from comity.docket.hunts.entering import case_of

    kept, gone = hunting.posts(1, 2)
    hunting.order()
    case = case_of(hunting.row().ordered.hex, hunting.item(kept))
    docket, mia = hunting.night.docket, hunting.gallery.staff.mia
    docket.claim_review(mia, 1)
    docket.decide_review(mia, 1, hunting.gallery.choice(), upto=10, left_out=frozenset({case}))
    hunting.night.work_on()
    assert (hunting.gallery.gone(kept), hunting.gallery.gone(gone)) == (False, True)
    assert hunting.gallery.review().state == "open"


def test_no_rule_disables_what_a_hunt_found(hunting: Hunting) -> None:
    hunting.gallery.rule()
    hunting.gallery.listing(PDQ)
    (url,) = hunting.posts(3)
    hunting.order(source=HuntSource.BANK, about=BANK)
    assert (hunting.gallery.gone(url), hunting.gallery.review().state) == (False, "open")


def test_a_rule_that_lets_pass_holds_for_hunts_too(hunting: Hunting) -> None:
    hunting.gallery.rule(MatchMeasure.LET_PASS, approve=False)
    hunting.gallery.listing(PDQ)
    hunting.posts(3)
    hunting.order(source=HuntSource.BANK, about=BANK)
    assert hunting.view().line.review is None


def test_an_allow_bank_takes_its_content_out_and_says_so(hunting: Hunting) -> None:
    hunting.gallery.bank("FINE", negative=True, thresholds={"pdq": 4})
    hunting.gallery.listing(bits(PDQ, 10), bank="FINE")
    hunting.posts(0, 9, 13)
    hunting.order()
    assert hunting.view().became == (("allowed", 2), ("entered", 1))


def test_an_allow_bank_that_is_off_or_only_tried_takes_nothing_out(hunting: Hunting) -> None:
    for name, more in (("OFF", {"enabled": False}), ("TRIED", {"shadow": True})):
        hunting.gallery.bank(name, negative=True, **more)
        hunting.gallery.listing(PDQ, bank=name)
    hunting.posts(0)
    hunting.order()
    assert hunting.view().became == (("entered", 1),)


def test_a_bank_s_own_threshold_holds(hunting: Hunting) -> None:
    hunting.gallery.bank("NARROW", thresholds={"pdq": 5})
    hunting.gallery.listing(PDQ, bank="NARROW")
    hunting.posts(4, 6)
    hunting.order(source=HuntSource.BANK, about="NARROW")
    assert hunting.view().line.found == 1
    hunting.order(source=HuntSource.BANK, about="NARROW", thresholds={"pdq": 6})
    assert hunting.view(2).line.found == 2


@pytest.mark.parametrize("more", [{"negative": True}, {"enabled": False}, {"shadow": True}])
def test_a_bank_from_which_nothing_follows_is_not_hunted(hunting: Hunting, more: dict[str, bool]) -> None:
    hunting.gallery.bank("ODD", **more)
    hunting.gallery.listing(PDQ, bank="ODD")
    with pytest.raises(UnusableSearch):
        hunting.order(source=HuntSource.BANK, about="ODD")
    assert hunting.night.docket.hunts(hunting.gallery.staff.mia).hunts == ()


def test_items_of_a_bank_that_are_off_are_not_sought(hunting: Hunting) -> None:
    from comity.casefile.records import unit_of_work
    from comity.matching.banks import service

    number = hunting.gallery.listing(PDQ)
    with unit_of_work(hunting.gallery.clock.now(), "system:test") as work:
        service.switch_entry(work, BANK, number, "wrong")
    with pytest.raises(NothingSought):
        hunting.order(source=HuntSource.BANK, about=BANK)


def test_what_is_disabled_already_is_not_disabled_again(hunting: Hunting) -> None:
    first, second = hunting.posts(0, 1)
    hunting.order()
    hunting.gallery.decide()
    third = hunting.post()
    hunting.order()
    assert hunting.view(2).became == (("disabled", 2), ("entered", 1))
    hunting.gallery.decide(2)
    assert [hunting.gallery.gone(url) for url in (first, second, third)] == [True] * 3
    assert (hunting.gallery.review(1).detections, hunting.gallery.review(2).detections) == (2, 1)


def test_what_the_platform_has_no_more_is_counted_and_left(hunting: Hunting) -> None:
    hunting.shelf.keep("p" + "0" * 16)
    hunting.posts(0)
    hunting.order()
    assert hunting.view().became == (("entered", 1), ("gone", 1))


def test_an_item_with_several_near_signals_is_one_detection(hunting: Hunting) -> None:
    url = hunting.post(bits(PDQ, 9))
    hunting.shelf.keep(hunting.item(url), bits(PDQ, 2))
    hunting.shelf.keep(hunting.item(url), bits(PDQ, 30))
    hunting.order(f"{PDQ}\n{bits(PDQ, 4)}")
    assert hunting.view().line.found == 1
    assert hunting.gallery.review().detections == 1
    assert hunting.gallery.review().signal == bits(PDQ, 2)


def test_only_the_named_types_of_content_are_found(hunting: Hunting) -> None:
    hunting.posts(0)
    hunting.order(content_types=("video",))
    assert (hunting.view().line.state, hunting.view().line.found) == ("done", 0)


# -- counts ------------------------------------------------------------------------------------------------------------


def test_counts_come_before_anything_is_shown_and_name_nobody(hunting: Hunting) -> None:
    hunting.posts(0, 0, 30)
    hunting.post(account=None)
    hunting.order()
    view = hunting.view()
    (distances,) = view.distances
    assert [one.count for one in distances.bins if one.count] == [3, 1]
    assert (view.types, view.accounts, view.unnamed) == ((("pdq", 4),), 1, 1)
    ((name, number),) = view.top
    assert (number, len(name)) == (3, 12)
    assert "ada" not in str(hunting.row().counts)


def test_the_same_account_has_another_name_in_another_hunt(hunting: Hunting) -> None:
    hunting.posts(0)
    hunting.order()
    hunting.order()
    assert hunting.view(1).top[0][0] != hunting.view(2).top[0][0]


# -- what waits for a person -------------------------------------------------------------------------------------------


def flood(hunting: Hunting, count: int = 60) -> None:
    hunting.shelf.more = 0
    for number in range(count):
        hunting.shelf.keep(f"p{number:016d}", bits(PDQ, number % 20))


def test_what_finds_much_of_the_platform_waits_for_a_person(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    view = hunting.view()
    assert (view.line.state, view.line.found, view.line.review) == ("held", 60, None)
    assert (len(view.sample), view.broad[0].found) == (24, 60)
    assert "release" not in view.may
    assert "release" in hunting.view(viewer=hunting.gallery.staff.carla).may


def test_who_may_not_let_it_go_on_does_not(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    with pytest.raises(NotYourDutyError):
        hunting.night.docket.release_hunt(hunting.gallery.staff.mia, 1, "go on")
    with pytest.raises(NothingSaid):
        hunting.night.docket.release_hunt(hunting.gallery.staff.carla, 1, " ")
    assert hunting.row().state == "held"


def test_a_person_lets_it_go_on(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    hunting.night.docket.release_hunt(hunting.gallery.staff.carla, 1, "all the same")
    hunting.night.work_on()
    assert hunting.view().became == (("gone", 60),)


def test_a_person_takes_out_what_is_too_broad_and_it_is_searched_again(hunting: Hunting) -> None:
    flood(hunting)
    other = f"{int(PDQ, 16) ^ ((1 << 256) - 1):064x}"
    url = hunting.post(other)
    hunting.order(f"{PDQ}\n{other}")
    hunting.night.docket.narrow_hunt(hunting.gallery.staff.mia, 1, frozenset({0}), "a grey square")
    hunting.night.work_on()
    view = hunting.view()
    assert (view.line.state, view.line.found, view.line.left_out) == ("done", 1, 1)
    assert hunting.gallery.review().signal == other
    assert hunting.gallery.gone(url) is False


def test_taking_out_nothing_is_refused(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    for places in (frozenset[int](), frozenset({1, -1})):
        with pytest.raises(NotTheTurn):
            hunting.night.docket.narrow_hunt(hunting.gallery.staff.mia, 1, places, "why")


def test_what_a_person_ended_leads_to_nothing(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    hunting.night.docket.stop_hunt(hunting.gallery.staff.mia, 1, "an error")
    hunting.night.work_on()
    view = hunting.view()
    assert (view.line.state, view.sample, view.line.review) == ("stopped", (), None)
    with pytest.raises(NotTheTurn):
        hunting.night.docket.stop_hunt(hunting.gallery.staff.mia, 1, "again")


def test_a_hunt_ended_before_its_job_runs_searches_nothing(hunting: Hunting) -> None:
    hunting.posts(0)
    hunting.order(work=False)
    hunting.night.docket.stop_hunt(hunting.gallery.staff.mia, 1, "an error")
    hunting.night.work_on()
    assert (hunting.row().state, hunting.row().found) == ("stopped", 0)


def test_without_a_catalogue_it_fails_and_is_searched_again_when_a_person_says_so(hunting: Hunting) -> None:
    hunting.shelf.more = 0
    hunting.order()
    assert (hunting.row().state, hunting.row().said[:12]) == ("failed", "no_catalogue")
    hunting.posts(0)
    hunting.night.docket.repeat_hunt(hunting.gallery.staff.mia, 1, "filled")
    hunting.night.work_on()
    assert hunting.view().line.found == 1


# -- who may, and what is refused --------------------------------------------------------------------------------------


def test_an_auditor_reads_and_orders_nothing(hunting: Hunting) -> None:
    hunting.order()
    assert hunting.view(viewer=hunting.gallery.staff.dan).may == frozenset()
    with pytest.raises(NotYourDutyError):
        hunting.order(by=hunting.gallery.staff.dan)


def test_without_a_reason_nothing_is_searched(hunting: Hunting) -> None:
    with pytest.raises(NothingSaid):
        hunting.order(because="  ")
    with pytest.raises(NoSuchHunt):
        hunting.row()


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("not a hash", {}),
        (f"sha1 {PDQ}", {}),
        (PDQ, {"thresholds": {"pdq": 200}}),
        (PDQ, {"thresholds": {"pdq": float("nan")}}),
        (PDQ, {"thresholds": {"colour": 1}}),
        (PDQ, {"content_types": ("smell",)}),
        (PDQ, {"kind": "smell"}),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_its_reason(hunting: Hunting, text: str, more: dict) -> None:
    with pytest.raises(UnusableSearch):
        hunting.order(text, **more)


def test_the_database_refuses_hunts_and_moves_that_nobody_entered(hunting: Hunting) -> None:
    flood(hunting)
    hunting.order()
    for statement in (
        "UPDATE hunts_hunt SET state = 'entering', released = true",
        "UPDATE hunts_hunt SET found = 1",
        "DELETE FROM hunts_hunt",
        "UPDATE hunts_list SET body = ''",
        "DELETE FROM hunts_list",
    ):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)
    assert hunting.row().state == "held"


def test_a_machine_cannot_let_a_held_hunt_go_on(hunting: Hunting) -> None:
    from comity.docket.hunts import settling

    flood(hunting)
    hunting.order()
    with pytest.raises(DatabaseError), hunting.night.parts.work() as work:
        settling.release(work, 1, "by itself")
    assert hunting.row().state == "held"


def test_a_list_that_is_not_the_one_that_was_entered_is_not_searched(hunting: Hunting) -> None:
    import zlib

    import psycopg

    from comity.casefile.records.roles import Role

    hunting.posts(0)
    hunting.order(work=False)
    with psycopg.connect(**hunting.night.server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE hunts_list DISABLE TRIGGER USER")
        owner.execute("UPDATE hunts_list SET body = %s", [zlib.compress(b'["pdq","00",0,null,""]\n')])
    hunting.night.work_on()
    assert (hunting.row().state, hunting.row().said[:9]) == ("failed", "hunt_torn")


def test_every_step_is_an_entry_of_the_hunt_s_own_file(hunting: Hunting) -> None:
    hunting.posts(0)
    hunting.order()
    kinds = [one.kind for one in audit.entries_of(hunting.row().id.hex)]
    assert kinds == ["hunt", "hunt_step", "hunt_step"]
