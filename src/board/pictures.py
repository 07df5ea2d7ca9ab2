"""Pictures: whatever is uploaded is decoded and encoded anew, so that nothing but pixels survives."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from board.errors import BadPicture, BoardRefusal, TooLarge

OCTETS = 8 * 1024 * 1024
"""Largest file accepted."""
_PIXELS = 40_000_000
_EDGE = 2048
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the board's own making."""

    media_type: str
    body: bytes
    width: int
    height: int


def reencode(upload: bytes) -> Picture:
    """Decode a JPEG, PNG, GIF or WebP (first frame), turn it upright, drop all metadata, encode it anew."""
    if len(upload) > OCTETS:
        raise TooLarge
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as image:
            return _upright(image)
    except BoardRefusal:
        raise
    except Exception as error:  # a decoder of hostile bytes may raise anything at all
        raise BadPicture from error


def _upright(image: Image.Image) -> Picture:
    # The header tells the size; nothing is decoded before it was compared.
    if image.width * image.height > _PIXELS:
        raise TooLarge
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((_EDGE, _EDGE))
    return encode(upright)


def encode(image: Image.Image) -> Picture:
    """Pixels to PNG when any of them may be transparent, to JPEG otherwise."""
    transparent = image.has_transparency_data
    pixels = image.convert("RGBA" if transparent else "RGB")
    # A new image takes the pixels and nothing else: no comment, no profile, no EXIF travels along.
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    out = io.BytesIO()
    if transparent:
        clean.save(out, "PNG", optimize=False)
    else:
        clean.save(out, "JPEG", quality=85)
    return Picture("image/png" if transparent else "image/jpeg", out.getvalue(), *clean.size)
