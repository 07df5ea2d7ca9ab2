"""What the database itself refuses about reviews and matching rules, whoever asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from comity.casefile.documents.matching_rule import MatchMeasure
from comity.docket.reviews import rules
from comity.docket.reviews.models import Progress
from comity.matching.policy.errors import NoSuchRule, RuleSettled, SamePersonTwice

if TYPE_CHECKING:
    from support.reviewing import Gallery


def refused(statement: str, arguments: list[object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def test_the_arrows_of_the_database_are_those_of_the_rules(gallery: Gallery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, target FROM reviews_arrow")
        held = set(cursor.fetchall())
    assert held == {(source.value, target.value) for source, targets in rules.MOVES.items() for target in targets}


@pytest.mark.parametrize("target", [one for one in Progress if one not in rules.MOVES[Progress.WAITING]])
def test_no_row_moves_by_itself(gallery: Gallery, target: Progress) -> None:
    _url, case = gallery.upload()
    if target is not Progress.WAITING:
        refused("UPDATE reviews_item SET progress = %s WHERE id = %s", [target.value, case])
    refused("UPDATE reviews_item SET progress = 'disabling' WHERE id = %s", [case])
    refused("UPDATE reviews_item SET progress = 'standing' WHERE id = %s", [case])  # no entry says so
    assert gallery.item(case).progress == "waiting"


@pytest.mark.parametrize("table", ["reviews_review", "reviews_item", "reviews_match", "policy_rule"])
def test_nothing_of_it_is_deleted(gallery: Gallery, table: str) -> None:
    gallery.rule()
    gallery.upload()
    refused(f"DELETE FROM {table}", [])  # noqa: S608 -- a table of ours, named above
    refused(f"TRUNCATE {table}", [])


@pytest.mark.parametrize("column", ["detection", "rule", "review"])
def test_what_was_detected_never_changes(gallery: Gallery, column: str) -> None:
    gallery.rule()
    _url, case = gallery.upload()
    refused(f"UPDATE reviews_item SET {column} = %s WHERE id = %s", ["ab" * 16, case])  # noqa: S608 -- as above


def test_nothing_begins_as_disabled_without_a_rule_of_two_people(gallery: Gallery) -> None:
    alone = gallery.rule(approve=False)
    _url, case = gallery.upload()
    said = (
        "INSERT INTO reviews_item (id, detection, progress, rule, entry, review, place, item, address, account, "
        "content_type, signal_type, alike, automatic, follows, outcome, standing, decision, detected_at, decided_at) "
        "SELECT %s, %s, %s, %s, entry, review, place + 1, item, address, account, content_type, signal_type, alike, "
        "automatic, follows, outcome, standing, decision, detected_at, decided_at FROM reviews_item WHERE id = %s"
    )
    for progress, rule in (("disabling", None), ("disabling", alone.rule), ("disabled", None), ("reinstated", None)):
        refused(said, ["cd" * 16, "ef" * 16, progress, rule, case])
    assert len(gallery.items()) == 1


def test_one_person_is_refused_as_the_second_by_the_command_and_by_the_database(gallery: Gallery) -> None:
    night, rule = gallery.night, gallery.rule(approve=False)
    with pytest.raises(SamePersonTwice):
        night.docket.approve_matching_rule(gallery.staff.carla, rule.rule)
    said = "UPDATE policy_rule SET approved_by = %s, active = true WHERE id = %s"
    refused(said, [gallery.staff.carla, rule.rule])
    refused(said, [gallery.staff.ben, rule.rule])  # nobody entered that Ben agrees
    refused("UPDATE policy_rule SET active = true WHERE id = %s", [rule.rule])
    url, case = gallery.upload()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)


def test_a_rule_is_settled_once(gallery: Gallery) -> None:
    docket, rule = gallery.night.docket, gallery.rule()
    with pytest.raises(RuleSettled):
        docket.approve_matching_rule(gallery.staff.ben, rule.rule)
    docket.withdraw_matching_rule(gallery.staff.ben, rule.rule, "it errs")
    with pytest.raises(RuleSettled):
        docket.withdraw_matching_rule(gallery.staff.ben, rule.rule, "again")
    for unknown in ("ab" * 16, "no identifier"):
        with pytest.raises(NoSuchRule):
            docket.approve_matching_rule(gallery.staff.ben, unknown)
    _url, case = gallery.upload()
    assert gallery.item(case).progress == "waiting"


def test_a_rule_by_which_a_person_looks_takes_one_person(gallery: Gallery) -> None:
    rule = gallery.rule(MatchMeasure.LET_PASS, approve=False, content_type="photo")
    assert rule.made
    gallery.upload()
    assert gallery.items()[0].progress == "passed"


def test_what_is_looked_at_cannot_be_kept(gallery: Gallery) -> None:
    _url, case = gallery.upload()
    docket, mia = gallery.night.docket, gallery.staff.mia
    docket.claim_review(mia, 1)
    docket.look_at(mia, 1, case)
    refused("UPDATE reviews_exposure SET began_at = NULL", [])
    docket.look_away(mia)
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, looks FROM reviews_exposure")
        assert cursor.fetchall() == [(None, 1)]
    refused("UPDATE reviews_exposure SET case_id = %s", [case])
