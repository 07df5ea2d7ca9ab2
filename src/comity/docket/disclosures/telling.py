"""Telling users that an authority asked for their data: by itself where the law certainly lets it, as soon as it does.

Where the law says never, nothing goes; where it leaves it to a person, or is not confirmed, a person decides. The
notice is entered first, then sent, keyed by its entry: sent twice it is one message.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.clock import Instant
from comity.casefile.documents.answer import Notice
from comity.casefile.documents.disclosure import DisclosureDecision, IdentifierKind
from comity.casefile.records import UnitOfWork, deadlines
from comity.casefile.records.deadlines import DeadlineRow
from comity.docket import clocks as common
from comity.docket import store
from comity.docket.disclosures import judging, packing
from comity.docket.disclosures.judging import Judged
from comity.docket.ending import UNTIL_SOMEBODY_LOOKED
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.platform import NoticeText
from comity.platform.errors import Absent
from comity.transparency.user_notice import Tell, Told, Verdict, verdict, worded
from comity.transparency.words import DEFAULT

SILENCE = "silence"
"""The clock that ends with the time in which nobody may be told, or with which a person looks again."""
_SECONDS_FOR_CHECKPOINT = 5.0
_EVENTS = ("delay_ordered_at", "delay_extended_at", "secrecy_ordered_at", "secrecy_until", "secrecy_lifted_at")


def may_tell(row: Case, found: Judged, at: Instant) -> Verdict:
    """Whether the user may be told now."""
    known = judging.facts(row.id.hex)
    events = {name: (Instant.parse(known[f"events.{name}"]),) for name in _EVENTS if f"events.{name}" in known}
    events["received_at"] = (found.ask.received,)
    given = _given_at(row)
    if given is not None:
        events["effect_given_at"] = (given,)
    return verdict(row.instrument, found.demand.document.form, events, at)


def tell(row: Case, parts: Parts) -> Verdict:
    """Tell whom the law lets be told now, and put silence on the clock; gives what was said."""
    found = judging.judged(row, parts)
    said = may_tell(row, found, parts.clock.now())
    if said.tell is Tell.NOW:
        _tell(row, found, said, parts)
    return said


def keep_silent(work: UnitOfWork, row: Case, said: Verdict, entry: str) -> None:
    """Put the end of a silence on the clock, or the day on which a person asks whether it still holds."""
    due = said.until or said.look_again_at
    if said.tell is not Tell.NOT_YET or due is None or due <= work.at:
        return
    clock = DeadlineRow(
        name=SILENCE,
        duty="Tell nobody until now",
        instrument=row.instrument,
        citations=said.citations,
        due_at=due,
        computation=(said.why,),
        ends=True,
        wakes=True,
    )
    running = {one.name for one in deadlines.deadlines_of(row.id.hex) if one.state is deadlines.State.RUNNING}
    if SILENCE not in running:
        deadlines.set_deadline(work, row.id.hex, clock, entry)


def end_silence(row: Case, parts: Parts) -> bool | timedelta | None:
    """When silence has ended, the notice goes by itself; a clock that jumped ends nothing."""
    due = common.due(row.id.hex, SILENCE)
    if due is None or parts.clock.now() < due or _notices(row.id.hex):
        return None
    if not common.surely_over(row.id.hex, SILENCE):
        return UNTIL_SOMEBODY_LOOKED
    said = tell(row, parts)
    with parts.work() as work:
        locked = store.locked(row.id.hex)
        if said.tell is Tell.NOW and locked.status == row.status:
            store.walk(work, locked, "secrecy ended", said.why)
        elif said.tell is Tell.NOT_YET:
            keep_silent(work, locked, said, locked.entry.hex)
        elif not locked.needs_person:
            store.update(locked, store.note(work, locked, "person called", said.why), needs_person=True)
    return True if said.tell is Tell.NOW else None


def tell_by_hand(row: Case, viewer: str, parts: Parts) -> None:
    """A person decided to tell, where the law leaves it to one; raises ``SilenceLasts`` where it does not."""
    found = judging.judged(row, parts)
    said = may_tell(row, found, parts.clock.now())
    _tell(row, found, said, parts, by=viewer)


def _tell(row: Case, found: Judged, said: Verdict, parts: Parts, *, by: str = "") -> None:
    """``by`` is the person who decided it, and stands in the log; nothing where the law alone did."""
    known = {one.document.account for one in _notices(row.id.hex)}
    for account in _accounts(found):
        if account not in known:
            language = parts.messages.language(account) or DEFAULT
            subject, text = worded(said, _told(row, found, parts, bool(by)), found.demand.document.form, language)
            notice = Notice(
                case=row.id.hex,
                account=account,
                language=language,
                subject=subject,
                text=text,
                urls=(),
                remedies={},
                complaint_token="",
            )
            with parts.work(f"staff:{by}") if by else parts.work() as work:
                store.locked(row.id.hex)
                audit.enter(work, row.id.hex, notice)
    for entered in _notices(row.id.hex):
        _send(entered, parts)


def _send(notice: Entered[Notice], parts: Parts) -> None:
    audit.wait_until_proven(notice, _SECONDS_FOR_CHECKPOINT)
    said = notice.document
    try:
        parts.messages.notify(said.account, NoticeText(said.subject, said.text, said.language), key=notice.entry)
    except Absent:
        return  # an account that is gone, or never was, has no inbox


def _notices(case: str) -> list[Entered[Notice]]:
    rows = audit.entries_of(case, kind=Notice.kind, newest=1000)
    return [audit.find(one.entry, Notice) for one in rows if one.body]


def _accounts(found: Judged) -> Iterator[str]:
    """The accounts that the demand names as such; who is behind an address or a telephone is nobody's to find out."""
    for one in found.ask.request.asked:
        if one.type == IdentifierKind.USER_ID.value and not one.tricky:
            yield one.value


def _told(row: Case, found: Judged, parts: Parts, by_person: bool) -> Told:  # noqa: FBT001 -- a field of what is made
    decision = _decision(row)
    given = {category.value for terms in (decision.terms if decision else ()) for category in terms.categories}
    asked = next((one.interval for one in found.ask.request.asked if one.interval is not None), None)
    period = (str(asked.start or ""), str(asked.end or "")) if asked else ("", "")
    return Told(
        instrument=row.instrument,
        asked=found.ask.request.categories,
        given=tuple(one for one in found.ask.request.categories if one in given),
        given_at=_given_at(row),
        period=period,
        contact=parts.contact_email,
        by_person=by_person,
    )


def _decision(row: Case) -> DisclosureDecision | None:
    return audit.find(row.decision.hex, DisclosureDecision).document if row.decision else None


def _given_at(row: Case) -> Instant | None:
    """When data left: when they were packed for the authority."""
    made = packing.made(row.id.hex, row.decision.hex) if row.decision else None
    return made.document.at if made else None
