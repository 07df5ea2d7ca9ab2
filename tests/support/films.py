"""Films for tests: made here from numbers, one scene moving."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np

from support.pictures import scene


def film(
    frames: int = 50,
    *,
    size: tuple[int, int] = (320, 240),
    kind: str = "mp4",
    codec: str = "mpeg4",
    pixels: str = "yuv420p",
) -> bytes:
    """25 frames a second over a scene that is wider than the picture."""
    wide = np.asarray(scene(size[0] + 4 * frames, size[1]))
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = size[0], size[1], pixels
        stream.time_base = Fraction(1, 25)
        for number in range(frames):
            part = np.ascontiguousarray(wide[:, 4 * number : 4 * number + size[0]])
            frame = av.VideoFrame.from_ndarray(part, format="rgb24")
            frame.pts = number
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return out.getvalue()


def sound() -> bytes:
    """A film without a picture."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)
    return out.getvalue()
