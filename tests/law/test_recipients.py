"""The file of recipients: sound, whole, and refused with its place when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import law
from comity.law.errors import BrokenLawError
from comity.law.recipients import Recipients, parse, recipients
from comity.law.states import MEMBER_STATES

ROWS = "\n".join(f"  {state}: {{}}" for state in sorted(MEMBER_STATES))
SOUND = f"""
version: "1"
europol: {{name: Europol, citation: 2021/784 Art 14(5), certainty: official}}
states:
{ROWS}
"""


def test_every_citation_finds_its_article() -> None:
    found = recipients()
    rows = [row for state in found.states.values() for row in (state.state, state.home_contact) if row is not None]
    for named in [found.europol, *rows]:
        assert law.article_text(named.citation).citation == named.citation


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  FR: {}\n", "", "states: .*FR"),
        ("  FR: {}\n", "  FR: {}\n  CH: {}\n", "states: .*CH"),
        ("certainty: official", "certainty: sure", r"europol\.certainty"),
        ("name: Europol", "name: ''", r"europol\.name"),
        ("  FR: {}", "  FR: {street: x}", r"states\.FR\.street"),
        ('version: "1"', "version: [", "not YAML"),
    ],
)
def test_what_cannot_be_used_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(BrokenLawError, match=said):
        parse(SOUND.replace(old, new))


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BrokenLawError):
        parse(text)


def test_a_sound_file_is_read() -> None:
    assert isinstance(parse(SOUND), Recipients)
