"""Texts become the same hashes everywhere, or are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.matching.index import from_digits, to_digits
from comity.matching.index.errors import NotHashes

WORD = st.integers(0, (1 << 64) - 1)


def test_the_first_sixteen_digits_are_the_first_word():
    row = from_digits(["0123456789abcdef" + "0" * 31 + "1" + "F" * 16])
    assert row.tolist() == [[0x0123456789ABCDEF, 0, 1, 0xFFFFFFFFFFFFFFFF]]
    assert row.dtype == np.uint64
    assert row.flags.carray


@given(rows=st.lists(st.tuples(WORD, WORD, WORD, WORD), max_size=4))
def test_there_and_back(rows):
    texts = ["".join(f"{word:016x}" for word in row) for row in rows]
    hashes = from_digits(texts)
    assert [tuple(row) for row in hashes.tolist()] == rows
    assert to_digits(hashes) == texts


@pytest.mark.parametrize(
    "text", ["", "0" * 63, "0" * 65, "g" * 64, " " * 64, "0" * 62 + " 0", "٠" * 64, "0x" + "0" * 62]
)
def test_other_texts_are_refused(text):
    with pytest.raises(NotHashes):
        from_digits([text])
    with pytest.raises(NotHashes):
        from_digits(["0" * 64, text])


def test_two_wrong_texts_do_not_make_a_right_one():
    with pytest.raises(NotHashes):
        from_digits(["0" * 60, "0" * 68])
