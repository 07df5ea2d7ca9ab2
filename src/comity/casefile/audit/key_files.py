"""The log's private keys on disk: one file a key, readable by its owner only, and the public keys beside them."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

from comity.casefile.audit import durable
from comity.casefile.audit.errors import MalformedKey, UnsafeKeyFile
from comity.casefile.audit.keys import SEED_BYTES, KeyType, LogKeys, SigningKey
from comity.casefile.audit.note import decode_base64, encode_base64

_FILES = {KeyType.ED25519: "log-ed25519.key", KeyType.ML_DSA_44: "log-ml-dsa-44.key"}
VERIFIERS = "log.vkeys"
"""Verifier keys, one a line: what an auditor is given."""


def generate(folder: Path, origin: str) -> LogKeys:
    """Make both keys of a new log named ``origin``; a key that exists is never overwritten (``UnsafeKeyFile``)."""
    keys = LogKeys(origin, tuple(SigningKey(origin, kind, secrets.token_bytes(SEED_BYTES)) for kind in KeyType))
    verifiers = "".join(f"{key.encode()}\n" for key in keys.verifiers)  # refuses an unusable origin before any write
    if any((folder / name).exists() for name in _FILES.values()):
        raise UnsafeKeyFile("A key exists already; it was not overwritten.")
    for key in keys.signing:
        durable.replace(folder / _FILES[key.type], _encode(key), mode=0o600)
    durable.replace(folder / VERIFIERS, verifiers.encode())
    return keys


def load(folder: Path, origin: str) -> LogKeys:
    """The keys of the log ``origin``. Refuses files that others may read or write, or that belong to another log."""
    keys = LogKeys(origin, tuple(_load(folder / name, kind) for kind, name in _FILES.items()))
    if any(key.name != origin for key in keys.signing):
        raise MalformedKey(f"It belongs to another log than {origin}.")
    return keys


def load_or_generate(folder: Path, origin: str) -> LogKeys:
    """The keys in ``folder``, made first when there are none at all."""
    if any((folder / name).exists() for name in _FILES.values()):
        return load(folder, origin)
    return generate(folder, origin)


def _encode(key: SigningKey) -> bytes:
    secret = encode_base64(bytes((key.type,)) + key.seed)
    return f"PRIVATE+KEY+{key.name}+{key.verifier.key_id.hex()}+{secret}\n".encode()


def _load(path: Path, kind: KeyType) -> SigningKey:
    data = durable.read(path)
    if data is None:
        raise MalformedKey(f"There is no {path.name}.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UnsafeKeyFile(f"Restrict {path.name} to its owner (chmod 600).")
    parts = data.decode("utf-8", "replace").removesuffix("\n").split("+", 4)
    secret = decode_base64(parts[4]) if len(parts) == 5 and parts[:2] == ["PRIVATE", "KEY"] else None
    if not secret or secret[0] != kind or len(secret) != 1 + SEED_BYTES:
        raise MalformedKey(f"{path.name} is not a private key of its type.")
    key = SigningKey(parts[2], kind, secret[1:])
    if key.verifier.key_id.hex() != parts[3]:
        raise MalformedKey(f"{path.name}: its id does not belong to its name and key.")
    return key
