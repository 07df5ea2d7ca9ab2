"""How long what came is kept where nothing was disabled under it: the provider's own period, since no law sets one.

Nothing that arrives is lost, and nothing is kept for ever: what a demand brought that was refused, dismissed, or whose
Annex III nobody answered, is erased with a certificate when this period ends.
"""

from __future__ import annotations

from comity.casefile.clock.periods import Period
from comity.casefile.documents.assessment import Deadline
from comity.casefile.records import UnitOfWork
from comity.docket import clocks
from comity.docket.models import Case
from comity.docket.parts import Parts

SETTING = "demands"
"""Its name under ``retention`` in the provider profile."""
UNLESS_SET = "P6M"
NO_LAW = (
    "The provider's own period (retention, demands, in its profile): no provision sets one for a demand under which "
    "nothing was disabled."
)
WHY = (
    "Long enough to answer the issuing authority, a court or a data-protection authority about the demand; as long as "
    "what was disabled is kept (2021/784 Art 6(2)), unless the provider sets another."
)
BECAUSE = "the provider's own period for demands under which nothing was disabled ended"


def begin(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """Let the period run from now."""
    period = Period.parse(parts.provider.retention.get(SETTING, UNLESS_SET))
    deadline = Deadline(
        id=clocks.RETENTION,
        duty="erase what came with a demand under which nothing was disabled",
        due_at=period.after(work.at),
        citations=(),
        computation=(NO_LAW, WHY, f"{work.at.z()} and {period.words}: {period.after(work.at).z()}"),
    )
    clocks.begin(work, row, deadline, entry, warn_at=())
