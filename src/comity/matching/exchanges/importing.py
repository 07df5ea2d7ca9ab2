"""A list that a person gives, once: the same protocols as of files, the same refusals, the same sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.casefile.documents.exchange import ExchangeTerms
from comity.casefile.records import UnitOfWork
from comity.matching.banks import service as banks
from comity.matching.banks.importing import Imported, Sample
from comity.matching.exchanges.batches import Batch, Rows
from comity.matching.exchanges.errors import UnusableAnswer, UnusableExchange
from comity.matching.exchanges.kinds.bundles import Bundle
from comity.matching.exchanges.kinds.lines import Lines
from comity.matching.exchanges.kinds.lists import List
from comity.matching.exchanges.kinds.tables import Table
from comity.matching.exchanges.means import Means

READERS: dict[str, type[List]] = {"stix": Bundle, "csv": Table, "file": Lines}
"""By the protocol's name."""
_BY_HAND = "by_hand:"
"""No exchange can be called so."""


@dataclass(frozen=True)
class Given:
    """A list and who says that it is one."""

    kind: str
    name: str
    data: bytes
    member: str
    """Who lists it, where the list does not say it."""


def read(given: Given) -> Batch:
    """Read it; nothing is listed. Raises ``UnusableExchange``, ``UnusableAnswer``."""
    reader = READERS.get(given.kind)
    if reader is None:
        raise UnusableExchange(f"type: one of {', '.join(sorted(READERS))}")
    if not 0 < len(given.member) <= 200:
        raise UnusableExchange("member: who lists it, in at most 200 characters")
    terms = ExchangeTerms(
        name="hand", type=given.kind, bank="", pace=0, settings={"path": given.name, "member": given.member}
    )
    rows = Rows()
    reader(terms, Means()).read(given.name, given.data, rows)
    return rows.batch(None)


def take_list(work: UnitOfWork, bank: str, batch: Batch, because: str, sample: Sample | None) -> Imported:
    """List what was read by one entry, or have it wait for a person; raises ``UnusableAnswer`` where there is none."""
    if not batch.entries:
        message = "there is nothing in it that can be listed"
        raise UnusableAnswer(message)
    new = [replace(one, reference=f"{_BY_HAND}{one.reference}") for one in batch.entries]
    return banks.add_many(work, bank, new, because, sample=sample)
