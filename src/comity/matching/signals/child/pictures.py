"""One picture to the hashes of what it shows: as stored, upright, over white and black, and frames of one that moves.

The reference hashes what a decoder gives first, whatever it means: indices of a palette, the ink of a CMYK picture, the
colours hidden under full transparency. Here every picture becomes what a person would see.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import AvifImagePlugin, Image, ImageFile, UnidentifiedImageError

from comity.matching.signals.pdq import SMALLEST_SIDE, dihedral, pdq

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "JPEG2000", "ICO")
_HEADS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")
RECIPE = "pdq/1"
_SCALED_SIDE = 512
"""A JPEG is decoded at the smallest of its own scales whose shorter side is not below this: its hash stays within the
tolerance; the published tool itself shrinks everything to 512 x 512."""
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.3, tag 274: how to turn what is stored so that it stands upright."""
_STORED = "comity stored size"
_MOVING = frozenset({"GIF", "WEBP", "PNG", "TIFF", "AVIF"})

Answer = dict[str, Any]


def prepare() -> None:
    """Load every format's reader once; sizes are judged here, not by the library."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def read_picture(data: bytes, limits: dict[str, int]) -> Answer:
    """``outcome``, and with it views, quality, recipe, format, size and number of frames.

    ``limits``: ``pixels`` of one decoded frame, ``stored_pixels`` of one as stored, ``frames`` that are hashed of a
    picture that moves, ``dihedral`` (1: all eight ways to turn and mirror it).
    """
    if not data:
        return {"outcome": "empty", "why": "there are no bytes"}
    try:
        image = _opened(data)
    except UnidentifiedImageError:
        if data.startswith(_HEADS):
            return {"outcome": "broken", "why": "it begins like a picture, and its head is damaged"}
        return {"outcome": "unsupported", "why": "it is no picture in a format that is read here"}
    width, height = image.info.get(_STORED, image.size)
    about: Answer = {"format": image.format, "size": [width, height], "frames": 1, "why": ""}
    if min(width, height) < SMALLEST_SIDE:
        return about | {"outcome": "too_small", "why": f"{width} x {height} pixels"}
    if width * height > limits["stored_pixels"] or image.width * image.height > limits["pixels"]:
        return about | {"outcome": "too_large", "why": f"{width} x {height} pixels"}
    about["recipe"] = f"{RECIPE} {image.format} {image.mode} {image.width}x{image.height}"
    image, damaged = _loaded(data, image)
    if image.format in _MOVING:
        about["frames"] = int(getattr(image, "n_frames", 1))
    return about | _judged(_hashed(image, about["frames"], limits), damaged=damaged)


def _opened(data: bytes) -> Image.Image:
    """The picture with its head read; a JPEG told to give luminance at the scale that is needed."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    stored = image.size
    if image.format in ("JPEG", "MPO"):
        image.draft("L", (_SCALED_SIDE, _SCALED_SIDE))
    image.info[_STORED] = stored
    return image


def _loaded(data: bytes, image: Image.Image) -> tuple[Image.Image, bool]:
    """The picture decoded, and whether its file ends too early: browsers show such a picture, so it is hashed too."""
    try:
        image.load()
    except OSError as error:
        if "truncated" not in str(error):
            raise
    else:
        return image, False
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = _opened(data)
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return image, True


def _hashed(image: Image.Image, frames: int, limits: dict[str, int]) -> list[Answer]:
    views = _still(image, limits)
    if frames > 1:
        views += _moving(image, frames, limits)
    return views


def _still(image: Image.Image, limits: dict[str, int]) -> list[Answer]:
    seen = _visible(image)
    found = []
    if limits["dihedral"]:
        found += [_view(name, one.text, one.quality) for name, one in dihedral(_pixels(seen)).items()]
    else:
        found.append(_of("stored", seen))
    turn = _UPRIGHT.get(_orientation(image))
    if turn is not None:
        found.append(_of("upright", seen.transpose(turn)))
    if seen.mode == "RGBA":
        found += _over(seen)
    return found


def _moving(image: Image.Image, frames: int, limits: dict[str, int]) -> list[Answer]:
    """Frames at even distances, the last among them; the first is hashed already."""
    found = []
    count = min(frames, limits["frames"])
    for number in sorted({round(place * (frames - 1) / max(1, count - 1)) for place in range(1, count)}):
        try:
            image.seek(number)
            found.append(_of(f"frame {number}", _visible(image)))
        except (OSError, EOFError, SyntaxError, ValueError):
            break
    return found


def _visible(image: Image.Image) -> Image.Image:
    """The picture in a mode whose numbers are light: L, RGB, RGBA, or a mode of more than eight bits."""
    if image.mode in ("L", "RGB", "RGBA", "I", "F") or image.mode.startswith("I;16"):
        return image
    if image.mode in ("LA", "La", "RGBa", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _pixels(image: Image.Image) -> Any:
    """Numbers from 0 to 255, rows x columns (x colours), without rounding what had more bits."""
    pixels = np.asarray(image)
    if image.mode.startswith("I"):
        return pixels / np.float32(257) if image.mode != "I" or pixels.max(initial=0) > 255 else pixels
    return np.clip(np.nan_to_num(pixels), 0, 255) if image.mode == "F" else pixels


def _over(image: Image.Image) -> list[Answer]:
    if image.getchannel("A").getextrema()[0] == 255:
        return []
    grounds = {"on_white": (255, 255, 255, 255), "on_black": (0, 0, 0, 255)}
    return [
        _of(name, Image.alpha_composite(Image.new("RGBA", image.size, ground), image))
        for name, ground in grounds.items()
    ]


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 -- an EXIF that nobody can read says nothing
        return 1
    return found if isinstance(found, int) else 1


def _of(name: str, image: Image.Image) -> Answer:
    found = pdq(_pixels(image))
    return _view(name, found.text, found.quality)


def _view(name: str, text: str, quality: int) -> Answer:
    return {"view": name, "pdq": text, "quality": quality}


def _judged(views: list[Answer], *, damaged: bool) -> Answer:
    """Only views with something to see count; equal hashes once, under the first name."""
    least = 50
    good: dict[str, Answer] = {}
    for view in views:
        if view["quality"] >= least:
            good.setdefault(view["pdq"], view)
    quality = max(view["quality"] for view in views)
    if not good:
        return {
            "outcome": "featureless",
            "quality": quality,
            "views": [],
            "why": f"quality {quality} of {least} needed",
        }
    why = "the file ends too early" if damaged else ""
    return {"outcome": "damaged" if damaged else "hashed", "quality": quality, "views": list(good.values()), "why": why}
