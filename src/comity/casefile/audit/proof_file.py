"""Proof files: everything needed to show offline that one entry is in the log (c2sp.org/tlog-proof). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import MalformedProofFile
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.merkle import HASH_BYTES, check_hashes, leaf_hash, verify_inclusion
from comity.casefile.audit.note import decode_base64, encode_base64

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_MAX_PATH = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """An entry's index, its path to the root, the signed checkpoint, and the leaf's data as the extra line."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, verbatim."""
    extra: bytes | None = None
    """Not authenticated by itself; ours is the leaf's data, which ``verify`` hashes."""

    def __post_init__(self) -> None:
        """Refuse what could not be written."""
        check_hashes(self.path)
        if not _INDEX.fullmatch(f"index {self.index}") or len(self.path) > _MAX_PATH:
            raise MalformedProofFile("Its index or path is out of bounds.")

    def encode(self) -> bytes:
        """The file's bytes; usual suffix ``.tlog-proof``."""
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(encode_base64(value) for value in self.path)
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> ProofFile:
        """Read a proof file; raises ``MalformedProofFile`` and nothing else. ``encode`` gives the same bytes back."""
        head, blank, checkpoint = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedProofFile("Its first part is not ASCII.") from error
        if not blank or lines.pop(0) != _HEADER:
            raise MalformedProofFile(f"It does not begin with {_HEADER}.")
        extra = _extra(lines)
        match = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if match is None:
            raise MalformedProofFile("It names no index.")
        path = tuple(decode_base64(line) or b"" for line in lines)
        if any(len(value) != HASH_BYTES for value in path):
            raise MalformedProofFile("A line of its path is not a hash.")
        return cls(int(match[1]), path, checkpoint, extra)

    def verify(self, leaf_data: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
        """Refuse unless ``leaf_data`` stands at ``index`` in a tree whose checkpoint a known key signed."""
        checkpoint = verify_checkpoint(self.checkpoint, keys)
        verify_inclusion(
            leaf_hash(leaf_data), index=self.index, size=checkpoint.size, root=checkpoint.root, proof=self.path
        )
        return checkpoint


def _extra(lines: list[str]) -> bytes | None:
    if not lines or not lines[0].startswith("extra "):
        return None
    extra = decode_base64(lines.pop(0).removeprefix("extra "))
    if extra is None:
        raise MalformedProofFile("Its extra line is not base64.")
    return extra
