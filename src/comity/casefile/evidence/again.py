"""Erasing again what a restored backup brought back: as a certificate says that it was erased before.

The rules that erasure obeys stand: an exhibit goes only with a certificate of its own transaction and when no period
runs. That its period was over, and that its holds were released, is what the earlier certificate proves.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from comity.casefile.documents.record import CustodyEvent, ErasureCertificate
from comity.casefile.evidence import store
from comity.casefile.evidence.files import ExhibitStore
from comity.casefile.records import UnitOfWork, erase_document, record
from comity.casefile.records.store import standing

BECAUSE = "erased before, brought back by a backup and erased again: "


def erase_again(work: UnitOfWork, files: ExhibitStore, said: ErasureCertificate) -> ErasureCertificate | None:
    """Erase what is here again of what ``said`` names; gives the new certificate, or nothing where nothing was left.

    Raises what the database raises where a period that it knows ends later: then nothing of it is erased.
    """
    store.lock_case(said.case)
    rows = [row for row in store.of_case(said.case) if not row.erased and row.digest in said.exhibits]
    documents = standing(said.case, said.documents)
    if not rows and not documents:
        return None
    certificate = ErasureCertificate(
        case=said.case,
        exhibits=tuple(row.digest for row in rows),
        documents=documents,
        because=BECAUSE + said.because,
        citations=said.citations,
        at=work.at,
    )
    entry = record(work, said.case, ErasureCertificate.kind, certificate.canonical())
    for row in rows:
        _let_go(work, row, said)
    for row in rows:
        _custody(work, row, "erased", certificate.because)
        store.erase(row.id, entry)
        transaction.on_commit(partial(files.remove, row.file))
    for document in documents:
        erase_document(work, document, entry)
    return certificate


def _let_go(work: UnitOfWork, row: store.Stored, said: ErasureCertificate) -> None:
    """Write down of its holds what must have happened before the first erasure."""
    known = store.holds([row.id])[row.id]
    for hold in known:
        if hold.until is None and not hold.released:
            store.release_hold(hold.id, _custody(work, row, "released", f"{BECAUSE}{hold.because}"))
    if not any(hold.until for hold in known):
        over = f"its period had ended by {said.at.z()}"
        store.insert_holds([(row.id, _custody(work, row, "held", over))], over, said.at)


def _custody(work: UnitOfWork, row: store.Stored, event: str, purpose: str) -> str:
    made = CustodyEvent(
        case=row.case, exhibit=row.digest, event=event, by=work.actor, purpose=purpose[:2000], at=work.at
    )
    return record(work, row.case, CustodyEvent.kind, made.canonical())
