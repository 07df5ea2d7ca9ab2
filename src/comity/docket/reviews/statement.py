"""The statement of reasons (2022/2065 Art 17), and that something stands again: entered, then sent, keyed by its entry.

It lies in the detection's own case, and with it the link by which its reader complains (Art 20; 2021/784 Art 10).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.audit.errors import EntryErased, NoSuchEntry
from comity.casefile.documents.answer import Notice, SecrecyChange
from comity.casefile.documents.detection import Detection, Source
from comity.casefile.documents.review import Outcome, ReviewDecision, Standing
from comity.casefile.records import UnitOfWork
from comity.docket.parts import Parts
from comity.docket.reviews import store
from comity.docket.reviews.models import ItemRow, Progress
from comity.docket.reviews.wording import Words, words_in
from comity.execution.content import looking
from comity.platform.errors import Absent
from comity.transparency import service as transparency
from comity.transparency import store as notices


@dataclass(frozen=True)
class _Due:
    """What is to be said of a detection now."""

    what: str
    """``disabled``, ``confirmed`` or ``reinstated``."""
    row: ItemRow
    decision: ReviewDecision | None

    @property
    def entry(self) -> str:
        """The entry of the statement, known beforehand: what was said once is not said again."""
        basis = self.row.decision.hex if self.row.decision else ""
        words = f"statement of reasons {self.row.id.hex} {self.what} {basis}"
        return hashlib.sha256(words.encode()).hexdigest()[:32]


def tell(case: str, parts: Parts) -> None:
    """Say what is due, once: entered, proven, then sent; nobody is asked where there is no account."""
    row = store.item(case)
    due = None if row is None else _due(row)
    if due is None:
        return
    entered = _known(due.entry)
    if entered is None:
        words = words_in(parts.messages.language(due.row.account) if due.row.account else None)
        with parts.work() as work:
            entered = _entered(work, due, words, parts)
    _send(entered, parts)


def _due(row: ItemRow) -> _Due | None:
    decision = audit.find(row.decision.hex, ReviewDecision).document if row.decision else None
    if row.standing == Standing.COMPLAINT.value:
        return None  # whoever complained is told the outcome
    if row.progress == Progress.REINSTATED.value:
        before = notices.notice(row.id.hex)
        return _Due("reinstated", row, decision) if before is not None else None
    if row.progress != Progress.DISABLED.value or row.outcome == Outcome.LET_STAND.value:
        return None
    confirmed = row.automatic and decision is not None
    return _Due("confirmed" if confirmed else "disabled", row, decision)


def _known(entry: str) -> Entered[Notice] | None:
    try:
        return audit.find(entry, Notice)
    except (NoSuchEntry, EntryErased):
        return None


def _entered(work: UnitOfWork, due: _Due, words: Words, parts: Parts) -> Entered[Notice]:
    case = due.row.id.hex
    token = _token(case)
    urls = looking.restored_urls(case) if due.what == "reinstated" else looking.disabled_urls(case)
    notice = Notice(
        case=case,
        account=due.row.account,
        language=words.language,
        subject=words.subjects[due.what],
        text=render_to_string(
            f"reviews/statement.{words.language}.txt", _said(due, words, f"{parts.public_url}/complaint/{token}", urls)
        ),
        urls=urls,
        remedies={"redress_body": words.courts, "redress_deadline": "", "redress_link": ""},
        complaint_token=token,
    )
    entered = audit.enter(work, case, notice, entry=due.entry)
    notices.save_notice(case, entered.entry, state="due", notice=entered.entry, token_hash=notices.token_hash(token))
    return entered


def _token(case: str) -> str:
    """The link of this case: the one that was given, so that it goes on to open, or a new one."""
    before = notices.notice(case)
    known = _known(before.notice.hex) if before is not None and before.notice is not None else None
    return known.document.complaint_token if known else secrets.token_urlsafe(32)


def _said(due: _Due, words: Words, complaint: str, urls: tuple[str, ...]) -> dict[str, Any]:
    decision = due.decision
    detection = audit.find(due.row.detection.hex, Detection).document
    acts = looking.items(due.row.id.hex)
    everywhere = any("*" in one.territories for one in acts)
    at = looking.last_disabled_at(due.row.id.hex)
    back = looking.last_restored_at(due.row.id.hex)
    return {
        "what": due.what,
        "urls": urls,
        "everywhere": everywhere,
        "disabled_at": at.z() if at else "",
        "restored_at": back.z() if back else "",
        "uploaded": detection.source is Source.UPLOAD,
        "banks": sorted({match.bank for match in detection.matches}),
        "automatic": due.row.automatic,
        "person": decision is not None,
        "limbs": [words.limbs[limb] for limb in decision.limbs] if decision else [],
        "terms": decision.terms if decision else "",
        "reasons": decision.reasons if decision else "",
        "complaint_url": complaint,
    }


def _send(entered: Entered[Notice], parts: Parts) -> None:
    """Put it into its reader's inbox once its entry is proven, and enter that."""
    case, row = entered.case, notices.notice(entered.case)
    if row is None or row.notice is None or row.notice.hex != entered.entry or row.state != "due":
        return
    became = "nobody"
    if entered.document.account:
        try:
            transparency.deliver(entered, parts.messages, parts.public_url)
            became = "told"
        except Absent:
            pass  # the account is gone: there is nobody to be told
    with parts.work() as work:
        said = SecrecyChange(case=case, begins_at=work.at, until=work.at, state=became, basis=entered.entry)
        told = work.at.utc if became == "told" else None
        notices.save_notice(case, audit.enter(work, case, said).entry, state=became, told_at=told)
