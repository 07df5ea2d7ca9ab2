"""What a witness reads, checks and signs: submissions, checkpoints, consistency proofs, cosignatures. Pure.

The formats are c2sp.org/tlog-witness 1.0.0, tlog-checkpoint, tlog-cosignature and signed-note. This file needs Python
3.11 and the package `cryptography`, nothing else, and shares no line with the provider's side: whoever distrusts the
provider's program reads this one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

LOG_TYPES = {0x01: 32, 0x06: 1312}
WITNESS_TYPES = {0x04: 32, 0x06: 1312}
SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Refused(Exception):  # noqa: N818 -- it says what the witness did
    """A submission was refused: the HTTP status and what the answer says."""

    def __init__(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.status, self.text, self.kind = status, text, kind


class Key(NamedTuple):
    """A verifier key of a log; its name is the log's origin."""

    name: str
    id: bytes
    type: int
    public: bytes


class Checkpoint(NamedTuple):
    """A head of a log, and the note it came in."""

    origin: str
    size: int
    root: bytes
    note: bytes


def key_id(name: str, typed: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, newline, type byte and public key."""
    return hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]


def vkey(name: str, typed: bytes) -> str:
    """A verifier key as text."""
    return f"{name}+{key_id(name, typed).hex()}+{base64.b64encode(typed).decode()}"


def read_key(text: str, types: Mapping[int, int] = LOG_TYPES) -> Key:
    """A verifier key: NAME+ID+KEY, where KEY is base64 of a type byte and the public key."""
    name, _, rest = text.strip().partition("+")
    identifier, _, encoded = rest.partition("+")
    typed = base64_of(encoded)
    if not name or not typed or types.get(typed[0]) != len(typed) - 1 or key_id(name, typed).hex() != identifier:
        whose = "a log" if types is LOG_TYPES else "a witness"
        problem = f"not an Ed25519 or ML-DSA-44 verifier key of {whose}: {text[:60]!r}"
        raise ValueError(problem)
    return Key(name, key_id(name, typed), typed[0], typed[1:])


def base64_of(text: str) -> bytes:
    """Standard base64 in its only canonical spelling, else nothing."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return value if base64.b64encode(value).decode() == text else b""


def read_submission(body: bytes) -> tuple[int, list[bytes], Checkpoint]:
    """The old size, the proof and the checkpoint of an `add-checkpoint` body."""
    try:
        head, blank, note = body.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise Refused(400, "not UTF-8\n") from None
    first, *lines = head.split("\n")
    old = first.removeprefix("old ")
    proof = [base64_of(line) for line in lines]
    if not blank or old == first or not SIZE.fullmatch(old) or len(proof) > 63 or any(len(one) != 32 for one in proof):
        raise Refused(400, "the old size or the proof is malformed\n")
    return int(old), proof, read_checkpoint(note.encode())


def read_checkpoint(note: bytes) -> Checkpoint:
    """A checkpoint of three lines; lines beyond them are refused, since no proof covers what they say."""
    lines = note.decode().split("\n")
    root = base64_of(lines[2]) if len(lines) > 4 and not lines[3] else b""
    if len(root) != 32 or not SIZE.fullmatch(lines[1]) or not 0 < len(lines[0].encode()) < 256 or lines[-1]:
        raise Refused(400, "the checkpoint is malformed\n")
    return Checkpoint(lines[0], int(lines[1]), root, note)


def message(name: str, timestamp: int, checkpoint: Checkpoint) -> bytes:
    """What ML-DSA-44 signs: `cosigned_message` of c2sp.org/tlog-cosignature, for the whole tree."""
    names = [bytes([len(one)]) + one for one in (name.encode(), checkpoint.origin.encode())]
    head = b"subtree/v1\n\x00" + names[0] + timestamp.to_bytes(8, "big") + names[1]
    return head + bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root


def text_of(checkpoint: Checkpoint) -> bytes:
    """The text that Ed25519 signs."""
    return checkpoint.note.partition(b"\n\n")[0] + b"\n"


def check_signed(checkpoint: Checkpoint, keys: Sequence[Key]) -> None:
    """A given key of the log must have signed."""
    if not signers(checkpoint, keys):
        raise Refused(403, "no key that is trusted for this log has signed it\n")


def signers(checkpoint: Checkpoint, keys: Sequence[Key]) -> dict[str, int]:
    """Who of these has signed, and when it says it did (POSIX seconds; 0 where a signature carries no time).

    A wrong signature by a given key is refused, even beside a right one; those by other keys are passed over.
    """
    known, found = {(key.name, key.id): key for key in keys}, dict[str, int]()
    for line in checkpoint.note.decode().split("\n")[4:-1]:
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        value = base64_of(encoded)
        if dash != "\u2014" or len(value) < 5:
            raise Refused(400, "a signature line is malformed\n")
        key = known.get((name, value[:4]))
        if key is not None:
            found[name] = max(found.get(name, 0), verify(key, checkpoint, value[4:]))
    return found


def verify(key: Key, checkpoint: Checkpoint, value: bytes) -> int:
    """Refuse unless ``value`` is this key's signature over the checkpoint; gives its time, 0 if it has none."""
    at = int.from_bytes(value[:8], "big")
    try:
        if key.type == 0x01:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, text_of(checkpoint))
            return 0
        if key.type == 0x04:
            text = b"cosignature/v1\ntime %d\n" % at + text_of(checkpoint)
            Ed25519PublicKey.from_public_bytes(key.public).verify(value[8:], text)
        else:
            MLDSA44PublicKey.from_public_bytes(key.public).verify(value[8:], message(key.name, at, checkpoint))
    except (InvalidSignature, ValueError):
        raise Refused(403, f"the signature of {key.name} is wrong\n") from None
    return at


def consistent(old: int, old_root: bytes, new: Checkpoint, proof: list[bytes]) -> bool:
    """Whether the proof leads from the old root to the new one (RFC 9162 section 2.1.4.2)."""
    if old in (0, new.size):
        return not proof and (old == 0 or old_root == new.root)
    path = proof if old & (old - 1) else [old_root, *proof]
    here, last = old - 1, new.size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0] if proof else b""
    for value in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node(value, first), node(value, second)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            second = node(second, value)
        here, last = here >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new.root)


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Cosigner:
    """The witness's name and its two keys, from 64 bytes that nobody else has."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or len(name.encode()) > 255 or any(c == "+" or c.isspace() or c < " " for c in name):
            raise ValueError(
                f"not a name for a witness (short, without plus, space or control character): {name[:60]!r}"
            )
        self.name = name
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(seed[:32])
        self._mldsa44 = MLDSA44PrivateKey.from_seed_bytes(seed[32:64])

    def vkeys(self) -> list[str]:
        """Our own verifier keys: types 0x04 and 0x06 of tlog-cosignature."""
        return [vkey(self.name, typed) for typed in self._typed()]

    def cosign(self, checkpoint: Checkpoint, now: int) -> str:
        """A line by each key: at ``now`` (POSIX seconds) this was the largest tree of its log that we have seen."""
        text = b"cosignature/v1\ntime %d\n" % now + text_of(checkpoint)
        values = (self._ed25519.sign(text), self._mldsa44.sign(message(self.name, now, checkpoint)))
        lines = []
        for typed, value in zip(self._typed(), values, strict=True):
            signature = key_id(self.name, typed) + now.to_bytes(8, "big") + value
            lines.append(f"\u2014 {self.name} {base64.b64encode(signature).decode()}\n")
        return "".join(lines)

    def _typed(self) -> tuple[bytes, bytes]:
        ed25519, mldsa44 = self._ed25519.public_key(), self._mldsa44.public_key()
        return b"\x04" + ed25519.public_bytes_raw(), b"\x06" + mldsa44.public_bytes_raw()
