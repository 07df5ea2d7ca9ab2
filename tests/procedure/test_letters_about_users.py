"""Which letters go with a package: what is not in it and why, what comes later, and what is still due."""

from __future__ import annotations

from typing import Any

from comity.delivery.checking import EVIDENCE_3
from comity.docket.disclosures.desk import Answered
from support.asking import AMERICAN, Office
from support.records import Shelf

FIRST, REST = frozenset({"1:SUBSCRIBER"}), frozenset({"1:TRAFFIC"})
WHY = "A child is in danger (18 USC 2702(c)(4))."


def ready(office: Office, **changes: Any) -> None:
    office.plead(**changes)
    office.call_back()
    office.call_supervisor()


def sign(office: Office, pieces: frozenset[str]) -> None:
    office.docket.answer_demand(office.case, office.staff.mia, Answered("comply_in_part", pieces, reasons=WHY))
    office.agree("carla")


def letters(office: Office) -> dict[str, dict[str, Any]]:
    return {one["form"]: one["fields"] for one in office.bodies("form_reply")}


def outcomes(form: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["category"], one["outcome"]) for one in form["parts"]]


def test_after_an_emergency_the_authority_reads_what_comes_later_and_what_is_due_of_it_once(night: Any) -> None:
    office = Office(night, profile=AMERICAN)
    office.pretend_answered()
    ready(office)
    sign(office, FIRST)
    office.let_go()
    said = letters(office)
    assert list(said) == ["letter-cover", "letter-partial", "letter-written"]
    assert outcomes(said["letter-partial"]) == [("SUBSCRIBER", "PRODUCED"), ("TRAFFIC", "LATER")]
    written = said["letter-written"]
    assert written["language"] == "fr"
    (clock,) = (one.deadline for one in office.page.clocks if one.deadline.id == "written_demand")
    assert written["written_due_at"] == str(clock.due_at)
    assert written["released_at"] < written["rest_at"] < written["written_due_at"]

    office.docket.decide_rest(office.case, office.staff.mia, "The rest is needed.")
    office.watch.later(minutes=61)
    sign(office, REST)
    office.let_go()
    forms = [one["form"] for one in office.bodies("form_reply")]
    assert forms.count("letter-written") == 1
    assert office.status == "in_effect"


def test_of_an_account_without_rows_and_of_none_the_same_is_said(night: Any) -> None:
    office = Office(night, Shelf(lambda: iter(()), holds=True), profile=AMERICAN)
    office.pretend_answered()
    said = []
    for value in ("alice", "nobody"):
        ready(office, categories=["SUBSCRIBER"], identifiers=[{"id": "1", "type": "USER_ID", "value": value}])
        sign(office, FIRST)
        office.let_go()
        found = letters(office)
        assert list(found) == ["letter-cover", "letter-no_data", "letter-written"]
        assert outcomes(found["letter-no_data"]) == [("SUBSCRIBER", "NOTHING_STORED")]
        assert "rest_at" not in found["letter-written"]
        said.append(
            found["letter-no_data"]
            | {"parts": (), "issuer_file_ref": "", "addressee_file_ref": "", "order_received_at": ""}
        )
    assert said[0] == said[1]


def test_what_the_law_withholds_is_said_of_its_part_in_the_law_s_words(night: Any) -> None:
    office = Office(night)
    office.ask({"F": {"a": ["USER_INFORMATION"], "c": ["log files"]}, "G.threshold": ["THREE_YEARS"]})
    (withheld,) = (one for one in office.page.pieces if not one.proposed)
    assert (withheld.category, withheld.law) == ("TRAFFIC", "fails")
    office.answer("comply_in_part", reasons="As far as the law lets us.")
    office.agree()
    office.let_go()
    said = letters(office)
    assert list(said) == ["letter-cover", EVIDENCE_3]
    form = said[EVIDENCE_3]
    traffic = next(one for one in form["parts"] if one["category"] == "TRAFFIC")
    assert traffic["outcome"] == "WITHHELD"
    assert traffic["why"]
    assert all(sentence in form["D.explanation"] for sentence in traffic["why"])
    assert set(traffic["reasons"]) <= set(form["D.reasons"])
