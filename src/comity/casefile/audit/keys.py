"""The log's keys: Ed25519 (type 0x01) and ML-DSA-44 (type 0x06), and what they sign and verify.

A checkpoint carries both signatures: Ed25519 so that every existing witness and verifier can read it, ML-DSA-44
because c2sp.org/tlog-checkpoint recommends it (its signed message also binds the signer's name and a time).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import MalformedCheckpoint, MalformedKey, SignatureRefused, UnknownSigner
from comity.casefile.audit.note import KEY_ID_BYTES, Note, Signature, decode_base64, encode_base64, is_key_name

SEED_BYTES = 32
_TIMESTAMP_BYTES = 8
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TEXT_DOMAIN = b"comity log key change v1\x00"


class KeyType(IntEnum):
    """Signature type bytes assigned by c2sp.org/signed-note and c2sp.org/tlog-cosignature."""

    ED25519 = 0x01
    ML_DSA_44 = 0x06


_PUBLIC_BYTES = {KeyType.ED25519: 32, KeyType.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    type: KeyType
    public: bytes
    until: int | None = None
    """Set once it is retired: it speaks for checkpoints of at most so many leaves."""

    def __post_init__(self) -> None:
        """Refuse a name or key that could not be written."""
        if not is_key_name(self.name) or len(self.name.encode()) > 255:
            raise MalformedKey("The name is empty, too long, or holds a plus, a space or a control character.")
        if len(self.public) != _PUBLIC_BYTES[self.type]:
            raise MalformedKey(f"A public key of type {self.type:#04x} has {_PUBLIC_BYTES[self.type]} bytes.")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type byte and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes((self.type,)) + self.public).digest()[:KEY_ID_BYTES]

    def encode(self) -> str:
        """The verifier key as text: name, key id in hexadecimal, base64 of type byte and key, joined by plus signs.

        After a retired key stand ``@`` and the largest size it speaks for, which is our own addition.
        """
        end = "" if self.until is None else f"@{self.until}"
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes((self.type,)) + self.public)}{end}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key; raises ``MalformedKey`` and nothing else. ``encode`` gives the same text back."""
        name, plus, rest = text.partition("+")
        key_id, second, encoded = rest.partition("+")
        encoded, at, until = encoded.partition("@")
        if at and not _SIZE.fullmatch(until):
            raise MalformedKey("After the @ stands the size up to which it is trusted.")
        data = decode_base64(encoded)
        if not plus or not second or not data:
            raise MalformedKey("It is not NAME+ID+KEY.")
        try:
            key = cls(name, KeyType(data[0]), data[1:], int(until) if at else None)
        except (ValueError, UnicodeEncodeError) as error:
            raise MalformedKey("Its type is neither Ed25519 (0x01) nor ML-DSA-44 (0x06).") from error
        if key.key_id.hex() != key_id:
            raise MalformedKey("Its id does not belong to its name and key.")
        return key

    def verify(self, checkpoint: Checkpoint, signature: bytes) -> None:
        """Refuse (``SignatureRefused``) unless ``signature`` is this key's over ``checkpoint``."""
        try:
            if self.type is KeyType.ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, checkpoint.text().encode())
                return
            stamp, value = signature[:_TIMESTAMP_BYTES], signature[_TIMESTAMP_BYTES:]
            message = checkpoint.cosigned_message(self.name, int.from_bytes(stamp, "big"))
            MLDSA44PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError, MalformedCheckpoint) as error:
            raise SignatureRefused(f"By {self.name} ({self.key_id.hex()}).") from error

    def verify_text(self, text: str, signature: bytes) -> None:
        """Refuse (``SignatureRefused``) unless ``signature`` is this key's over a text that is no checkpoint."""
        try:
            if self.type is KeyType.ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
            else:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, _TEXT_DOMAIN + text.encode())
        except (InvalidSignature, ValueError) as error:
            raise SignatureRefused(f"By {self.name} ({self.key_id.hex()}).") from error


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key of the log, as its 32-byte seed. Never shown, never logged."""

    name: str
    type: KeyType
    seed: bytes

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.type, _private(self.type, self.seed).public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint, timestamp: int) -> Signature:
        """Sign a checkpoint; ``timestamp`` (POSIX seconds) is carried by ML-DSA-44 only."""
        private = _private(self.type, self.seed)
        if self.type is KeyType.ED25519:
            value = private.sign(checkpoint.text().encode())
        else:
            message = checkpoint.cosigned_message(self.name, timestamp)
            value = timestamp.to_bytes(_TIMESTAMP_BYTES, "big") + private.sign(message)
        return Signature(self.name, self.verifier.key_id, value)

    def sign_text(self, text: str) -> Signature:
        """Sign a text that is no checkpoint: a change of the log's keys."""
        private = _private(self.type, self.seed)
        message = text.encode() if self.type is KeyType.ED25519 else _TEXT_DOMAIN + text.encode()
        return Signature(self.name, self.verifier.key_id, private.sign(message))


@functools.lru_cache(maxsize=16)
def _private(kind: KeyType, seed: bytes) -> Ed25519PrivateKey | MLDSA44PrivateKey:
    """The key that follows from a seed; kept, because expanding an ML-DSA seed costs as much as signing."""
    if kind is KeyType.ED25519:
        return Ed25519PrivateKey.from_private_bytes(seed)
    return MLDSA44PrivateKey.from_seed_bytes(seed)


class Signer(Protocol):
    """What the sequencer needs of whoever holds the keys."""

    @property
    def origin(self) -> str:
        """The name of the log, first line of each checkpoint."""

    def sign(self, checkpoint: Checkpoint, timestamp: int) -> bytes:
        """The signed note over a checkpoint."""


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The log's name and its private keys; signs every checkpoint with each."""

    origin: str
    signing: tuple[SigningKey, ...]

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """The public keys an auditor is given."""
        return tuple(key.verifier for key in self.signing)

    def sign(self, checkpoint: Checkpoint, timestamp: int) -> bytes:
        """The signed note over a checkpoint, one signature line a key."""
        return Note(checkpoint.text(), tuple(key.sign(checkpoint, timestamp) for key in self.signing)).encode()


def verify_checkpoint(data: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Read a signed checkpoint and refuse it unless a known key signed it and no known key's signature is wrong.

    Signatures by unknown keys are ignored, as the specification demands: a witness may have added its own; so are those
    of keys that were retired before. No key at all means no: ``UnknownSigner``. The caller must still check that the
    origin is the log it means.
    """
    note = Note.parse(data)
    checkpoint = Checkpoint.parse(note.text)
    known = {(key.name, key.key_id): key for key in keys}
    verified = 0
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None and (key.until is None or checkpoint.size <= key.until):
            key.verify(checkpoint, signature.value)
            verified += 1
    if not verified:
        raise UnknownSigner
    return checkpoint
