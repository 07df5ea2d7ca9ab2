"""Drills: an order that this house sends to itself, known by a mark that only this house can make.

The mark stands in the order's reference, where everybody sees it. Nobody outside can make one, one that was seen is
worth nothing a second time, and a real authority's order is no drill whatever it says: so no real order can hide as
one. What the authority that is kept for drills files is a drill, marked or not: so no drill can pass for real. And
whatever is a drill can touch nothing but the items of the account kept for drills.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.base import Json
from comity.casefile.documents.decision import Dismissal
from comity.casefile.documents.demand import Demand
from comity.casefile.documents.night import Drill
from comity.casefile.records import UnitOfWork
from comity.docket import clocks, drilling, store
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.platform import Outcome
from comity.platform.errors import PlatformFailure
from comity.registry import store as register

PREFIX = "DRILL"
_REFERENCE = re.compile(r"DRILL-([0-9a-f]{16})-([0-9a-f]{32})", re.ASCII)


def reference(nonce: str, key: bytes) -> str:
    """The reference of a drill, with its mark; ``nonce`` is sixteen hexadecimal digits."""
    return f"{PREFIX}-{nonce}-{_mark(nonce, key)}"


def is_drill(form: Json, key: bytes) -> bool:
    """Whether an order carries the mark of this house."""
    match = _REFERENCE.fullmatch(str(form.get("order_reference") or ""))
    return match is not None and bool(key) and hmac.compare_digest(match[2], _mark(match[1], key))


def mark(work: UnitOfWork, row: Case, demand: Entered[Demand], parts: Parts) -> None:
    """Mark the case of a drill as one, in the unit of work that opens it; every other case is left as it is."""
    sender = demand.document.sender.authority
    if sender and drilling.is_drill_name(register.authority(sender).name):
        because = "filed by the authority that is kept for drills, which files nothing else"
    elif not _vouched(demand.document) and is_drill(demand.document.form, parts.nights.key) and not _used(row):
        because = "sent by this house to try the night"
    else:
        return
    said = Drill(case=row.id.hex, reference=row.reference, because=because)
    store.update(row, audit.enter(work, row.id.hex, said).entry, test=True)


def _vouched(demand: Demand) -> bool:
    """Whether anybody's identity stands behind it: then it is meant."""
    return demand.channel.sender_verified is True


def _used(row: Case) -> bool:
    """Whether an earlier order was a drill by this very mark."""
    return Case.objects.filter(reference=row.reference, test=True).exclude(id=row.id).exists()


def ends_here(row: Case, urls: Sequence[str], parts: Parts) -> bool:
    """Whether this is a drill that must stop before the act."""
    return row.test and not may_act(urls, parts)


def end(work: UnitOfWork, row: Case) -> None:
    """A drill ends before the act: nothing was ordered, nothing is answered, nobody is told."""
    case = row.id.hex
    said = Dismissal(case=case, because="A drill ends before the act.", by=None, at=work.at)
    entry = audit.enter(work, case, said).entry
    store.move(row, "dismissed", entry, needs_person=False, due_at=None, due_duty="")
    clocks.cancel_all(work, row, "the drill ended")


def may_act(urls: Sequence[str], parts: Parts) -> bool:
    """Whether a drill may go on to the act: every address is an item of the account kept for drills, and surely so."""
    account = parts.nights.drill_account
    try:
        return bool(account) and bool(urls) and all(_owner(url, parts) == account for url in urls)
    except PlatformFailure:
        return False


def _owner(url: str, parts: Parts) -> str | None:
    found = parts.content.resolve(url)
    if found.outcome is not Outcome.FOUND or found.item is None:
        return None
    return parts.content.describe(found.item).account


def _mark(nonce: str, key: bytes) -> str:
    return hmac.new(key, b"drill\0" + nonce.encode("ascii"), hashlib.sha256).hexdigest()[:32]
