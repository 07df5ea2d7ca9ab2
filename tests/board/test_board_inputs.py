from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board.errors import BadInput, BoardRefusal
from board.pictures import reencode
from board.store.territories import MEMBERS, covering, is_territory
from board.web import inputs
from support.board import picture

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["territories", "legal", "blocked_by", "reference", "subject", "text", "language", "link", "by", "room", "pictures"]
)
BODIES = st.dictionaries(FIELDS, JSON | st.just(["EU"]) | st.just("en") | st.just("https://a.example"), max_size=7)


@given(BODIES)
def test_any_body_is_read_or_refused(body: dict[str, Any]) -> None:
    for read in (lambda one: inputs.territories(one, "legal"), inputs.note, inputs.letter, inputs.draft):
        try:
            read(body)
        except BoardRefusal:
            continue


@given(st.text(max_size=60))
def test_no_link_can_leave_its_header(tail: str) -> None:
    body = {"legal": {"blocked_by": "https://a.example/" + tail}}
    try:
        note = inputs.note(body)
    except BadInput:
        return
    assert note is not None
    assert not set(note.blocked_by) & set('<>"\\ \r\n\t')
    assert note.blocked_by.isascii()


@given(st.text(max_size=4))
def test_a_territory_is_a_code_the_union_or_everywhere(code: str) -> None:
    two_capitals = len(code) == 2 and set(code) <= set(string.ascii_uppercase)
    assert is_territory(code) == (code == "*" or two_capitals)


def test_the_union_has_27_members_and_covers_only_them() -> None:
    assert len(MEMBERS) == 27
    assert covering("FR") == ("*", "EU", "FR")
    assert "EU" not in covering("GB") + covering("CH") + covering("NO")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 300), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
def test_a_damaged_picture_is_shown_or_refused(noise: bytes, at: int, form: str) -> None:
    whole = picture(form=form)
    try:
        shown = reencode(whole[:at] + noise + whole[at + len(noise) :])
    except BoardRefusal:
        return
    assert shown.media_type in {"image/jpeg", "image/png"}


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM", "TGA", "EPS"])
def test_other_formats_are_refused(form: str) -> None:
    with pytest.raises(BadInput):
        reencode(picture(form=form))
