"""Orders that are alike are known from then on: what is remembered changes no answer, and strangers cannot fill it."""

from __future__ import annotations

import copy
from collections import UserDict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Finding
from comity.law import alike, datatypes, fieldtypes
from comity.law.alike import Likeness, read_all
from comity.law.library import INSTRUMENTS
from comity.law.provider import Provider
from comity.law.view import View

WITH_ORDERS = tuple(name for name in INSTRUMENTS if "order" in law.instrument(name).vectors)
STRANGE: tuple[Any, ...] = (
    None, "", [], {}, "x", "x" * 2000, True, False, 0, 1, 1.0, 17, ["a"], {"a": "b"}, ["SUBSCRIBER"], "US", "DE", "DK",
    "2026-08-01T00:00:00Z", "2026-11-30T23:59:59+05:30", "2026-08-01", "contraseña",
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(*at, key) for key, _below in inner]
    return found + [place for key, below in inner for place in places(below, (*at, key))]


def changed(order: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found: Any = copy.deepcopy(order)
    outer = found
    for key in place[:-1]:
        outer = outer[key]
    outer[place[-1]] = value
    return found  # type: ignore[no-any-return]


def view_of(name: str, order: Any, *, unknown_provider: bool = False) -> View:
    shelf = law.instrument(name)
    vectors: Any = shelf.vectors
    provider = None if unknown_provider else Provider.model_validate(vectors["provider"])
    received = Instant.parse(vectors["received"])
    return View(order, shelf.order_form.read(order, shelf.besides), provider, received, shelf.applies_from)


def order_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = law.instrument(name).vectors["order"]
    return found


@pytest.mark.parametrize("name", WITH_ORDERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_known_of_orders_alike_is_what_is_read(name: str, data: st.DataObject) -> None:
    base = order_of(name)
    known = Likeness(law.instrument(name))
    for _order in range(6):
        order = changed(base, data.draw(st.sampled_from(places(base))), data.draw(st.sampled_from(STRANGE)))
        nobody = data.draw(st.booleans())
        for _again in range(2):
            remembered, read = (view_of(name, order, unknown_provider=nobody) for _ in range(2))
            facts = read_all(law.instrument(name), read)
            assert list(known.known(remembered).facts.items()) == list(facts.items())
            assert [remembered.words([fact]) for fact in facts] == [read.words([fact]) for fact in facts]


def test_orders_alike_are_read_once() -> None:
    name, known = "us-sca", Likeness(law.instrument("us-sca"))
    first = known.known(view_of(name, order_of(name)))
    other = {
        **order_of(name),
        "reference": "another",
        "authority": "Another Court",
        "issued_at": "2026-11-20T08:00:00Z",
    }
    assert known.known(view_of(name, other)) is first
    assert known.known(view_of(name, {**other, "process": "court_order"})) is not first
    assert known.known(view_of(name, other, unknown_provider=True)) is not first


def test_a_number_is_never_taken_for_yes() -> None:
    name = "eu-tco"
    known = Likeness(law.instrument(name))
    for verified, fact in ((True, True), (1, None), (1.0, None), (True, True), (False, False), (0, None)):
        order = changed(order_of(name), ("channel", "sender_verified"), verified)
        assert known.known(view_of(name, order)).facts["channel.sender_verified"] is fact


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("channel",), {"kind": ["post"]}),  # a list where a word is expected
        (("message",), {"faults": ["two of it"]}),
        (("issued_at",), "soon"),  # a field that cannot be read
        (("language",), "x"),
        (("channel",), {"kind": "x" * 1001}),
    ],
)
def test_an_order_like_no_other_is_not_remembered(place: tuple[str, ...], value: Any) -> None:
    known = Likeness(law.instrument("eu-tco"))
    known.known(view_of("eu-tco", changed(order_of("eu-tco"), place, value)))
    assert len(known._alike) == (place == ("language",))


def test_what_is_no_object_of_json_is_read_and_not_remembered() -> None:
    known = Likeness(law.instrument("eu-tco"))
    assert known.known(view_of("eu-tco", UserDict(order_of("eu-tco")))).facts["channel.sender_verified"] is None
    assert known._alike == {}


def test_strangers_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "_KEPT", 5)
    monkeypatch.setattr(alike, "_KNOWN", 7)
    known = Likeness(law.instrument("eu-tco"))
    for kind in range(12):
        for text in ("the of and to in is that", "der die das und ist ein", "le la les et des est"):
            for hour in (1, 2):
                order = changed(order_of("eu-tco"), ("channel", "kind"), f"x{kind}")
                order |= {"additional_reasons": text, "issued_at": f"20{26 + hour}-01-01T00:00:00Z"}
                known.known(view_of("eu-tco", order))
                assert len(known._alike) <= 5
                assert len(known._known) <= 7


def test_what_is_made_without_a_check_is_what_a_check_makes() -> None:
    vectors: Any = law.instrument("us-sca").vectors
    provider = Provider.model_validate(vectors["provider"])
    found = law.assess(vectors["order"], received=Instant.parse(vectors["received"]), provider=provider)
    checked = type(found).model_validate(found.model_dump())
    assert found == checked
    assert found.canonical() == checked.canonical()
    assert found.model_fields_set == checked.model_fields_set
    one = found.findings[0]
    assert one.but(why="another") == Finding(**{**one.model_dump(), "why": "another"})
    assert one.but(why="another") != one


def test_names_of_times_without_a_time_are_no_time_and_a_number_is_no_text() -> None:
    (one,) = datatypes.identifiers([{"type": "USER_ID", "value": "a", "start": None, "end": None}]).items
    assert one.interval is None
    with pytest.raises(fieldtypes.UnreadableValue, match="names neither start nor end"):
        datatypes.interval({"start": None})
    with pytest.raises(fieldtypes.UnreadableValue, match="is not text"):
        fieldtypes.reader("parts", ())(7)
