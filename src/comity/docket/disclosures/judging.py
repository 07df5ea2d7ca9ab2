"""A demand about users as the law judges it now, with everything that people found out about it since."""

from __future__ import annotations

from dataclasses import dataclass

from comity import law
from comity.assessment.rules import judge_demand
from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.base import Json
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.disclosing import Circumstances
from comity.decision.proposing import Ask, whole
from comity.docket.disclosures.errors import UnknownFact
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.law import parts as law_parts
from comity.law.asking import recordable, request

_OURS = frozenset(
    [
        "transport_received_at",
        "preserved_at",
        "produced_at",
        "annex_3_sent_at",
        "clarification_requested_at",
        "clarification_received_at",
        "objection_sent_at",
        "objection_decided_at",
    ]
)
"""Events that the procedure itself brings about: nobody records them by hand."""


_SECRECY = {
    "secrecy_ordered_at": "a court's order that nobody be told",
    "secrecy_until": "the end of that order",
    "secrecy_lifted_at": "the lifting of that order",
}
"""What a court may order about telling the user, whichever law the demand rests on."""


@dataclass(frozen=True)
class Judged:
    """The demand, what the law said, and what could be granted of it."""

    demand: Entered[Demand]
    judgement: law.Judgement
    ask: Ask

    @property
    def purpose(self) -> str:
        """What a grant is for, with its provision."""
        title = law.instrument(self.demand.document.instrument).title
        reference = self.ask.request.reference or "no reference stated"
        return f"{title}; reference {reference}"[:500]


def judged(row: Case, parts: Parts) -> Judged:
    """The demand of a case as it reads now, judged with what is known now. Raises ``law.LawError``."""
    demand = audit.find(row.demand.hex, Demand)
    found = facts(row.id.hex)
    events = {name: Instant.parse(at) for name, at in _under("events", found).items() if name not in _SECRECY}
    judgement = judge_demand(
        demand.document,
        parts.provider,
        content=_under("content", found),
        events={**demand.document.events, **events},
        circumstances=_under("circumstances", found),
    )
    ask = Ask(
        request=request(judgement),
        parts=law_parts.parts(judgement),
        ways=judgement.picture.ways if judgement.picture else (),
        whole=whole(judgement.assessment.answer),
        received=demand.document.times.transport_received_at,
    )
    return Judged(demand, judgement, ask)


def _under(head: str, found: Json) -> Json:
    return {name.partition(".")[2]: value for name, value in found.items() if name.partition(".")[0] == head}


def checked(instrument: str, found: Json) -> Json:
    """What somebody wants to record, if the law room asks for it and knows the answer; raises ``UnknownFact``."""
    known = {one.path: one.answers for one in recordable(instrument).values()}
    known_events = events_of(instrument)
    for name, value in found.items():
        head, _, event = name.partition(".")
        if head == "events" and event in known_events:
            _instant(name, value)
        elif value not in known.get(name, ()):
            raise UnknownFact(f"{UnknownFact.__doc__} {name[:100]}: {str(value)[:100]}")
    return found


def events_of(instrument: str) -> dict[str, str]:
    """What may have happened outside that people record with its instant, by name, in words."""
    known = {name: words for name, words in law.instrument(instrument).events.items() if name not in _OURS}
    return {**known, **_SECRECY}


def _instant(name: str, value: object) -> None:
    try:
        Instant.parse(str(value))
    except InvalidInstant as error:
        raise UnknownFact(f"{name}: {error}") from error


def facts(case: str) -> Json:
    """What our people found out so far, by ``content.…``, ``circumstances.…``, ``events.…``; the newest word counts."""
    found = audit.entries_of(case, kind=Circumstances.kind, newest=1)
    return audit.find(found[-1].entry, Circumstances).document.facts if found else {}
