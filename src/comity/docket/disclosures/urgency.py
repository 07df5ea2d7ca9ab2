"""Emergency demands, judged as if each were forged: what the registry and the record know is gathered here, and nothing
is decided.

A binding order keeps its ordinary way with its own eight hours, whatever stands here; what nobody ordered leaves as an
emergency or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.demand import ChannelKind, Demand
from comity.casefile.documents.disclosing import DraftDisclosure
from comity.casefile.documents.disclosure import Category, DisclosureDecision
from comity.casefile.documents.emergency import EmergencyReview, ReviewOutcome, SupervisorCall
from comity.casefile.evidence.seen import seen_in
from comity.casefile.records import deadlines
from comity.decision import urgency
from comity.decision.proposing import pieces
from comity.decision.urgency.after import WRITTEN
from comity.docket import store
from comity.docket.disclosures.judging import Judged
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.law.asking import about_users
from comity.registry import store as register
from comity.registry.means import CallOutcome

FREELY = frozenset({"emergency-voluntary"})
"""Instruments under which nothing is ordered: what leaves under them leaves as an emergency, and never otherwise."""
_ASKS = "EMERGENCY"
_VOUCHED = frozenset({"oauth2", "pades", "cms", "openpgp", "passkey"})
_ANSWERED = frozenset(one.value for one in (Status.ANSWERED, Status.IN_EFFECT, Status.REINSTATED, Status.CLOSED))
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Urgent:
    """The verdict, with its words in the reader's language."""

    verdict: urgency.Verdict
    first_released_at: Instant | None
    bars: tuple[str, ...] = field(default=())
    signs: tuple[str, ...] = field(default=())
    needs: tuple[str, ...] = field(default=())


def only_as_emergency(found: Judged) -> bool:
    """Whether nothing but an emergency lets this leave: no order and no court stands behind it."""
    demand = found.demand.document
    return demand.instrument in FREELY or found.judgement.reading.values.get("process") == _ASKS


def judged(row: Case, found: Judged, parts: Parts) -> Urgent:
    """What stands against releasing this demand as an emergency, what its releasers must see, what is needed."""
    verdict = urgency.judge(
        _claim(row, found),
        _sender(row, found.demand.document),
        _past(row, found.demand.document, parts),
        parts.disclosing.limits,
        parts.disclosing.decoys,
        at=parts.clock.now(),
    )
    return Urgent(
        verdict=verdict,
        first_released_at=_first_released(row),
        bars=tuple(urgency.words_for(one) for one in verdict.bars),
        signs=tuple(urgency.words_for(one) for one in verdict.signs),
        needs=tuple(urgency.words_for(one) for one in verdict.needs),
    )


def _claim(row: Case, found: Judged) -> urgency.Claim:
    demand = found.demand.document
    return urgency.Claim(
        received_at=demand.times.transport_received_at,
        statement=urgency.statement_of(demand.form),
        categories=frozenset(Category(one) for one in found.ask.request.categories),
        identifiers=tuple(dict.fromkeys(one.identifier for one in pieces(found.ask) if one.identifier is not None)),
        documents=frozenset(demand.raw),
        case=row.id.hex,
    )


def _sender(row: Case, demand: Demand) -> urgency.Sender:
    authority = demand.sender.authority
    held = register.authority(authority) if authority else None
    known = frozenset(domain for one in register.authorities() for domain in one.mail_domains)
    vouched = demand.sender.method in _VOUCHED and demand.channel.sender_verified is True
    return urgency.Sender(
        state=held.member_state if held else "",
        domain=(demand.sender.reply_to or "").rpartition("@")[2].lower(),
        known_domains=known,
        mailbox_only=not vouched and demand.channel.kind in (ChannelKind.EMAIL, ChannelKind.PAPER),
        calls=tuple(_calls(row.id.hex)),
        earlier_demands=_answered_before(row) if authority else None,
        officer_times=tuple(at for officer, at in _others(row) if officer and officer == demand.sender.officer),
    )


def _answered_before(row: Case) -> int:
    return sum(1 for one in store.of_authority(row.authority) if one.id != row.id and one.status in _ANSWERED)


def _calls(case: str) -> Iterator[urgency.Call]:
    """Calls about this case: to the authority on a number held beforehand, and to the officer's supervisor."""
    for call in register.call_backs(case=case):
        if call.outcome is not CallOutcome.NOT_REACHED:
            yield urgency.Call(call.called_at, call.number_held_since, call.outcome is CallOutcome.VERIFIED)
    for entry in audit.entries_of(case, kind=SupervisorCall.kind, newest=100):
        said = audit.find(entry.entry, SupervisorCall).document
        yield urgency.Call(said.at, said.held_since, said.confirmed, supervisor=True)


def _others(row: Case) -> Iterator[tuple[str | None, Instant]]:
    """The authority's other demands: which officer, and when."""
    for other in store.of_authority(row.authority) if row.authority else ():
        if other.id != row.id:
            demand = audit.find(other.demand.hex, Demand).document
            yield demand.sender.officer, demand.times.transport_received_at


def _past(row: Case, demand: Demand, parts: Parts) -> urgency.Past:
    emergencies = list(_emergencies(row, parts)) if row.authority else []
    reviews = [one for other in _cases(row) for one in _reviews(other)]
    return urgency.Past(
        officer_emergencies=tuple(at for who, at in emergencies if who and who == demand.sender.officer),
        authority_emergencies=tuple(at for _who, at in emergencies),
        documents={digest: seen_in(digest) for digest in demand.raw},
        written_overdue=any(_overdue(other) for other in _cases(row)),
        doubtful=any(one.outcome is not ReviewOutcome.RIGHTFUL for one in reviews),
    )


def _cases(row: Case) -> tuple[Case, ...]:
    """The authority's other demands about users, the newest."""
    found = store.of_authority(row.authority) if row.authority else []
    return tuple(one for one in found if one.id != row.id and one.instrument in about_users())


def _emergencies(row: Case, parts: Parts) -> Iterator[tuple[str | None, Instant]]:
    """Its demands of the last days that claimed an emergency."""
    since = parts.clock.now().plus(-_DAY)
    for other in _cases(row):
        if other.received_at < since.utc:
            continue
        demand = audit.find(other.demand.hex, Demand).document
        if other.instrument in FREELY or _claims(demand):
            yield demand.sender.officer, demand.times.transport_received_at


def _claims(demand: Demand) -> bool:
    """Whether a form claims an emergency, in whichever of its words."""
    deadline = demand.form.get("C", {}).get("deadline") if isinstance(demand.form.get("C"), dict) else None
    said = (demand.form.get("emergency"), demand.form.get("process") == _ASKS, "IMMINENT" in str(deadline))
    return any(one is True for one in said)


def _overdue(row: Case) -> bool:
    return any(
        one.name == WRITTEN and one.state is deadlines.State.MISSED for one in deadlines.deadlines_of(row.id.hex)
    )


def _reviews(row: Case) -> Iterator[EmergencyReview]:
    for entry in audit.entries_of(row.id.hex, kind=EmergencyReview.kind, newest=100):
        yield audit.find(entry.entry, EmergencyReview).document


def _first_released(row: Case) -> Instant | None:
    """When the first data of this demand left as an emergency."""
    if row.decision is None:
        return None
    entered = audit.find(row.decision.hex, DisclosureDecision)
    return entered.at if entered.document.emergency else None


def check_second(urgent: Urgent, draft: DraftDisclosure, second: str, parts: Parts) -> None:
    """Refuse a second signature under an emergency release that does not fit the verdict as it is now."""
    if draft.emergency and draft.terms:
        categories = {category for terms in draft.terms for category in terms.categories}
        urgency.check_release(
            urgent.verdict,
            (draft.by.id, second),
            categories,
            parts.disclosing.limits,
            at=parts.clock.now(),
            first_released_at=urgent.first_released_at,
        )
