"""How commands write on a screen: wrapped, inert, with headings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

WIDTH = 100
_CITATION = re.compile(r"\d{4}/\d+ (?:Art|Annex) |\d+ USC |(?:CSI|CPP|StPO|GDPR) (?:Art )?")


def heading(text: str) -> Iterable[str]:
    """An empty line, the text, and a rule below it."""
    yield ""
    yield text
    yield "-" * len(text)


def wrap(text: str, first: str, rest: str) -> list[str]:
    """Lines of at most the screen's width; a citation is never torn apart, so that it can be searched for."""
    kept = _CITATION.sub(lambda match: match[0].replace(" ", "\x1f"), inert(text))
    lines = textwrap.wrap(kept, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace("\x1f", " ") for line in lines]


def inert(text: str) -> str:
    """Without characters that steer a terminal or turn the direction of reading: an order must not paint its own
    answer.
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
