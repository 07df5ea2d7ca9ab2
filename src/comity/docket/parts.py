"""What the docket works with, joined once by the composition root."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from comity.casefile.clock import Clock
from comity.casefile.evidence import Vault
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.delivery import Delivery
from comity.docket.calling import NightMeans
from comity.docket.care import Care
from comity.docket.disclosing import Disclosing
from comity.docket.incident_types import Types, ours
from comity.docket.machines import MachineMeans
from comity.docket.publishing import Published
from comity.docket.seeking import Means as HuntMeans
from comity.docket.threat_contacts import ThreatContacts
from comity.execution.content.service import Means
from comity.intake.ports import Means as IntakeMeans
from comity.law.provider import Provider
from comity.matching.exchanges.means import Means as ExchangeMeans
from comity.platform import UNION, Content, Messages

MACHINE = "system:docket"


@dataclass(frozen=True)
class Parts:
    """Every room's means, and nothing that a test could not replace."""

    clock: Clock
    vault: Vault
    content: Content
    messages: Messages
    provider: Provider
    delivery: Delivery
    intake: IntakeMeans
    tiles: Path
    vkeys: tuple[str, ...]
    public_url: str
    contact_email: str
    authorised_person: str
    published: Published = field(default_factory=Published)
    nights: NightMeans = field(default_factory=NightMeans)
    exchanges: ExchangeMeans = field(default_factory=ExchangeMeans)
    care: Care = field(default_factory=Care)
    hunting: HuntMeans = field(default_factory=HuntMeans)
    incident_types: Types = field(default_factory=ours)
    threat_contacts: ThreatContacts = field(default_factory=ThreatContacts)
    machines: MachineMeans = field(default_factory=MachineMeans)
    disclosing: Disclosing = field(default_factory=Disclosing)

    def means(self) -> Means:
        """What the execution of content works with."""
        return Means(platform=self.content, vault=self.vault, clock=self.clock, territory=UNION)

    @contextmanager
    def work(self, actor: str = MACHINE) -> Iterator[UnitOfWork]:
        """One unit of work at the present instant."""
        with unit_of_work(self.clock.now(), actor) as unit:
            yield unit
