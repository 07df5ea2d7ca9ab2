"""One film to the hashes of its frames: the luminance plane as the decoder gives it, every so many frames.

Sampling as the reference does it: of the frames in the order in which they are decoded every n-th, n being the seconds
between hashes times the average frame rate, cut to a whole number, at least one. The reference turns frames into
colours and back; the luminance plane differs from that by a factor and a constant (limited range), which no bit of the
hash notices, and by rounding.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import av
import numpy as np

from comity.matching.signals.pdq import LEAST_QUALITY, SMALLEST_SIDE, pdq

RECIPE = "vpdq/1"
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,h264,hevc,m4v,ivf,mpegvideo,mxf,gif"
_PLANES = ("yuv", "nv", "gray", "p010", "p016", "p210", "p216", "p410", "p416")

Answer = dict[str, Any]


def read_film(file: BinaryIO, limits: dict[str, float]) -> Answer:
    """``outcome``, and with it the frames that were hashed, their times and qualities, and how many were decoded.

    ``limits``: ``seconds`` between hashes (0: every frame), ``frames`` decoded and ``hashes`` made at most, ``pixels``
    of a frame.
    """
    found = opened(file)
    if not hasattr(found, "streams"):
        return dict(found)
    with found as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate or stream.base_rate or 0)
        about: Answer = {
            "format": str(stream.codec_context.name),
            "size": [stream.codec_context.width, stream.codec_context.height],
            "rate": rate,
        }
        stream.codec_context.thread_count = 1
        return about | _judged(_frames(container, stream, rate, limits))


def opened(file: BinaryIO) -> Any:
    """The film, opened, with a picture in it; else an answer that says why not."""
    av.logging.set_level(None)
    try:
        # Nothing but these containers, and no address inside one is ever opened: a playlist is not a film.
        container = av.open(file, options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"})
    except (av.error.FFmpegError, ValueError) as error:
        return {"outcome": "unsupported", "why": f"{type(error).__name__}"}
    if not container.streams.video:
        container.close()
        return {"outcome": "no_picture", "why": "there is sound only, or nothing"}
    return container


def _frames(container: Any, stream: Any, rate: float, limits: dict[str, float]) -> Answer:
    every = max(1, int(limits["seconds"] * rate))
    found: list[list[Any] | None] = []
    decoded, why = 0, ""
    try:
        for frame in container.decode(stream):
            if decoded >= limits["frames"] or len(found) >= limits["hashes"]:
                why = "cut"
                break
            if decoded % every == 0:
                if frame.width * frame.height > limits["pixels"]:
                    return {"found": [], "decoded": decoded, "why": "too_large"}
                found.append(_hash(frame, decoded, rate))
            decoded += 1
    except (av.error.FFmpegError, ValueError) as error:
        why = f"damaged: {type(error).__name__}"
    return {"found": [one for one in found if one], "decoded": decoded, "why": why}


def _hash(frame: Any, number: int, rate: float) -> list[Any] | None:
    if min(frame.width, frame.height) < SMALLEST_SIDE:
        return None
    hashed = pdq(_luminance(frame))
    return [number, hashed.text, hashed.quality, round(number / rate, 3) if rate else 0.0]


def _luminance(frame: Any) -> Any:
    """Rows x columns of the first plane; whatever has no plane of luminance is turned into grey by the library."""
    name = frame.format.name
    readable = name.startswith("gray") or (name.startswith(_PLANES) and frame.format.is_planar)
    if not readable or name.endswith("be"):
        frame = frame.reformat(format="gray")
        name = "gray"
    plane = frame.planes[0]
    deep = frame.format.components[0].bits > 8
    rows: Any = np.frombuffer(plane, np.uint16 if deep else np.uint8).reshape(plane.height, -1)[:, : frame.width]
    if not deep:
        return rows
    top = 16 if name.startswith("p") else frame.format.components[0].bits
    return rows / np.float32(1 << (top - 8))


def _judged(read: Answer) -> Answer:
    found, why = read["found"], read["why"]
    about = {"frames": found, "decoded": read["decoded"], "why": why, "recipe": f"{RECIPE} luminance plane"}
    if why == "too_large":
        return about | {"outcome": "too_large"}
    if not found:
        return about | {"outcome": "broken", "why": why or "no frame could be decoded"}
    if not any(quality >= LEAST_QUALITY for _number, _text, quality, _at in found):
        return about | {"outcome": "featureless", "frames": []}
    return about | {"outcome": {"": "hashed", "cut": "cut"}.get(why, "damaged")}
