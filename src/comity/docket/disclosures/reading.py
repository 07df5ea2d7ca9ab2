"""The page of a demand about users: everything known about it, as frozen values, and what this person may do now."""

from __future__ import annotations

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.assessment import Assessment, Finding, Proposal
from comity.casefile.documents.disclosing import Contest, Release
from comity.casefile.documents.disclosure import DisclosureDecision
from comity.decision import disclosing as deciding
from comity.decision.proposing import Piece, fields_asked, pieces
from comity.docket import pages, reading
from comity.docket.disclosures import breach, forms, judging, keeping, packing, transmitting, urgency
from comity.docket.disclosures.judging import Judged
from comity.docket.disclosures.views import (
    DisclosureView,
    HoldLine,
    LawLine,
    PieceLine,
    QuestionLine,
    WayLine,
)
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.docket.procedure import Status
from comity.execution.disclosure import standing, store
from comity.execution.disclosure.models import HoldRow
from comity.law.asking import recordable
from comity.law.conflicts import Way
from comity.registry.duties import Duty, Member, duties_of

_MAY: dict[Status, tuple[tuple[str, Duty], ...]] = {
    Status.WAITING: (
        ("decide", Duty.DECIDE),
        ("dismiss", Duty.DECIDE),
        ("call_back", Duty.RECORD_CALL_BACK),
        ("find_out", Duty.DECIDE),
    ),
    Status.SECOND: (("approve", Duty.APPROVE_DECISION), ("disagree", Duty.APPROVE_DECISION)),
    Status.COLLECTED: (
        ("release", Duty.DECIDE),
        ("send_back", Duty.DECIDE),
        ("redact", Duty.DECIDE),
        ("find_out", Duty.DECIDE),
    ),
    Status.CLARIFYING: (("clarified", Duty.DECIDE),),
    Status.CONTESTING: (("contest_ended", Duty.DECIDE),),
}
_ABOUT = (
    ("who asks", ("authority", "issuer", "issuing", "sender", "validation", "validated", "signature", "transport")),
    ("whom it is for", ("addressed", "addressee", "provider", "service", "language")),
    ("what it asks", ("identifier", "categor", "period", "stored", "ip_", "authentication", "data_", "parts", "mode")),
    ("on which ground", ("offence", "threshold", "case_kind", "sentence", "ground", "basis", "necess", "reasons")),
    ("what other laws say", ("conflict", "law", "third", "privilege", "immunity", "press", "person", "controller")),
    ("by when and how", ("deadline", "produce", "emergency", "preserve", "hold", "notif", "transmit", "answer")),
)
"""What a page puts together, by words in a finding's name; the rest stands under *the form*."""
_FORM = "the form"


def view(row: Case, member: Member, parts: Parts) -> DisclosureView:
    """The page."""
    case = row.id.hex
    found = judging.judged(row, parts)
    assessment = audit.find(row.assessment.hex, Assessment).document if row.assessment else None
    urgent, held = urgency.judged(row, found, parts), forms.collections(row, parts)
    return DisclosureView(
        line=pages.line(row),
        demand=found.demand.document,
        assessment=assessment,
        groups=_grouped(assessment.findings) if assessment else (),
        pieces=tuple(_piece(one, found) for one in pieces(found.ask)),
        ways=tuple(_way(one) for one in found.ask.ways),
        questions=_questions(found),
        facts=judging.facts(case),
        emergency=found.ask.request.emergency,
        keeps=found.ask.request.keeps,
        decision=_decision(row),
        draft=deciding.find_drafted(case) if row.status == Status.SECOND.value else None,
        collections=held,
        holds=tuple(_hold(one) for one in store.holds(case)),
        packages=packing.packages(case),
        release=_release(case),
        contest=contest(case),
        redactions=tuple(one.document for one in standing.redactions(case)),
        leaves=forms.fingerprint(forms.leaving(row, held)),
        may_leave=transmitting.why_not(row, found, parts.clock.now()),
        bars=urgent.bars,
        signs=(*urgent.signs, *urgent.needs),
        clocks=reading.clocks_of(case),
        timeline=reading.timeline(case),
        exhibits=reading.exhibits_of(case, parts),
        replies=reading.replies_of(case),
        call_back=reading.call_back_of(found.demand.document),
        may=_may(row, member),
        now=parts.clock.now(),
        answers=tuple(answer.value for answer in Proposal),
        breach=breach.find(case),
        events=_events(row.instrument),
    )


def contest(case: str) -> Contest | None:
    """The newest word on an objection, a motion or a referral."""
    rows = audit.entries_of(case, kind=Contest.kind, newest=1)
    return audit.find(rows[-1].entry, Contest).document if rows else None


def _hold(row: HoldRow) -> HoldLine:
    return HoldLine(hold=row.hold.hex, state=row.state, until=Instant(row.until), detail=row.detail)


def _release(case: str) -> Release | None:
    found = packing.released(case)
    return found.document if found else None


def _decision(row: Case) -> DisclosureDecision | None:
    return audit.find(row.decision.hex, DisclosureDecision).document if row.decision else None


def _piece(one: Piece, found: Judged) -> PieceLine:
    return PieceLine(
        key=one.key,
        number=one.number,
        type=one.type,
        value=one.value,
        category=one.category.value,
        since=one.period.since if one.period else None,
        until=one.period.until if one.period else None,
        law=one.law.value,
        proposed=one.proposed,
        why_not=one.why_not,
        reasons=one.reasons,
        fields=tuple(sorted(fields_asked(found.ask.request, one.category))),
    )


def _grouped(findings: tuple[Finding, ...]) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        about = next((name for name, words in _ABOUT if any(word in finding.id for word in words)), _FORM)
        groups.setdefault(about, []).append(finding)
    order = [name for name, _words in _ABOUT] + [_FORM]
    return tuple((name, tuple(groups[name])) for name in order if name in groups)


def _way(way: Way) -> WayLine:
    route = way.route
    return WayLine(
        category=way.wanted.category,
        route=route.id if route else "undetermined",
        label=route.label if route else f"undetermined: {', '.join(way.possible)}",
        why=way.finding.why,
        citations=way.finding.citations,
        certainty=way.finding.certainty.value,
        laws=tuple(
            LawLine(one.law, one.stance or "unknown", said.why, said.citations, said.certainty.value)
            for one in way.laws
            for said in (one.finding,)
        ),
        not_taken=tuple((one.route, one.passed.fact) for one in way.not_taken),
    )


def _questions(found: Judged) -> tuple[QuestionLine, ...]:
    labels, known = found.judgement.labels, recordable(found.demand.document.instrument)
    return tuple(
        QuestionLine(
            fact=one.fact,
            path=known[one.fact].path if one.fact in known else "",
            asks=labels.get(one.fact, one.fact),
            would_change=one.would_change,
            answers=known[one.fact].answers if one.fact in known else (),
        )
        for one in found.judgement.assessment.unknown
    )


def _events(instrument: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(judging.events_of(instrument).items()))


def _may(row: Case, member: Member) -> tuple[str, ...]:
    duties, status = duties_of(member), Status(row.status)
    known = _MAY.get(status, ())
    if status is Status.IN_EFFECT and packing.keeps(row) and keeping.standing(row.id.hex):
        known = (("find_out", Duty.DECIDE),)
    return tuple(word for word, duty in known if duty in duties)
