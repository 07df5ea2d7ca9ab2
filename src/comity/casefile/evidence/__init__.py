"""Exhibits: bytes in custody, known by their SHA-256, encrypted at rest, held as long as the law says, then erased.

Takes streams of bytes for a case and gives ``Exhibit``; gives the bytes back for a stated purpose once the entry of
their opening is committed. It never keeps a plaintext on the disk, never shows under a file's name what is in it, never
shares an exhibit between cases, and never erases what a hold or a legal period still keeps.
"""

from comity.casefile.evidence.errors import EvidenceError
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_line
from comity.casefile.evidence.rules import Hold
from comity.casefile.evidence.service import Custody, Erasure, Exhibit, Staged, Vault

__all__ = [
    "Custody",
    "Erasure",
    "EvidenceError",
    "Exhibit",
    "Hold",
    "KeyEncryptionKeys",
    "Staged",
    "Vault",
    "new_line",
]
