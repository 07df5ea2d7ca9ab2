"""The article's text beside a finding, from the law room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.law import LawError, article_text
from comity.law.text import Article

_LAST_STEP = re.compile(r"\([^()]+\)$")


@dataclass(frozen=True)
class Provision:
    """What a citation points to, as far as the law room has it."""

    citation: str
    title: str
    text: str
    certainty: str
    source: str


def provisions(citations: tuple[str, ...]) -> tuple[Provision, ...]:
    """Every citation with its text; one that the law room does not know says so instead of vanishing."""
    return tuple(_provision(citation) for citation in citations)


def _provision(citation: str) -> Provision:
    found = _nearest(citation)
    if found is None:
        return Provision(citation, "", "", "unconfirmed", "")
    return Provision(citation, found.title, found.text, found.certainty.value, found.source)


def _nearest(citation: str) -> Article | None:
    """The provision itself, or the paragraph or article that contains it."""
    wanted = citation
    while wanted:
        try:
            return article_text(wanted)
        except LawError:
            shorter = _LAST_STEP.sub("", wanted)
            wanted = shorter if shorter != wanted else ""
    return None
