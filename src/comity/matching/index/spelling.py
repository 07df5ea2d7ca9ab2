"""Hashes as texts of 64 hexadecimal digits, and as the index takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from comity.matching.index.errors import NotHashes

Words64 = npt.NDArray[np.uint64]

_DIGITS = re.compile(r"(?:[0-9A-Fa-f]{64})*", re.ASCII)
_LENGTH = 64


def from_digits(texts: Sequence[str]) -> Words64:
    """A row of four words for each text, 16 digits a word, highest first. Raises ``NotHashes``."""
    together = "".join(texts)
    if any(len(text) != _LENGTH for text in texts) or not _DIGITS.fullmatch(together):
        raise NotHashes("64 hexadecimal digits")
    return np.frombuffer(bytes.fromhex(together), dtype=">u8").astype(np.uint64).reshape(-1, 4)


def to_digits(hashes: Words64) -> list[str]:
    """The same texts, in small letters."""
    digits = np.ascontiguousarray(hashes, dtype=">u8").tobytes().hex()
    return [digits[at : at + _LENGTH] for at in range(0, len(digits), _LENGTH)]
