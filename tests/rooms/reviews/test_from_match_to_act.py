"""From a match to an act: nothing is disabled without a person, save by a rule that two people made."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection

from comity.casefile import audit
from comity.casefile.documents.matching_rule import MatchMeasure
from comity.casefile.records.roles import Role
from support.reviewing import BANK, Gallery


def kinds(case: str) -> list[str]:
    return [one.kind for one in audit.entries_of(case)]


def test_without_a_rule_a_person_looks_and_nothing_is_disabled(gallery: Gallery) -> None:
    url, case = gallery.upload()
    assert (gallery.item(case).progress, gallery.review().state, gallery.gone(url)) == ("waiting", "open", False)
    assert "act" not in kinds(case)


def test_a_person_decides_and_it_is_preserved_disabled_and_seen_to_be_gone(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide()
    assert gallery.gone(url) is True
    assert (gallery.item(case).progress, gallery.review().state) == ("disabled", "decided")
    assert [one for one in kinds(case) if one in ("decision", "act")] == ["decision", "act", "act", "act"]
    assert gallery.night.parts.vault.exhibits(case)
    gallery.night.verify_log()


def test_what_a_person_lets_stand_stands(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide(outcome="let_stand")
    assert (gallery.item(case).progress, gallery.gone(url)) == ("standing", False)
    assert "act" not in kinds(case)
    assert not gallery.night.parts.vault.exhibits(case)


def test_by_a_rule_of_two_people_it_is_disabled_first_and_then_a_person_looks(gallery: Gallery) -> None:
    gallery.rule()
    url, case = gallery.upload()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    review = gallery.review()
    assert (review.state, review.automatic) == ("open", True)
    gallery.night.verify_log()


def test_what_a_rule_disabled_comes_back_when_a_person_lets_it_stand(gallery: Gallery) -> None:
    gallery.rule()
    url, case = gallery.upload()
    gallery.decide(outcome="let_stand")
    assert (gallery.item(case).progress, gallery.gone(url)) == ("reinstated", False)


def test_a_rule_that_one_person_made_disables_nothing(gallery: Gallery) -> None:
    gallery.rule(approve=False)
    url, case = gallery.upload()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)


def test_a_row_that_nobody_entered_is_no_rule(gallery: Gallery) -> None:
    rule = gallery.rule(approve=False)
    owner = psycopg.connect(**gallery.night.server.parameters(Role.OWNER), autocommit=True)
    owner.execute("ALTER TABLE policy_rule DISABLE TRIGGER USER")
    owner.execute("UPDATE policy_rule SET approved_by = 'x', active = true WHERE id = %s", [rule.rule])
    owner.close()
    url, case = gallery.upload()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("waiting", False)


def test_the_database_refuses_to_begin_with_an_act_by_no_rule(gallery: Gallery) -> None:
    _url, case = gallery.upload()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_item SET progress = 'disabled' WHERE id = %s", [case])


def test_nothing_is_disabled_before_it_is_in_a_signed_checkpoint(gallery: Gallery, monkeypatch) -> None:
    monkeypatch.setattr("comity.execution.content.service.SECONDS_FOR_CHECKPOINT", 0.05)
    gallery.rule()
    url = gallery.night.publish()
    item = gallery.night.board_adapter.resolve(url).item
    assert item is not None
    gallery.night.wait_for_the_log()
    gallery.night.stop_the_log()
    case = gallery.detect(item, url, work=False)
    gallery.night.work_on(rounds=4)
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabling", False)
    gallery.night.start_the_log()
    gallery.night.work_on()
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)


def test_banks_that_are_only_tried_lead_to_nothing_but_an_entry(gallery: Gallery) -> None:
    gallery.bank("TRIED", shadow=True)
    gallery.rule(bank="TRIED")
    url, case = gallery.upload(matches=(gallery.match(bank="TRIED", shadow=True),))
    assert (gallery.item(case).progress, gallery.item(case).review, gallery.gone(url)) == ("passed", None, False)
    assert kinds(case)[:2] == ["detection", "review"]


def test_a_rule_lets_pass_and_says_so(gallery: Gallery) -> None:
    gallery.rule(MatchMeasure.LET_PASS, approve=False)
    _url, case = gallery.upload()
    assert gallery.item(case).progress == "passed"


def test_an_allow_bank_wins_over_everything(gallery: Gallery) -> None:
    gallery.rule()
    gallery.bank("FINE", negative=True)
    url, case = gallery.upload(matches=(gallery.match(), gallery.match(bank="FINE")))
    assert (gallery.item(case).progress, gallery.gone(url)) == ("passed", False)


def test_an_item_switched_off_since_leads_to_nothing(gallery: Gallery) -> None:
    from comity.matching.banks import service

    gallery.rule()
    match = gallery.match()
    with gallery.night.parts.work("system:test") as work:
        service.switch_entry(work, BANK, match.entry, "disputed")
    _url, case = gallery.upload(matches=(match,))
    assert gallery.item(case).progress == "passed"


def test_another_item_than_was_detected_is_never_disabled_by_a_rule(gallery: Gallery) -> None:
    gallery.rule()
    innocent = gallery.night.publish("innocent")
    item = gallery.night.board_adapter.resolve(gallery.night.publish("guilty")).item
    assert item is not None
    case = gallery.detect(item, innocent)
    assert (gallery.item(case).progress, gallery.gone(innocent)) == ("waiting", False)


def test_the_job_may_run_twice(gallery: Gallery) -> None:
    gallery.rule()
    url, case = gallery.upload()
    before = kinds(case)
    gallery.night.jobs["detected"](case, gallery.item(case).detection.hex)
    gallery.night.jobs["detection_acts"](case)
    assert (kinds(case), gallery.gone(url)) == (before, True)
