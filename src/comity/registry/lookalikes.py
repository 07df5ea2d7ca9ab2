"""Domains that are made to be taken for an authority's. Pure: it compares spellings and asks nobody."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LONGEST_DOMAIN = 253

# Letters of other scripts, and digits, that common typefaces draw like a Latin letter. Written for this purpose from
# the shapes themselves; short on purpose, since edit distance catches what it misses.
_DRAWN_ALIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁһԛԝвкмтнгѵӏ", "aeopcyxijsdhqwbkmthrvl", strict=True)),
        **dict(zip("αορνικυτχεηωγ", "aopvikutxenwy", strict=True)),
        **dict(zip("ıłøđħŧɑɡɩʀսոօցհ", "ilodhtagirunogh", strict=True)),
        **dict(zip("015", "ols", strict=True)),
        "i": "l",
        "j": "l",
        "|": "l",
        "ß": "b",
        "-": "",
        "_": "",
    }
)
_DRAWN_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


class Trick(StrEnum):
    """How a domain resembles a known one."""

    SAME_SHAPE = "same_shape"
    """Other characters, drawn the same (homoglyphs, punycode, accents, digits for letters, hyphens)."""
    ONE_LETTER = "one_letter"
    """One letter added, dropped, changed, or two neighbours exchanged."""
    OTHER_ENDING = "other_ending"
    """The same name under another top-level domain."""
    KNOWN_AS_PREFIX = "known_as_prefix"
    """The known domain followed by somebody else's."""


@dataclass(frozen=True)
class Lookalike:
    """A domain that resembles ``known`` without being it or lying under it."""

    domain: str
    known: str
    trick: Trick


def plain(domain: str) -> str:
    """The domain as a person would read it: lower case, no final dot, punycode labels decoded.

    A label that is not valid punycode is left as it is written (RFC 3492, RFC 5891).
    """
    labels = domain[: LONGEST_DOMAIN + 1].strip().rstrip(".").lower().split(".")
    return ".".join(_decoded(label) for label in labels)


def skeleton(domain: str) -> str:
    """What the eye keeps of a domain: equal skeletons look equal."""
    text = unicodedata.normalize("NFKC", plain(domain)).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in {"Mn", "Cf"})
    for pair, single in _DRAWN_TOGETHER:
        text = text.replace(pair, single)
    return text.translate(_DRAWN_ALIKE)


def lookalike_of(domain: str, known: Iterable[str]) -> Lookalike | None:
    """The known domain that ``domain`` could be mistaken for, with the trick; ``None`` when it is or resembles none.

    A domain equal to a known one, or lying under it, belongs to the same owner and is no look-alike.
    """
    written = domain.strip().rstrip(".").lower()
    held = sorted({item.strip().rstrip(".").lower() for item in known})
    if any(written == item or written.endswith("." + item) for item in held):
        return None
    for item in held:
        trick = _trick(written, item)
        if trick is not None:
            return Lookalike(domain=domain, known=item, trick=trick)
    return None


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _trick(written: str, known: str) -> Trick | None:
    seen, target = skeleton(written), skeleton(known)
    run_together = target.replace(".", "")
    if run_together in {seen, seen.replace(".", "")}:
        return Trick.SAME_SHAPE
    if seen.startswith(target + ".") or seen.rpartition(".")[0].replace(".", "") == run_together:
        return Trick.KNOWN_AS_PREFIX
    if "." in seen and seen.rpartition(".")[0] == target.rpartition(".")[0]:
        return Trick.OTHER_ENDING
    if within_one_edit(plain(written), plain(known)) or within_one_edit(seen, target):
        return Trick.ONE_LETTER
    return None


def within_one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or exchange of neighbours turns one text into the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest_one, rest_other = one[start:], other[start:]
    return (
        rest_one[1:] == rest_other[1:]
        or rest_one[1:] == rest_other
        or rest_one == rest_other[1:]
        or (rest_one[:2] == rest_other[:2][::-1] and rest_one[2:] == rest_other[2:])
    )
