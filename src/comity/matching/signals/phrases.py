"""Listed phrases and addresses that stand somewhere in a text, all of them looked for at once.

A phrase is compared as texts are (``text.normalise``), whole words by whole words; in scripts that put no space between
words, wherever its letters stand. Addresses are read out of the text as a reader would see them and compared in their
canonical form (``urls``), by themselves and by the rules that cover them. Nothing is fetched.

``hyperscan`` searches where it is installed, ``pyahocorasick`` otherwise; both find the same.
"""

from __future__ import annotations

import importlib.util
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from comity.matching.errors import InvalidSignal, MissingLibraries
from comity.matching.signals import text, urls

LONGEST = 1_000
"""Characters of a phrase in its normal form."""
MOST_ADDRESSES = 1_000
"""Of one text. A text of more is a list of addresses, and the first thousand say so."""
_UNSPACED = re.compile("CJK|HIRAGANA|KATAKANA|BOPOMOFO|THAI|LAO|KHMER|MYANMAR|TIBETAN|YI SYLLABLE")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'`{}|\\^\u2028\u2029]{4,4096}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}\u2026\u3002\uff0c\u201d\u2019"

Search = Callable[[str], frozenset[int]]


def normalise(phrase: str) -> str:
    """The one spelling of a phrase; ``InvalidSignal`` when it is empty, too long, or a single letter of an alphabet."""
    normal = text.normalise(phrase)
    if not normal or len(normal) > LONGEST:
        message = f"a phrase has from 1 to {LONGEST} letters or digits; this one has {len(normal)}"
        raise InvalidSignal(message)
    if len(normal) == 1 and not _unspaced(normal):
        message = "a phrase of a single letter stands in every text"
        raise InvalidSignal(message)
    return normal


def distance(content: str, listed: str) -> float:
    """0 when the phrase stands in the text, both normalised, else 1."""
    return 0.0 if _bounded(listed) in f" {content} " else 1.0


class Phrases:
    """Phrases by their numbers, made once and never changed. Any thread may search."""

    def __init__(self, phrases: Mapping[int, str]) -> None:
        """``phrases`` in any spelling; raises ``InvalidSignal`` for one that is none."""
        spelt: dict[str, set[int]] = {}
        for number, phrase in phrases.items():
            spelt.setdefault(_bounded(normalise(phrase)), set()).add(number)
        self._numbers = [frozenset(numbers) for numbers in spelt.values()]
        self._search: Search = _engine()(list(spelt)) if spelt else lambda _: frozenset()

    def __len__(self) -> int:
        return sum(map(len, self._numbers))

    def within(self, content: str) -> frozenset[int]:
        """The numbers of all phrases that stand in a text of any spelling."""
        found = self._search(f" {text.normalise(content)} ")
        return frozenset[int]().union(*(self._numbers[place] for place in found))


def addresses(content: str) -> tuple[str, ...]:
    """The addresses in a text, canonical, each once, in their order; what only looks like one is left out."""
    seen: dict[str, None] = {}
    for found in _ADDRESS.finditer(content):
        seen.update(dict.fromkeys(_spellings(found[0])))
        if len(seen) >= MOST_ADDRESSES:
            break
    return tuple(seen)[:MOST_ADDRESSES]


def _spellings(found: str) -> Iterable[str]:
    """As it stands, and without the marks that end a sentence: which of the two was meant, nobody can know."""
    whole = found if found[:4].lower() == "http" else f"https://{found}"
    for one in dict.fromkeys((whole, whole.rstrip(_TRAILING))):
        try:
            yield urls.canonical(one)
        except InvalidSignal:
            continue


def _bounded(normal: str) -> str:
    """With a space at each end that is the end of a word."""
    before = "" if _unspaced(normal[0]) else " "
    return f"{before}{normal}{'' if _unspaced(normal[-1]) else ' '}"


def _unspaced(letter: str) -> bool:
    return not letter.isascii() and _UNSPACED.match(unicodedata.name(letter, "")) is not None


def _engine() -> Callable[[list[str]], Search]:
    if importlib.util.find_spec("hyperscan") is not None:
        return _by_hyperscan
    if importlib.util.find_spec("ahocorasick") is not None:
        return _by_ahocorasick
    raise MissingLibraries.named("hyperscan", "matching")


def _by_hyperscan(spelt: list[str]) -> Search:
    import hyperscan  # noqa: PLC0415 -- one of two engines

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    # Each phrase is reported once, or a text made of one phrase would call us a million times.
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(spelt)
    literals, numbers = [one.encode("utf-8", "surrogatepass") for one in spelt], list(range(len(spelt)))
    database.compile(expressions=literals, ids=numbers, elements=len(spelt), flags=flags, literal=True)
    local = threading.local()

    def search(content: str) -> frozenset[int]:
        if not hasattr(local, "scratch"):
            local.scratch = hyperscan.Scratch(database)
        found: set[int] = set()
        octets = content.encode("utf-8", "surrogatepass")
        database.scan(octets, match_event_handler=lambda number, *_: found.add(number), scratch=local.scratch)
        return frozenset(found)

    return search


def _by_ahocorasick(spelt: list[str]) -> Search:
    import ahocorasick  # noqa: PLC0415 -- one of two engines

    automaton = ahocorasick.Automaton()
    for number, one in enumerate(spelt):
        automaton.add_word(one, number)
    automaton.make_automaton()

    def search(content: str) -> frozenset[int]:
        return frozenset(number for _end, number in automaton.iter(content))

    return search
