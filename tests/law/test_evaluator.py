"""The evaluator on small invented tables, and the checks on folders of law with planted mistakes."""

from __future__ import annotations

import itertools
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Answer, Certainty, Outcome, Proposal
from comity.law.checks import complaints
from comity.law.errors import BrokenLawError
from comity.law.evaluator import CompiledTable, PassedOver, shown, strongest
from comity.law.library import Instrument, load
from comity.law.model import FactDefinition, Table

FOLDER = Path(law.__file__).parent / "instruments" / "eu_tco"
FACTS = {
    "a": FactDefinition(label="whether a"),
    "b": FactDefinition(label="whether b"),
    "kind": FactDefinition(label="which kind", values=("x", "y", "z")),
}


def row(identifier: str, when: dict[str, Any], outcome: str, **more: Any) -> dict[str, Any]:
    common = {"why": f"because {identifier}", "citations": ("C 1",), "certainty": "official"}
    return {"id": identifier, "when": when, "outcome": outcome, **common, **more}


def table(*rows: dict[str, Any], **more: Any) -> CompiledTable:
    made = Table.model_validate({"id": "t", "subject": "order", "question": "Is it so?", "rows": rows, **more})
    return CompiledTable(made, FACTS, date(2026, 1, 1), date(2020, 1, 1))


AND = table(
    row("AA1", {"a": True, "b": True}, "holds"),
    row("AA2", {"a": False}, "fails", certainty="unconfirmed"),
    row("AA3", {"a": True, "b": False}, "fails", citations=("C 2",)),
)


def test_a_row_decides_and_the_others_say_for_which_fact_not() -> None:
    ruling = AND.rule({"a": True, "b": False})
    assert ruling.finding.outcome is Outcome.FAILS
    assert ruling.finding.citations == ("C 2",)
    assert ruling.finding.why == "because AA3"
    assert ruling.rows == ("AA3",)
    assert ruling.because == (("a", True), ("b", False))
    assert [str(passed) for passed in ruling.passed_over] == [
        "AA1: b is no, the row needs yes",
        "AA2: a is yes, the row needs no",
    ]
    assert ruling.gate is Answer.NEEDS_PERSON


def test_an_unknown_fact_leaves_it_undetermined_and_is_the_pivot() -> None:
    ruling = AND.rule({"a": True})
    assert ruling.finding.outcome is Outcome.UNDETERMINED
    assert ruling.pivots == ("b",)
    assert ruling.finding.why == "Not known: whether b."
    assert ruling.swings == {"b": {True: 0, False: 1}}
    assert ruling.rows == ()
    assert "AA1: b is unknown, the row needs yes" in map(str, ruling.passed_over)


def test_an_unknown_fact_that_cannot_matter_leaves_it_determined() -> None:
    ruling = AND.rule({"a": False})
    assert ruling.finding.outcome is Outcome.FAILS
    assert ruling.pivots == ()
    assert ruling.because == (("a", False),)


def test_two_unknown_facts_are_both_pivots() -> None:
    assert AND.rule({}).pivots == ("a", "b")


def test_a_finding_is_no_surer_than_the_rows_it_rests_on() -> None:
    assert AND.rule({"a": True, "b": True}).finding.certainty is Certainty.OFFICIAL
    assert AND.rule({"b": False}).finding.certainty is Certainty.UNCONFIRMED


def test_where_the_rows_left_bar_the_order_or_not_a_person_looks() -> None:
    either = table(row("AA1", {"a": True}, "fails", answer="not_executable"), row("AA2", {"a": False}, "fails"))
    assert either.rule({"a": True}).gate is Answer.NOT_EXECUTABLE
    ruling = either.rule({})
    assert ruling.finding.outcome is Outcome.FAILS
    assert ruling.gate is Answer.NEEDS_PERSON
    assert ruling.pivots == ("a",)


def test_a_note_never_stops_and_an_unknown_stops_unless_every_value_of_it_leaves_the_answer_alone() -> None:
    noted = table(row("AA1", {"a": True}, "holds"), row("AA2", {"a": False}, "fails"), answer="note")
    assert noted.rule({"a": False}).weight == 0
    assert noted.rule({}).finding.outcome is Outcome.UNDETERMINED
    assert noted.rule({}).weight == 0
    assert noted.rule({}).pivots == ("a",)
    mixed = table(row("AA1", {"a": True}, "fails", answer="note"), row("AA2", {"a": False}, "fails"))
    assert mixed.rule({}).weight == 1
    assert AND.rule({}).weight == 1


def test_a_value_outside_the_domain_decides_nothing() -> None:
    only = table(row("AA1", {"kind": ("x", "y", "z")}, "holds"))
    ruling = only.rule({"kind": "w"})
    assert ruling.finding.outcome is Outcome.UNDETERMINED
    assert ruling.weight == 1
    assert "none decides" in ruling.finding.why


def test_rows_count_from_their_first_day_until_the_day_before_their_last() -> None:
    rows = (
        row("AA1", {"a": (True, False)}, "holds", in_force_to="2026-06-01"),
        row("AA2", {"a": (True, False)}, "fails", in_force_from="2026-06-01"),
    )
    made = Table.model_validate({"id": "t", "subject": "order", "question": "?", "rows": rows})
    by_day = {
        day: CompiledTable(made, FACTS, date.fromisoformat(day), date(2022, 6, 7)).rule({"a": True}).finding.outcome
        for day in ("2022-06-06", "2022-06-07", "2026-05-31", "2026-06-01")
    }
    assert list(by_day.values()) == [Outcome.UNDETERMINED, Outcome.HOLDS, Outcome.HOLDS, Outcome.FAILS]


def test_the_proposal_that_goes_furthest_wins() -> None:
    assert strongest([Proposal.CLARIFY, Proposal.REFUSE, Proposal.COMPLY_IN_PART]) is Proposal.REFUSE
    assert strongest([Proposal.COMPLY]) is Proposal.COMPLY
    assert strongest([]) is None


def test_values_are_shown_in_words() -> None:
    assert [shown(value) for value in (True, False, None, "x")] == ["yes", "no", "unknown", "x"]
    assert str(PassedOver("R1", "kind", "x", ("y", "z"))) == "R1: kind is x, the row needs y or z"


VALUES: dict[str, tuple[Any, ...]] = {"a": (True, False), "b": (True, False), "kind": ("x", "y", "z")}


@given(
    outcomes=st.lists(st.sampled_from(["holds", "fails", "undetermined"]), min_size=12, max_size=12),
    known=st.fixed_dictionaries({name: st.sampled_from([None, *values]) for name, values in VALUES.items()}),
)
def test_a_ruling_says_what_every_completion_of_the_facts_says(outcomes: list[str], known: dict[str, Any]) -> None:
    combinations = list(itertools.product(*VALUES.values()))
    rows = [
        row(f"AA{i + 1}", dict(zip(VALUES, combination, strict=True)), outcome)
        for i, (combination, outcome) in enumerate(zip(combinations, outcomes, strict=True))
    ]
    full = table(*rows)
    ruling = full.rule(known)
    completions = [
        dict(zip(VALUES, combination, strict=True))
        for combination in combinations
        if all(known[name] in (None, value) for name, value in zip(VALUES, combination, strict=True))
    ]
    reached = {full.rule(completion).finding.outcome for completion in completions}
    assert ruling.finding.outcome == (reached.pop() if len(reached) == 1 else Outcome.UNDETERMINED)
    assert all(known[fact] is None for fact in ruling.pivots)


# The checks on planted mistakes


def folder(tmp_path: Path, name: str, old: str, new: str) -> Instrument:
    """A copy of the instrument in which ``old`` became ``new`` in one file."""
    shutil.copytree(FOLDER, tmp_path / "law")
    path = tmp_path / "law" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load("eu-tco", tmp_path / "law")


PLANTED = [
    ("tables.yaml", "channel.kind: [api, email, portal, perci]", "channel.kind: [api, email, portal]",
     "written_record: no row decides channel.kind=perci"),
    ("tables.yaml", "{channel.sender_verified: false}, outcome: f", "{channel.sender_verified: true}, outcome: f",
     "sender_authenticated: rows SA1 and SA2 contradict each other"),
    ("tables.yaml", "{channel.sender_verified: false}, outcome: f", "{channel.sender_verified: true}, outcome: f",
     "sender_authenticated: row SA2 can never decide"),
    ("tables.yaml", "citations: [2021/784 Art 12(4)]", "citations: [2021/784 Art 12(9)]",
     "row AR1: 2021/784 Art 12(9) is not in text.md"),
    ("periods.yaml", "citations: [2021/784 Art 5(7)]", "citations: [2021/784 Art 5(9)]",
     "period exposure_review: 2021/784 Art 5(9) is not in text.md"),
    ("forms/annex-2.yaml", "citation: 2021/784 Annex II(B)", "citation: 2021/784 Annex II(Z)",
     "annex-2 measure: 2021/784 Annex II(Z) is not in text.md"),
    ("text.md", "- duty `human_oversight`", "- duty `human_overview`",
     "duty human_overview: no row, route or period answers to it and no reason is stated"),
    ("text.md", "- duty `human_oversight`", "- duty `human_overview`",
     "duty human_oversight: text.md does not state it"),
    ("vectors.yaml", "{row: SA2,", "{row: SA1,", "row SA2 of sender_authenticated has no vector"),
    ("vectors.yaml", "{period: feedback,", "{period: preserve,", "period feedback has no vector"),
    ("tables.yaml", "when: {message.repeats: true}", "when: {message.repeated: true}",
     "not_repeated: row NR2 asks for message.repeated, which is no fact"),
    ("tables.yaml", "when: {channel.kind: paper}", "when: {channel.kind: stone}",
     "written_record: row WR2 wants channel.kind to be what it can never be"),
    ("tables.yaml", "reads: {exclusion: content.exclusion}", "reads: {guess: content.exclusion}",
     "fact content.exclusion: guess is no reader"),
    ("tables.yaml", "  feedback.result: {", "  feedback.mood: {label: nobody asks}\n  feedback.result: {",
     "fact feedback.mood: no row asks for it"),
    ("tables.yaml", "{id: SA2,", "{id: SA1,", "sender_authenticated: SA1 names two rows"),
    ("tables.yaml", "period: scrutiny_request\n", "period: scrutiny\n", "ask_scrutiny: scrutiny is no period"),
    ("periods.yaml", "starts: [review_requested_at]", "starts: [review_wished_at]",
     "period exposure_review: review_wished_at is no event"),
    ("periods.yaml", "applies: {ask_scrutiny:", "applies: {wish_scrutiny:",
     "period scrutiny_request: wish_scrutiny is no table on orders"),
    ("forms/annex-1.yaml", "judged_by: signature", "judged_by: handwriting",
     "annex-1: issuer.stamp_signature is judged by handwriting, which is no table"),
    ("forms/annex-1.yaml", "when: {home_is_other_member_state: true}", "when: {home_is_abroad: true}",
     "annex-1: copy_sent_to_home_authority depends on home_is_abroad, which is no field"),
    ("tables.yaml", "recognised_by:", "order_form: annex-9\nrecognised_by:", "order_form: annex-9 is no form"),
    ("tables.yaml", "events_from: {issued_at: issued_at,", "events_from: {issued_at: issued,",
     "events_from: issued_at is no event, or issued no field"),
    ("tables.yaml", "recognised_by:", "calendar_from: state\nrecognised_by:", "calendar_from: state is no field"),
    ("tables.yaml", "{id: SA2,", "{id: SA2, reason: NONE,", "row SA2: NONE is a box of no form"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "complaint"), PLANTED)
def test_a_planted_mistake_is_found(tmp_path: Path, name: str, old: str, new: str, complaint: str) -> None:
    assert complaint in complaints(folder(tmp_path, name, old, new))


BROKEN = [
    ("tables.yaml", "outcome: holds", "outcome: perhaps", "Tables: tables.0.rows.0.outcome"),
    ("tables.yaml", "version: 2026-11-23", "version: 2026-11-23\nversion: 2026-11-24", "a key stands twice"),
    ("tables.yaml", "facts:", "facts: [", "tables.yaml"),
    ("tables.yaml", "reads: {exclusion: content.exclusion}", "reads: {exclusion: a, choice: b}", "exactly one reader"),
    ("periods.yaml", "length: PT48H", "length: two days", "periods.5.length"),
    ("forms/annex-1.yaml", "type: state", "type: country", "Form: sections.0.fields.0.type"),
    ("text.md", "## 2021/784 Art 3(3) · One hour", "## 2021/784 Art 3(3)", "needs '## citation · title'"),
    ("text.md", "*S4, 2026-11-23 · certainty: official*", "*S4*", "needs '## citation · title'"),
    ("text.md", "certainty: official*", "certainty: certain*", "is not official, secondary or unconfirmed"),
    ("text.md", "- duty `remove_within_the_hour` (provider)", "- duty to remove", "is not '- duty"),
    ("text.md", "## 2021/784 Art 3(4)(a) ·", "## 2021/784 Art 3(4)(b) ·", "2021/784 Art 3(4)(b) stands twice"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_a_folder_that_cannot_be_read_is_refused_by_file_and_field(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(BrokenLawError) as caught:
        folder(tmp_path, name, old, new)
    assert message in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "law")
    (tmp_path / "law" / "text.md").unlink()
    with pytest.raises(BrokenLawError, match=r"text\.md is missing"):
        load("eu-tco", tmp_path / "law")


def test_the_version_names_the_content(tmp_path: Path) -> None:
    changed = folder(tmp_path, "tables.yaml", "Was the sender authenticated?", "Was the sender authentic?")
    ours = law.instrument("eu-tco")
    assert changed.law_version.split("+")[0] == ours.law_version.split("+")[0] == "2026-11-23"
    assert changed.law_version != ours.law_version
    assert load("eu-tco", FOLDER).law_version == ours.law_version
    assert ours.title.startswith("Regulation (EU) 2021/784")


def test_an_order_is_judged_by_the_law_of_its_own_moment(tmp_path: Path) -> None:
    changed = folder(
        tmp_path, "tables.yaml", "{id: WR2, when: {channel.kind: paper}, outcome: fails,",
        "{id: WR9, when: {channel.kind: paper}, outcome: holds, in_force_from: 2027-01-01,"
        " citations: [2021/784 Art 3(5)], certainty: official, why: Paper will do.}\n"
        "      - {id: WR2, in_force_to: 2027-01-01, when: {channel.kind: paper}, outcome: fails,",
    )  # fmt: skip
    assert [str(day) for day in changed.days_of_change] == ["2022-06-07", "2027-01-01"]
    assert "row WR9 of written_record has no vector" in complaints(changed)
    for day, outcome in (("2026-12-31T23:59:59Z", Outcome.FAILS), ("2027-01-01T00:00:00Z", Outcome.HOLDS)):
        verdict = changed.at(Instant.parse(day).utc).verdict({"channel.kind": "paper"})
        assert verdict.by_id["written_record"].finding.outcome is outcome
    assert (
        changed.at(Instant.parse("2020-01-01T00:00:00Z").utc).verdict({"channel.kind": "paper"}).answer
        == "needs_person"
    )
