"""Films through the confined decoder: the frames that the reference would take, and an outcome for everything else."""

from __future__ import annotations

import io
import json
import os

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from comity.matching.signals import TYPES, vpdq
from comity.matching.signals.children import FilmLimits
from comity.matching.signals.decoders import Decoders
from comity.matching.signals.outcomes import Film, Outcome, Stills, stills_of
from comity.matching.signals.pdq import pdq
from support.films import film, sound
from support.pictures import bits, encoded, scene

FILM = film()


def _read(data: bytes, **limits: float) -> Film:
    with Decoders(films=FilmLimits(**({"wall_seconds": 120.0} | limits))) as decoders:
        return _from_file(decoders, data)


def _from_file(decoders: Decoders, data: bytes) -> Film:
    with os.fdopen(os.memfd_create("film"), "w+b") as file:
        file.write(data)
        file.flush()
        return decoders.film(file)


def _frames(data: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_one_frame_a_second_is_hashed_by_default():
    read = _read(FILM)
    assert read.outcome is Outcome.HASHED
    assert [(frame.number, frame.seconds) for frame in read.frames] == [(0, 0.0), (25, 1.0)]
    assert (read.decoded, read.rate, read.size) == (50, 25.0, (320, 240))
    assert read.recipe.startswith("vpdq/1")


def test_every_frame_s_hash_is_that_of_its_colours_within_the_tolerance():
    read = _read(FILM, seconds=0)
    colours = [pdq(pixels).text for pixels in _frames(FILM)]
    assert len(read.frames) == len(colours) == 50
    assert max(bits(ours.pdq, theirs) for ours, theirs in zip(read.frames, colours, strict=True)) <= 12


def test_the_peer_s_hashes_of_the_same_frames_are_within_the_tolerance():
    pdqhash = pytest.importorskip("pdqhash", reason="the peer pdqhash (extra peers) is not installed")
    read = _read(FILM, seconds=0)
    for ours, pixels in zip(read.frames, _frames(FILM), strict=True):
        vector, _quality = pdqhash.compute(np.ascontiguousarray(pixels))
        assert bits(ours.pdq, np.packbits(vector.astype(np.uint8)).tobytes()) <= 12


def _moments(data: bytes, **limits: float) -> Stills:
    few = FilmLimits(**({"wall_seconds": 120.0} | limits))
    with Decoders(films=few) as decoders, os.fdopen(os.memfd_create("film"), "w+b") as file:
        file.write(data)
        return decoders.stills(file)


def test_moments_lie_evenly_over_the_film_in_their_order():
    found = _moments(film(120))
    assert found.outcome is Outcome.HASHED
    assert found.moments[0] == 0.0
    assert list(found.moments) == sorted(set(found.moments))
    assert 1 < len(found.moments) <= 12
    with Image.open(io.BytesIO(found.sheet)) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 4 * 320 + 3 * 4)


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", Outcome.UNSUPPORTED),
        (b"#EXTM3U\nfile:///etc/passwd\n", Outcome.UNSUPPORTED),
        (sound(), Outcome.NO_PICTURE),
        (FILM[:400], Outcome.UNSUPPORTED),
    ],
    ids=["nothing", "playlist", "sound", "head"],
)
def test_what_has_no_moment_has_an_outcome_and_no_sheet(data, outcome):
    found = _moments(data)
    assert (found.outcome, found.sheet, found.moments) == (outcome, b"", ())


def test_a_frame_that_is_too_large_is_not_shown():
    assert _moments(FILM, pixels=1000).outcome is Outcome.BROKEN


def test_moments_that_cost_too_much_are_given_up():
    assert _moments(FILM, wall_seconds=0.01).outcome is Outcome.TOO_COSTLY


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"outcome": "hashed"},
        {"outcome": "hashed", "sheet": "/9j/", "moments": []},
        {"outcome": "broken", "sheet": "/9j/", "moments": [0.0]},
        {"outcome": "hashed", "sheet": "no base 64!", "moments": [0.0]},
        {"outcome": "hashed", "sheet": "/9j/", "moments": ["now"]},
        {"outcome": "no outcome"},
    ],
)
def test_nonsense_about_moments_is_not_believed(answer):
    assert stills_of(answer) == Stills(Outcome.DECODER_DIED, why="made the decoder answer nonsense")


@pytest.mark.parametrize(("seconds", "numbers"), [(0.5, [0, 12, 24, 36, 48]), (0.01, list(range(50))), (10, [0])])
def test_frames_are_taken_at_whole_distances(seconds, numbers):
    assert [frame.number for frame in _read(FILM, seconds=seconds).frames] == numbers


@pytest.mark.parametrize(
    ("kind", "codec", "pixels"),
    [
        ("matroska", "ffv1", "yuv420p10le"),
        ("matroska", "ffv1", "gray"),
        ("matroska", "ffv1", "bgr0"),
        ("avi", "mjpeg", "yuvj420p"),
        ("webm", "libvpx", "yuv420p"),
        ("mpegts", "mpeg2video", "yuv420p"),
    ],
)
def test_every_kind_of_film_shows_the_same(kind, codec, pixels):
    read = _read(film(30, kind=kind, codec=codec, pixels=pixels))
    assert read.outcome is Outcome.HASHED
    expected = pdq(np.ascontiguousarray(np.asarray(scene(320 + 120, 240))[:, :320])).text
    assert bits(read.frames[0].pdq, expected) <= 24


def test_a_film_that_breaks_off_is_hashed_as_far_as_it_goes():
    whole = film(60, kind="mpegts", codec="mpeg2video")
    read = _read(whole[: len(whole) // 2])
    assert read.outcome in {Outcome.HASHED, Outcome.DAMAGED}
    assert 1 <= len(read.frames) < 3


def test_a_film_longer_than_allowed_is_cut_and_says_so():
    read = _read(FILM, frames=10, seconds=0)
    assert (read.outcome, len(read.frames)) == (Outcome.CUT, 10)


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", Outcome.UNSUPPORTED),
        (b"not a film" * 100, Outcome.UNSUPPORTED),
        (sound(), Outcome.NO_PICTURE),
        (encoded(scene(64, 64)), Outcome.UNSUPPORTED),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", Outcome.UNSUPPORTED),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Outcome.UNSUPPORTED),
    ],
)
def test_what_is_no_film_has_a_name(data, outcome):
    read = _read(data)
    assert read.outcome is outcome, read
    assert read.frames == ()


def test_a_film_of_one_colour_is_featureless():
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert _read(out.getvalue()).outcome is Outcome.FEATURELESS


def test_frames_larger_than_allowed_are_refused():
    assert _read(FILM, pixels=1000).outcome is Outcome.TOO_LARGE


def test_a_film_that_takes_too_long_is_stopped():
    assert _read(FILM, wall_seconds=0.01).outcome is Outcome.TOO_COSTLY


def test_a_film_is_its_signal():
    read = _read(FILM, seconds=0.2)
    signal = vpdq.write((frame.pdq, frame.quality, frame.seconds) for frame in read.frames)
    assert TYPES["vpdq"].normalise(signal) == signal
    assert TYPES["vpdq"].matches(signal, signal)
    other = vpdq.write((pdq(np.asarray(scene(200, 200, seed))).text, 100, float(seed)) for seed in range(2, 6))
    assert not TYPES["vpdq"].matches(signal, other)


def test_a_clip_is_found_in_its_film_and_the_film_not_by_its_clip():
    frames = [(pdq(np.asarray(scene(200, 200, seed))).text, 100, float(seed)) for seed in range(10)]
    whole, clip = vpdq.write(frames), vpdq.write(frames[2:4])
    assert vpdq.shared(clip, whole) == vpdq.Shared(100.0, 20.0)
    assert vpdq.distance(clip, whole) == 0.0
    assert not TYPES["vpdq"].matches(whole, clip)


def test_frames_without_quality_and_repetitions_do_not_count():
    good, poor = pdq(np.asarray(scene())).text, "f" * 64
    assert vpdq.shared(
        vpdq.write([(good, 100, 0.0), (good, 100, 1.0), (poor, 49, 2.0)]), vpdq.write([(good, 50, 0.0)])
    ) == (vpdq.Shared(100.0, 100.0))
    assert vpdq.shared(vpdq.write([(poor, 10, 0.0)]), vpdq.write([(poor, 10, 0.0)])) == vpdq.Shared(0.0, 0.0)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30), st.floats(0.1, 1))
def test_no_damage_makes_the_decoder_answer_anything_but_an_outcome(changes, kept):
    data = bytearray(SMALL)
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    read = _read(bytes(data[: int(len(data) * kept)]))
    assert bool(read.frames) == (read.outcome in {Outcome.HASHED, Outcome.DAMAGED, Outcome.CUT})
    assert read.outcome is not Outcome.DECODER_DIED


SMALL = film(12, size=(96, 64))


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_json_troubles_the_reader_of_film_signals(value):
    assert not TYPES["vpdq"].valid(json.dumps(value))
