"""The radius plan misses nothing, by arithmetic, for every way of cutting and every radius."""

from __future__ import annotations

import math

import numpy as np
import pytest

from comity.matching.index import words

EVERY_CUT = range(10, 17)


@pytest.mark.parametrize("cut", range(1, 65))
def test_a_hash_that_escapes_every_word_is_farther_than_the_radius(cut):
    for radius in range(256):
        assert sum(far + 1 for far in words.radii(cut, radius)) == radius + 1


@pytest.mark.parametrize("cut", EVERY_CUT)
def test_words_are_all_bits_once(cut):
    assert sum(words.widths(cut)) == 256
    assert max(words.widths(cut)) - min(words.widths(cut)) <= 1


@pytest.mark.parametrize(("cut", "probes"), [(16, 272), (14, 954), (13, 1409), (11, 2866), (10, 8616)])
def test_a_plan_for_31_bits_looks_into_as_many_buckets_as_the_arithmetic_says(cut, probes):
    plan = words.plan(cut, 1 << 27, 31)
    fields = plan[words.HEAD : words.HEAD + cut * words.FIELDS].reshape(cut, words.FIELDS)
    assert int(plan[2]) == int(fields[:, 6].sum()) == probes


@pytest.mark.parametrize("cut", [13, 16])
@pytest.mark.parametrize("radius", [0, 3, 12, 31])
def test_flips_are_all_different_and_no_wider_than_the_word(cut, radius):
    plan = words.plan(cut, 1 << 27, radius)
    for number, far in enumerate(words.radii(cut, radius)):
        at = words.HEAD + number * words.FIELDS
        first, count = int(plan[at + 5]), int(plan[at + 6])
        flips = plan[first : first + count]
        width = words.widths(cut)[number]
        assert count == len(np.unique(flips)) == sum(math.comb(width, bits) for bits in range(far + 1))
        assert not count or int(np.bitwise_count(flips).max()) <= far
        assert not count or int(flips.max()) < 1 << width


@pytest.mark.parametrize("radius", [80, 128, 255])
def test_where_tables_do_not_help_every_row_is_compared(radius):
    assert words.plan(16, 100_000, radius)[0] == 0


def test_few_rows_have_no_tables():
    assert words.best(1) == 0
    assert words.plan(words.best(1), 1, 31)[0] == 0


def test_no_word_is_cut_into_more_words_than_the_kernel_has_marks_for():
    from comity.matching.index import kernels

    assert max(words.best(10**power) for power in range(9)) <= kernels.MARKS
