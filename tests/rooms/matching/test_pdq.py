"""PDQ as published: every bit of the reference, whatever the size; and nothing where nothing can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from comity.matching.signals.pdq import SMALLEST_SIDE, dihedral, pdq
from support.pictures import bits, published, scene

PUBLISHED = {
    "aaa-orig.jpg": "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
    "shrink-a-lot.jpg": "d0f8f1ccc0f4a84d0a370a3a228f67f0b36e2ed5b6623e1d33e6339c4e9c9b22",
    "square-128x128.jpg": "d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22",
}
"""As the reference project lists them among the examples of its type of signal."""


def _reference():
    return pytest.importorskip("pdqhash", reason="the peer pdqhash (extra peers) is not installed")


def _theirs(pixels: np.ndarray) -> tuple[bytes, int]:
    vector, quality = _reference().compute(np.ascontiguousarray(pixels))
    return np.packbits(vector.astype(np.uint8)).tobytes(), quality


def _photo() -> np.ndarray:
    return np.asarray(scene())


@pytest.mark.vectors
def test_the_published_hashes_are_ours_within_the_published_tolerance():
    for path in published():
        if path.name in PUBLISHED:
            assert bits(pdq(np.asarray(Image.open(path).convert("RGB"))).text, PUBLISHED[path.name]) <= 10, path.name


@pytest.mark.vectors
def test_real_photos_have_the_reference_s_hash_bit_for_bit():
    for path in published():
        pixels = np.asarray(Image.open(path).convert("RGB"))
        ours = pdq(pixels)
        assert (ours.hash, ours.quality) == _theirs(pixels), path.name


@pytest.mark.vectors
def test_every_published_modification_is_found_at_the_default_distance():
    hashes = {path.name: pdq(np.asarray(Image.open(path).convert("RGB"))).hash for path in published()}
    apart = {name: bits(one, hashes["aaa-orig.jpg"]) for name, one in hashes.items()}
    assert max(apart.values()) <= 31, apart


@settings(max_examples=60)
@given(st.integers(SMALLEST_SIDE, 700), st.integers(SMALLEST_SIDE, 700), st.integers(0, 5))
def test_any_size_has_the_reference_s_hash(width, height, seed):
    pixels = np.asarray(scene(max(width, 20), max(height, 20), seed))[:height, :width]
    ours, (theirs, quality) = pdq(pixels), _theirs(pixels)
    assert ours.quality == quality
    assert bits(ours.hash, theirs) <= (0 if min(width, height) >= 64 else 2)


@pytest.mark.parametrize("place", range(8))
def test_turned_and_mirrored_pictures_have_the_reference_s_hashes(place):
    pixels = _photo()
    theirs, _quality = _reference().compute_dihedral(pixels)
    ours = list(dihedral(pixels).values())[place]
    assert ours.hash == np.packbits(theirs[place].astype(np.uint8)).tobytes()


@pytest.mark.parametrize(
    ("name", "turn"),
    [
        ("turned_180", Image.Transpose.ROTATE_180),
        ("mirrored_rows", Image.Transpose.FLIP_TOP_BOTTOM),
        ("mirrored_columns", Image.Transpose.FLIP_LEFT_RIGHT),
        ("transposed", Image.Transpose.TRANSPOSE),
        ("transposed_otherwise", Image.Transpose.TRANSVERSE),
        ("turned_90", Image.Transpose.ROTATE_90),
        ("turned_270", Image.Transpose.ROTATE_270),
    ],
)
def test_a_variant_is_nearly_the_hash_of_the_truly_turned_picture(name, turn):
    apart = bits(dihedral(_photo())[name].hash, pdq(np.asarray(scene().transpose(turn))).hash)
    assert apart <= 16
    assert bits(dihedral(_photo())["stored"].hash, pdq(np.asarray(scene().transpose(turn))).hash) > 60


def test_colours_and_their_luminance_have_one_hash():
    light = _photo() @ np.array([0.299, 0.587, 0.114])
    assert bits(pdq(light).hash, pdq(_photo()).hash) <= 1


def test_a_picture_with_nothing_on_it_is_featureless():
    plain = pdq(np.full((300, 400), 200, np.uint8))
    assert plain.quality == 0
    assert plain.featureless


@pytest.mark.parametrize("shape", [(SMALLEST_SIDE - 1, 300), (300, SMALLEST_SIDE - 1), (1, 1), (0, 5)])
def test_what_is_too_small_is_not_hashed(shape):
    with pytest.raises(ValueError, match="too few"):
        pdq(np.zeros(shape, np.uint8))


def test_another_picture_is_far_away():
    assert bits(pdq(_photo()).hash, pdq(np.asarray(scene(seed=2))).hash) > 80


def test_the_smallest_picture_is_hashed():
    assert len(pdq(np.asarray(scene().resize((SMALLEST_SIDE, SMALLEST_SIDE)))).hash) == 32
