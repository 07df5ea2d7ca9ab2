"""Text as ink can show it: nothing vanishes, nothing moves its neighbours."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from comity.casefile.clock import Instant, InvalidInstant


def printable(text: str) -> str:
    """The text as ink can show it: what is invisible or in no script of the Union's languages is shown by its number.

    Nothing vanishes and nothing moves its neighbours: bidirectional and other format characters become visible.
    """
    return "".join(mark if mark == "\n" or _has_glyph(mark) else f"<U+{ord(mark):04X}>" for mark in text)


def printable_url(url: str) -> str:
    """An address in ASCII, other characters percent-encoded (RFC 3987 section 3.1), so that it can be compared."""
    return "".join(mark if "!" <= mark <= "~" else quote(mark.encode("utf-8", "replace"), safe="") for mark in url)


# Scripts of the Union's official languages and the punctuation of their typography, all in the typeset fonts.
_RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x218, 0x21B), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491))
_SINGLE = frozenset("–—‘’‚“”„†‡•…‰′″‹›€№™°")


def _has_glyph(mark: str) -> bool:
    return mark in _SINGLE or (
        unicodedata.category(mark)[0] != "C" and any(first <= ord(mark) <= last for first, last in _RANGES)
    )


def time(text: str) -> str:
    """RFC 3339 as people read it, in the offset it was written in, and in UTC: ``2026-11-23 02:13:00 +01:00``."""
    try:
        instant = Instant.parse(text)
    except InvalidInstant:
        return printable(text)
    local = instant.original.replace(microsecond=0).isoformat(" ")
    shown = f"{local[:19]} {local[19:]}"
    if instant.offset_minutes == 0:
        return f"{local[:19]} UTC"
    return f"{shown} ({instant.utc:%H:%M:%S} UTC)"
