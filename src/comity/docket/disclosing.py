"""What demands about users work with, joined once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from comity.decision.urgency import Decoys, Limits
from comity.execution.disclosure.container import Sealer
from comity.platform import Records


@dataclass(frozen=True)
class Disclosing:
    """The provider's records and how they leave. Without records nothing is kept or collected: a person is called."""

    records: Records | None = None
    sealer: Sealer | None = None
    custodian: str = "The provider's office for demands about users"
    custodian_role: str = "custodian of records"
    limits: Limits = field(default_factory=Limits)
    """The provider's own figures for emergencies."""
    decoys: Decoys = field(default_factory=Decoys)
    available: timedelta = timedelta(days=30)
    """For how long a package can be fetched: 10 to 45 days (Implementing Regulation (EU) 2025/1550)."""
