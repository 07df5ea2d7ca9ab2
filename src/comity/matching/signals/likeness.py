"""Texts compared by likeness: which share of their pairs of neighbouring words two texts have in common.

The signature is a MinHash of 128 places of two bytes each, written as 512 hexadecimal digits: the share of equal places
estimates the share of common pairs (Jaccard), give or take four hundredths. Of a text with one word in twenty changed
about four fifths of the pairs are left; unrelated texts share next to none. ``minhash`` computes signatures and
searches many; this part needs no library.
"""

from __future__ import annotations

from comity.matching.signals.digests import hexadecimal

PLACES = 128
OCTETS = 2 * PLACES
DISTANCE = 0.5
"""Share of differing places up to which two texts are alike."""


def normalise(text: str) -> str:
    """The one spelling of a signature."""
    return hexadecimal(text, OCTETS)


def distance(content: str, listed: str) -> float:
    """The share of places in which two signatures differ, from 0 to 1."""
    pairs = zip(_places(content), _places(listed), strict=True)
    return sum(1 for ours, theirs in pairs if ours != theirs) / PLACES


def _places(signature: str) -> list[str]:
    return [signature[place : place + 4] for place in range(0, 2 * OCTETS, 4)]
