"""Whether the data may be transmitted now: what the instrument says on transmission, from what is known (2023/1543
Art 10). Instruments without such a table leave it to the signed decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity import law
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Outcome
from comity.casefile.documents.base import Json
from comity.docket import clocks
from comity.docket.disclosures.judging import Judged, facts
from comity.docket.models import Case
from comity.docket.procedure import Status

_SUBJECT = "transmission"
_TEN_DAYS = ("refusal_window", "produce_notified")


def why_not(row: Case, found: Judged, at: Instant) -> str:
    """Why nothing may leave now; empty where it may. What is unknown holds it back."""
    if _SUBJECT not in law.instrument(row.instrument).at(at.utc).findings:
        return ""  # this law knows no such question
    ruling = law.consult(row.instrument, _SUBJECT, _facts(row, found, at), at)["may_transmit"]
    if ruling.finding.outcome is Outcome.HOLDS:
        return ""
    return f"{ruling.finding.why} ({', '.join(ruling.finding.citations)})"


def _facts(row: Case, found: Judged, at: Instant) -> Json:
    known = facts(row.id.hex)
    said = found.judgement.facts
    return {
        "transmission.withdrawn": bool(known.get("content.withdrawn", False)),
        "transmission.objection_open": row.status == Status.CONTESTING.value,
        "transmission.clarification_open": row.status == Status.CLARIFYING.value,
        "transmission.refusal": known.get("content.refusal", "none"),
        "transmission.emergency": found.ask.request.emergency,
        "transmission.notified": _notified(said),
        "transmission.confirmed": "events.no_refusal_confirmed_at" in known,
        "transmission.ten_days_over": any(_over(row, name, at) for name in _TEN_DAYS),
    }


def _notified(said: Mapping[str, object]) -> bool | None:
    """Whether the certificate says that an enforcing authority was notified; unknown where it says both."""
    deadline, named = said.get("order.deadline"), said.get("order.section_k")
    if deadline == "end_of_ten_days" or named is True:
        return True
    return False if deadline == "as_soon_as_possible" else None


def _over(row: Case, name: str, at: Instant) -> bool:
    due = clocks.due(row.id.hex, name)
    return due is not None and due <= at and clocks.surely_over(row.id.hex, name)
