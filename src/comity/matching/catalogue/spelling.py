"""Signals as rows of words of 64 bits, the form in which a hunt compares them; one row or, of a film, several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.matching.index import from_digits
from comity.matching.signals.likeness import OCTETS
from comity.matching.signals.rows import rows_of

Words64 = npt.NDArray[np.uint64]
Words32 = npt.NDArray[np.uint32]

OCTETS_OF = {"pdq": 32, "sha256": 32, "md5": 16, "text": 32, "text_likeness": OCTETS}
"""Types whose signals are hexadecimal digits, and how many bytes these are."""


class Rows(NamedTuple):
    """Words (rows x width), and of which fingerprint each row is (rising); ``None``: row and fingerprint are one."""

    words: Words64
    owners: Words32 | None


def width_of(kind: str) -> int:
    """Words of 64 bits in a row."""
    return OCTETS // 8 if kind == "text_likeness" else 4


def rows_of_signals(kind: str, signals: Sequence[str]) -> Rows:
    """The rows of signals, in their order."""
    if kind == "text_likeness":
        return Rows(rows_of_octets(kind, bytes.fromhex("".join(signals))), None)
    if kind != "vpdq":
        return Rows(from_digits([row for signal in signals for row in rows_of(kind, signal)]), None)
    frames = [rows_of(kind, signal) for signal in signals]
    owners = np.repeat(np.arange(len(frames), dtype=np.uint32), [len(one) for one in frames])
    return Rows(from_digits([row for one in frames for row in one]), owners)


def rows_of_octets(kind: str, data: bytes) -> Words64:
    """The same of signals that lie as bytes, one after another."""
    octets = OCTETS_OF[kind]
    if octets == 16:
        data = np.pad(np.frombuffer(data, np.uint8).reshape(-1, 16), ((0, 0), (0, 16))).tobytes()
    return np.frombuffer(data, dtype=">u8").astype(np.uint64).reshape(-1, width_of(kind))
