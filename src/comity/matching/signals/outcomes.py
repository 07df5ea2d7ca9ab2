"""What became of content that was to be hashed: always an outcome with a name, never an empty hash.

What the confined decoders say is data of a stranger: a hostile picture may have taken one over. So an answer of any
other shape than these is the outcome *decoder_died*.
"""

from __future__ import annotations

import base64
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST = 100_000


class Outcome(enum.StrEnum):
    """Of a picture or a film. Only the first three carry hashes."""

    HASHED = "hashed"
    DAMAGED = "damaged"
    """The file breaks off or has faults; hashed as far as it goes, as browsers show it."""
    CUT = "cut"
    """A film longer than is read; hashed up to there."""
    FEATURELESS = "featureless"
    """Decoded, but there is too little to see: such hashes lie close to each other by chance."""
    EMPTY = "empty"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    """No format that is read here."""
    NO_PICTURE = "no_picture"
    """A film of sound only."""
    BROKEN = "broken"
    TOO_COSTLY = "too_costly"
    """It took longer than a decoder is given."""
    DECODER_DIED = "decoder_died"


@dataclass(frozen=True)
class View:
    """One way of seeing a picture, with its hash (64 hexadecimal digits) and quality (50 to 100)."""

    name: str
    pdq: str
    quality: int


@dataclass(frozen=True)
class Picture:
    """A picture: what became of it, its views (equal hashes once), and the recipe that made them."""

    outcome: Outcome
    views: tuple[View, ...] = ()
    quality: int | None = None
    recipe: str = ""
    format: str = ""
    size: tuple[int, int] = (0, 0)
    frames: int = 1
    why: str = ""


@dataclass(frozen=True)
class Frame:
    """A frame of a film: its number, seconds from the beginning at the average rate, hash, quality (0 to 100)."""

    number: int
    seconds: float
    pdq: str
    quality: int


@dataclass(frozen=True)
class Film:
    """A film: what became of it, the frames that were hashed, how many were decoded, and the recipe."""

    outcome: Outcome
    frames: tuple[Frame, ...] = ()
    decoded: int = 0
    rate: float = 0.0
    recipe: str = ""
    format: str = ""
    size: tuple[int, int] = (0, 0)
    why: str = ""


@dataclass(frozen=True)
class Stills:
    """Moments of a film as one JPEG, with their seconds from its beginning, where its outcome is *hashed*."""

    outcome: Outcome
    sheet: bytes = b""
    moments: tuple[float, ...] = ()
    why: str = ""


_WITH_HASHES = frozenset({Outcome.HASHED, Outcome.DAMAGED, Outcome.CUT})
_NONSENSE = "made the decoder answer nonsense"


def picture_of(answer: Any) -> Picture:
    """A decoder's answer about a picture, believed only where it has the right shape."""
    try:
        views = tuple(
            View(_word(one["view"]), _hash(one["pdq"]), _whole(one["quality"], 100)) for one in _list(answer, "views")
        )
        picture = Picture(
            outcome=Outcome(answer["outcome"]),
            views=views,
            quality=_whole(answer["quality"], 100) if "quality" in answer else None,
            frames=_whole(answer.get("frames", 1), 1 << 40),
            **_said(answer),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Picture(Outcome.DECODER_DIED, why=_NONSENSE)
    sound = bool(views) == (picture.outcome in _WITH_HASHES)
    return picture if sound else Picture(Outcome.DECODER_DIED, why=_NONSENSE)


def film_of(answer: Any) -> Film:
    """A decoder's answer about a film, believed only where it has the right shape."""
    try:
        frames = tuple(
            Frame(_whole(number, 1 << 40), _number(at), _hash(text), _whole(quality, 100))
            for number, text, quality, at in _list(answer, "frames")
        )
        film = Film(
            outcome=Outcome(answer["outcome"]),
            frames=frames,
            decoded=_whole(answer.get("decoded", 0), 1 << 40),
            rate=_number(answer.get("rate", 0.0)),
            **_said(answer),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Film(Outcome.DECODER_DIED, why=_NONSENSE)
    sound = bool(frames) == (film.outcome in _WITH_HASHES)
    return film if sound else Film(Outcome.DECODER_DIED, why=_NONSENSE)


def stills_of(answer: Any) -> Stills:
    """A decoder's answer about the moments of a film, believed only where it has the right shape."""
    try:
        stills = Stills(
            outcome=Outcome(answer["outcome"]),
            sheet=base64.b64decode(answer.get("sheet", ""), validate=True),
            moments=tuple(_number(at) for at in _list(answer, "moments")),
            why=_word(answer.get("why", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Stills(Outcome.DECODER_DIED, why=_NONSENSE)
    sound = bool(stills.sheet) == bool(stills.moments) == (stills.outcome in _WITH_HASHES)
    return stills if sound else Stills(Outcome.DECODER_DIED, why=_NONSENSE)


def _said(answer: Mapping[str, Any]) -> dict[str, Any]:
    width, height = answer.get("size", (0, 0))
    return {
        "recipe": _word(answer.get("recipe", "")),
        "format": _word(answer.get("format", "")),
        "size": (_whole(width, 1 << 40), _whole(height, 1 << 40)),
        "why": _word(answer.get("why", "")),
    }


def _list(answer: Mapping[str, Any], name: str) -> list[Any]:
    found = answer.get(name, [])
    if not isinstance(found, list) or len(found) > _MOST:
        raise ValueError(name)
    return found


def _hash(text: Any) -> str:
    if not isinstance(text, str) or _HASH.fullmatch(text) is None:
        raise ValueError("hash")
    return text


def _word(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError("text")
    return "".join(mark if mark.isprintable() else " " for mark in text[:300])


def _whole(number: Any, most: int) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most:
        raise ValueError("number")
    return number


def _number(number: Any) -> float:
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < 1e9:
        raise ValueError("number")
    return float(number)
