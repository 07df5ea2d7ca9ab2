"""The job that takes a detection on: it passes, joins a review, or is disabled at once and joins a review."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents import new_id
from comity.casefile.documents.assessment import Proposal
from comity.casefile.documents.decision import Decision, Grant, Measure
from comity.casefile.documents.detection import Detection
from comity.casefile.documents.matching_rule import MatchMeasure
from comity.casefile.documents.review import ReviewStep
from comity.casefile.records import UnitOfWork
from comity.docket.parts import Parts
from comity.docket.reviews import periods, rules, store
from comity.docket.reviews.judging import Judged, judge
from comity.docket.reviews.models import ItemRow, Progress, ReviewRow, State
from comity.docket.reviews.places import Place, place_of
from comity.execution.content import service as executing

DETECTED, ACTS = "detected", "detection_acts"
"""Jobs: take a detection on; carry out what was ordered for one."""
PATIENCE = timedelta(minutes=10)
"""How long a platform that does not answer is asked again before a person looks without anything disabled."""
_SOON = timedelta(seconds=5)


def receive(case: str, detection: str, parts: Parts) -> None:
    """Take a detection on, once, however often the job runs."""
    if store.item(case) is not None:
        return
    found = audit.find(detection, Detection)
    place = place_of(parts.content, found.document.item, found.document.url)
    with parts.work() as work:
        store.lock()
        if store.item(case) is not None:
            return
        judged = judge(found.document, work.at)
        acts = judged.measured.measure is MatchMeasure.DISABLE_AND_REVIEW
        if acts and place.again and work.at.since(found.at) < PATIENCE:
            work.defer(DETECTED, at=work.at.plus(_SOON), lock=case, case=case, detection=detection)
            return
        _settle(work, parts, _Received(found, judged, place))


class _Received:
    """A detection with everything that is known of it."""

    def __init__(self, found: Entered[Detection], judged: Judged, place: Place) -> None:
        self.found, self.judged, self.place = found, judged, place
        self.document = found.document

    @property
    def decided_before(self) -> bool:
        """Whether an earlier decision lets it stand."""
        earlier = self.judged.earlier
        return earlier is not None and earlier.applies_to(self.document.account or "")

    @property
    def disables(self) -> bool:
        """Whether it is disabled before a person looks: a rule says so, and the platform knows the very item."""
        acts = self.judged.measured.measure is MatchMeasure.DISABLE_AND_REVIEW
        return acts and self.place.certain and self.judged.rule is not None


def _settle(work: UnitOfWork, parts: Parts, got: _Received) -> None:
    if got.decided_before:
        _passed(work, parts, got, Progress.STANDING, "let_stand")
    elif got.judged.measured.measure is MatchMeasure.LET_PASS:
        _passed(work, parts, got, Progress.PASSED, "let_pass")
    else:
        _join(work, parts, got)


def _passed(work: UnitOfWork, parts: Parts, got: _Received, progress: Progress, change: str) -> None:
    """Nobody looks: nothing follows, or what was decided before is applied."""
    earlier = got.judged.earlier if progress is Progress.STANDING else None
    because = "decided before, about the same signal" if earlier else got.judged.measured.why
    entry = _enter(work, got, None, change, because, earlier=earlier.entry if earlier else None)
    store.add(_row(got, entry, None, progress), got.document.matches)
    periods.keep(work, got.found.case, parts, entry)


def _join(work: UnitOfWork, parts: Parts, got: _Received) -> None:
    """Join the open review about the same, or open one; disable first where a rule of two people says so."""
    review = _review(work, got)
    same = store.first_of(review.id, got.document.item)
    progress = Progress.REPEATED if same else Progress.DISABLING if got.disables else Progress.WAITING
    change = {Progress.WAITING: "joined"}.get(progress, progress.value)
    entry = _enter(work, got, review, change, got.judged.measured.why)
    row = _row(got, entry, review, progress)
    if same is not None:
        row.follows, row.decision, row.decided_at = same.id, same.decision, same.decided_at
        row.outcome, row.standing = same.outcome, same.standing
    store.add(row, got.document.matches)
    if progress is Progress.DISABLING:
        _order(work, got)
    elif progress is Progress.REPEATED:
        periods.keep(work, got.found.case, parts, entry)
    _grow(work, review, got, automatic=progress is Progress.DISABLING)


def _order(work: UnitOfWork, got: _Received) -> None:
    """Decide by the rule, and order it; the platform is asked by the next job, once that is proven."""
    case, rule = got.found.case, got.judged.rule
    grant = Grant(measure=Measure.DISABLE, url=got.place.address, territories=rules.UNION)
    decision = Decision(
        case=case,
        answer=Proposal.COMPLY,
        grants=(grant,),
        reasons=(f"{got.judged.measured.why}; a person looks at it afterwards (2021/784 Art 5(3)(d)).",),
        basis=got.found.entry,
        standing_rule=rule,
    )
    executing.order(work, audit.enter(work, case, decision))
    work.defer(ACTS, lock=case, case=case)


def _review(work: UnitOfWork, got: _Received) -> ReviewRow:
    """The open review that this detection belongs to; a new one where there is none."""
    document = got.document
    if document.hunt is not None:
        found = store.open_of_hunt(document.hunt)
    else:
        alike = rules.alike(document.signal_type, document.signal)
        found = store.open_with(document.item, alike) or _near(document)
    return found or _opened(work, got)


def _near(document: Detection) -> ReviewRow | None:
    near = rules.near(document.signal_type, document.signal, store.open_signals(document.signal_type))
    return store.by_id(near, locked=True) if near else None


def _opened(work: UnitOfWork, got: _Received) -> ReviewRow:
    identifier, document = new_id(), got.document
    number = store.next_number()
    earlier = got.judged.earlier
    step = ReviewStep(
        review=identifier,
        change="opened",
        because=got.judged.measured.why,
        by=work.actor,
        earlier=earlier.entry if earlier else None,
        at=work.at,
    )
    row = ReviewRow(
        id=UUID(identifier),
        entry=UUID(audit.enter(work, identifier, step).entry),
        number=number,
        state=State.OPEN.value,
        hunt=UUID(document.hunt) if document.hunt else None,
        signal_type=document.signal_type,
        signal=document.signal,
        content_type=document.content_type,
        earlier=UUID(earlier.entry) if earlier and earlier.proposed and not document.hunt else None,
        opened_at=work.at.utc,
    )
    store.open_review(row)
    return row


def _grow(work: UnitOfWork, review: ReviewRow, got: _Received, *, automatic: bool) -> None:
    """Say in the review's own file that a detection joined."""
    step = ReviewStep(
        review=review.id.hex, change="joined", because=f"the detection {got.found.entry}", by=work.actor, at=work.at
    )
    entry = audit.enter(work, review.id.hex, step).entry
    store.change(review, entry, detections=review.detections + 1, automatic=review.automatic or automatic)


def _enter(
    work: UnitOfWork, got: _Received, review: ReviewRow | None, change: str, because: str, *, earlier: str | None = None
) -> str:
    step = ReviewStep(
        review=review.id.hex if review else None,
        change=change,
        because=because,
        by=work.actor,
        rule=got.judged.rule,
        earlier=earlier,
        at=work.at,
    )
    return audit.enter(work, got.found.case, step).entry


def _row(got: _Received, entry: str, review: ReviewRow | None, progress: Progress) -> ItemRow:
    document, acts = got.document, progress is Progress.DISABLING
    rule = got.judged.measured.rule if acts else None
    return ItemRow(
        id=UUID(got.found.case),
        entry=UUID(entry),
        detection=UUID(got.found.entry),
        review=review.id if review else None,
        place=store.last_place(review.id) + 1 if review else 0,
        progress=progress.value,
        item=document.item,
        address=got.place.address,
        account=document.account or "",
        content_type=document.content_type,
        signal_type=document.signal_type,
        alike=rules.alike(document.signal_type, document.signal),
        automatic=acts,
        rule=UUID(rule) if rule else None,
        detected_at=document.at.utc,
    )
