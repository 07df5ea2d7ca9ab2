"""What the pages of reviews show, put together from rows, entries, banks and the platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from comity.casefile import audit
from comity.casefile.audit.errors import EntryErased
from comity.casefile.clock import Instant
from comity.casefile.documents.detection import Detection, ListedMatch
from comity.casefile.documents.review import ReviewDecision, ReviewStep
from comity.docket import people
from comity.docket.parts import Parts
from comity.docket.reviews import deciding, earlier_store, exposure_store, showing, store
from comity.docket.reviews.models import ItemRow, ReviewRow, State
from comity.docket.reviews.views import (
    Content,
    FailedLine,
    ItemLine,
    Listed,
    Looked,
    ReviewLine,
    ReviewPage,
    ReviewView,
    StepLine,
)
from comity.execution.content import looking
from comity.matching.banks import store as banks
from comity.matching.banks.errors import BankFailure
from comity.matching.signals import TYPES
from comity.registry.duties import Duty, Member, duties_of

SHOWN = 30
"""Detections on a page."""
_STEPS = 200


def page(parts: Parts, member: Member) -> ReviewPage:
    """Everything on the page of reviews."""
    now = parts.clock.now()
    return ReviewPage(
        lines=tuple(line(row, member.id, now) for row in store.pending()),
        decided=tuple(line(row, member.id, now) for row in store.newest_decided()),
        failed=tuple(_failed(row) for row in store.failed()),
        looked=looked(parts, member.id, now),
        now=now,
    )


def looked(parts: Parts, person: str, now: Instant) -> Looked:
    """How long this person looked today."""
    return Looked.of(exposure_store.of(person, now.utc.date()), now, parts.care)


def line(row: ReviewRow, viewer: str, now: Instant) -> ReviewLine:
    """One line."""
    held = deciding.held_by_another(row, "", now)
    return ReviewLine(
        number=row.number,
        state=row.state,
        content_type=row.content_type,
        signal_type=row.signal_type,
        detections=row.detections,
        banks=store.banks_of(row.id),
        automatic=row.automatic,
        hunt=row.hunt is not None,
        opened_at=Instant(row.opened_at),
        claimed_by=people.name_of(f"staff:{row.claimed_by}") if held else "",
        mine=held and row.claimed_by == viewer,
        earlier=_outcome(row.earlier),
    )


def view(row: ReviewRow, parts: Parts, member: Member, *, shown: str, after: int) -> ReviewView:
    """Everything on a review's page; ``shown`` is the case whose content is shown, or empty for the first.

    ``after``: the place after which the page's detections begin.
    """
    now = parts.clock.now()
    items = store.items_of(row.id, after=after, most=SHOWN + 1)
    chosen = _chosen(row, items[:SHOWN], shown)
    said, seen = line(row, member.id, now), looked(parts, member.id, now)
    may = _may(row, said, member)
    return ReviewView(
        line=said,
        items=tuple(_item(one) for one in items[:SHOWN]),
        after=after,
        following=items[SHOWN - 1].place if len(items) > SHOWN else 0,
        counted=store.counted(row.id),
        upto=store.last_place(row.id),
        listed=_listed(chosen, parts) if chosen else (),
        content=_content(chosen, parts, member, seen.looking) if chosen and said.mine and "release" in may else None,
        shown=chosen.id.hex if chosen else "",
        may=may,
        looked=seen,
        now=now,
        **_decided(row),
        **_told(row),
    )


def _decided(row: ReviewRow) -> dict[str, Any]:
    """What was decided of it, and before of the same or of what lies close."""
    decision = deciding.of_review(row)
    earlier = audit.find(row.earlier.hex, ReviewDecision).document if row.earlier else None
    return {
        "decision": decision.document if decision else None,
        "decided_by": people.name_of(f"staff:{decision.document.by.id}") if decision else "",
        "earlier": earlier,
        "earlier_number": earlier.number if earlier else None,
        "earlier_close": row.earlier is not None and not earlier_store.same_as(row),
    }


def _told(row: ReviewRow) -> dict[str, Any]:
    """What people said of it: every step, and the newest question and opinion."""
    steps = _steps(row)
    newest = {one.change: one for one in steps}
    asked, advice = newest.get("asked"), newest.get("advised")
    return {
        "steps": tuple(StepLine(one.at, people.name_of(one.by), one.change, one.because) for one in steps),
        "question": asked.because if asked else "",
        "asked_by": people.name_of(asked.by) if asked else "",
        "advice": advice.because if advice else "",
        "adviser": people.name_of(advice.by) if advice else "",
        "advises": advice.advises.value if advice and advice.advises else "",
    }


def _may(row: ReviewRow, said: ReviewLine, member: Member) -> frozenset[str]:
    """What this person may do here now; every command asks again."""
    if row.state not in store.PENDING or Duty.DECIDE not in duties_of(member):
        return frozenset()
    if said.claimed_by and not said.mine:
        return frozenset()
    may = {"repeat"} if row.earlier else set()
    if not said.mine:
        return frozenset(may | {"claim"})
    may |= {"release", "decide", "ask"}
    if row.state == State.SECOND.value and row.asked_by != member.id:
        may |= {"advise"}
    return frozenset(may)


def _chosen(row: ReviewRow, items: Sequence[ItemRow], shown: str) -> ItemRow | None:
    found = store.item(shown) if len(shown) == len(row.id.hex) else None
    if found is not None and found.review == row.id:
        return found
    return next((one for one in items if not one.outcome), items[0] if items else None)


def _content(row: ItemRow, parts: Parts, member: Member, looking: str) -> Content:
    """What somebody published is given out only while this person looks at it."""
    return showing.content_of(row, parts, f"staff:{member.id}", clear=looking == row.id.hex)


def _item(row: ItemRow) -> ItemLine:
    return ItemLine(
        case=row.id.hex,
        place=row.place,
        progress=row.progress,
        address=row.address,
        account=row.account,
        signal_type=row.signal_type,
        automatic=row.automatic,
        detected_at=Instant(row.detected_at),
        outcome=row.outcome,
    )


def _listed(row: ItemRow, parts: Parts) -> tuple[Listed, ...]:
    try:
        matches = audit.find(row.detection.hex, Detection).document.matches
    except EntryErased:
        return ()
    return tuple(_one_listed(match, row, parts) for match in matches)


def _one_listed(match: ListedMatch, row: ItemRow, parts: Parts) -> Listed:
    sample = store.sample_of(match.entry, row.review)
    kind = TYPES.get(match.signal_type)
    try:
        bank = banks.bank_of(match.entry)
        item = banks.item(bank, match.entry)
        terms, reference = bank.terms, item.reference or ""
        standing = "off" if item.off or item.quarantined or not terms.enabled else "in_force"
        owner, source, reason, basis = terms.owner, terms.source, terms.reason, terms.legal_basis
    except BankFailure:
        standing, reference, owner, source, reason, basis = "gone", "", "", "", "", ""
    return Listed(
        bank=match.bank,
        bank_version=match.bank_version,
        owner=owner,
        source=source,
        reason=reason,
        legal_basis=basis,
        item=match.entry,
        member=match.member,
        reference=reference,
        signal_type=match.signal_type,
        listed=match.listed,
        distance=match.distance,
        threshold=match.threshold,
        unit=kind.unit if kind else "",
        shadow=match.shadow,
        standing=standing,
        sample=sample if sample and showing.first_picture(sample, parts) else "",
    )


def _steps(row: ReviewRow) -> list[ReviewStep]:
    """What people did with it; that detections joined is counted, not told one by one."""
    entries = audit.entries_of(row.id.hex, kind=ReviewStep.kind, newest=_STEPS)
    said = [ReviewStep.from_canonical(one.body) for one in entries if one.body is not None]
    return [one for one in said if one.change != "joined"]


def _outcome(entry: UUID | None) -> str:
    return audit.find(entry.hex, ReviewDecision).document.outcome.value if entry else ""


def _failed(row: ItemRow) -> FailedLine:
    why = "; ".join(one.detail for one in looking.items(row.id.hex) if one.detail)
    number = store.by_id(row.review).number if row.review else None
    return FailedLine(row.id.hex, number, row.address, why)
