"""The database: who connects, one unit of work at a time, documents, deadlines, jobs.

Takes a document's canonical bytes, gives its entry's identifier; takes a deadline, fires it when it is due. It never
judges a document, never changes one, and keeps nothing that was not committed. The composition root finds the server
in ``records.embedded`` and ``records.external``, tables in ``records.migrate``, what runs beside in ``records.workers``
and ``records.ticker``; everything about deadlines beyond these names is in ``records.deadlines``.
"""

from comity.casefile.records.deadlines import (
    Anew,
    DeadlineRow,
    cancel,
    fire_due,
    meet,
    restart,
    set_deadline,
    suspend,
)
from comity.casefile.records.work import UnitOfWork, erase_document, record, record_all, unit_of_work

__all__ = [
    "Anew",
    "DeadlineRow",
    "UnitOfWork",
    "cancel",
    "erase_document",
    "fire_due",
    "meet",
    "record",
    "record_all",
    "restart",
    "set_deadline",
    "suspend",
    "unit_of_work",
]
