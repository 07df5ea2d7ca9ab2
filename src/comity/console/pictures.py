"""Pictures from outside, made harmless: decoded within limits, encoded anew as JPEG; only pixels survive."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import Image, ImageFilter, UnidentifiedImageError

from comity.console.errors import UnshowableExhibitError

SHOWABLE = ("image/jpeg", "image/png", "image/gif", "image/webp")
_DECODERS = ("JPEG", "PNG", "GIF", "WEBP")
_MOST_BYTES = 32 * 1024 * 1024
_MOST_PIXELS = 50_000_000
_LONGEST_EDGE = 1600
_VEILED_EDGE = 24
"""Large shapes remain, a face does not: it would have a pixel or two."""
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
)


def as_jpeg(chunks: Iterator[bytes]) -> bytes:
    """The first frame as JPEG, at most 1,600 pixels long; raises ``UnshowableExhibitError`` and nothing else."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > _MOST_BYTES:
            raise UnshowableExhibitError("It is larger than 32 MiB.")
    try:
        with Image.open(io.BytesIO(bytes(body)), formats=_DECODERS) as found:
            if found.width * found.height > _MOST_PIXELS:
                raise UnshowableExhibitError("It has more than 50 million pixels.")
            found.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
            out = io.BytesIO()
            _opaque(found).save(out, "JPEG", quality=82)
    except _BROKEN as error:
        raise UnshowableExhibitError("It cannot be decoded.") from error
    return out.getvalue()


def veiled(chunks: Iterator[bytes]) -> bytes:
    """The picture grey and so small that nobody is recognised in it: what the veil hides never leaves the server.

    Raises ``UnshowableExhibitError`` and nothing else.
    """
    with Image.open(io.BytesIO(as_jpeg(chunks)), formats=("JPEG",)) as found:
        small = found.convert("L")
        small.thumbnail((_VEILED_EDGE, _VEILED_EDGE), Image.Resampling.BOX)
        out = io.BytesIO()
        small.filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=60)
    return out.getvalue()


def _opaque(found: Image.Image) -> Image.Image:
    """The picture on a neutral ground: JPEG knows no transparency."""
    layered = found.convert("RGBA")
    ground = Image.new("RGBA", layered.size, (127, 127, 127, 255))
    ground.alpha_composite(layered)
    return ground.convert("RGB")
