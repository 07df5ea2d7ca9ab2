"""How long is kept what no law sets a period for: the provider's own choice, named so wherever it is computed.

Nothing that arrives is lost, and nothing is kept for ever. A period begins when something is settled without a legal
period; at its end it is erased, with a certificate. Each has a name under ``retention`` in the provider profile.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant
from comity.casefile.clock.periods import Period
from comity.casefile.documents.assessment import Deadline
from comity.casefile.records import UnitOfWork
from comity.docket import clocks
from comity.docket.models import Case
from comity.docket.parts import Parts


@dataclass(frozen=True)
class Kept:
    """One kind of thing that is kept for a period of the provider's own."""

    setting: str
    """Its name under ``retention`` in the provider profile."""
    unless_set: str
    what: str
    """In words, for the clock, the computation and the certificate."""
    why: str
    """Why so long, unless the provider sets another."""

    def period(self, parts: Parts) -> Period:
        """As the provider set it."""
        return Period.parse(parts.provider.retention.get(self.setting, self.unless_set))

    @property
    def because(self) -> str:
        """What the certificate says."""
        return f"the provider's own period for {self.what} ended"

    def deadline(self, since: Instant, parts: Parts) -> Deadline:
        """The end of the period that began at ``since``, with its computation."""
        period = self.period(parts)
        no_law = (
            f"The provider's own period (retention, {self.setting}, in its profile): no provision sets one for "
            f"{self.what}."
        )
        return Deadline(
            id=clocks.RETENTION,
            duty=f"erase {self.what}",
            due_at=period.after(since),
            citations=(),
            computation=(no_law, self.why, f"{since.z()} and {period.words}: {period.after(since).z()}"),
        )


DEMANDS = Kept(
    "demands",
    "P6M",
    "demands under which nothing was disabled",
    "Long enough to answer the issuing authority, a court or a data-protection authority about the demand; as long as "
    "what was disabled is kept (2021/784 Art 6(2)), unless the provider sets another.",
)
ACTED = Kept(
    "demands",
    "P6M",
    "orders to act against content",
    "Long enough to answer the issuing authority, a court or whose content it was; no provision sets a period for what "
    "was disabled under another law than Regulation (EU) 2021/784.",
)
SET_ASIDE = Kept(
    "set_aside",
    "P6M",
    "mail that was set aside",
    "Long enough to find an order that was taken for none; as long as a demand that came in vain.",
)
INFORMATION = Kept(
    "advance_information",
    "P12M",
    "information before a first order (2021/784 Art 3(2))",
    "A first order may follow it; that it came, and when, stays known afterwards.",
)
APPLICATIONS = Kept(
    "applications",
    "P6M",
    "applications of officers that came to nothing",
    "Long enough to see that the same person asks again, or to answer who was refused.",
)


def begin(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """Let the period of a demand that came in vain run from now."""
    clocks.begin(work, row, DEMANDS.deadline(work.at, parts), entry, warn_at=())


def begin_after_act(work: UnitOfWork, row: Case, parts: Parts, entry: str) -> None:
    """Let the period of an order that was carried out under a law without one run from now."""
    clocks.begin(work, row, ACTED.deadline(work.at, parts), entry, warn_at=())
