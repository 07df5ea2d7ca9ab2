"""The log's private keys on disk: one file a key, readable by its owner only, and the public keys beside them.

While keys change, three generations may lie there: ``log-ed25519.key`` signs; ``log-ed25519.old.key`` signs too until
it is retired; ``log-ed25519.next.key`` is made and not yet in use. Every step can be repeated after a crash.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from comity.casefile.audit import durable
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import MalformedKey, UnsafeKeyFile
from comity.casefile.audit.keys import SEED_BYTES, KeyType, LogKeys, SigningKey, VerifierKey
from comity.casefile.audit.note import decode_base64, encode_base64
from comity.casefile.records.private import ReadableByOthers, destroy, read_private

_NAMES = {KeyType.ED25519: "log-ed25519", KeyType.ML_DSA_44: "log-ml-dsa-44"}
VERIFIERS = "log.vkeys"
"""Verifier keys, one a line: what an auditor is given. Keys in force first; retired ones end in ``@SIZE``."""


def generate(folder: Path, origin: str) -> LogKeys:
    """Make both keys of a new log named ``origin``; a key that exists is never overwritten (``UnsafeKeyFile``)."""
    keys = _fresh(origin)
    verifiers = [key.encode() for key in keys.verifiers]  # refuses an unusable origin before any write
    if any(_path(folder, kind).exists() for kind in KeyType):
        raise UnsafeKeyFile("A key exists already; it was not overwritten.")
    for key in keys.signing:
        durable.replace(_path(folder, key.type), _encode(key), mode=0o600)
    durable.replace(folder / VERIFIERS, "".join(f"{key}\n" for key in verifiers).encode())
    return keys


def load(folder: Path, origin: str) -> LogKeys:
    """The keys that sign for the log ``origin``, while old and new overlap both, the newer first.

    Refuses files that others may read or write, or that belong to another log.
    """
    signing = {key.verifier.key_id: key for key in (_load(_path(folder, kind), kind) for kind in KeyType)}
    for key in overlapping(folder):
        signing.setdefault(key.verifier.key_id, key)
    keys = LogKeys(origin, tuple(signing.values()))
    if any(key.name != origin for key in keys.signing):
        raise MalformedKey(f"It belongs to another log than {origin}.")
    return keys


def load_or_generate(folder: Path, origin: str) -> LogKeys:
    """The keys in ``folder``, made first when there are none at all."""
    if any(_path(folder, kind).exists() for kind in KeyType):
        return load(folder, origin)
    return generate(folder, origin)


def verifiers(folder: Path) -> tuple[VerifierKey, ...]:
    """Every public key that the log ever had, retired ones too."""
    data = durable.read(folder / VERIFIERS) or b""
    return tuple(VerifierKey.parse(line) for line in data.decode("ascii", "replace").split())


def write_verifiers(folder: Path, keys: Iterable[VerifierKey]) -> None:
    """Write the public keys, those in force first."""
    ordered = sorted(keys, key=lambda key: (key.until is not None, -(key.until or 0)))
    durable.replace(folder / VERIFIERS, "".join(f"{key.encode()}\n" for key in ordered).encode())


def next_keys(folder: Path, origin: str) -> LogKeys:
    """The keys that will sign next, made now unless they were; where one is installed already, that one."""
    paths = {}
    for key in _fresh(origin).signing:
        path = _path(folder, key.type, ".next")
        if not path.exists() and not _path(folder, key.type, ".old").exists():
            durable.replace(path, _encode(key), mode=0o600)
        paths[key.type] = path if path.exists() else _path(folder, key.type)
    return LogKeys(origin, tuple(_load(path, kind) for kind, path in paths.items()))


def unfinished(folder: Path) -> bool:
    """Whether keys lie ready that are not installed yet."""
    return any(_path(folder, kind, ".next").exists() for kind in KeyType)


def install_next(folder: Path) -> None:
    """Let the next keys sign, and the present ones too until they are retired. May be repeated after a crash."""
    for kind in KeyType:
        following, present = _path(folder, kind, ".next"), _path(folder, kind)
        if following.exists():
            if not _path(folder, kind, ".old").exists():
                os.link(present, _path(folder, kind, ".old"))
            following.rename(present)


def overlapping(folder: Path) -> tuple[SigningKey, ...]:
    """The old keys that still sign beside the new ones."""
    paths = [(_path(folder, kind, ".old"), kind) for kind in KeyType]
    return tuple(_load(path, kind) for path, kind in paths if path.exists())


def drop_old(folder: Path) -> None:
    """Destroy the old keys; they may be gone already."""
    for kind in KeyType:
        destroy(_path(folder, kind, ".old"))


class KeysOnDisk:
    """A signer that follows the files: a change of keys is signed with at the next checkpoint, without a restart."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder, self._origin = folder, origin
        self._mark = tuple(_marks(folder))
        self._keys = load(folder, origin)

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._origin

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Every public key the log ever had, those in force first, retired ones with the size they speak for."""
        return verifiers(self._folder)

    def sign(self, checkpoint: Checkpoint, timestamp: int) -> bytes:
        """The signed note over a checkpoint."""
        return self._current().sign(checkpoint, timestamp)

    def _current(self) -> LogKeys:
        mark = tuple(_marks(self._folder))
        if mark != self._mark:
            self._keys, self._mark = load(self._folder, self._origin), mark
        return self._keys


def _marks(folder: Path) -> Iterable[tuple[str, int, int]]:
    for path in [_path(folder, kind, age) for kind in KeyType for age in ("", ".old")]:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield path.name, found.st_ino, found.st_mtime_ns


def _path(folder: Path, kind: KeyType, age: str = "") -> Path:
    return folder / f"{_NAMES[kind]}{age}.key"


def _fresh(origin: str) -> LogKeys:
    return LogKeys(origin, tuple(SigningKey(origin, kind, secrets.token_bytes(SEED_BYTES)) for kind in KeyType))


def _encode(key: SigningKey) -> bytes:
    secret = encode_base64(bytes((key.type,)) + key.seed)
    return f"PRIVATE+KEY+{key.name}+{key.verifier.key_id.hex()}+{secret}\n".encode()


def _load(path: Path, kind: KeyType) -> SigningKey:
    try:
        data = read_private(path)
    except FileNotFoundError as error:
        raise MalformedKey(f"There is no {path.name}.") from error
    except ReadableByOthers as error:
        raise UnsafeKeyFile(f"Restrict {path.name} to its owner (chmod 600).") from error
    parts = data.decode("utf-8", "replace").removesuffix("\n").split("+", 4)
    secret = decode_base64(parts[4]) if len(parts) == 5 and parts[:2] == ["PRIVATE", "KEY"] else None
    if not secret or secret[0] != kind or len(secret) != 1 + SEED_BYTES:
        raise MalformedKey(f"{path.name} is not a private key of its type.")
    key = SigningKey(parts[2], kind, secret[1:])
    if key.verifier.key_id.hex() != parts[3]:
        raise MalformedKey(f"{path.name}: its id does not belong to its name and key.")
    return key
