"""The tamper-evident log: enter, prove, sign, verify.

Takes any document in a unit of work, gives ``Entered`` and, once its leaf is inside a signed checkpoint, ``Proven``.
It never changes or forgets a leaf, never signs what is not committed, and puts nothing personal into a leaf. Keys are
in ``key_files``, the outsider's verifier in ``verifier``, the operator's check in ``fsck``.
"""

from comity.casefile.audit.entered import Entered, EntryRow, Proven
from comity.casefile.audit.service import (
    clock_is_sane,
    enter,
    entries_of,
    export,
    find,
    prove,
    settle_clock,
    tlog_proof,
    wait_until_proven,
)

__all__ = [
    "Entered",
    "EntryRow",
    "Proven",
    "clock_is_sane",
    "enter",
    "entries_of",
    "export",
    "find",
    "prove",
    "settle_clock",
    "tlog_proof",
    "wait_until_proven",
]
