"""The person concerned: told why, heard when they complain, reinstated when they are right; what is kept how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from comity.casefile import audit
from comity.casefile.documents.answer import Notice
from comity.registry.errors import NotYourDutyError
from comity.transparency.errors import LinkNotUsable, ReasonsNeeded

if TYPE_CHECKING:
    from support.reviewing import Gallery


def test_what_a_person_disabled_comes_with_its_reasons_and_a_way_to_complain(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide()
    (told,) = gallery.inbox(url)
    for words in (
        "Article 2(7)",
        "point (a)",
        "As listed.",
        "KNOWN",
        "A person looked at it and decided",
        "/complaint/",
    ):
        assert words in told, words
    assert [one.kind for one in audit.entries_of(case)].count(Notice.kind) == 1


def test_what_a_rule_disabled_says_that_nobody_has_looked_yet_and_then_that_somebody_has(gallery: Gallery) -> None:
    gallery.rule()
    url, _case = gallery.upload()
    (first,) = gallery.inbox(url)
    assert "disabled by automated means, under a rule that two people made beforehand" in first
    gallery.decide()
    told = gallery.inbox(url)
    assert len(told) == 2
    assert any("a person has looked at it since" in one for one in told)


def test_what_only_breaks_our_terms_is_disabled_everywhere_and_not_called_terrorist(gallery: Gallery) -> None:
    url, _case = gallery.upload()
    gallery.decide(limbs=(), terms="4.2 No gore")
    (told,) = gallery.inbox(url)
    assert "everywhere" in told
    assert "It breaks our terms: 4.2 No gore" in told
    assert "terrorist content in the sense" not in told


def test_a_complaint_that_is_right_brings_it_back_and_is_answered(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide()
    gallery.complain("It was a report about it.")
    (line,) = gallery.night.docket.complaints()
    assert (line.number, line.review, line.may_reinstate, line.state) == (1, True, True, "open")
    assert line.due_at.since(line.received_at) == timedelta(days=14)
    gallery.answer("reinstate", "You are right.")
    assert (gallery.item(case).progress, gallery.gone(url)) == ("reinstated", False)
    assert gallery.item(case).standing == "complaint"
    assert any("You are right." in one for one in gallery.messages())
    (line,) = gallery.night.docket.complaints()
    assert (line.state, line.may_reinstate) == ("reinstate", False)
    gallery.night.verify_log()


def test_a_complaint_that_is_wrong_is_answered_with_reasons_and_nothing_comes_back(gallery: Gallery) -> None:
    url, case = gallery.upload()
    gallery.decide()
    gallery.complain()
    with pytest.raises(ReasonsNeeded):
        gallery.answer("reject", " ")
    gallery.answer("reject", "It glorifies the attack.")
    assert (gallery.item(case).progress, gallery.gone(url)) == ("disabled", True)
    assert any("It glorifies the attack." in one for one in gallery.messages())


def test_a_complaint_that_is_right_settles_the_review_that_still_waits(gallery: Gallery) -> None:
    gallery.rule()
    url, case = gallery.upload()
    gallery.complain()
    assert gallery.review().state == "open"
    gallery.answer("reinstate")
    assert (gallery.review().state, gallery.item(case).progress, gallery.gone(url)) == ("decided", "reinstated", False)


def test_whoever_may_not_decide_answers_no_complaint(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    gallery.complain()
    (line,) = gallery.night.docket.complaints()
    with pytest.raises(NotYourDutyError):
        gallery.night.docket.decide_complaint(gallery.staff.dan, line.complaint, outcome="reinstate", reasons="x")
    assert gallery.items()[0].progress == "disabled"


def test_a_link_that_nobody_was_given_opens_nothing(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    with pytest.raises(LinkNotUsable):
        gallery.night.docket.file_complaint("guessed", "me", "en")
    assert gallery.night.docket.complaints() == ()


def test_what_was_right_once_because_of_who_published_it_is_not_shown_again_for_them(gallery: Gallery) -> None:
    gallery.upload()
    gallery.decide()
    gallery.complain()
    gallery.answer("reinstate")
    url, case = gallery.upload("Again")
    assert (gallery.item(case).progress, gallery.item(case).review, gallery.gone(url)) == ("standing", None, False)
    _url, other = gallery.upload("Somebody else's", account="ben")
    assert gallery.item(other).progress == "waiting"


def test_after_six_months_what_was_disabled_is_erased_with_a_certificate(gallery: Gallery) -> None:
    _url, case = gallery.upload()
    gallery.decide()
    vault = gallery.night.parts.vault
    assert vault.exhibits(case)
    gallery.night.pass_time(gallery.clock.now().plus(timedelta(days=181)))
    gallery.night.wait_for_the_log()
    gallery.night.work_on()
    row = gallery.item(case)
    assert (row.progress, row.item, row.address, row.account) == ("closed", "", "", "")
    assert all(one.erased for one in vault.exhibits(case))
    assert [one.kind for one in audit.entries_of(case)].count("erasure") == 1


def test_nothing_is_erased_while_somebody_complains(gallery: Gallery) -> None:
    _url, case = gallery.upload()
    gallery.decide()
    gallery.complain()
    gallery.night.pass_time(gallery.clock.now().plus(timedelta(days=181)))
    assert gallery.item(case).progress == "disabled"
    assert not any(one.erased for one in gallery.night.parts.vault.exhibits(case))
