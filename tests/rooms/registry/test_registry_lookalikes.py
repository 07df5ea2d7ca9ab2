from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.registry.lookalikes import Trick, lookalike_of, plain, skeleton, within_one_edit

KNOWN = ("polizei.example", "melun.gouv.example", "authority.example")


@pytest.mark.parametrize(
    ("domain", "trick"),
    [
        ("pоlizei.example", Trick.SAME_SHAPE),  # Cyrillic o
        ("pοlizei.example", Trick.SAME_SHAPE),  # Greek omicron
        ("po1izei.example", Trick.SAME_SHAPE),  # digit
        ("p0lizei.example", Trick.SAME_SHAPE),
        ("pölizei.example", Trick.SAME_SHAPE),  # accent
        ("\uff50olizei.example", Trick.SAME_SHAPE),  # full width
        ("polizei-example", Trick.SAME_SHAPE),  # hyphen for dot
        ("rnelun.gouv.example", Trick.SAME_SHAPE),  # rn for m
        ("xn--" + "pоlizei".encode("punycode").decode() + ".example", Trick.SAME_SHAPE),
        ("polize.example", Trick.ONE_LETTER),
        ("polizeii.example", Trick.ONE_LETTER),
        ("ploizei.example", Trick.ONE_LETTER),
        ("pokizei.example", Trick.ONE_LETTER),
        ("polizei.test", Trick.OTHER_ENDING),
        ("polizei.example.evil.test", Trick.KNOWN_AS_PREFIX),
        ("polizei-example.test", Trick.KNOWN_AS_PREFIX),
        ("POLIZE.EXAMPLE.", Trick.ONE_LETTER),
    ],
)
def test_a_look_alike_is_named_with_its_trick(domain: str, trick: Trick) -> None:
    found = lookalike_of(domain, KNOWN)
    assert found is not None
    assert found.trick is trick
    assert found.known in KNOWN


@pytest.mark.parametrize(
    "domain",
    [
        "polizei.example",
        "Polizei.Example.",
        "kripo.polizei.example",
        "board.example",
        "",
        "example",
        "gouv.example",
        "xn--",
    ],
)
def test_the_domain_itself_and_strangers_are_no_look_alikes(domain: str) -> None:
    assert lookalike_of(domain, KNOWN) is None


def test_nothing_resembles_an_empty_register() -> None:
    assert lookalike_of("polizei.example", ()) is None


def test_bad_punycode_stays_as_written() -> None:
    assert plain("xn--99999999999.example") == "xn--99999999999.example"
    assert plain("xn--é.example") == "xn--é.example"


@given(st.text(max_size=300))
def test_any_text_is_judged_without_failing(text: str) -> None:
    found = lookalike_of(text, KNOWN)
    assert found is None or found.known in KNOWN
    assert skeleton(text) == skeleton(text)


@given(st.text("abc.", max_size=8), st.text("abc.", max_size=8))
def test_one_edit_is_symmetric(one: str, other: str) -> None:
    assert within_one_edit(one, other) == within_one_edit(other, one)


@given(st.text("abcdef", min_size=1, max_size=12), st.data())
def test_one_edit_finds_every_single_edit(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    assert within_one_edit(text, text[:at] + text[at + 1 :])
    assert within_one_edit(text, text[:at] + "x" + text[at + 1 :])
    assert within_one_edit(text, text[:at] + "x" + text[at:])
    assert within_one_edit(text, text[:at] + text[at : at + 2][::-1] + text[at + 2 :])


@given(st.text("abcdef", min_size=3, max_size=12))
def test_two_edits_are_not_one(text: str) -> None:
    assert not within_one_edit(text, "x" + text + "y")
    assert not within_one_edit(text, "x" + text[1:-1] + "y")
