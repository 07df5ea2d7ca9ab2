"""A few moments of a film, small and side by side: whoever must judge it sees what happens without having it played."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import av
from PIL import Image

from comity.matching.signals.child.films import Answer, opened

COLUMNS, ROWS = 4, 3
_EDGE = 320
_GAP = 4
_MICROSECONDS = 1_000_000


def read_stills(file: BinaryIO, limits: dict[str, float]) -> Answer:
    """``outcome`` and, where there is a moment to show, ``sheet``: a JPEG in base 64, with ``moments`` in seconds.

    Moments lie evenly over the film, at the key frame before each: none is decoded but those that are shown.
    ``limits``: ``pixels`` of a frame.
    """
    container = opened(file)
    if not hasattr(container, "streams"):
        return dict(container)
    with container:
        found = list(_moments(container, int(limits["pixels"])))
    if not found:
        return {"outcome": "broken", "why": "no moment could be decoded"}
    out = io.BytesIO()
    _sheet([image for _at, image in found]).save(out, "JPEG", quality=80)
    return {
        "outcome": "hashed",
        "sheet": base64.b64encode(out.getvalue()).decode(),
        "moments": [round(at, 1) for at, _image in found],
    }


def _moments(container: Any, pixels: int) -> Iterator[tuple[float, Image.Image]]:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    stream.codec_context.skip_frame = "NONKEY"
    length = (container.duration or 0) / _MICROSECONDS
    seen: set[float] = set()
    for number in range(COLUMNS * ROWS):
        frame = _key_frame(container, stream, length * number / (COLUMNS * ROWS))
        if frame is None or frame.width * frame.height > pixels:
            continue
        at = float(frame.time or 0.0)
        if at not in seen:  # a short film has few key frames
            seen.add(at)
            yield at, _small(frame)


def _key_frame(container: Any, stream: Any, seconds: float) -> Any | None:
    """The key frame at or before an instant; ``None`` where nothing there can be decoded."""
    try:
        container.seek(int(seconds * _MICROSECONDS))
        return next(container.decode(stream), None)
    except (av.error.FFmpegError, ValueError):
        return None


def _small(frame: Any) -> Image.Image:
    scale = min(1.0, _EDGE / max(frame.width, frame.height))
    size = {"width": max(2, int(frame.width * scale)), "height": max(2, int(frame.height * scale))}
    image: Image.Image = frame.reformat(format="rgb24", **size).to_image()
    return image


def _sheet(images: list[Image.Image]) -> Image.Image:
    """In rows of four, in the order of the film."""
    wide, high = max(one.width for one in images), max(one.height for one in images)
    columns, rows = min(COLUMNS, len(images)), -(-len(images) // COLUMNS)
    sheet = Image.new("RGB", (columns * (wide + _GAP) - _GAP, rows * (high + _GAP) - _GAP), (127, 127, 127))
    for number, image in enumerate(images):
        row, column = divmod(number, COLUMNS)
        sheet.paste(image, (column * (wide + _GAP), row * (high + _GAP)))
    return sheet
