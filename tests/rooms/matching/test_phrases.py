"""Phrases and addresses in a text: both engines find what a plain search finds, and nothing else."""

from __future__ import annotations

import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.matching.errors import InvalidSignal
from comity.matching.signals import phrases, text
from comity.matching.signals.phrases import Phrases, addresses

ENGINES = [phrases._by_hyperscan, phrases._by_ahocorasick]
WORDS = st.text(alphabet="ab \u00e9\u0436\u4e2d\u0e01.-", min_size=1, max_size=12)


@pytest.fixture(params=ENGINES, ids=["hyperscan", "ahocorasick"])
def engine(request, monkeypatch):
    monkeypatch.setattr(phrases, "_engine", lambda: request.param)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("phrase", "content"),
    [
        ("join the caravan", "They said: JOIN  the\u200b caravan!"),
        ("join the caravan", "join-the-caravan"),
        ("caf\u00e9 noir", "le cafe\u0301 Noir."),
        ("\u0440\u0430\u0443pal", "pay it by paypal now"),
        ("\u52a0\u5165\u6211\u4eec", "\u73b0\u5728\u52a0\u5165\u6211\u4eec\u5427"),
        ("\u0e01\u0e32\u0e23", "\u0e1a\u0e01\u0e32\u0e23\u0e1a"),
    ],
)
def test_a_phrase_is_found_however_it_is_dressed(phrase, content):
    assert Phrases({7: phrase}).within(content) == {7}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("content", ["", "rejoin the caravan", "join the caravans", "join a caravan", "...", "join"])
def test_a_phrase_is_not_found_in_other_words(content):
    assert Phrases({7: "join the caravan"}).within(content) == frozenset()


@pytest.mark.usefixtures("engine")
def test_phrases_that_overlap_contain_or_equal_one_another_are_all_found():
    listed = {1: "a b", 2: "b c", 3: "a b c", 4: "A  B", 1 << 60: "c"[:1] * 2}
    assert Phrases(listed).within("a b c") == {1, 2, 3, 4}
    assert len(Phrases(listed)) == 5


@pytest.mark.usefixtures("engine")
def test_no_phrases_find_nothing():
    assert Phrases({}).within("anything") == frozenset()


@pytest.mark.parametrize("phrase", ["", " ", "...", "\u200b", "x", "y" * 1001])
def test_what_is_no_phrase_is_refused(phrase):
    with pytest.raises(InvalidSignal, match="phrase"):
        Phrases({1: phrase})


@pytest.mark.parametrize("by", ENGINES)
@given(listed=st.lists(WORDS, max_size=8), content=st.text(alphabet="ab \u00e9\u0436\u4e2d\u0e01.-", max_size=40))
@example(listed=["ab", "b a"], content="ab ab a")
def test_an_engine_finds_what_a_plain_search_finds(by, listed, content):
    spelt = []
    for one in listed:
        try:
            spelt.append(phrases.normalise(one))
        except InvalidSignal:
            continue
    spelt = list(dict.fromkeys(spelt))
    if not spelt:
        return
    found = by([phrases._bounded(one) for one in spelt])(f" {text.normalise(content)} ")
    normal = text.normalise(content)
    assert found == {place for place, one in enumerate(spelt) if phrases.distance(normal, one) == 0.0}


@pytest.mark.usefixtures("engine")
def test_a_text_made_of_one_phrase_is_answered_once_and_by_any_thread():
    table, found = Phrases({1: "ab cd"}), []
    threads = [threading.Thread(target=lambda: found.append(table.within("ab cd " * 50_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{1}] * 4


@pytest.mark.parametrize(
    ("content", "first"),
    [
        ("see http://Example.org/channel/9.", "https://example.org/channel/9."),
        ("(www.example.org/a)", "https://www.example.org/a)"),
        ("\u2192 HTTPS://example.org:443/a?utm_source=x \u2190", "https://example.org/a"),
    ],
)
def test_addresses_are_read_out_of_a_text(content, first):
    assert addresses(content)[0] == first


def test_an_address_is_also_read_without_the_mark_that_ends_the_sentence():
    assert "https://example.org/channel/9" in addresses("see http://Example.org/channel/9.")


@pytest.mark.parametrize("content", ["", "no address", "http://", "javascript:alert(1)", "https://exa mple", "www."])
def test_what_only_looks_like_an_address_is_left_out(content):
    assert addresses(content) == ()


def test_a_text_of_a_million_addresses_costs_a_thousand():
    assert len(addresses(" ".join(f"https://example.org/{n}" for n in range(20_000)))) == phrases.MOST_ADDRESSES


@given(st.text(max_size=300))
@example("http://[::1")
@example("https://%zz/")
def test_reading_addresses_never_fails(content):
    for one in addresses(content):
        assert one.startswith("https://")
