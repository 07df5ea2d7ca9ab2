"""Assess a demand and enter the assessment, inside the unit of work that the docket gives."""

from __future__ import annotations

from comity.assessment.rules import Events, assess_demand
from comity.casefile.audit import Entered, enter
from comity.casefile.documents import Json
from comity.casefile.documents.assessment import Assessment
from comity.casefile.documents.demand import Demand
from comity.casefile.records import UnitOfWork
from comity.law import Provider


def enter_assessment(
    work: UnitOfWork,
    demand: Entered[Demand],
    provider: Provider,
    *,
    content: Json | None = None,
    events: Events | None = None,
) -> Entered[Assessment]:
    """The entered assessment of an entered demand; arguments as for ``assess_demand``. Raises ``law.LawError``."""
    found = assess_demand(demand.document, provider, content=content, events=events)
    return enter(work, demand.case, found)
