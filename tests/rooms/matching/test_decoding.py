"""Pictures of every kind through the confined decoders: what is seen is hashed, everything else has its outcome."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from comity.matching.errors import DecoderDidNotStart, DecodersClosed
from comity.matching.signals.decoders import Decoders, PictureLimits
from comity.matching.signals.outcomes import Outcome, Picture, film_of, picture_of
from comity.matching.signals.pdq import pdq
from support.pictures import bits, claiming, encoded, published, scene

PATIENT = PictureLimits(wall_seconds=120.0)
SCENE = scene()
HASH = pdq(np.asarray(SCENE)).text
SMALL = {kind: encoded(SCENE.resize((120, 80)), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")}


@pytest.fixture(scope="module")
def decoders():
    with Decoders(1, PATIENT) as running:
        yield running


def _views(picture: Picture) -> dict[str, str]:
    return {view.name: view.pdq for view in picture.views}


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "AVIF", "JPEG2000", "JPEG"])
def test_every_format_shows_the_same_picture(decoders, kind):
    picture = decoders.picture(encoded(SCENE, kind))
    assert picture.outcome is Outcome.HASHED
    assert (picture.format, picture.size) == (kind, SCENE.size)
    assert bits(_views(picture)["stored"], HASH) <= (16 if kind == "GIF" else 10)  # 256 colours are not the picture
    assert picture.recipe.startswith(f"pdq/1 {kind} ")


def test_what_loses_nothing_has_exactly_the_hash(decoders):
    assert _views(decoders.picture(encoded(SCENE)))["stored"] == HASH


@pytest.mark.parametrize("size", [(2400, 1600), (4200, 3000), (1100, 5000)])
def test_a_large_jpeg_is_decoded_smaller_and_stays_within_the_tolerance(decoders, size):
    large = SCENE.resize(size)
    picture = decoders.picture(encoded(large, "JPEG", quality=85))
    assert picture.size == size
    assert f"L {size[0]}x{size[1]}" not in picture.recipe
    assert bits(_views(picture)["stored"], pdq(np.asarray(large)).text) <= 10


@pytest.mark.vectors
def test_published_photos_through_the_decoder_stay_within_the_tolerance(decoders):
    for path in published():
        whole = pdq(np.asarray(Image.open(path).convert("RGB"))).text
        assert bits(_views(decoders.picture(path.read_bytes()))["stored"], whole) <= 10, path.name


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_that_says_how_it_stands_is_hashed_both_ways(decoders, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    picture = decoders.picture(encoded(SCENE.transpose(Image.Transpose(back)), "PNG", exif=exif))
    assert _views(picture)["upright"] == HASH
    assert bits(_views(picture)["stored"], HASH) > 60


def test_an_orientation_that_does_not_exist_is_none(decoders):
    exif = Image.Exif()
    exif[0x0112] = 77
    assert list(_views(decoders.picture(encoded(SCENE, exif=exif)))) == ["stored"]


def test_ink_is_seen_as_colour(decoders):
    picture = decoders.picture(encoded(SCENE.convert("CMYK"), "JPEG", quality=95))
    assert bits(_views(picture)["stored"], HASH) <= 10


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_every_mode_shows_the_same_picture(decoders, mode):
    assert bits(_views(decoders.picture(encoded(SCENE.convert(mode))))["stored"], HASH) <= 10


def test_sixteen_bits_are_not_cut_to_eight(decoders):
    light = np.asarray(SCENE.convert("L")).astype(np.uint16) * 257
    picture = decoders.picture(encoded(Image.fromarray(light)))
    assert bits(_views(picture)["stored"], HASH) <= 2


def test_what_hides_under_transparency_is_seen_as_people_see_it(decoders):
    other = scene(seed=9)
    hidden = np.dstack([np.asarray(other), np.asarray(Image.new("L", other.size, 0))])
    shown = np.asarray(SCENE.convert("L").point(lambda level: 255 - level))
    hidden[:, :, 3] = shown
    views = _views(decoders.picture(encoded(Image.fromarray(hidden))))
    assert set(views) == {"stored", "on_white", "on_black"}
    seen = Image.alpha_composite(Image.new("RGBA", other.size, "white"), Image.fromarray(hidden)).convert("RGB")
    assert views["on_white"] == pdq(np.asarray(seen)).text


def test_a_moving_picture_is_hashed_along_its_length(decoders):
    frames = [scene(300, 200, seed) for seed in range(20)]
    picture = decoders.picture(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50))
    assert picture.frames == 20
    assert {view.name for view in picture.views} >= {"stored", "frame 19"}
    assert len(picture.views) == PATIENT.frames
    last = pdq(np.asarray(frames[19])).text
    assert bits(_views(picture)["frame 19"], last) <= 16


def test_a_file_that_breaks_off_is_hashed_as_far_as_it_goes(decoders):
    data = encoded(SCENE, "JPEG", quality=90)
    picture = decoders.picture(data[: len(data) * 99 // 100])
    assert picture.outcome is Outcome.DAMAGED
    assert bits(picture.views[0].pdq, HASH) <= 31


def test_all_eight_ways_when_asked():
    with Decoders(1, PictureLimits(dihedral=1, wall_seconds=120.0)) as asked:
        assert len(asked.picture(encoded(SCENE)).views) == 8


def _claiming_more_than_a_signed_number() -> bytes:
    data = bytearray(encoded(SCENE.resize((64, 64)), "BMP"))
    data[18:22] = b"\xff\xff\xff\xff"
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b"not a picture", Outcome.UNSUPPORTED),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Outcome.UNSUPPORTED),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Outcome.UNSUPPORTED),
        (encoded(Image.new("RGB", (400, 300), "white")), Outcome.FEATURELESS),
        (encoded(Image.new("RGBA", (400, 300), (9, 9, 9, 0))), Outcome.FEATURELESS),
        (encoded(Image.new("RGB", (4, 300), "white")), Outcome.TOO_SMALL),
        (encoded(Image.new("1", (1, 1))), Outcome.TOO_SMALL),
        (claiming(30_000, 20_000), Outcome.TOO_LARGE),
        (_claiming_more_than_a_signed_number(), Outcome.TOO_LARGE),
        (encoded(SCENE)[:40], Outcome.BROKEN),
        (encoded(SCENE)[:900].replace(b"IDAT", b"IDAX"), Outcome.BROKEN),
    ],
    ids=lambda value: value.value if isinstance(value, Outcome) else "",
)
def test_what_cannot_be_hashed_has_a_name(decoders, data, outcome):
    picture = decoders.picture(data)
    assert picture.outcome is outcome, picture
    assert picture.views == ()
    assert picture.why


def test_more_bytes_than_allowed_are_not_even_given_to_a_decoder():
    with Decoders(1, PictureLimits(bytes=10)) as strict:
        assert strict.picture(b"x" * 11).outcome is Outcome.TOO_LARGE


def test_a_decoder_that_takes_too_long_is_replaced():
    with Decoders(1, PATIENT) as running:
        running.picture(encoded(SCENE))
        hurried = Decoders(1, PictureLimits(wall_seconds=0.0))
        with hurried:
            hurried.warm()
            assert hurried.picture(encoded(SCENE)).outcome is Outcome.TOO_COSTLY
        assert running.picture(encoded(SCENE)).outcome is Outcome.HASHED


def _child(running: Decoders) -> int:
    running.warm()
    server = running._idle.get()
    running._idle.put(server)
    return server.child.pid


def test_a_decoder_that_dies_costs_one_answer():
    with Decoders(1, PATIENT) as running:
        os.kill(_child(running), signal.SIGSEGV)
        assert running.picture(encoded(SCENE)).outcome is Outcome.DECODER_DIED
        assert running.picture(encoded(SCENE)).outcome is Outcome.HASHED


def test_a_decoder_is_replaced_after_its_share():
    with Decoders(1, PictureLimits(serves=2, wall_seconds=120.0)) as running:
        first = _child(running)
        for _ in range(2):
            assert running.picture(encoded(SCENE)).outcome is Outcome.HASHED
        assert _child(running) != first


def test_a_picture_that_wants_more_memory_than_allowed_is_too_large():
    limits = PictureLimits(memory_bytes=400 * 1024 * 1024, pixels=1 << 30, stored_pixels=1 << 30, wall_seconds=120.0)
    with Decoders(1, limits) as tight:
        assert tight.picture(claiming(25_000, 25_000)).outcome is Outcome.TOO_LARGE
        assert tight.picture(encoded(SCENE)).outcome is Outcome.HASHED


def test_a_decoder_that_cannot_start_says_so():
    # Its confinement fails, as it would where the system forbids it; then nothing is decoded.
    with Decoders(1, PictureLimits(memory_bytes=None)) as starved, pytest.raises(DecoderDidNotStart):
        starved.picture(encoded(SCENE))


@pytest.mark.parametrize(
    ("library", "extra", "call"),
    [("numpy", "matching", "picture(b'x')"), ("av", "films", "film(io.BytesIO())")],
)
def test_a_library_that_is_not_there_is_named_with_its_extra(library, extra, call):
    code = (
        "import io, sys\n"
        f"sys.modules[{library!r}] = None\n"
        "from comity.matching.errors import MissingLibraries\n"
        "from comity.matching.signals.decoders import Decoders\n"
        "with Decoders(1) as decoders:\n"
        "    try:\n"
        f"        decoders.{call}\n"
        "    except MissingLibraries as error:\n        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"comity[{extra}]" in done.stdout


def test_closed_decoders_take_nothing():
    running = Decoders(1, PATIENT)
    running.close()
    with pytest.raises(DecodersClosed):
        running.picture(encoded(SCENE))


def test_many_threads_share_a_few_decoders():
    found: list[Outcome] = []
    with Decoders(2, PATIENT) as running:
        data = encoded(SCENE)
        threads = [threading.Thread(target=lambda: found.append(running.picture(data).outcome)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [Outcome.HASHED] * 12


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20),
    st.floats(0.2, 1),
)
def test_no_damage_makes_a_decoder_answer_anything_but_an_outcome(decoders, kind, changes, kept):
    data = bytearray(SMALL[kind])
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    picture = decoders.picture(bytes(data[: int(len(data) * kept)]))
    assert bool(picture.views) == (picture.outcome in {Outcome.HASHED, Outcome.DAMAGED})
    assert picture.outcome is not Outcome.DECODER_DIED


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"RIFF"])
)
def test_no_bytes_at_all_trouble_a_decoder(decoders, data, head):
    assert decoders.picture(head + data).outcome is not Outcome.DECODER_DIED


@pytest.mark.parametrize("attempt", ["import socket; socket.socket()", "open('/tmp/comity-decoder-escape', 'w')"])
def test_a_decoder_taken_over_reaches_nothing(attempt):
    code = (
        "from comity.confinement.confine import Confines, confine\n"
        "from comity.matching.signals.child.pictures import prepare\n"
        "prepare(); confine(Confines(1 << 31, 60, 1 << 16))\n"
        f"try:\n    {attempt}\nexcept PermissionError as error:\n    print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "ForbiddenInChild"


GOOD = {"outcome": "hashed", "views": [{"view": "stored", "pdq": "0" * 64, "quality": 100}], "quality": 100}


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "comply"},
        {"outcome": "featureless"},
        {"views": []},
        {"views": [{"view": "stored", "pdq": "", "quality": 100}]},
        {"views": [{"view": "stored", "pdq": "0" * 64, "quality": 101}]},
        {"views": [{"view": "stored", "pdq": "0" * 64, "quality": True}]},
        {"views": {"view": 1}},
        {"size": [1]},
        {"size": [-1, 5]},
        {"why": 5},
        {"frames": "many"},
    ],
)
def test_a_decoder_is_believed_only_where_its_answer_has_the_right_shape(change):
    assert picture_of(GOOD).outcome is Outcome.HASHED
    assert picture_of(GOOD | change).outcome is Outcome.DECODER_DIED


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"outcome": "hashed"}, {"outcome": "hashed", "frames": [[1, "x", 5, 0]]}]
)
def test_nonsense_about_a_film_is_no_film(answer):
    assert film_of(answer).outcome is Outcome.DECODER_DIED
    assert picture_of(answer).outcome is Outcome.DECODER_DIED


def test_a_picture_in_a_picture_s_clothes_is_read_once():
    """A JPEG of several pictures (MPO) is its first; the others are previews."""
    out = io.BytesIO()
    SCENE.save(out, "MPO", save_all=True, append_images=[SCENE.resize((90, 64))])
    with Decoders(1, PATIENT) as running:
        assert running.picture(out.getvalue()).outcome is Outcome.HASHED
