"""Forms of laws as pages, generated from each law's own definition: what it asks, and what somebody typed."""

from comity.pages.demands.controls import (
    ILLEGAL,
    OFFSETS,
    ROWS,
    Control,
    Section,
    choices,
    fileable,
    sections,
    shown,
    title,
)
from comity.pages.demands.values import changes, laid, posted, typed

__all__ = [
    "ILLEGAL",
    "OFFSETS",
    "ROWS",
    "Control",
    "Section",
    "changes",
    "choices",
    "fileable",
    "laid",
    "posted",
    "sections",
    "shown",
    "title",
    "typed",
]
