"""Playbooks of demands about users, from the certificate to the package that its authority opens."""

from __future__ import annotations

import io
import json
import zipfile

import pyrage
import pytest

from comity.casefile.clock import Instant
from comity.decision.errors import BeyondTheRequest, NothingGrantable, NotVerified, SamePersonTwice
from comity.docket.disclosures.desk import Answered
from comity.docket.disclosures.errors import KeptNoLonger, LetterIncomplete, MayNotLeave, NoSuchPackage
from comity.docket.disclosures.redaction_desk import Looked
from comity.docket.errors import ImpossibleInstant, NoSuchCase, NotYourTurn
from comity.registry.errors import NotYourDutyError
from support.asking import JUDGE, SECTION_E, Office


@pytest.fixture
def office(night):
    return Office(night)


def opened(office: Office) -> zipfile.ZipFile:
    (package,) = office.page.packages
    chunks = office.docket.fetch_package(office.watch.authority, package.package, None, by=office.watch.client)
    return zipfile.ZipFile(io.BytesIO(pyrage.decrypt(b"".join(chunks.chunks), [office.identity])))


def test_a_certificate_is_kept_assessed_signed_collected_let_go_packed_and_fetched(office):
    office.ask(JUDGE)
    page = office.page
    assert (page.line.status, page.line.instrument, page.assessment.answer) == (
        "waiting", "eu-eevidence-production", "execute"
    )  # fmt: skip
    assert [(one.key, one.law, one.proposed) for one in page.pieces] == [("1:TRAFFIC", "holds", True)]
    assert [one.state for one in page.holds] == ["placed"]

    office.answer()
    assert office.status == "second_person"
    office.agree()
    assert office.status == "collected"
    (collected,) = office.page.collections
    assert (collected.rows, dict(collected.cut)) == (2, {"other_identifier": 1, "outside_period": 2})
    preview = office.docket.preview(office.case, office.staff.mia, collection=collected.collection)
    assert [row["at"]["utc"] for row in preview.rows] == ["2026-11-09T23:00:00Z", "2026-11-18T22:59:59Z"]

    office.let_go()
    assert office.status == "in_effect"
    assert [one.form for one in office.page.replies] == ["letter-cover"]
    with opened(office) as bag:
        lines = bag.read("bag/data/1/records.jsonl").splitlines()
    assert [json.loads(line)["fields"]["ip"] for line in lines[1:]] == ["192.0.2.1", "192.0.2.2"]
    office.night.verify_log()


def test_what_a_careless_adapter_gives_too_much_is_counted_and_reported_and_nobody_sees_it(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    (excess,) = office.bodies("excess")
    assert (excess["adapter"], excess["cut"]) == ("shelf", {"other_identifier": 1, "outside_period": 2})


def test_nobody_signs_twice_and_nothing_is_collected_before_the_second(office):
    office.ask(JUDGE)
    office.answer()
    with pytest.raises(NotYourDutyError):
        office.agree("mia")
    office.docket.disagree_with_answer(office.case, office.staff.ben, "Only the first week is needed.")
    assert (office.status, office.page.collections) == ("waiting", ())

    office.docket.answer_demand(office.case, office.staff.ben, Answered("comply", frozenset({"1:TRAFFIC"})))
    with pytest.raises(SamePersonTwice):
        office.agree("ben")
    assert (office.status, office.page.collections) == ("second_person", ())
    office.agree("carla")
    people = [one["person"]["id"] for one in office.bodies("disclosure_decision")[0]["approvals"]]
    assert people == [office.staff.ben, office.staff.carla]


def test_nothing_is_granted_that_nobody_asked_for(office):
    office.ask(JUDGE)
    for said in (
        Answered("comply", frozenset({"1:CONTENT"})),
        Answered("comply", frozenset({"2:TRAFFIC"})),
        Answered("comply", frozenset({"1:TRAFFIC"}), since=Instant.parse("2026-11-01T00:00:00Z")),
        Answered("comply", frozenset({"1:TRAFFIC"}), left_out=frozenset({"name"})),
    ):
        with pytest.raises(BeyondTheRequest):
            office.docket.answer_demand(office.case, office.staff.mia, said)
    with pytest.raises(NothingGrantable):
        office.docket.answer_demand(office.case, office.staff.mia, Answered("comply"))
    assert office.status == "waiting"


def test_a_person_may_give_less(office):
    office.ask(JUDGE)
    until = Instant.parse("2026-11-15T00:00:00+01:00")
    office.answer("comply_in_part", until=until, left_out=frozenset({"ip", "user_agent"}), reasons="A week is enough.")
    office.agree()
    (collected,) = office.page.collections
    assert (collected.rows, "ip" in collected.fields, collected.until.z()) == (1, False, "2026-11-14T23:00:00Z")


def test_a_prosecutor_who_asks_for_traffic_data_is_told_why_not_and_nothing_is_kept_any_more(office):
    office.ask({**JUDGE, "I.type": "PUBLIC_PROSECUTOR"})
    page = office.page
    assert (page.assessment.answer, page.assessment.proposed) == ("not_executable", "refuse")
    assert [(one.law, one.proposed, one.reasons) for one in page.pieces] == [
        ("fails", False, ("NOT_ISSUED_OR_VALIDATED",))
    ]
    office.answer("refuse", reasons="Traffic data take a judge (2023/1543 Art 4(2)).")
    assert office.status == "second_person"
    office.agree("carla")
    assert (office.status, [one.form for one in office.page.replies]) == ("refused", ["evidence-annex-3"])
    assert office.bodies("form_reply")[0]["fields"]["D.reasons"] == ["NOT_ISSUED_OR_VALIDATED"]
    assert [one.state for one in office.page.holds] == ["released"]
    assert not [one for one in office.page.clocks if one.state == "running" and one.deadline.id == "produce"]


def test_a_question_lets_the_period_stand_still_and_the_answer_lets_the_rest_run_on(office):
    office.ask({**JUDGE, "E": {"identifiers": [{"id": "1", "type": "USER_ID", "value": "аlice"}]}})
    assert (office.page.assessment.proposed, bool(office.page.pieces[0].why_not)) == ("clarify", True)
    office.answer("clarify", reasons="It reads otherwise than it looks.", letter={"questions": "Which account?"})
    assert (office.status, office.clock("produce")) == ("clarifying", "suspended")
    assert [one.form for one in office.page.replies] == ["evidence-annex-3"]

    office.watch.later(hours=30)
    office.clarify({"E": {"identifiers": [{"id": "1", "type": "USER_ID", "value": "alice"}]}})
    assert (office.status, office.page.assessment.answer, office.clock("produce")) == ("waiting", "execute", "running")
    assert not office.page.pieces[0].why_not


def test_a_demand_that_only_keeps_is_kept_and_acknowledged(office):
    office.ask_to_keep()
    page = office.page
    assert (page.line.instrument, page.keeps, [one.state for one in page.holds]) == (
        "eu-eevidence-preservation", True, ["placed"]
    )  # fmt: skip
    office.answer("comply", pieces=())
    assert (office.status, [one.form for one in office.page.replies]) == ("in_effect", ["letter-acknowledgement"])
    assert ([one.state for one in office.page.holds], office.page.collections) == (["placed"], ())

    office.watch.later(days=62)
    assert [one.state for one in office.page.holds] == ["expired"]


def kept_and_answered(office) -> None:
    """A preservation certificate of 23 November, answered; its sixty days end on 22 January."""
    office.ask_to_keep()
    office.answer("comply", pieces=())
    assert office.status == "in_effect"


def wrote(office, event: str, source: str) -> None:
    """What the authority wrote arrived now, and a person records it."""
    facts = {f"events.{event}": str(office.night.clock.now())}
    office.docket.find_out(office.case, office.staff.mia, facts=facts, source=source)
    office.night.work_on()


def kept_until(office) -> str:
    (clock,) = [
        one for one in office.page.clocks if one.deadline.id == "preserve_sixty_days" and one.state == "running"
    ]
    return clock.deadline.due_at.z()


@pytest.mark.parametrize("measure", [True, False], ids=["on the platform", "by a copy"])
def test_annex_vi_lets_what_is_kept_last_thirty_days_longer(office, measure):
    office.records.holds = measure
    kept_and_answered(office)
    before = kept_until(office)
    office.watch.later(days=50)
    wrote(office, "extension_received_at", "Annex VI of today")
    assert kept_until(office) > before
    office.watch.later(days=25)
    standing = {one.state for one in office.page.holds}
    assert ("placed" if measure else "copied") in standing
    office.watch.later(days=20)
    assert {one.state for one in office.page.holds} == {"expired"}
    assert not office.records.held


def test_annex_vi_that_comes_late_prolongs_nothing(office):
    kept_and_answered(office)
    office.watch.later(days=62)
    with pytest.raises(KeptNoLonger):
        wrote(office, "extension_received_at", "Annex VI, too late")
    assert {one.state for one in office.page.holds} == {"expired"}


def test_annex_v_keeps_it_until_it_is_produced(office):
    kept_and_answered(office)
    office.watch.later(days=50)
    wrote(office, "production_confirmed_at", "Annex V of today")
    office.watch.later(days=60)
    assert "placed" in {one.state for one in office.page.holds}
    wrote(office, "preservation_ended_at", "the certificate for production was answered")
    assert {one.state for one in office.page.holds} <= {"released", "expired"}
    assert not office.records.held


def test_what_the_authority_no_longer_needs_is_let_go_at_once(office):
    kept_and_answered(office)
    office.watch.later(days=3)
    wrote(office, "not_needed_at", "a letter of today")
    assert {one.state for one in office.page.holds} == {"released"}
    with pytest.raises(KeptNoLonger):
        wrote(office, "extension_received_at", "Annex VI after all")


def test_after_an_answer_that_gave_data_nothing_is_found_out_any_more(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    office.let_go()
    assert office.status == "in_effect"
    with pytest.raises(NotYourTurn):
        wrote(office, "extension_received_at", "Annex VI")
    assert "find_out" not in office.page.may


def test_an_objection_holds_everything_until_somebody_has_decided(office):
    office.ask(JUDGE)
    office.answer("object", reasons="The law of a third country forbids it.", letter=SECTION_E)
    office.agree("carla")
    assert (office.status, office.page.contest.forum.value) == ("contesting", "issuing_authority")
    assert office.page.may_leave
    with pytest.raises(ImpossibleInstant):
        office.contest_ended(upheld=False, at="2026-01-01T00:00:00Z")
    office.watch.later(days=20)
    office.contest_ended(upheld=False)
    assert (office.status, [one.state for one in office.page.holds]) == ("waiting", ["placed"])


def test_an_order_that_was_set_aside_ends_in_refusal(office):
    office.ask(JUDGE)
    office.answer("object", reasons="The law of a third country forbids it.", letter=SECTION_E)
    office.agree("carla")
    office.contest_ended(upheld=True)
    assert (office.status, [one.state for one in office.page.holds]) == ("refused", ["released"])


def test_what_was_withdrawn_is_erased_and_nothing_leaves(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    (collected,) = office.page.collections
    office.withdraw()
    assert office.status == "dismissed"
    assert all(one.erased for one in office.night.parts.vault.exhibits(collected.collection))
    assert [one.state for one in office.page.holds] == ["released"]
    with pytest.raises(NotYourTurn):
        office.let_go()


def test_what_must_not_leave_is_erased_and_decided_anew(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    (collected,) = office.page.collections
    office.docket.send_back(office.case, office.staff.mia, "It names a lawyer.")
    assert office.status == "waiting"
    assert all(one.erased for one in office.night.parts.vault.exhibits(collected.collection))


def test_what_is_left_out_does_not_leave(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    (collected,) = office.page.collections
    office.docket.redact(
        office.case, office.staff.mia, Looked(collected.collection, collected.data),
        fields=frozenset({"ip"}), rows=frozenset({1}), because="Of a third person (GDPR Art 5(1)(c)).",
    )  # fmt: skip
    office.let_go()
    with opened(office) as bag:
        lines = [json.loads(line) for line in bag.read("bag/data/1/records.jsonl").splitlines()]
    assert [line["fields"] for line in lines[1:]] == [{"event": "login"}]
    assert lines[0]["redacted"] == {"fields": ["ip"], "rows": 1}


def test_an_account_that_does_not_exist_is_answered_like_one_without_such_data(office):
    shapes = []
    for value in ("alice", "nobody"):
        period = {"start": "2026-10-01T00:00:00Z", "end": "2026-10-02T00:00:00Z"}
        office.ask(
            {**JUDGE, "E": {"identifiers": [{"id": "1", "type": "USER_ID", "value": value}], "time_range": period}}
        )
        office.answer()
        office.agree()
        office.let_go()
        (cover,) = [one["fields"] for one in office.bodies("form_reply") if one["form"] == "letter-cover"]
        shapes.append((office.status, cover["parts"][0]["outcome"], [one["name"] for one in cover["files"]]))
    assert shapes[0] == shapes[1]
    assert shapes[0][1] == "NOTHING_STORED"


def test_a_certificate_whose_enforcing_authority_was_told_waits_for_it(office):
    office.ask({**JUDGE, "C": {"deadline": "AT_THE_END_OF_TEN_DAYS"}, "K": {"authority": "Parquet", "state": "FR"}})
    office.answer()
    office.agree()
    assert "may still refuse" in office.page.may_leave
    with pytest.raises(MayNotLeave):
        office.let_go()
    office.watch.later(days=14)
    office.let_go()
    assert office.status == "in_effect"


def test_nobody_complies_with_a_demand_that_nobody_vouches_for(office):
    office.mail(JUDGE)
    assert (office.page.line.instrument, office.status, office.page.holds) == (
        "eu-eevidence-production", "waiting", ()
    )  # fmt: skip
    with pytest.raises(NotVerified):
        office.answer("comply", pieces=("1:TRAFFIC",))


def test_without_a_key_of_the_authority_nothing_is_packed_and_a_person_is_called(night):
    office = Office(night, key=False)
    office.ask(JUDGE)
    office.answer()
    office.agree()
    office.let_go()
    assert (office.status, office.page.line.needs_person, office.page.packages) == ("collected", True, ())
    office.enrol_key(str(office.identity.to_public()).encode())
    office.let_go()
    assert office.status == "in_effect"


def test_data_go_with_their_package_and_the_case_with_its_period(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    office.let_go()
    (collected,), (package,) = office.page.collections, office.page.packages
    office.watch.later(days=31)
    assert office.page.packages == ()
    vault = office.night.parts.vault
    assert all(one.erased for one in vault.exhibits(collected.collection) + vault.exhibits(package.package))
    with pytest.raises(NoSuchPackage):
        office.docket.fetch_package(office.watch.authority, package.package, None, by=office.watch.client)
    office.watch.later(days=160)
    assert office.status == "closed"
    office.night.verify_log()


def test_another_authority_sees_neither_case_nor_package(office):
    office.ask(JUDGE)
    office.answer()
    office.agree()
    office.let_go()
    (package,) = office.page.packages
    with pytest.raises(NoSuchPackage):
        office.docket.fetch_package("f" * 32, package.package, None, by="x")
    with pytest.raises(NoSuchCase):
        office.docket.packages_of("f" * 32, office.case)


def test_a_demand_on_paper_is_called_back_before_anybody_complies(office):
    form = {**office.certificate(JUDGE), "instrument": "eu-eevidence-production"}
    number = office.docket.file_paper(
        office.staff.mia, form=form, scan=b"%PDF-1.7 scan", media_type="application/pdf",
        received_at=office.night.clock.now(),
    )  # fmt: skip
    office.night.work_on()
    office.case = next(one.case for one in office.docket.page(
        tab="all", search="", cursor=None, viewer=office.staff.mia).lines if one.number == number)  # fmt: skip
    assert (office.page.line.instrument, office.status) == ("eu-eevidence-production", "waiting")
    assert (office.page.demand.channel.sender_verified, office.page.holds) == (None, ())
    with pytest.raises(NotVerified):
        office.answer("comply", pieces=("1:TRAFFIC",), reasons="It looks real.")


def test_the_enforcing_authoritys_word_is_written_down_while_the_data_wait(office):
    office.ask({**JUDGE, "C": {"deadline": "AT_THE_END_OF_TEN_DAYS"}, "K": {"authority": "Parquet", "state": "FR"}})
    office.answer()
    office.agree()
    said = {"events.no_refusal_confirmed_at": str(office.night.clock.now())}
    office.docket.find_out(office.case, office.staff.mia, facts=said, source="a letter of the Parquet")
    office.night.work_on()
    assert (office.status, office.page.may_leave) == ("collected", "")
    office.let_go()
    assert office.status == "in_effect"


def test_an_objection_that_says_too_little_is_refused_before_anybody_signs_it(office):
    office.ask(JUDGE)
    with pytest.raises(LetterIncomplete, match="E\\."):
        office.answer("object", reasons="Another law forbids it.")
    assert (office.status, office.page.draft) == ("waiting", None)


def test_a_clock_that_jumped_lets_nobodys_records_go(office):
    office.ask_to_keep()
    office.answer("comply", pieces=())
    office.night.raise_alarm("forward")
    office.watch.later(days=62)
    assert [one.state for one in office.page.holds] == ["placed"]
    office.night.settle_clock(office.staff.carla)
    office.night.work_on()
    assert [one.state for one in office.page.holds] == ["expired"]
