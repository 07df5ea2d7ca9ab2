"""Checkpoints: the head of the log at a moment, as a note's text (c2sp.org/tlog-checkpoint). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.casefile.audit.errors import MalformedCheckpoint
from comity.casefile.audit.merkle import EMPTY_ROOT, HASH_BYTES, check_hashes
from comity.casefile.audit.note import decode_base64, encode_base64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LABEL = b"subtree/v1\n\x00"
_NAME_MAX = 255


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many leaves, which root. We write no extension lines and refuse them: nobody could audit them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written or could not be a head: size 0 has exactly one root."""
        check_hashes((self.root,))
        if not 0 < len(self.origin.encode()) <= _NAME_MAX or any(c < " " for c in self.origin):
            raise MalformedCheckpoint("The origin is empty, too long or not one line.")
        if not _SIZE.fullmatch(str(self.size)):
            raise MalformedCheckpoint("The size is not a count of leaves.")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedCheckpoint("A log without leaves has another root.")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text; raises ``MalformedCheckpoint`` and nothing else. ``text()`` gives the same text back."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise MalformedCheckpoint("It is not exactly three lines.")
        origin, size, encoded = lines[:3]
        root = decode_base64(encoded)
        if root is None or len(root) != HASH_BYTES:
            raise MalformedCheckpoint("The third line is not a root hash.")
        if not _SIZE.fullmatch(size):
            raise MalformedCheckpoint("The second line is not a size.")
        return cls(origin, int(size), root)

    def text(self) -> str:
        """The note text that is signed with Ed25519."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    def cosigned_message(self, signer: str, timestamp: int) -> bytes:
        """What ML-DSA-44 signs: ``cosigned_message`` of c2sp.org/tlog-cosignature, for the whole tree.

        ``timestamp`` is in POSIX seconds; it says that at that time this was the largest tree the signer knew.
        """
        name, origin = signer.encode(), self.origin.encode()
        if not 0 < len(name) <= _NAME_MAX or not 0 <= timestamp < 1 << 63:
            raise MalformedCheckpoint("Signer or time cannot be written into a cosignature.")
        return b"".join(
            (
                _LABEL,
                bytes((len(name),)) + name,
                timestamp.to_bytes(8, "big"),
                bytes((len(origin),)) + origin,
                (0).to_bytes(8, "big"),
                self.size.to_bytes(8, "big"),
                self.root,
            )
        )
