"""The log as anybody may see it: its head, who vouched for it and when, its time stamps, and the keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from comity.casefile.audit import stamps
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import CosignatureType, cosignatures
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.keys import KeyType, VerifierKey
from comity.casefile.audit.note import Note
from comity.casefile.audit.policy import Policy, policy
from comity.casefile.clock import Instant
from comity.docket.cases import CaseDesk

STAMPS_SHOWN = 24
_SHOWN: dict[Path, tuple[tuple[bytes, tuple[str, ...], Policy], LogShown]] = {}
"""By the folder of a published log: what was verified of its newest checkpoint, so that a reader costs no signature."""
_STAMP = re.compile(r"[1-9][0-9]{0,18}\.(?:txt|tsr)", re.ASCII)
_KINDS = {0x01: "Ed25519", 0x04: "Ed25519", 0x06: "ML-DSA-44"}


@dataclass(frozen=True)
class Vouching:
    """One verified signature under the checkpoint."""

    name: str
    key_type: str
    at: Instant | None
    """By the signer's own clock; the log's Ed25519 signature carries none."""
    outside: bool
    """Whether a witness signed, not we."""


@dataclass(frozen=True)
class StampShown:
    """A time stamp and the checkpoint it is over."""

    size: int
    at: Instant
    authority: str


@dataclass(frozen=True)
class LogShown:
    """What the page about the log says."""

    origin: str
    size: int
    root: str
    """In hexadecimal."""
    note: str
    signatures: tuple[Vouching, ...]
    required: int
    """How many witnesses must have cosigned before anything is done outside."""
    vkeys: tuple[str, ...]
    witness_vkeys: tuple[str, ...]
    stamps: tuple[StampShown, ...]


class LogDesk(CaseDesk):
    """What anybody may read about the log."""

    def log_shown(self) -> LogShown | None:
        """The published head and everything that vouches for it; nothing before the first entry."""
        path = self.parts.tiles / "checkpoint"
        if not path.exists():
            return None
        asked = policy()
        data, kept = path.read_bytes(), _SHOWN.get(self.parts.tiles)
        known = (data, self.parts.vkeys, asked)
        if kept is None or kept[0] != known:
            kept = _SHOWN[self.parts.tiles] = known, _shown(data, self.parts.vkeys, asked)
        return kept[1]

    def stamp_file(self, name: str) -> bytes | None:
        """A stamped checkpoint's text (``.txt``) or the authority's answer (``.tsr``); nothing for any other name."""
        path = self.parts.tiles / stamps.FOLDER / name
        return path.read_bytes() if _STAMP.fullmatch(name) and path.is_file() else None


def _shown(data: bytes, vkeys: tuple[str, ...], asked: Policy) -> LogShown:
    note = Note.parse(data)
    head = Checkpoint.parse(note.text)
    return LogShown(
        origin=head.origin,
        size=head.size,
        root=head.root.hex(),
        note=note.encode().decode(),
        signatures=_vouching(head, note, vkeys),
        required=asked.required,
        vkeys=vkeys,
        witness_vkeys=tuple(key.encode() for key in asked.keys),
        stamps=_stamps(),
    )


def _vouching(head: Checkpoint, note: Note, vkeys: tuple[str, ...]) -> tuple[Vouching, ...]:
    """Every signature by a key that we know, each verified; one that does not verify is not shown."""
    own = {key.key_id: key for key in map(VerifierKey.parse, vkeys)}
    found = []
    for signature in note.signatures:
        key = own.get(signature.key_id)
        try:
            if key is not None:
                key.verify(head, signature.value)
                at = int.from_bytes(signature.value[:8], "big") if key.type is KeyType.ML_DSA_44 else None
                found.append(Vouching(key.name, _KINDS[key.type], _instant(at), outside=False))
                continue
            for one in cosignatures(head, (signature,), policy().keys):
                kind = next(key.type for key in policy().keys if key.key_id == signature.key_id)
                found.append(Vouching(signature.name, _KINDS[CosignatureType(kind)], _instant(one.at), outside=True))
        except AuditFailure:
            continue
    return tuple(found)


def _stamps() -> tuple[StampShown, ...]:
    shown = [one.document for one in stamps.recent(STAMPS_SHOWN)]
    return tuple(StampShown(one.size, one.stamped_at, one.authority) for one in reversed(shown))


def _instant(at: int | None) -> Instant | None:
    return None if at is None else Instant(datetime.fromtimestamp(at, UTC))
