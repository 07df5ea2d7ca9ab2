"""``text.md``: what each provision says, in our words. Every citation must find its article here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.casefile.documents.assessment import Certainty
from comity.law.errors import BrokenLawError

_HEADING = re.compile(r"^## (?P<citation>[^·]+?) · (?P<title>.+)$")
_SOURCE = re.compile(r"^\*(?P<source>.+) · certainty: (?P<certainty>[a-z]+)\*$")
_DUTY = re.compile(r"^- duty `(?P<id>[a-z_]+)` \((?P<who>[^)]+)\): (?P<what>.*?)(?: No row: (?P<excuse>.+))?$")


@dataclass(frozen=True)
class Duty:
    """Something the law asks of somebody; ``excuse`` says why no row or period answers to it, where none does."""

    id: str
    who: str
    what: str
    excuse: str | None


@dataclass(frozen=True)
class Article:
    """One provision: its text in our words, where it was read, and how sure we are of it."""

    citation: str
    title: str
    text: str
    certainty: Certainty
    source: str
    duties: tuple[Duty, ...]


def parse(markdown: str) -> dict[str, Article]:
    """Articles by citation. Raises ``BrokenLawError`` where an article lacks title, source or certainty, or stands
    twice.
    """
    found: dict[str, Article] = {}
    for block in re.split(r"^(?=## )", markdown, flags=re.MULTILINE)[1:]:
        article = _article(block.splitlines())
        if article.citation in found:
            message = f"text.md: {article.citation} stands twice"
            raise BrokenLawError(message)
        found[article.citation] = article
    return found


def _article(lines: list[str]) -> Article:
    heading = _HEADING.match(lines[0])
    body = [line for line in lines[1:] if line.strip()]
    source = _SOURCE.match(body[0]) if body else None
    if heading is None or source is None:
        message = f"text.md: {lines[0]!r} needs '## citation · title', then '*source · certainty: …*'"
        raise BrokenLawError(message)
    if source["certainty"] not in set(Certainty):
        message = f"text.md: {heading['citation']}: {source['certainty']!r} is not official, secondary or unconfirmed"
        raise BrokenLawError(message)
    prose = [line for line in body[1:] if not line.startswith("- duty ")]
    return Article(
        citation=heading["citation"],
        title=heading["title"],
        text="\n".join(prose),
        certainty=Certainty(source["certainty"]),
        source=source["source"],
        duties=tuple(_duty(line) for line in body[1:] if line.startswith("- duty ")),
    )


def _duty(line: str) -> Duty:
    match = _DUTY.match(line)
    if match is None:
        message = f"text.md: {line!r} is not '- duty `id` (who): what.'"
        raise BrokenLawError(message)
    return Duty(match["id"], match["who"], match["what"], match["excuse"])
