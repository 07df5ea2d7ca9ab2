"""How many altered copies of a picture are still found, change by change, the hard ones too.

Prints one JSON object: for each change the share of copies within 31 bits of their original (`recall …`), and the same
when listed pictures also count turned and mirrored (`turned …`). The originals are the reference project's photo and
parts of it, where it lies beside this repository; else pictures made of numbers.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from comity.matching.signals.catalogue import PDQ_DISTANCE
from comity.matching.signals.child.pictures import read_picture
from comity.matching.signals.decoders import PictureLimits

_PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "pdq" / "bridge-mods"
_SIDE = 560
_STEP = 148
_LIMITS = {name: value for name, value in asdict(PictureLimits()).items() if isinstance(value, int)}

Change = Callable[[Image.Image], Image.Image]


def main() -> None:
    originals = list(_originals())
    listed = [_hashes(_jpeg(one), dihedral=True) for one in originals]
    figures: dict[str, float] = {"originals": len(originals), "real_photo": _PUBLISHED.is_dir()}
    for name, change in _changes().items():
        copies = [_hashes(_jpeg(change(one))) for one in originals]
        figures[f"recall {name}"] = _share(copies, [one[:1] for one in listed])
        figures[f"turned {name}"] = _share(copies, listed)
    figures |= _published()
    json.dump(figures, sys.stdout, indent=1)
    print()


def _originals() -> Iterator[Image.Image]:
    """The photo and overlapping squares of it; each is a picture of its own."""
    photo = _photo()
    yield photo
    for left in range(0, photo.width - _SIDE + 1, _STEP):
        for top in range(0, photo.height - _SIDE + 1, _STEP):
            yield photo.crop((left, top, left + _SIDE, top + _SIDE))


def _photo() -> Image.Image:
    if _PUBLISHED.is_dir():
        return Image.open(_PUBLISHED / "aaa-orig.jpg").convert("RGB")
    drawn = np.random.Generator(np.random.PCG64(1))
    rough = [drawn.integers(0, 256, (1004 >> level, 1600 >> level, 3), dtype=np.uint8) for level in range(2, 9)]
    layers = [np.asarray(Image.fromarray(one).resize((1600, 1004), Image.Resampling.BICUBIC), float) for one in rough]
    return Image.fromarray(np.clip(sum(layers) / len(layers), 0, 255).astype(np.uint8))


def _changes() -> dict[str, Change]:
    return {**_of_light(), **_of_sharpness(), **_of_place(), **_of_things_added()}


def _of_light() -> dict[str, Change]:
    return {
        "grey": lambda one: ImageOps.grayscale(one).convert("RGB"),
        "brighter by half": lambda one: ImageEnhance.Brightness(one).enhance(1.5),
        "darker by half": lambda one: ImageEnhance.Brightness(one).enhance(0.5),
        "contrast doubled": lambda one: ImageEnhance.Contrast(one).enhance(2),
        "contrast halved": lambda one: ImageEnhance.Contrast(one).enhance(0.5),
        "colours doubled": lambda one: ImageEnhance.Color(one).enhance(2),
        "colours inverted": ImageOps.invert,
        "posterised to 4 levels": lambda one: ImageOps.posterize(one, 2),
    }


def _of_sharpness() -> dict[str, Change]:
    return {
        "JPEG quality 30": lambda one: Image.open(io.BytesIO(_jpeg(one, 30))),
        "JPEG quality 5": lambda one: Image.open(io.BytesIO(_jpeg(one, 5))),
        "blurred, radius 2": lambda one: one.filter(ImageFilter.GaussianBlur(2)),
        "blurred, radius 8": lambda one: one.filter(ImageFilter.GaussianBlur(8)),
        "sharpened": lambda one: one.filter(ImageFilter.UnsharpMask(4, 300)),
        "grain": _grained,
        "shrunk to a quarter": lambda one: one.resize((one.width // 4, one.height // 4)),
        "shrunk to 100 pixels": lambda one: one.resize((100, 100 * one.height // one.width)),
    }


def _of_place() -> dict[str, Change]:
    return {
        "stretched by a tenth": lambda one: one.resize((one.width * 11 // 10, one.height)),
        "made square": lambda one: one.resize((512, 512)),
        "cropped by 1 % a side": lambda one: _cropped(one, 0.01),
        "cropped by 2 % a side": lambda one: _cropped(one, 0.02),
        "cropped by 5 % a side": lambda one: _cropped(one, 0.05),
        "cropped by 10 % a side": lambda one: _cropped(one, 0.10),
        "turned by 1 degree": lambda one: one.rotate(1, Image.Resampling.BICUBIC),
        "turned by 3 degrees": lambda one: one.rotate(3, Image.Resampling.BICUBIC),
        "turned by 90 degrees": lambda one: one.transpose(Image.Transpose.ROTATE_90),
        "mirrored": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    }


def _of_things_added() -> dict[str, Change]:
    return {
        "frame of 2 % a side": lambda one: ImageOps.expand(one, one.width // 50, "black"),
        "frame of 5 % a side": lambda one: ImageOps.expand(one, one.width // 20, "black"),
        "bar over the lowest tenth": lambda one: _painted(one, (0.0, 0.9, 1.0, 1.0)),
        "sign in a corner, a ninth of each side": lambda one: _painted(one, (0.86, 0.03, 0.97, 0.14)),
        "sign in the middle, a third of each side": lambda one: _painted(one, (0.33, 0.33, 0.67, 0.67)),
    }


def _grained(image: Image.Image) -> Image.Image:
    grain = np.random.Generator(np.random.PCG64(4)).normal(0, 25, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def _cropped(image: Image.Image, share: float) -> Image.Image:
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


def _painted(image: Image.Image, box: tuple[float, float, float, float]) -> Image.Image:
    copy, (left, top, right, bottom) = image.copy(), box
    corners = (left * copy.width, top * copy.height, right * copy.width, bottom * copy.height)
    ImageDraw.Draw(copy).rectangle(corners, fill="white")
    return copy


def _published() -> dict[str, float]:
    """The reference project's own altered copies of its photo."""
    if not _PUBLISHED.is_dir():
        return {}
    original, *copies = sorted(_PUBLISHED.glob("*.jpg"))
    near = [_share([_hashes(one.read_bytes())], [_hashes(original.read_bytes())]) for one in copies]
    return {"published": len(copies), "published_found": sum(near) / len(near)}


def _hashes(data: bytes, *, dihedral: bool = False) -> list[int]:
    found = read_picture(data, _LIMITS | {"dihedral": int(dihedral)})
    return [int(view["pdq"], 16) for view in found.get("views", [])]


def _jpeg(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _share(copies: list[list[int]], listed: list[list[int]]) -> float:
    """Of copies that lie within the distance of their own original; one without a hash counts as not found."""
    near = [
        any((one ^ other).bit_count() <= PDQ_DISTANCE for one in copy for other in original)
        for copy, original in zip(copies, listed, strict=True)
    ]
    return sum(near) / len(near)


if __name__ == "__main__":
    main()
