"""The match service: one keeper writes the indexes, any number of processes answer from them.

Takes: changes of banks (from the database, in their order); calls with signals, bytes, texts or addresses, each from a
caller with a token.
Gives: every listed item within the threshold, with bank, item, member, distance, threshold in force and the bank's
version; detections, entered, for content that a caller names; the calls of Hasher-Matcher-Actioner at its paths.
Never: keeps content, fetches from a host that the operator did not name, says that something is listed before it
matches, decides what follows from a match.
"""

from __future__ import annotations

from comity.matching.serving.lookup import Lookup

__all__ = ["Lookup"]
