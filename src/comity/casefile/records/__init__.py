"""The database: who connects, one unit of work at a time, documents, deadlines, jobs.

Takes a document's canonical bytes, gives its entry's identifier; takes a deadline, gives it back when it is due. It
never judges a document, never changes one, and keeps nothing that was not committed. Who runs the server itself uses
``records.embedded``, ``records.roles``, ``records.migrate``; who runs workers and tickers, ``records.jobs`` and
``records.deadlines``.
"""

from comity.casefile.records.work import UnitOfWork, erase_document, record, unit_of_work

__all__ = [
    "UnitOfWork",
    "erase_document",
    "record",
    "unit_of_work",
]
