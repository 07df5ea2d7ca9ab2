"""Free layout: the printed labels of a form are looked for in the text, and what follows each is its value."""

from __future__ import annotations

import io
import re
from typing import Any

import pdfplumber
from pypdf import PageObject
from pypdf.generic import DictionaryObject

_TICK = re.compile(r"(?:\[\s*[xX]\s*\]|[☒☑✓✔✗✘⌧])\s*(.+)")
_EMPTY = re.compile(r"(?:\[\s*\]|[☐□])\s*(.+)")
_BOX = re.compile(r"(?:\[\s*[xX]?\s*\]|[☒☑☐✓✔✗✘⌧□])")
_MOST_VALUE = 20_000

Values = dict[str, str]
Boxes = dict[str, list[str]]


def read_layout(
    data: bytes, pages: list[DictionaryObject], labels: list[list[str]], limits: dict[str, int]
) -> tuple[Values, Boxes, int]:
    """Values by key, the texts of ticked and of empty boxes, and how many characters of text there were.

    The order in which a file draws its text is tried first; where that finds few labels, the order in which a person
    sees it is tried, and the reading with more labels is kept.
    """
    text = _drawn(pages, limits["characters"])
    values = values_by_label(text, labels)
    if text.strip() and len(values) * 2 < len(labels):
        seen = _seen(data, limits)
        other = values_by_label(seen, labels)
        if len(other) > len(values):
            text, values = seen, other
    return values, _boxes(text), len(text)


def read_text(text: str, labels: list[list[str]], limits: dict[str, int]) -> dict[str, object]:
    """The same of a text without a document around it: the body of a mail, what a machine saw on a picture."""
    text = text[: limits["characters"]]
    return {"values": values_by_label(text, labels), "boxes": _boxes(text), "characters": len(text)}


def _boxes(text: str) -> Boxes:
    lines = text.splitlines()
    return {
        state: [match[1].strip()[:500] for line in lines if (match := pattern.search(line))][:200]
        for state, pattern in (("ticked", _TICK), ("empty", _EMPTY))
    }


def values_by_label(text: str, labels: list[list[str]]) -> Values:
    """``labels`` are pairs of key and printed label. A label counts where it begins a line and a colon ends it."""
    found: list[tuple[int, int, str]] = []
    for key, label in labels:
        words = r"\s+".join(re.escape(word) for word in label.split())
        match = re.search(rf"(?:^|\n)[ \t]*(?:\d+[.)]\s*)?{words}\s*:", text, re.IGNORECASE)
        if match:
            found.append((match.start(), match.end(), key))
    found.sort()
    values: Values = {}
    for place, (_start, end, key) in enumerate(found):
        until = found[place + 1][0] if place + 1 < len(found) else len(text)
        value = _value(text[end:until])
        if value:
            values.setdefault(key, value)
    return values


def _value(text: str) -> str:
    """Up to the next box or heading; lines are joined by a line feed, ends trimmed."""
    lines: list[str] = []
    for line in text[:_MOST_VALUE].splitlines():
        stripped = line.strip()
        if _BOX.match(stripped) or re.match(r"(?:SECTION|Section)\s+[A-Z]\b", stripped):
            break
        lines.append(stripped)
    return "\n".join(lines).strip()


def _drawn(pages: list[DictionaryObject], most: int) -> str:
    parts: list[str] = []
    size = 0
    for page in pages:
        text = _page(page).extract_text()
        parts.append(text)
        size += len(text)
        if size > most:
            break
    return "\n".join(parts)[:most]


def _page(node: Any) -> PageObject:
    if isinstance(node, PageObject):
        return node
    page = PageObject(node.indirect_reference.pdf if node.indirect_reference else None, node.indirect_reference)
    page.update(node)
    return page


def _seen(data: bytes, limits: dict[str, int]) -> str:
    with pdfplumber.open(io.BytesIO(data)) as document:
        pages = document.pages[: limits["pages"]]
        return "\n".join(page.extract_text() or "" for page in pages)[: limits["characters"]]
