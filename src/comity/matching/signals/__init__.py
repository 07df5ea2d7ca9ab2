"""Signals: what content is compared by. Each type has a name, a spelling, a distance and a default threshold.

Takes: pictures and films (``decoders.Decoders``: hashed by confined processes), files (``digests``), texts (``text``,
``likeness``), addresses (``urls``).
Gives: signals in their one spelling, with quality and recipe where there is one; ``TYPES``, every type by its name.
Never: an empty hash. What cannot be hashed has an outcome with a name.

A PDQ hash is 32 bytes, big-endian as its 64 digits. TMK+PDQF is not among the types: no library for it is kept, and
its lists are of whole films, for which vPDQ of the same frames is there.
"""

from __future__ import annotations

from comity.matching.signals.catalogue import TYPES, type_named
from comity.matching.signals.types import ContentType, SignalType

__all__ = ["TYPES", "ContentType", "SignalType", "type_named"]
