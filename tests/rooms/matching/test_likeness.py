"""Texts that are alike are found among many; others are not; and no language is favoured."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.matching.errors import TextTooShort
from comity.matching.signals import TYPES
from comity.matching.signals.likeness import PLACES
from comity.matching.signals.minhash import read, signature, signatures, written
from comity.matching.signals.nearby import TextTable

LIKENESS = TYPES["text_likeness"]
LETTERS = {
    "Latin": "abcdefghijklmnopqrstuvwxyz",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Cyrillic": "абвгдежзиклмнопрстуфхцчшщэюя",
    "Devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
}
UNSPACED = {"Han": (0x4E00, 3000), "Hiragana": (0x3042, 80), "Thai": (0x0E01, 46)}


def _vocabulary(letters: str, size: int = 4000) -> list[str]:
    drawn = np.random.Generator(np.random.PCG64(5))
    return ["".join(drawn.choice(list(letters), int(drawn.integers(2, 9)))) for _ in range(size)]


def _texts(words: list[str], count: int, length: int, seed: int = 1) -> list[list[str]]:
    """Texts in which a few words are frequent and most are rare, as in every language (Zipf)."""
    drawn = np.random.Generator(np.random.PCG64(seed))
    weights = np.cumsum(1.0 / np.arange(1, len(words) + 1))
    return [
        [words[place] for place in np.searchsorted(weights, drawn.random(length) * weights[-1])] for _ in range(count)
    ]


def _changed(words: list[str], vocabulary: list[str], seed: int) -> list[str]:
    """The text with one word in twenty replaced, at least one."""
    drawn, changed = np.random.Generator(np.random.PCG64(seed)), list(words)
    for place in drawn.choice(len(words), max(1, round(len(words) / 20)), replace=False):
        changed[place] = vocabulary[int(drawn.integers(len(vocabulary)))]
    return changed


def _common(one: list[str], other: list[str]) -> float:
    """The share of pairs of neighbouring words that two texts have in common, counted."""
    ours, theirs = set(pairwise(one)), set(pairwise(other))
    return len(ours & theirs) / len(ours | theirs)


@pytest.mark.parametrize("script", sorted(LETTERS))
@pytest.mark.parametrize("length", [20, 60, 200])
def test_texts_with_one_word_in_twenty_changed_are_found_and_no_others(script, length):
    vocabulary = _vocabulary(LETTERS[script])
    texts = _texts(vocabulary, 600, length)
    listed, _pairs = signatures([" ".join(words) for words in texts])
    asked, _pairs = signatures([" ".join(_changed(words, vocabulary, n)) for n, words in enumerate(texts)])
    found = TextTable(listed).alike(asked)
    right = found.asked == found.listed
    assert len(set(found.asked[right])) >= 0.99 * len(texts)
    assert not (~right).any()


@pytest.mark.parametrize("script", sorted(UNSPACED))
def test_scripts_without_spaces_are_compared_too(script):
    first, count = UNSPACED[script]
    drawn = np.random.Generator(np.random.PCG64(7))
    texts = [[chr(first + int(code)) for code in drawn.integers(0, count, 200)] for _ in range(300)]
    listed, _pairs = signatures(["".join(signs) for signs in texts])
    vocabulary = [chr(first + code) for code in range(count)]
    asked, _pairs = signatures(["".join(_changed(signs, vocabulary, n)) for n, signs in enumerate(texts)])
    found = TextTable(listed).alike(asked)
    assert len(set(found.asked[found.asked == found.listed])) >= 0.99 * len(texts)
    assert (found.asked != found.listed).sum() <= 3


def test_the_table_finds_what_comparing_each_with_each_finds():
    vocabulary = _vocabulary(LETTERS["Latin"])
    texts = _texts(vocabulary, 300, 40)
    near = [_changed(words, vocabulary, n) for n, words in enumerate(texts)]
    listed, _pairs = signatures([" ".join(words) for words in texts])
    asked, _pairs = signatures([" ".join(words) for words in near])
    found = TextTable(listed).alike(asked, distance=0.4)
    apart = 1.0 - (asked[:, None, :] == listed[None, :, :]).mean(axis=2)
    expected = {(int(a), int(b)) for a, b in zip(*np.nonzero(apart <= 0.4), strict=True)}
    pairs = list(zip(found.asked.tolist(), found.listed.tolist(), strict=True))
    assert len(pairs) == len(set(pairs)), "a pair is reported once"
    assert set(pairs) == expected
    assert np.allclose(found.distance, [apart[pair] for pair in pairs])


def test_the_estimate_is_right_on_the_average():
    vocabulary = _vocabulary(LETTERS["Latin"])
    texts = _texts(vocabulary, 400, 80)
    near = [_changed(words, vocabulary, n) for n, words in enumerate(texts)]
    ours, _pairs = signatures([" ".join(words) for words in texts])
    theirs, _pairs = signatures([" ".join(words) for words in near])
    true = [_common(one, other) for one, other in zip(texts, near, strict=True)]
    assert abs(float((ours == theirs).mean(axis=1).mean() - np.mean(true))) < 0.01


@pytest.mark.parametrize("count", [1, 2, 4, 8, 1000])
def test_lists_of_one_and_of_equal_texts_lose_nothing(count):
    text = " ".join(_texts(_vocabulary(LETTERS["Latin"]), 1, 30)[0])
    listed, _pairs = signatures([text] * count)
    found = TextTable(listed).alike(listed[:1])
    assert found.listed.tolist() == list(range(count))
    assert not found.distance.any()


def test_an_empty_table_finds_nothing():
    nothing = np.empty((0, PLACES), np.uint16)
    assert len(TextTable(nothing).alike(np.zeros((3, PLACES), np.uint16)).asked) == 0
    assert len(TextTable(np.zeros((3, PLACES), np.uint16)).alike(nothing).asked) == 0


def test_texts_without_words_are_like_nothing_not_even_each_other():
    none, pairs = signatures(["", "?!", "one"])
    assert pairs.tolist() == [0, 0, 0]
    assert len(TextTable(none).alike(none).asked) == 0


def test_a_table_takes_no_more_than_it_says():
    listed, _pairs = signatures([" ".join(words) for words in _texts(_vocabulary(LETTERS["Latin"]), 3000, 30)])
    assert TextTable(listed).octets / 3000 <= 800


@pytest.mark.parametrize("shape", [(3, PLACES - 1), (PLACES,)])
def test_what_are_no_signatures_makes_no_table(shape):
    with pytest.raises(ValueError, match="rows of 128"):
        TextTable(np.zeros(shape, np.uint16))


@pytest.mark.parametrize("text", ["", "one two three", "\u200b", "日本"])
def test_a_text_of_too_few_words_has_no_likeness(text):
    with pytest.raises(TextTooShort):
        signature(text)


def test_a_signature_is_written_and_read():
    text = signature("one two three four five six")
    assert LIKENESS.normalise(text) == text
    assert written(read(text)) == text
    assert LIKENESS.distance(text, signature("ONE, two; three: Four — five \u0455ix")) == 0.0
    assert not LIKENESS.matches(text, signature("seven eight nine ten eleven twelve"))


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_many_at_a_time_are_signed_like_each_alone(texts):
    together, pairs = signatures(texts)
    for number, text in enumerate(texts):
        alone, count = signatures([text])
        assert (together[number] == alone[0]).all()
        assert pairs[number] == count[0]
