"""Signatures of texts, many at a time: words, pairs of neighbouring words, and the smallest of 128 hashes of these.

A word is a run of letters and digits. Scripts that put no space between words (Chinese, Japanese, Thai, Lao, Burmese,
Khmer) have two neighbouring signs for a word instead, so that a pair is three signs. No language is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from comity.matching.errors import MissingLibraries, TextTooShort
from comity.matching.signals.likeness import OCTETS, PLACES
from comity.matching.signals.text import normalise

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import numba
    import numpy as np
except ImportError as error:  # pragma: no cover -- an environment without the extra
    raise MissingLibraries.named(error.name or "numba") from error

FEWEST_PAIRS = 3
"""Below this a text says too little to be like another."""
_SEED = 0x434F4D495459
"""Makes the 128 hashes; another seed makes other signatures, which compare with none of these."""
_WORD = np.uint64(0x9E3779B97F4A7C15)
_PAIR = np.uint64(0xC2B2AE3D27D4EB4F)


def _coefficients() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    drawn = np.random.Generator(np.random.PCG64(_SEED)).integers(0, 1 << 32, (2, PLACES), dtype=np.uint32)
    return drawn[0] | np.uint32(1), drawn[1]


_FACTORS, _SHIFTS = _coefficients()


def signature(text: str) -> str:
    """The signature of one text; ``TextTooShort`` for one of fewer than four words."""
    found, pairs = signatures([text])
    if pairs[0] < FEWEST_PAIRS:
        raise TextTooShort
    return written(found[0])


def signatures(texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """The signatures of many texts (texts x 128), and how many pairs each has: below ``FEWEST_PAIRS`` nothing."""
    plain = [text if text.isascii() else normalise(text) for text in texts]
    joined = "".join(plain)
    ends = np.cumsum([len(text) for text in plain], dtype=np.int64)
    if joined.isascii():
        codes: NDArray[np.uint8] | NDArray[np.uint32] = np.frombuffer(joined.encode("ascii"), np.uint8)
    else:
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    found = np.empty((len(texts), PLACES), np.uint16)
    pairs = np.empty(len(texts), np.int64)
    _sign(codes, ends, _FACTORS, _SHIFTS, found, pairs)
    return found, pairs


def written(found: NDArray[np.uint16]) -> str:
    """A signature as text: its places one after another, big-endian."""
    return found.astype(">u2").tobytes().hex()


def read(text: str) -> NDArray[np.uint16]:
    """A signature from its text."""
    return np.frombuffer(bytes.fromhex(text), ">u2", count=OCTETS // 2).astype(np.uint16)


@numba.njit(nogil=True, inline="always")
def _mixed(value: Any) -> Any:
    """Every bit of the outcome depends on every bit of ``value`` (the finalizer of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@numba.njit(nogil=True, inline="always")
def _letter(code: Any) -> Any:
    """The code point in lower case if it belongs to a word, else 0. Beyond ASCII texts come normalised."""
    if code >= 128:
        return code
    if 65 <= code <= 90:
        return code + 32
    if 97 <= code <= 122 or 48 <= code <= 57:
        return code
    return 0


@numba.njit(nogil=True, inline="always")
def _unspaced(code: Any) -> Any:
    """Whether the script puts no space between words."""
    if code < 0x0E00:
        return False
    if code < 0x3040:
        return code < 0x0F00 or 0x1000 <= code < 0x10A0 or 0x1780 <= code < 0x1800
    return (
        code < 0x3100
        or 0x31F0 <= code < 0x3200
        or 0x3400 <= code < 0xA000
        or 0xF900 <= code < 0xFB00
        or code >= 0x20000
    )


@numba.njit(nogil=True)
def _sign(codes: Any, ends: Any, factors: Any, shifts: Any, found: Any, pairs: Any) -> None:
    smallest = np.empty(PLACES, np.uint32)
    begin = 0
    for text in range(ends.size):
        smallest[:] = np.uint32(0xFFFFFFFF)
        pairs[text] = _pairs(codes[begin : ends[text]], factors, shifts, smallest)
        for place in range(PLACES):
            found[text, place] = smallest[place] & np.uint32(0xFFFF)
        begin = ends[text]


@numba.njit(nogil=True)
def _pairs(codes: Any, factors: Any, shifts: Any, smallest: Any) -> Any:
    """Go through the words of one text; how many pairs of neighbours there were."""
    word, before, words, count = np.uint64(0), np.uint64(0), 0, 0
    for place in range(codes.size + 1):
        code = _letter(codes[place]) if place < codes.size else 0
        alone = _unspaced(code)
        if code != 0 and not alone:
            word = (word ^ np.uint64(code)) * _WORD
            word ^= word >> np.uint64(29)
            continue
        for sign in range(2):
            if sign == 0:
                ended = word
            else:
                ended = np.uint64(0)
                if alone:
                    after = _letter(codes[place + 1]) if place + 1 < codes.size else 0
                    ended = _mixed(np.uint64(code) * _PAIR + np.uint64(after if _unspaced(after) else 0))
            if ended == 0:
                continue
            if words > 0:
                _least(_mixed(before * _PAIR + ended), factors, shifts, smallest)
                count += 1
            before = ended
            words += 1
        word = np.uint64(0)
    return count


@numba.njit(nogil=True, inline="always")
def _least(pair: Any, factors: Any, shifts: Any, smallest: Any) -> None:
    value = np.uint32(pair >> np.uint64(32))
    for place in range(PLACES):
        hashed = np.uint32(factors[place] * value + shifts[place])
        smallest[place] = min(smallest[place], hashed)
