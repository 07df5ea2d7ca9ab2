"""Texts compared exactly, after everything that a reader does not see is made one.

Unicode's compatibility form (NFKC), case folded; marks that show nothing removed (joiners, directions, variation
selectors); letters of other alphabets that look like Latin ones replaced by these; every run of what is neither letter
nor digit made one space. The outcome is for comparing only: it is no spelling of any language.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from comity.matching.errors import InvalidSignal
from comity.matching.signals.digests import sha256

MOST_CHARACTERS = 1_000_000
_ASCII = bytes(code if chr(code).isalnum() else 0x20 for code in range(128)).lower() + bytes(128)
"""What each octet of a text in ASCII becomes: letters small, digits, all else a space."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Unicode's default-ignorable code points: a reader sees nothing of them (DerivedCoreProperties)."""
_ORNAMENT = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
"""Accents, and the points of Hebrew and Arabic, which are left out as one likes. The vowels of other scripts stay."""
_TWINS = dict(
    zip(
        "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0457\u0458\u0461\u04af\u04bb\u04cf\u0501\u051b\u051d"
        "\u03b1\u03b2\u03b3\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c3\u03c4\u03c5\u03c7\u03c9"
        "\u0561\u0563\u0566\u0570\u0578\u057d\u0581\u0584\u0585"
        "\u0131\u0237\u0251\u0261\u0269\u028b",
        "abekmhopctyxsiijwyhldqwabyeznikmvopotuxwwqqhnugfoijagiv",
        strict=True,
    )
)
"""Small letters (after folding) of Cyrillic, Greek, Armenian and phonetic Latin that common type faces draw like a
Latin letter (compare UTS 39, of which this is a part)."""
_MOST_KNOWN = 100_000


class _Seen(dict[int, str]):
    """What each code point becomes; learnt when first met."""

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        if _UNSEEN.match(mark) or _ORNAMENT.match(mark):
            shown = ""
        else:
            shown = _TWINS.get(mark, mark if unicodedata.category(mark)[0] in "LMN" else " ")
        if len(self) < _MOST_KNOWN:
            self[code] = shown
        return shown


_SHOWN = _Seen()


def normalise(text: str) -> str:
    """The form in which texts are compared: words with one space between them; empty when there is no letter."""
    if text.isascii():
        return b" ".join(text.encode("ascii").translate(_ASCII).split()).decode("ascii")
    # Twice, because a letter may fold to a sign that decomposes further (and a few signs fold only when alone).
    return _once(_once(text))


def _once(text: str) -> str:
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_SHOWN)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def signal(text: str) -> str:
    """The exact signal of a text: SHA-256 of its normal form; ``InvalidSignal`` when no letter or digit is in it."""
    if len(text) > MOST_CHARACTERS:
        message = f"a text of {len(text)} characters is not compared"
        raise InvalidSignal(message)
    normal = normalise(text)
    if not normal:
        message = "there is no letter or digit in the text"
        raise InvalidSignal(message)
    return sha256(hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest())
