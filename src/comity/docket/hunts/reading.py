"""What the pages of hunts show, put together from rows and entries."""

from __future__ import annotations

from typing import Any

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.hunt import Hunt, HuntSource, HuntStep
from comity.docket import people, telling
from comity.docket import store as cases
from comity.docket.hunts import rules, store
from comity.docket.hunts.errors import NotHuntable
from comity.docket.hunts.models import FoundRow, HuntRow, State
from comity.docket.hunts.views import Bin, Broad, Distances, FoundLine, HuntLine, HuntPage, HuntView, Offer
from comity.docket.hunts.wanted import executed
from comity.docket.parts import Parts
from comity.docket.reviews import store as reviews
from comity.matching.banks import store as banks
from comity.matching.signals import TYPES
from comity.registry.duties import Duty, Member, duties_of

SHOWN = 24
"""Found items of the sample."""
_MAY = {
    State.ORDERED: (("stop", Duty.DECIDE),),
    State.HELD: (("release", Duty.APPROVE_DECISION), ("narrow", Duty.DECIDE), ("stop", Duty.DECIDE)),
    State.ENTERING: (("stop", Duty.DECIDE),),
    State.FAILED: (("again", Duty.DECIDE), ("stop", Duty.DECIDE)),
}
_BROAD_SHARE = 0.1
"""A signal that found more than a tenth of everything is named to whoever decides about a held hunt."""


def page(parts: Parts) -> HuntPage:
    """The page of hunts."""
    return HuntPage(
        hunts=tuple(line(row) for row in store.newest()),
        stored=parts.hunting.stored(),
        banks=tuple(one.name for one in banks.banks() if not (one.terms.negative or one.terms.shadow)),
        now=parts.clock.now(),
    )


def line(row: HuntRow) -> HuntLine:
    """One hunt."""
    so_far, order = store.progress(row.id), _order(row)
    review = reviews.of_hunt(row.ordered)
    return HuntLine(
        number=row.number,
        state=row.state,
        source=row.source,
        about=_about(row),
        because=order.because,
        by=people.name_of(f"staff:{row.ordered_by}"),
        ordered_at=Instant(row.ordered_at),
        over_at=Instant(row.over_at) if row.over_at else None,
        signals=row.signals,
        left_out=len(row.without),
        stored=row.stored,
        found=row.found,
        said=row.said,
        review=review.number if review else None,
        done=so_far.done if so_far else 0,
        total=so_far.total if so_far else 0,
        entered=so_far.entered if so_far else 0,
    )


def _order(row: HuntRow) -> Hunt:
    return audit.find(row.ordered.hex, Hunt).document


def _about(row: HuntRow) -> str:
    return str(cases.case(row.case_id.hex).number) if row.case_id else row.about


def view(row: HuntRow, parts: Parts, member: Member) -> HuntView:
    """Everything on a hunt's page."""
    order, counts = _order(row), row.counts
    return HuntView(
        line=line(row),
        types=_most_first(counts.get("types", {})),
        content=_most_first(counts.get("content", {})),
        distances=tuple(_distances(kind, one) for kind, one in sorted(counts.get("distances", {}).items())),
        accounts=counts.get("accounts", 0),
        unnamed=counts.get("unnamed", 0),
        top=tuple((name, number) for name, number in counts.get("top", ())),
        broad=_broad(row),
        became=_most_first(row.became or store.became(row.id)),
        sample=tuple(_found(one, row) for one in store.sample(row.id, SHOWN)),
        steps=tuple(_steps(row)),
        thresholds=tuple(sorted(order.thresholds.items())),
        content_types=order.content_types,
        case=cases.case(row.case_id.hex).number if row.case_id else None,
        may=_may(row, member),
        now=parts.clock.now(),
    )


def _may(row: HuntRow, member: Member) -> frozenset[str]:
    """What this person may do here now; every command asks again."""
    duties = duties_of(member)
    may = {name for name, duty in _MAY.get(State(row.state), ()) if duty in duties}
    if row.found >= rules.MOST_FOUND:
        may.discard("release")
    return frozenset(may)


def _most_first(counted: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _distances(kind: str, said: dict[str, Any]) -> Distances:
    most, filled = float(said["most"]), said["bins"]
    step = most / len(filled)
    bins = tuple(Bin(round(place * step, 3), round((place + 1) * step, 3), count) for place, count in enumerate(filled))
    return Distances(kind, TYPES[kind].unit if kind in TYPES else "", most, bins)


def _broad(row: HuntRow) -> tuple[Broad, ...]:
    """Only where a person has to decide about it."""
    if row.state != State.HELD.value:
        return ()
    sought = rules.read(store.sought(row.id) or b"")
    named = [(place, number) for place, number in row.counts.get("lines", ()) if number > row.found * _BROAD_SHARE]
    return tuple(Broad(place, sought[place].signal_type, sought[place].signal, number) for place, number in named)


def _found(one: FoundRow, row: HuntRow) -> FoundLine:
    return FoundLine(
        place=one.place,
        item=one.item,
        url=one.url,
        account=rules.pseudonym(row.ordered.hex, one.account) if one.account else "",
        content_type=one.content_type,
        signal_type=one.signal_type,
        distance=min(distance for _line, distance in one.matches),
        became=one.became,
    )


def _steps(row: HuntRow) -> list[tuple[Instant, str, str, str]]:
    entries = audit.entries_of(row.id.hex, kind=HuntStep.kind, newest=100)
    said = [HuntStep.from_canonical(one.body) for one in entries if one.body is not None]
    return [(one.at, people.name_of(one.by), one.change, one.because) for one in said]


def offer(case: str, parts: Parts, member: Member) -> Offer:
    """Whether copies of what a case disabled may be searched for, and the hunts for them that there were."""
    row, hunts = cases.case(case), tuple(line(one) for one in store.of_case(case))
    try:
        executed(case)
    except NotHuntable:
        return Offer(case, possible=False, secret=False, hunts=hunts)
    possible = Duty.DECIDE in duties_of(member) and parts.hunting.filled()
    return Offer(case, possible=possible, secret=telling.is_secret(row, parts), hunts=hunts)


def sources() -> tuple[str, ...]:
    """Where a person can take signals from on the form."""
    return (HuntSource.SIGNALS.value, HuntSource.BANK.value, HuntSource.ITEM.value)
