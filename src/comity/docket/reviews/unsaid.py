"""What is decided about copies of what a demand disabled names the demand nowhere: it bound for its addresses only.

Whoever stored a copy reads the ground and the reasons (2022/2065 Art 17), and may not learn of the demand by them
(2021/784 Art 11(3)).
"""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.documents.hunt import Hunt, HuntSource
from comity.docket import store as cases
from comity.docket.reviews.errors import DemandNamed
from comity.docket.reviews.models import ReviewRow
from comity.docket.reviews.rules import Choice

_SHORTEST = 4
"""Shorter references and names are words of any sentence."""


def check(row: ReviewRow, choice: Choice) -> None:
    """Raise ``DemandNamed`` where the words name what a hunt's case demands."""
    if row.hunt is None:
        return
    hunt = audit.find(row.hunt.hex, Hunt).document
    if hunt.source is not HuntSource.CASE:
        return
    case = cases.case(hunt.about)
    said = f"{choice.terms} {choice.reasons} {choice.exclusion.why}".casefold()
    named = (case.reference, case.authority_name, case.id.hex, f"case {case.number}")
    if any(len(word) >= _SHORTEST and word.casefold() in said for word in named):
        raise DemandNamed
