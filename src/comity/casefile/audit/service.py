"""What the room does: enter, find, prove. It never commits; the unit of work does."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import connection as django_connection

from comity.casefile.audit import key_changes, ledger, publisher, store
from comity.casefile.audit.entered import SEAL, Entered, EntryRow, Proven
from comity.casefile.audit.errors import (
    EntryErased,
    LeafMismatch,
    NoSuchEntry,
    NotInCheckpoint,
    OutsideTree,
    WaitInsideWork,
    WrongKind,
)
from comity.casefile.audit.merkle import consistency_ranges, inclusion_ranges, leaf_hash, verify_inclusion
from comity.casefile.audit.policy import policy
from comity.casefile.audit.proof_file import ProofFile
from comity.casefile.audit.rules import leaf_data
from comity.casefile.audit.store import Head, StoredEntry
from comity.casefile.documents import Document, commitment
from comity.casefile.records import UnitOfWork, record

D = TypeVar("D", bound=Document)

_IDENTIFIER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_POLL = (0.005, 0.02)
"""Seconds between two looks for a checkpoint: at first, and after a tenth of a second."""


def enter(work: UnitOfWork, case: str, document: D, *, entry: str | None = None) -> Entered[D]:
    """Put a document on the record in this unit of work; its leaf is written by the database in the same statement.

    ``entry`` names the entry beforehand (32 hexadecimal digits) where the document must mention it.
    """
    made = record(work, case, document.kind, document.canonical(), entry=entry)
    return Entered(entry=made, case=case, document=document, at=work.at, actor=work.actor, seal=SEAL)


def find(entry: str, kind: type[D]) -> Entered[D]:
    """The entered document, after comparing it with its leaf.

    Raises ``NoSuchEntry``, ``WrongKind``, ``EntryErased``, or ``LeafMismatch`` when document and leaf contradict.
    """
    stored = _stored(entry)
    if stored.kind != kind.kind:
        raise WrongKind(f"{entry} is a {stored.kind}, not a {kind.kind}.")
    _compare(stored)
    assert stored.body is not None  # _compare refuses erased ones
    document = kind.from_canonical(stored.body)
    return Entered(entry=entry, case=stored.case, document=document, at=stored.at, actor=stored.actor, seal=SEAL)


def opened(entry: str) -> tuple[bytes, bytes]:
    """An entry's bytes and salt, compared with its leaf: who holds both can open the commitment without us.

    Raises ``NoSuchEntry``, ``EntryErased`` or ``LeafMismatch``.
    """
    stored = _stored(entry)
    _compare(stored)
    assert stored.body is not None and stored.salt is not None  # noqa: PT018 -- _compare refuses erased ones
    return stored.body, stored.salt


def prove(entered: Entered[D]) -> Proven[D]:
    """The same document as ``Proven``, if its leaf is inside a checkpoint that proves, else ``NotInCheckpoint``.

    That is the newest one that is signed and that as many witnesses have cosigned as this process requires.

    The inclusion proof is computed from the stored tree and verified; a tree that does not lead to the signed root
    raises ``ProofRefused``. What the signature itself is worth is checked by ``fsck`` and by every outsider.
    """
    included = _included(entered.entry)
    return Proven(
        entry=entered.entry,
        case=entered.case,
        document=entered.document,
        at=entered.at,
        actor=entered.actor,
        index=included.index,
        tree_size=included.head.frontier.size,
        seal=SEAL,
    )


def wait_until_proven(entered: Entered[D], seconds: float) -> Proven[D]:
    """``prove``, waiting up to ``seconds`` for the sequencer. Refused inside a unit of work (``WaitInsideWork``)."""
    if django_connection.in_atomic_block:
        raise WaitInsideWork
    began = time.monotonic()
    while True:
        try:
            return prove(entered)
        except NotInCheckpoint:
            waited = time.monotonic() - began
            if waited >= seconds:
                raise
            time.sleep(min(_POLL[waited > 0.1], seconds - waited))


def entries_of(case: str, *, kind: str = "", newest: int | None = None) -> list[EntryRow]:
    """A case's entries in the order in which they were entered, for a timeline. Not verified: see ``find``.

    With ``kind`` those of that kind alone, of these the ``newest``: what lies in a file that never ends has no bound.
    """
    _refuse_odd(case)
    with store.application() as conn:
        rows = store.entries_of_kind(conn, case, kind, newest) if kind else store.entries_of(conn, case)
    return [
        EntryRow(entry=row.entry, kind=row.kind, at=row.at, actor=row.actor, index=row.index, body=row.body)
        for row in rows
    ]


def tlog_proof(entry: str) -> bytes:
    """The entry's proof file (c2sp.org/tlog-proof) against the newest checkpoint that proves, with all cosignatures.

    Its extra line is the leaf's data; with the document and its salt, whoever holds them opens the commitment in it.
    """
    included = _included(entry)
    with store.application() as conn:
        note = store.witnessed(conn, included.head)
    return ProofFile(included.index, included.path, note, included.data).encode()


def consistency_proof(old: int, new: int) -> list[bytes]:
    """The proof that the log at ``new`` leaves continues the log at ``old`` leaves (RFC 9162 section 2.1.4).

    Raises ``OutsideTree`` for sizes that the log has not reached, and from size 0, from which nothing can be shown.
    """
    with store.application() as conn:
        head = store.newest_signed(conn)
        if head is None or new > head.frontier.size:
            raise OutsideTree(f"{new} leaves are not signed.")
        return store.proof_hashes(conn, consistency_ranges(old, new))


def export(folder: Path) -> int:
    """Write tiles, entry bundles and the newest signed checkpoint into a directory; gives the log's size."""
    with store.application() as conn:
        key_changes.publish(conn, folder)
        return publisher.publish(conn, folder)


def clock_is_sane() -> bool:
    """Whether no jump of the clock stands unsettled; while one does, nothing may act automatically."""
    with store.application() as conn:
        return not store.clock_alarms(conn)


def settle_clock(entry: str) -> int:
    """Close all open alarms about the clock by an entry that says who looked; gives how many there were."""
    _refuse_odd(entry)
    with store.application() as conn:
        return ledger.settle_alarms(conn, entry)


def _refuse_odd(identifier: str) -> None:
    if not _IDENTIFIER.fullmatch(identifier):
        raise NoSuchEntry("An identifier has 32 hexadecimal digits.")


def _stored(entry: str) -> StoredEntry:
    _refuse_odd(entry)
    with store.application() as conn:
        stored = store.entry(conn, entry)
    if stored is None:
        raise NoSuchEntry(entry)
    return stored


def _compare(stored: StoredEntry) -> None:
    if stored.body is None or stored.salt is None:
        raise EntryErased(stored.entry)
    expected = leaf_data(stored.entry, stored.kind, stored.at, commitment(stored.salt, stored.body))
    if stored.data != expected or stored.hash != leaf_hash(expected):
        raise LeafMismatch(stored.entry)


@dataclass(frozen=True, slots=True)
class _Included:
    """A leaf, the newest checkpoint that proves, and the verified path between them."""

    index: int
    data: bytes
    path: tuple[bytes, ...]
    head: Head


def _included(entry: str) -> _Included:
    _refuse_odd(entry)
    with store.application() as conn:
        leaf = store.leaf_of(conn, entry)
        if leaf is None:
            raise NoSuchEntry(entry)
        index, value, data = leaf
        asked = policy()
        head = store.newest_cosigned(conn, asked.required, asked.key_ids)
        if index is None or head is None or index >= head.frontier.size:
            raise NotInCheckpoint(entry)
        path = store.proof_hashes(conn, inclusion_ranges(index, head.frontier.size))
    verify_inclusion(value, index=index, size=head.frontier.size, root=head.root, proof=path)
    return _Included(index, data, tuple(path), head)
