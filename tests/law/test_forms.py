"""Reading a message against its form: every fault by field, rule and article; nothing raises, nothing is dropped."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.law.fieldtypes import Kind, UnreadableValue, reader
from comity.law.forms import MAX_FAULTS

LAW = law.instrument("eu-tco")
ORDER: dict[str, Any] = LAW.vectors["order"]
FORM = LAW.forms["annex-1"]


def read(**changes: Any) -> Any:
    return FORM.read({**copy.deepcopy(ORDER), **changes}, LAW.besides)


def test_a_sound_order_has_no_fault_and_typed_values() -> None:
    reading = read()
    assert reading.faults == []
    assert reading.beyond == ()
    assert reading.values["issued_at"] == Instant.parse("2026-11-21T01:00:00Z")
    assert reading.values["redress.deadline"] == (1, "months", "receipt")
    assert reading.values["content_locations"] == ("https://board.example/posts/17",)


@pytest.mark.parametrize(
    ("field", "value", "rule", "where"),
    [
        ("issued_at", "2026-11-21T02:00:00", "no_offset", "issued_at"),
        ("issued_at", "yesterday", "not_a_time", "issued_at"),
        ("issued_at", "2026-02-30T02:00:00Z", "not_a_time", "issued_at"),
        ("issued_at", "9999-12-31T02:00:00Z", "not_a_time", "issued_at"),
        ("issued_at", "0001-01-01T00:00:00+14:00", "not_a_time", "issued_at"),
        ("issued_at", 1763690400, "wrong_type", "issued_at"),
        ("order_reference", None, "missing", "order_reference"),
        ("order_reference", "", "missing", "order_reference"),
        ("order_reference", " ", "empty", "order_reference"),
        ("order_reference", "x" * 20_001, "too_long", "order_reference"),
        ("order_reference", 5, "wrong_type", "order_reference"),
        ("addressee", [], "wrong_type", "addressee"),
        ("addressee", ["Example Board", 7], "wrong_type", "addressee"),
        ("home_member_state", "FRA", "not_a_state", "home_member_state"),
        ("nondisclosure", 1, "wrong_type", "nondisclosure"),
        ("grounds", "INCITES", "wrong_type", "grounds"),
        ("grounds", [], "empty", "grounds"),
        ("grounds", ["INCITES", 7], "not_an_option", "grounds[1]"),
        ("content_locations", "https://board.example", "wrong_type", "content_locations"),
        ("content_locations", [], "empty", "content_locations"),
        ("content_locations", ["https://board.example"], "wrong_type", "content_locations[0]"),
        ("content_locations", [{"url": "board.example"}], "not_a_url", "content_locations[0].url"),
        ("content_locations", [{"url": "https://board.example", "additional_info": 1}], "wrong_type",
         "content_locations[0].additional_info"),
        ("issuer.email", "nobody", "not_an_email", "issuer.email"),
        ("issuer.tel", "call me", "not_a_telephone", "issuer.tel"),
        ("issuer.tel", "+1 ()-", "not_a_telephone", "issuer.tel"),
        ("issuer.date", "21.11.2026", "not_a_date", "issuer.date"),
        ("issuer.date", "2026-11-21T10:00:00", "no_offset", "issuer.date"),
        ("issuer.date", 20261121, "wrong_type", "issuer.date"),
        ("issuer.type", "POLICE", "not_an_option", "issuer.type"),
        ("issuer.stamp_signature", "picture", "wrong_type", "issuer.stamp_signature"),
        ("issuer.stamp_signature", {"evidence": "x"}, "wrong_type", "issuer.stamp_signature.kind"),
        ("redress.deadline", 48, "wrong_type", "redress.deadline"),
        ("redress.deadline", "soon", "not_a_deadline", "redress.deadline"),
        ("redress.deadline", {"n": 0, "unit": "days", "from": "receipt"}, "not_a_deadline", "redress.deadline.n"),
        ("redress.deadline", {"n": True, "unit": "days", "from": "receipt"}, "not_a_deadline", "redress.deadline.n"),
        ("redress.deadline", {"n": 1, "unit": "moons", "from": "receipt"}, "not_a_deadline", "redress.deadline.unit"),
        ("redress.deadline", {"n": 1, "unit": "day"}, "wrong_type", "redress.deadline"),
    ],
)  # fmt: skip
def test_each_fault_names_field_rule_and_article(field: str, value: object, rule: str, where: str) -> None:
    head, _, tail = field.partition(".")
    reading = read(**{head: {**ORDER[head], tail: value} if tail else value})
    (fault,) = reading.faults
    assert (fault.code, fault.field) == (rule, where)
    assert fault.message.startswith(where)
    assert fault.citations[0] in fault.message
    assert law.article_text(fault.citations[0])


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("48 hours from receipt", (48, "hours", "from receipt")),
        ("within 1 month after notification", (1, "months", "after notification")),
        ("2 weeks", (2, "weeks", "not stated")),
        ({"n": 30, "unit": "days", "from": "service"}, (30, "days", "service")),
    ],
)
def test_time_limits_for_redress(said: object, read_as: tuple[int, str, str]) -> None:
    assert reader("redress_deadline", ())(said) == read_as


def test_parts_dates_and_options_read_alike_in_several_shapes() -> None:
    assert (
        reader("parts", ())({"name": "Example Board", "representative": None, "city": "Paris"})
        == "Example Board\nParis"
    )
    assert reader("date", ())("2026-11-21T23:30:00-05:00").isoformat() == "2026-11-21"
    assert reader("options", ("A", "B"))(["B", "A", "B"]) == ("B", "A")


def test_flat_and_nested_fields_and_both() -> None:
    assert read(**{"issuer.email": "orders@office.example"}).faults == []
    (fault,) = read(**{"issuer.email": "other@office.example"}).faults
    assert fault.code == "stands_twice"


def test_fields_beyond_the_form_are_named_and_touch_nothing() -> None:
    reading = read(urgent=True, issuer={**ORDER["issuer"], "mood": "angry"}, language="en")
    assert reading.beyond == ("issuer.mood", "urgent")
    assert reading.faults == []


def test_what_is_due_only_sometimes() -> None:
    followup = {"issuer_contact": "orders@office.example"}
    assert [fault.field for fault in read(followup=followup).faults] == ["followup.home_authority_contact"]
    assert read(followup=followup, home_is_other_member_state=False).faults == []


def test_annexes_of_ours_know_their_fields() -> None:
    for name in ("annex-2", "annex-3"):
        form = LAW.forms[name].form
        assert [section.id for section in form.sections] == ["A", "B", "C"]
        assert all(field.certainty == "unconfirmed" for field in form.fields)
        assert LAW.forms[name].read({}).missing == {field.key for field in form.fields if field.required == "yes"}


def test_faults_have_an_end() -> None:
    assert len(FORM.read({}).faults) < MAX_FAULTS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KINDS: list[Kind] = [
    "text", "parts", "contact", "state", "datetime", "date", "tick", "option", "options", "locations", "email",
    "telephone", "signature", "redress_deadline", "link",
]  # fmt: skip


@given(st.sampled_from(KINDS), JSON)
def test_a_type_reads_any_value_or_says_which_rule_it_breaks(kind: Kind, raw: Any) -> None:
    with contextlib.suppress(UnreadableValue):
        assert reader(kind, ("A", "B"))(raw) is not None


@given(st.dictionaries(st.sampled_from([f.key for f in FORM.form.fields] + ["issuer", "redress", "x"]), JSON))
def test_any_message_can_be_read(message: dict[str, Any]) -> None:
    reading = FORM.read(message)
    assert not reading.missing & set(reading.values)
    assert not reading.faulty & set(reading.values)
    assert {key for key in message if key == "x"} <= set(reading.beyond)
