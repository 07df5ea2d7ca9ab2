"""Every type of signal keeps what it promises; texts and addresses have one spelling and only one."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.matching.errors import InvalidSignal, UnknownSignalType
from comity.matching.signals import TYPES, ContentType, type_named
from comity.matching.signals.digests import digests
from comity.matching.signals.text import MOST_CHARACTERS, normalise, signal
from comity.matching.signals.urls import address, canonical

EXAMPLES = [(one.name, example) for one in TYPES.values() for example in one.examples]
NOT_EXAMPLES = [(one.name, example) for one in TYPES.values() for example in one.not_examples]
COMPARED = [pair for pair in EXAMPLES if not pair[0].startswith("url_")]
"""Rules about addresses are compared with addresses."""


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_in_its_one_spelling(name, example):
    assert TYPES[name].normalise(example) == example
    assert TYPES[name].valid(f"  {example}\n")


@pytest.mark.parametrize(("name", "example"), NOT_EXAMPLES)
def test_what_is_no_signal_is_refused(name, example):
    assert not TYPES[name].valid(example)
    with pytest.raises(InvalidSignal):
        TYPES[name].normalise(example)


@pytest.mark.parametrize(("name", "example"), COMPARED)
def test_an_example_matches_itself_and_no_distance_is_negative(name, example):
    assert TYPES[name].distance(example, example) == 0
    assert TYPES[name].matches(example, example)
    assert not TYPES[name].matches(example, example, threshold=-1)


@pytest.mark.parametrize("name", sorted(TYPES))
@given(text=st.text())
def test_a_spelling_is_final_whatever_comes(name, text):
    if TYPES[name].valid(text):
        once = TYPES[name].normalise(text)
        assert TYPES[name].normalise(once) == once


def test_every_content_type_has_a_signal():
    assert set().union(*(one.content_types for one in TYPES.values())) == set(ContentType)


@pytest.mark.parametrize(
    ("elsewhere", "ours"),
    [("HASH_PDQ", "pdq"), ("video_md5", "md5"), ("raw_text", "text"), ("URI", "url"), ("vpdq", "vpdq")],
)
def test_a_type_is_found_by_the_name_that_others_give_it(elsewhere, ours):
    assert type_named(elsewhere).name == ours


def test_no_two_types_have_one_name():
    names = [name for one in TYPES.values() for name in {one.name, *one.elsewhere}]
    assert len(names) == len(set(names))


def test_an_unknown_type_is_no_type():
    with pytest.raises(UnknownSignalType, match="no type of signal"):
        type_named("tmk")


def test_pdq_counts_bits():
    here, there = "0" * 64, "0" * 62 + "ff"
    assert TYPES["pdq"].distance(here, there) == 8
    assert TYPES["pdq"].matches(here, f"{(1 << 31) - 1:064x}")
    assert not TYPES["pdq"].matches(here, f"{(1 << 32) - 1:064x}")


def test_the_core_needs_none_of_the_libraries():
    code = (
        "import sys\n"
        "for name in ('numpy', 'numba', 'av', 'PIL'): sys.modules[name] = None\n"
        "from comity.matching.signals import TYPES\n"
        "from comity.matching.errors import MissingLibraries\n"
        "try:\n    import comity.matching.signals.pdq\n"
        "except MissingLibraries as error:\n    print(len(TYPES), error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{len(TYPES)} numpy is not installed: install Comity with the extra `matching`")


@given(st.lists(st.binary(max_size=50)))
def test_digests_of_pieces_are_those_of_the_whole(pieces):
    whole, found = b"".join(pieces), digests(pieces)
    assert (found.sha256, found.md5, found.size) == (
        hashlib.sha256(whole).hexdigest(),
        hashlib.md5(whole, usedforsecurity=False).hexdigest(),
        len(whole),
    )


# -- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World!", "  hello\tworld"),
        ("Hello World", "Неllо Ԝоrld"),
        ("Hello World", "Ｈｅｌｌｏ　Ｗｏｒｌｄ"),
        ("Hello World", "He\u200bl\u00adlo\u2060 W\u200dorld"),
        ("fine", "ﬁne"),
        ("STRASSE", "Straße"),
        ("café", "cafe\u0301"),
        ("الإمام", "الإِمَام"),
        ("𝐇𝐞𝐥𝐥𝐨", "hello"),
        ("İstanbul", "istanbul"),
        ("one two", "one—two…"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_the_same(one, other):
    assert normalise(one) == normalise(other)
    assert signal(one) == signal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hello World", "Hello Word"), ("कि", "कु"), ("one two", "onetwo"), ("1", "2"), ("か", "き"), ("ไม่", "ใหม่")],
)
def test_what_differs_stays_different(one, other):
    assert signal(one) != signal(other)


@pytest.mark.parametrize("text", ["", "  \n", "?!…", "\u200b\u2060", "😀😀"])
def test_a_text_without_a_letter_has_no_signal(text):
    with pytest.raises(InvalidSignal, match="no letter"):
        signal(text)


def test_a_text_of_any_length_is_not_compared():
    with pytest.raises(InvalidSignal, match="is not compared"):
        signal("a" * (MOST_CHARACTERS + 1))


@given(st.text())
def test_the_normal_form_is_final_and_holds_words_only(text):
    normal = normalise(text)
    assert normalise(normal) == normal
    assert all(unicodedata.category(mark)[0] in "LMN" or mark == " " for mark in normal)
    assert normal == " ".join(normal.split())


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_takes_the_short_way_to_the_same_form(text):
    # A twin letter beside it forces the long way.
    assert normalise(text + " \u0430").removesuffix("a").strip() == normalise(text)


# -- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("HTTP://User:pw@EXAMPLE.org:80/a/../b/./c%7e?utm_source=x&q=1&fbclid=3#top", "https://example.org/b/c~?q=1"),
        ("https://matrix.to/#/!room:example.org", "https://matrix.to/#/!room:example.org"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org", "https://example.org/"),
        ("https:\\\\example.org\\x", "https://example.org/x"),
        ("https://example.org/x?a\\b", "https://example.org/x?a%5Cb"),
        ("https://bücher.example./ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://ＥＸＡＭＰＬＥ.org/", "https://example.org/"),
        ("https://ex%61mple.org/", "https://example.org/"),
        ("http://0x7f.1/", "https://127.0.0.1/"),
        ("http://2130706433/", "https://127.0.0.1/"),
        ("http://[0:0::1]:8080/", "https://[::1]:8080/"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/?", "https://example.org/"),
        (" \thttps://exam\nple.org/ ", "https://example.org/"),
        ("https://example.org/%2e%2e/%2E/a/..", "https://example.org/"),
        ("https://example.org/?b=2&a=1", "https://example.org/?b=2&a=1"),
    ],
)
def test_an_address_has_one_spelling(text, one):
    assert canonical(text) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "mailto:a@example.org",
        "data:text/html,x",
        "https://",
        "https:///",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://example.org:8a/",
        "https://[::1/",
        "https://300.1.1.1/",
        "https://1.2.3.4.5/",
        "https://-example.org/",
        "https://a..b/",
        "https://" + "a" * 64 + ".org/",
        "https://exa<mple.org/",
        "https://example.org/" + "a" * 5000,
        "https://\u202eexample.org/",
    ],
)
def test_what_no_browser_would_contact_is_no_address(text):
    with pytest.raises(InvalidSignal):
        canonical(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/?a=1", "https://example.org/?a=2"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/", "https://www.example.org/"),
        ("https://example.org/", "https://example.org:8443/"),
        ("https://matrix.to/#/!a:x.org", "https://matrix.to/#/!b:x.org"),
    ],
)
def test_what_may_be_other_content_stays_another_address(one, other):
    assert not TYPES["url"].matches(canonical(one), canonical(other))


def test_a_shortener_is_marked_and_not_followed():
    assert address("https://t.co/abc").shortened
    assert canonical("https://t.co/abc") == "https://t.co/abc"
    assert not address("https://t.co.example.org/abc").shortened


@pytest.mark.parametrize(
    ("rule", "url", "covered"),
    [
        ("example.org", "https://example.org/any", True),
        ("example.org", "https://a.example.org/", False),
        ("*.example.org", "https://a.b.example.org/", True),
        ("*.example.org", "https://example.org/", True),
        ("*.example.org", "https://badexample.org/", False),
        ("example.org", "https://example.org.evil.net/", False),
        ("example.org", "https://example.org@evil.net/", False),
        ("127.0.0.1", "http://0x7f.1/", True),
    ],
)
def test_a_rule_covers_its_host_and_no_other(rule, url, covered):
    assert TYPES["url_host"].matches(canonical(url), TYPES["url_host"].normalise(rule)) is covered


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://example.org/channel", True),
        ("http://example.org/channel/9?x=1", True),
        ("https://example.org/channel2", False),
        ("https://example.org/channel/../other", False),
        ("https://other.org/channel/", False),
        ("https://example.org:8443/channel/", False),
    ],
)
def test_a_rule_covers_its_path_and_no_neighbour(url, covered):
    assert TYPES["url_path"].matches(canonical(url), "https://example.org/channel/") is covered


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_troubles_the_reader(host, rest):
    for text in (host, f"https://{host}/{rest}", f"http://example.org/{rest}", f"https://example.org?{rest}#{host}"):
        try:
            once = canonical(text)
        except InvalidSignal:
            continue
        assert canonical(once) == once
        assert once.isascii()
