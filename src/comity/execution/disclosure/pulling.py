"""Fetching a package in pieces while it is available, and its erasure afterwards.

Each piece that is opened is an entry that says who fetched which bytes. An authority sees its own packages only, and
whether another's exists it cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.casefile.documents.collection import DisclosurePackage
from comity.casefile.documents.record import CustodyEvent
from comity.casefile.evidence import Vault
from comity.casefile.records import UnitOfWork
from comity.execution.disclosure import store
from comity.execution.disclosure.errors import NotAvailable, UnsatisfiableRange
from comity.execution.disclosure.models import PackageRow, PackageState
from comity.execution.disclosure.service import Work

_RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,15})-(?P<last>\d{0,15})|-(?P<suffix>\d{1,15}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``first`` to ``last``, both included (RFC 9110 section 14.1.2), of ``size``."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        """How many."""
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """As the header says it."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def span(header: str | None, size: int) -> Span | None:
    """What a ``Range`` header asks for; nothing where it asks for the whole or for what we do not offer.

    Raises ``UnsatisfiableRange`` for what lies behind the end.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    if match["suffix"] is not None:
        length = int(match["suffix"])
        first, last = max(0, size - length), size - 1
        return Span(first, last, size) if length and size else _outside(size)
    first, last = int(match["first"]), min(int(match["last"] or size), size - 1)
    if match["last"] and int(match["last"]) < first:
        return None  # not a range at all: the header is passed over
    return Span(first, last, size) if first < size else _outside(size)


def _outside(size: int) -> Span:
    raise UnsatisfiableRange(f"bytes */{size}")


def available(package: str, authority: str, at: Instant) -> PackageRow:
    """The package, if it is this authority's and its time is not over; raises ``NotAvailable`` all alike."""
    row = store.package(package) if re.fullmatch(r"[0-9a-f]{32}", package, re.ASCII) else None
    if row is None or row.authority != authority or row.state != PackageState.MADE.value:
        raise NotAvailable
    if row.available_until is not None and Instant(row.available_until) <= at:
        raise NotAvailable
    return row


def fetch(package: str, authority: str, wanted: Span | None, vault: Vault, work: Work, *, by: str) -> Iterator[bytes]:
    """The bytes; who fetched them is entered first. A broken download goes on where it ended, by another call."""
    with work() as unit:
        row = available(package, authority, unit.at)
        whole = wanted or Span(0, row.size - 1, row.size)
        purpose = f"fetched by {by}: {whole.content_range}"
        chunks = vault.open(unit, package, row.exhibit, purpose=purpose, start=whole.first)
    return _most(chunks, whole.length)


def _most(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    for chunk in chunks:
        piece = chunk[:length]
        length -= len(piece)
        yield piece
        if length <= 0:
            return


def erase(work: UnitOfWork, vault: Vault) -> int:
    """Erase every package whose time is over; gives how many. Each has its certificate of erasure."""
    over = store.packages_over(work.at)
    for row in over:
        because = "its availability ended"
        vault.erase(work, row.package.hex, because=because, citations=("2025/1550 annex 3.3.3",))
        told = CustodyEvent(
            case=row.case_id.hex, exhibit=row.exhibit, event="erased", by=work.actor, purpose=because, at=work.at
        )
        row.state = PackageState.ERASED.value
        store.save(row, audit.enter(work, told.case, told).entry, ["state"])
    return len(over)


def manifest(made: DisclosurePackage, *, sender: str, recipient: str, reference: str, means: str) -> Json:
    """The manifest of what was sent or lies ready (Implementing Regulation (EU) 2025/1550, annex 3.3.3)."""
    until = made.available_until if made.pulled else None
    return {
        "sender": sender,
        "recipient": recipient,
        "reference": reference,
        "date_time": str(made.at),
        "means": means,
        "files": [
            {
                "name": made.file.name,
                "size": made.file.size,
                "digests": [{"algorithm": "SHA-512", "value": made.file.sha512}],
            }
        ],
        "available_until": str(until) if until else None,
        "remarks": f"encrypted to {made.encrypted_to}",
    }
