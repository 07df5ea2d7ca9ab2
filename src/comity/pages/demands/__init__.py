"""Forms of laws as pages, generated from each law's own definition: what it asks, and what somebody typed."""

from comity.pages.demands.controls import OFFSETS, ROWS, Control, Section, choices, sections, shown, title
from comity.pages.demands.values import changes, laid, posted, typed

__all__ = [
    "OFFSETS",
    "ROWS",
    "Control",
    "Section",
    "changes",
    "choices",
    "laid",
    "posted",
    "sections",
    "shown",
    "title",
    "typed",
]
