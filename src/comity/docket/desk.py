"""The docket as the doors see it: one object with every command. What a door may use is its own Protocol."""

from __future__ import annotations

from comity.docket.accounts import AccountDesk
from comity.docket.custody import CustodyDesk
from comity.docket.disclosures.cost_desk import CostDesk
from comity.docket.disclosures.desk import DisclosureDesk
from comity.docket.disclosures.emergency_desk import EmergencyDesk
from comity.docket.disclosures.fetching import PackageDesk
from comity.docket.disclosures.redaction_desk import RedactionDesk
from comity.docket.enrolment import EnrolmentDesk
from comity.docket.exchanges import ExchangeDesk
from comity.docket.hi1.desk import MachineDesk
from comity.docket.hunts.desk import HuntDesk
from comity.docket.incidents.desk import IncidentDesk
from comity.docket.keeping import KeepingDesk
from comity.docket.lapses import LapseDesk
from comity.docket.nights.desk import NightDesk
from comity.docket.officer_demands import OfficerDemandDesk
from comity.docket.oversight import OversightDesk
from comity.docket.papers import PaperDesk
from comity.docket.register import RegisterDesk
from comity.docket.reviews.desk import ReviewDesk
from comity.docket.reviews.rule_desk import MatchingRuleDesk
from comity.docket.rulebook import RuleDesk
from comity.docket.shown_log import LogDesk
from comity.docket.shown_provider import ProviderDesk
from comity.docket.thread import ThreadDesk
from comity.docket.threat_desk import ThreatDesk
from comity.docket.transcribing import TranscriptionDesk
from comity.docket.visitors import VisitorDesk


class Docket(
    OversightDesk,
    AccountDesk,
    EnrolmentDesk,
    RuleDesk,
    KeepingDesk,
    LapseDesk,
    PaperDesk,
    OfficerDemandDesk,
    MachineDesk,
    ThreadDesk,
    TranscriptionDesk,
    VisitorDesk,
    CustodyDesk,
    LogDesk,
    ProviderDesk,
    RegisterDesk,
    NightDesk,
    ExchangeDesk,
    ReviewDesk,
    DisclosureDesk,
    RedactionDesk,
    EmergencyDesk,
    CostDesk,
    PackageDesk,
    HuntDesk,
    MatchingRuleDesk,
    IncidentDesk,
    ThreatDesk,
):
    """Every command of every door. It holds nothing but the parts and may be shared by threads."""
