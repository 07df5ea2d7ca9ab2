"""vPDQ: a film as the set of its frames' hashes, written and compared as the reference library does it.

The signal is a JSON list of texts ``"<64 digits>,<quality>,<seconds>"``. Frames of a quality below 50 and repeated
hashes do not count. How many per cent of each film's frames lie within 31 bits of a frame of the other: a clip of a
listed film scores high for itself, low for the film.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.matching.errors import InvalidSignal
from comity.matching.signals.digests import hexadecimal

FRAME_DISTANCE = 31
"""Bits, of 256."""
FRAME_QUALITY = 50
_MOST_FRAMES = 100_000
_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Shared:
    """Per cent of the frames of content, and of the listed film, that the other has too."""

    content: float
    listed: float


@dataclass(frozen=True)
class _Frame:
    text: str
    quality: int
    seconds: float


def write(frames: Iterable[tuple[str, int, float]]) -> str:
    """The signal of a film: hash, quality and second of each frame that was hashed."""
    return _written([_frame(f"{text},{quality},{seconds:.3f}") for text, quality, seconds in frames])


def normalise(text: str) -> str:
    """The one spelling of a vPDQ signal."""
    return _written(_read(text))


def shared(content: str, listed: str, bits: int = FRAME_DISTANCE) -> Shared:
    """How much of each other two films have, as the reference counts it."""
    ours, theirs = _counted(_read(content)), _counted(_read(listed))
    return Shared(_percent(ours, theirs, bits), _percent(theirs, ours, bits))


def distance(content: str, listed: str) -> float:
    """Per cent of the content's frames that the listed film has not."""
    return 100.0 - shared(content, listed).content


def _percent(some: Sequence[int], others: Sequence[int], bits: int) -> float:
    if not some or not others:
        return 0.0
    near = sum(1 for one in some if any((one ^ other).bit_count() <= bits for other in others))
    return 100.0 * near / len(some)


def _counted(frames: Iterable[_Frame]) -> list[int]:
    return list({int(frame.text, 16): None for frame in frames if frame.quality >= FRAME_QUALITY})


def _written(frames: Sequence[_Frame]) -> str:
    return json.dumps([f"{frame.text},{frame.quality},{frame.seconds:.3f}" for frame in frames])


def _read(text: str) -> list[_Frame]:
    if len(text) > _LONGEST:
        message = "a film's signal of more than 16 MiB is none"
        raise InvalidSignal(message)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = "it is no list of frames in JSON"
        raise InvalidSignal(message) from error
    if not isinstance(found, list) or not found or len(found) > _MOST_FRAMES:
        message = "it is no list of frames, or an empty one, or too long"
        raise InvalidSignal(message)
    return [_frame(one) for one in found]


def _frame(text: object) -> _Frame:
    parts = text.split(",") if isinstance(text, str) else []
    try:
        digits, quality, seconds = parts
        frame = _Frame(hexadecimal(digits, 32), int(quality), float(seconds))
    except ValueError as error:
        message = f"{str(text)[:100]!r} is no frame: hash, quality and seconds"
        raise InvalidSignal(message) from error
    if not (0 <= frame.quality <= 100 and frame.seconds >= 0 and math.isfinite(frame.seconds)):
        message = f"{str(text)[:100]!r} has a quality or a time that no frame has"
        raise InvalidSignal(message)
    return frame
