"""What assessments state, in the reader's language. English governs; this is how it is read to a person.

Whole sentences are looked up in the instrument's ``words/<language>.yaml``; sentences that the evaluator composes, in
``law/words/<language>.yaml``, whose keys name their changing parts in braces. What is in neither stays English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

from comity.law.library import INSTRUMENTS

LANGUAGES = ("fr", "de")
_PARTS = {
    "at": r"\S+",
    "start": r"\S+",
    "decided": r"\S+",
    "n": r"\d+",
    "length": r"\d+ [a-z]+(?: \d+ [a-z]+)*",
    "by": "[^:]+",
    "citation": r"[A-Z0-9][^:]*?",
    "certainty": "[a-z]+",
    "label": "[^:]+",
    "facts": ".+",
    "fields": ".+",
    "value": ".+",
    "code": r"\S+",
    "other": r"[^;]+",
    "day": r"\d{4}-\d{2}-\d{2}",
    "next": r"\d{4}-\d{2}-\d{2}",
}
"""What may stand in a brace: narrow, so that no text from outside makes the search long."""
_LONGEST = 2000
_BRACE = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True)
class Words:
    """One instrument in one language: sentences, and patterns with what they become."""

    sentences: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def say(self, text: str) -> str:
        """The text in this language, sentence by sentence; a sentence that is not known stays as it is."""
        if len(text) > _LONGEST:
            return text
        said, rest = [], text
        while rest:
            sentence, translated, rest = self._first(rest)
            said.append(translated or sentence)
        return " ".join(said)

    def knows(self, text: str) -> bool:
        """Whether the whole text can be said; for the check that nothing was forgotten."""
        return self._whole(text) is not None

    def _first(self, text: str) -> tuple[str, str | None, str]:
        """The longest beginning that is known, said, and what follows; else the first sentence as it is."""
        ends = [match.end(1) for match in re.finditer(r"([.?])(?= |$)", text)]
        for end in (len(text), *reversed(ends)):
            translated = self._whole(text[:end])
            if translated is not None:
                return text[:end], translated, text[end:].strip()
        end = ends[0] if ends else len(text)
        return text[:end], None, text[end:].strip()

    def _whole(self, text: str) -> str | None:
        found = self.sentences.get(text)
        if found is not None:
            return found
        for pattern, becomes in self.patterns:
            match = pattern.fullmatch(text)
            if match:
                return becomes.format(**{name: self._part(part) for name, part in match.groupdict().items()})
        return None

    def _part(self, text: str) -> str:
        return "; ".join(self._whole(part) or part for part in text.split("; "))


def say(text: str, language: str, identifier: str = "eu-tco") -> str:
    """A sentence of an assessment in ``language`` (ISO 639-1); the English one where there is no other."""
    code = language.split("-", 1)[0]
    if code not in LANGUAGES or identifier not in INSTRUMENTS:
        return text
    return words(identifier, code).say(text)


@functools.cache
def words(identifier: str, language: str) -> Words:
    """The words of an instrument in one language: its own, those of the conflict of laws, and those of others, whose
    sentences it may share.
    """
    composed = _read(resources.files("comity.law") / "words" / f"{language}.yaml")
    plain = {english: said for english, said in composed.items() if "{" not in english}
    patterns = tuple((_pattern(english), said) for english, said in composed.items() if "{" in english)
    plain |= _read(resources.files("comity.law.conflicts") / "words" / f"{language}.yaml")
    for other in sorted(INSTRUMENTS, key=lambda one: one == identifier):
        plain |= own(other, language)
    return Words(plain, patterns)


@functools.cache
def own(identifier: str, language: str) -> Mapping[str, str]:
    """The sentences that an instrument's own folder holds."""
    folder = resources.files("comity.law.instruments") / INSTRUMENTS[identifier]
    return _read(folder / "words" / f"{language}.yaml")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_BRACE.sub(lambda brace: f"(?P<{brace[1]}>{_PARTS[brace[1]]})", re.escape(english)))


def _read(path: Traversable) -> dict[str, str]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
