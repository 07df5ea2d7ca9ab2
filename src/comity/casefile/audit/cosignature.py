"""Cosignatures by witnesses (c2sp.org/tlog-cosignature) and what is submitted to get them (c2sp.org/tlog-witness).

A witness vouches that a checkpoint continues everything it saw of this log before. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import MalformedCheckpoint, MalformedKey, SignatureRefused
from comity.casefile.audit.merkle import check_hashes
from comity.casefile.audit.note import KEY_ID_BYTES, Note, Signature, decode_base64, encode_base64, is_key_name

_TIMESTAMP_BYTES = 8
MOST_PROOF_LINES = 63


class CosignatureType(IntEnum):
    """Signature type bytes of tlog-cosignature."""

    ED25519 = 0x04
    ML_DSA_44 = 0x06


_PUBLIC_BYTES = {CosignatureType.ED25519: 32, CosignatureType.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public key with the name it cosigns under."""

    name: str
    type: CosignatureType
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type byte and public key."""
        typed = bytes((self.type,)) + self.public
        return hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:KEY_ID_BYTES]

    def encode(self) -> str:
        """The verifier key as text."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes((self.type,)) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """Read a witness's verifier key; raises ``MalformedKey`` and nothing else."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        typed = decode_base64(encoded) or b"\0"
        if typed[0] not in list(CosignatureType) or _PUBLIC_BYTES[CosignatureType(typed[0])] != len(typed) - 1:
            raise MalformedKey("It is no witness's key: Ed25519 (0x04) or ML-DSA-44 (0x06).")
        if not is_key_name(name) or len(name.encode("utf-8", "surrogatepass")) > 255:
            raise MalformedKey("The name is empty, too long, or holds a plus, a space or a control character.")
        try:
            key = cls(name, CosignatureType(typed[0]), typed[1:])
            same = key.key_id.hex() == key_id
        except UnicodeEncodeError as error:
            raise MalformedKey("Its name is not text.") from error
        if not same:
            raise MalformedKey("Its id does not belong to its name and key.")
        return key

    def verify(self, checkpoint: Checkpoint, signature: bytes) -> int:
        """Refuse (``SignatureRefused``) unless it is this witness's; gives when it cosigned, in POSIX seconds."""
        stamp, value = signature[:_TIMESTAMP_BYTES], signature[_TIMESTAMP_BYTES:]
        at = int.from_bytes(stamp, "big")
        try:
            if self.type is CosignatureType.ED25519:
                text = f"cosignature/v1\ntime {at}\n{checkpoint.text()}"
                Ed25519PublicKey.from_public_bytes(self.public).verify(value, text.encode())
            else:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(
                    value, checkpoint.cosigned_message(self.name, at)
                )
        except (InvalidSignature, ValueError, MalformedCheckpoint) as error:
            raise SignatureRefused(f"By {self.name} ({self.key_id.hex()}).") from error
        if len(stamp) != _TIMESTAMP_BYTES or at >= 1 << 63:
            raise SignatureRefused(f"By {self.name}: it has no time.")
        return at


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose, and when by the witness's own clock (POSIX seconds)."""

    signature: Signature
    at: int


def cosignatures(
    checkpoint: Checkpoint, signatures: Iterable[Signature], keys: Sequence[WitnessKey]
) -> list[Cosignature]:
    """Those by known keys, each verified (``SignatureRefused``); those by unknown keys are passed over."""
    known = {(key.name, key.key_id): key for key in keys}
    found = []
    for signature in signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            found.append(Cosignature(signature, key.verify(checkpoint, signature.value)))
    return found


def submission(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of ``add-checkpoint``: old size, consistency proof, checkpoint."""
    check_hashes(proof)
    lines = [f"old {old}", *(encode_base64(value) for value in proof[: MOST_PROOF_LINES + 1])]
    return ("\n".join(lines) + "\n\n").encode() + note


def read_answer(body: bytes, note: bytes) -> tuple[Signature, ...]:
    """The signature lines that a witness answered with; raises ``MalformedNote``."""
    return Note.parse(note.partition(b"\n\n")[0] + b"\n\n" + body).signatures


def with_cosignatures(note: bytes, added: Iterable[Signature]) -> bytes:
    """The note with more signature lines, each once."""
    have = Note.parse(note)
    lines = dict.fromkeys((*have.signatures, *added))
    return Note(have.text, tuple(lines)).encode()
