"""The only file of the transparency room that acts: tells, keeps silent, takes complaints.

Telling and keeping silent make the same number of entries of the same class at the same step, so that the public log
does not betray which of the two happened.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.template.loader import render_to_string

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import EntryErased, NoSuchEntry
from comity.casefile.clock import Instant
from comity.casefile.documents import new_id
from comity.casefile.documents.answer import (
    Complaint,
    ComplaintDecision,
    ComplaintOutcome,
    Notice,
    SecrecyChange,
)
from comity.casefile.records import UnitOfWork
from comity.platform import Messages, NoticeText
from comity.platform.errors import Absent
from comity.transparency import rules, store
from comity.transparency.errors import LinkNotUsable, OrderBinds, ReasonsNeeded
from comity.transparency.noticing import Telling, notice_of
from comity.transparency.words import words_in

Work = Callable[[], AbstractContextManager[UnitOfWork]]
SECONDS_FOR_CHECKPOINT = 5.0


def tell_or_keep_silent(work: UnitOfWork, telling: Telling) -> None:
    """Enter the notice that is due, or that non-disclosure begins; the platform is not touched here."""
    case = telling.demand.case
    if telling.secret_until is not None and rules.is_secret(telling.secret_until, work.at):
        entered = audit.enter(work, case, _secrecy(telling, work.at, "begun"))
        until = telling.secret_until.utc
        store.save_notice(case, entered.entry, state="silent", secret_until=until)
        return
    token = secrets.token_urlsafe(32)
    notice = notice_of(telling, token)
    entry = audit.enter(work, case, notice).entry
    store.save_notice(case, entry, state="due", notice=entry, token_hash=store.token_hash(token))


def send(case: str, messages: Messages, work: Work, telling: Telling) -> None:
    """Deliver the due notice once its entry is inside a signed checkpoint, and enter that it was told.

    Where silence is kept the matching entry is made, and nothing is sent. A repetition sends nothing twice: the
    notice's entry is the platform's idempotency key.
    """
    row = store.notice(case)
    if row is None or row.state in ("told", "nobody"):
        return
    became = "silent"
    if row.state == "due" and row.notice is not None:
        notice = audit.find(row.notice.hex, Notice)
        became = "told" if _delivered(notice, messages, telling.complaint_base) else "nobody"
    with work() as unit:
        said = "kept" if became == "silent" else became
        entered = audit.enter(unit, case, _secrecy(telling, unit.at, said))
        told_at = unit.at.utc if became == "told" else None
        store.save_notice(case, entered.entry, state=became, told_at=told_at)


def _delivered(notice: Entered[Notice], messages: Messages, complaint_base: str) -> bool:
    """Whether there was somebody to tell: an account that is gone is no failure, and is not asked again."""
    if not notice.document.account:
        return False
    try:
        deliver(notice, messages, complaint_base)
    except Absent:
        return False
    return True


def wait_until_proven(case: str) -> None:
    """Return once the notice's entry is inside a signed checkpoint; raises ``NotInCheckpoint`` when that takes long."""
    row = store.notice(case)
    if row is not None and row.notice is not None:
        audit.wait_until_proven(audit.find(row.notice.hex, Notice), SECONDS_FOR_CHECKPOINT)


def may_tell_now(case: str, at: Instant) -> bool:
    """Whether a silence has reached its end."""
    row = store.notice(case)
    return row is not None and row.state == "silent" and not rules.is_secret(_instant(row.secret_until), at)


def began(case: str) -> bool:
    """Whether telling or keeping silent has been entered."""
    return store.notice(case) is not None


def is_due(case: str) -> bool:
    """Whether a notice was entered that the platform has not confirmed yet."""
    row = store.notice(case)
    return row is not None and row.state == "due"


def silent_until(case: str) -> Instant | None:
    """The end of non-disclosure as last entered, if it was."""
    row = store.notice(case)
    return _instant(row.secret_until) if row else None


def has_open_complaint(case: str) -> bool:
    """Whether a complaint still waits for its outcome; while one does, nothing is erased (Article 6(1)(a))."""
    return any(not row.outcome for row in store.complaints_of(case))


def extended_by(case: str) -> str | None:
    """The basis of the extension of non-disclosure, if there was one: a second is not possible."""
    bodies = [one.body for one in audit.entries_of(case) if one.kind == SecrecyChange.kind and one.body]
    changes = [SecrecyChange.from_canonical(body) for body in bodies]
    return next((change.basis for change in changes if change.state == "extended"), None)


def extend_silence(work: UnitOfWork, case: str, until: Instant, basis: str) -> str:
    """The authority extended non-disclosure, once (Article 11(3)); the law room computed until when."""
    entered = audit.enter(
        work, case, SecrecyChange(case=case, begins_at=work.at, until=until, state="extended", basis=basis)
    )
    store.save_notice(case, entered.entry, secret_until=until.utc)
    return entered.entry


def file_complaint(work: UnitOfWork, token: str, text: str, language: str) -> tuple[str, str]:
    """Take a complaint in by its notice's link. Gives its case and its identifier. Raises ``LinkNotUsable``."""
    if notice_behind(token) is None:
        raise LinkNotUsable
    row = store.by_token(token)
    case = row.case_id.hex
    complaint = Complaint(case=case, received_at=work.at, text=text, language=language)
    entered = audit.enter(work, case, complaint)
    identifier = new_id()
    store.add_complaint(identifier, case, entered.entry, work.at.utc)
    return case, identifier


def decide_complaint(
    work: UnitOfWork, complaint: str, *, outcome: ComplaintOutcome, reasons: str, by: str, order_in_force: bool
) -> Entered[ComplaintDecision]:
    """Enter the reasoned outcome. While an order binds, nobody here can reinstate."""
    row = store.complaint(complaint)
    if outcome not in rules.outcomes_open(order_in_force=order_in_force):
        raise OrderBinds
    if not reasons.strip():
        raise ReasonsNeeded
    decision = ComplaintDecision(
        case=row.case_id.hex, complaint=row.complaint.hex, outcome=outcome, reasons=reasons, decided_by=by
    )
    entered = audit.enter(work, row.case_id.hex, decision)
    store.close_complaint(row, entered.entry, outcome.value, work.at.utc)
    return entered


def _instant(moment: object) -> Instant | None:
    return None if moment is None else Instant(moment)  # type: ignore[arg-type]  # a DateTimeField gives datetimes


def _secrecy(telling: Telling, at: Instant, state: str) -> SecrecyChange:
    until = telling.secret_until or at
    return SecrecyChange(case=telling.demand.case, begins_at=at, until=until, state=state, basis=telling.demand.entry)


def notice_behind(token: str) -> Notice | None:
    """The notice whose complaint link this is; nothing for a wrong link, a closed one or an erased notice alike."""
    try:
        row = store.by_token(token)
    except LinkNotUsable:
        return None
    return _still_readable(row.notice.hex) if row.notice else None


def entry_of_complaint(complaint: str) -> str:
    """The entry that holds a complaint's text."""
    return store.complaint(complaint).complaint.hex


def outcome_notice(work: UnitOfWork, complaint: str) -> Entered[Notice] | None:
    """Enter, once, what the complainant will be told about the outcome; nothing where nobody can be told."""
    row, before = store.decided(complaint)
    if before is None or before.notice is None:
        return None
    entry = hashlib.sha256(b"outcome of " + row.id.bytes).hexdigest()[:32]
    try:
        return audit.find(entry, Notice)  # a repetition: the platform knows this entry's key already
    except NoSuchEntry:
        first = _still_readable(before.notice.hex)
    except EntryErased:
        return None
    if first is None:
        return None
    decision = audit.find(row.entry.hex, ComplaintDecision).document
    words = words_in(first.language)
    text = render_to_string(
        f"transparency/outcome.{words.language}.txt",
        {"outcome": decision.outcome.value, "reasons": decision.reasons, **first.remedies},
    )
    notice = first.model_copy(update={"subject": words.outcome, "text": text})
    return audit.enter(work, row.case_id.hex, notice, entry=entry)


def _still_readable(notice: str) -> Notice | None:
    try:
        return audit.find(notice, Notice).document
    except EntryErased:
        return None


def deliver(notice: Entered[Notice], messages: Messages, complaint_base: str) -> None:
    """Put an entered notice into its reader's inbox, once its entry is proven."""
    audit.wait_until_proven(notice, SECONDS_FOR_CHECKPOINT)
    document = notice.document
    text = NoticeText(
        subject=document.subject,
        text=document.text,
        language=document.language,
        link=f"{complaint_base}/complaint/{document.complaint_token}",
    )
    messages.notify(document.account, text, key=notice.entry)
