"""Forms of laws as pages: each form of each law says on a page what the demand says, and gives it back unchanged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import law
from comity.law.datatypes import IDENTIFIER_TYPES
from comity.law.forms import Field
from comity.law.states import MEMBER_STATES
from comity.pages import demands
from support.forms import Controls

LAWS = sorted(demands.fileable())
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"), max_size=30)
HOSTILE = st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; --", "{{ x }}", "</textarea><b>", "&lt;"]
)
ONE = st.one_of(WORDS, HOSTILE).map(lambda text: " ".join(text.split())).filter(bool)
DAY = st.dates().map(str)
MOMENT = st.one_of(
    DAY,
    st.builds(
        lambda day, hour, second, offset: f"{day}T{hour:02d}:30:{second:02d}{offset}",
        st.dates(), st.integers(0, 23), st.integers(0, 59), st.sampled_from(["+00:00", "+01:00", "-11:30", "+05:45"]),
    ),
)  # fmt: skip
ENDS = st.fixed_dictionaries({}, optional={"start": MOMENT, "end": MOMENT})
ROW = st.builds(
    lambda row, ends: row | ends,
    st.fixed_dictionaries({"type": st.sampled_from(IDENTIFIER_TYPES), "value": ONE}, optional={"id": ONE}),
    ENDS,
)


def value(one: Field) -> st.SearchStrategy[Any]:
    printed = [option.value for option in one.options]
    if one.type == "ticks":
        own = st.lists(ONE.filter(lambda text: text not in printed), unique=True, max_size=3)
        boxes = st.lists(st.sampled_from(printed), unique=True) if printed else st.just([])
        return st.builds(lambda some, words: [*sorted(some, key=printed.index), *words], boxes, own)
    if one.type in ("boxes", "options"):
        return st.lists(st.sampled_from(printed), unique=True).map(lambda some: sorted(some, key=printed.index))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "option": st.sampled_from(printed or [""]),
        "state": st.sampled_from(sorted(MEMBER_STATES)),
        "tick": st.booleans(),
        "number": st.integers(0, 999_999),
        "date": DAY,
        "moment": MOMENT,
        "interval": ENDS,
        "identifiers": st.lists(ROW, max_size=4),
        "parts": st.lists(ONE, max_size=3).map("\n".join),
        "contact": st.lists(ONE, max_size=3).map("\n".join),
    }
    return kinds.get(one.type, ONE)


def demand(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, said in fields.items():
        head, _, tail = key.partition(".")
        if said in ("", [], {}):
            continue
        if tail:
            found.setdefault(head, {})[tail] = said
        else:
            found[head] = said
    return found


@st.composite
def filled(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A law and a demand in its form; boxes that are not ticked are said, as a page says them."""
    identifier = draw(st.sampled_from(LAWS))
    form = law.instrument(identifier).order_form.form
    chosen = {one.key: draw(value(one)) for one in form.fields if one.type == "tick" or draw(st.booleans())}
    return identifier, demand(chosen)


def page(identifier: str, said: dict[str, Any], **options: Any) -> str:
    context = {"sections": demands.sections(identifier, said, **options)}
    return str(render_to_string("pages/demand_form.html", context))


@settings(max_examples=60, deadline=None)
@given(filled())
def test_a_page_gives_back_what_the_demand_says(made: tuple[str, dict[str, Any]]) -> None:
    identifier, said = made
    shown = Controls.of(page(identifier, said))
    form = law.instrument(identifier).order_form.form
    assert demands.typed(form, shown.posted) == said
    assert demands.changes(form, said, shown.posted) == {}
    assert {"script", "img", "b"}.isdisjoint(shown.tags)
    read = Controls.of(render_to_string("pages/demand_shown.html", {"rows": demands.shown(identifier, said)}))
    assert set(read.tags) <= {"dl", "dt", "dd", "br"}


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(LAWS),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), WORDS, HOSTILE),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
        max_leaves=8,
    ),
    st.booleans(),
)
def test_whatever_a_message_holds_it_is_shown_and_escaped(identifier: str, junk: Any, judged: bool) -> None:
    form = law.instrument(identifier).order_form.form
    said = demand({one.key: junk for one in form.fields})
    shown = Controls.of(page(identifier, said, judged=judged))
    assert {"script", "img", "b"}.isdisjoint(shown.tags)
    once = demands.typed(form, shown.posted)
    assert demands.typed(form, demands.laid(form, once)) == once


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LAWS), st.data())
def test_whatever_is_posted_is_read_once_and_stays(identifier: str, data: st.DataObject) -> None:
    form = law.instrument(identifier).order_form.form
    names = [name for one in form.fields for name in (one.key, f"{one.key}:own", f"{one.key}:day", f"{one.key}:time",
             f"{one.key}:start:day", f"{one.key}:0:value", f"{one.key}:7:type", f"{one.key}:99999:value")]  # fmt: skip
    posted = data.draw(st.dictionaries(st.sampled_from(names), st.lists(WORDS | HOSTILE, max_size=3), max_size=12))
    read = demands.typed(form, posted)
    again = demands.typed(form, demands.laid(form, read))
    law.instrument(identifier).order_form.read(read)
    assert demands.typed(form, demands.laid(form, again)) == again


@pytest.mark.parametrize("identifier", LAWS)
@pytest.mark.parametrize("language", ["fr", "de"])
def test_every_label_is_said_in_every_language(identifier: str, language: str) -> None:
    with override("en"):
        english = _labels(identifier)
    with override(language):
        other = _labels(identifier)
    same = {
        "Date",
        "Type",
        "Contact",
        "Description",
        "Services",
        "Justification",
        "Conditions",
        "Inspector",
        "Name",
        "Fax",
    }
    left = [one for one, said in zip(english, other, strict=True) if one == said and re.search("[a-z]{2}", one)]
    assert [one for one in left if one not in same and not one.startswith("Article ")] == []


def _labels(identifier: str) -> list[str]:
    found = []
    for section in demands.sections(identifier, {}):
        found.append(section.label)
        for control in section.controls:
            found.append(control.label)
            found.extend(label for value, label, _chosen in control.options if value != label)
    return found


def test_faults_stand_beside_their_fields_and_rows() -> None:
    said = {"E": {"identifiers": [{"type": "EMAIL", "value": "x"}, {"type": "USER_ID", "value": "alice"}]}}
    found = {one.key: one for section in demands.sections("eu-eevidence-production", said, judged=True)
             for one in section.controls}  # fmt: skip
    assert found["A.issuing_state"].faults
    first, second = found["E.identifiers"].rows
    assert (len(first.faults), second.faults) == (1, ())
    plain = [one for section in demands.sections("eu-eevidence-production", said) for one in section.controls]
    assert not any(one.faults or any(row.faults for row in one.rows) for one in plain)


def test_a_correction_says_whole_sections_and_what_was_taken_out() -> None:
    form = law.instrument("us-sca").order_form.form
    before = {"authority": "FBI", "reference": "1", "emergency": True, "period": {"start": "2026-11-10T00:00:00Z"}}
    given_back = QueryDict(
        "authority=FBI&period:start:day=2026-11-10&period:start:time=00:00&period:start:offset=%2B00:00"
    )
    changed = demands.changes(form, before, demands.posted(given_back))
    assert changed == {"reference": None, "emergency": False}


def test_there_are_never_more_rows_than_a_page_can_carry() -> None:
    rows = [{"type": "USER_ID", "value": f"user{number}"} for number in range(200)]
    said = {"E": {"identifiers": rows}}
    shown = Controls.of(page("eu-eevidence-production", said, rows=500))
    form = law.instrument("eu-eevidence-production").order_form.form
    assert len(demands.typed(form, shown.posted)["E"]["identifiers"]) == 60
    assert demands.changes(form, said, shown.posted) == {}
    shown.posted["E.identifiers:0:value"] = ["alice"]
    changed = demands.changes(form, said, shown.posted)["E"]["identifiers"]
    assert [one["value"] for one in changed] == ["alice", *(f"user{number}" for number in range(1, 200))]
