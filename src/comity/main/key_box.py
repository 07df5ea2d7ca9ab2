"""The folder of keys, closed with a passphrase: for a backup that holds them. scrypt (RFC 7914), AES-256-GCM."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity.casefile.audit.key_files import VERIFIERS
from comity.casefile.records.private import read_private, replace_private

_MAGIC = b"comity keys 1\n"
_SHORTEST = 16


class WrongPassphrase(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The box of keys does not open with this passphrase, or it was altered."""


def passphrase(path: Path) -> bytes:
    """The passphrase in a file of its owner alone; one that could be guessed is refused."""
    found = read_private(path).strip()
    if len(found) < _SHORTEST:
        message = f"{path}: a passphrase has at least {_SHORTEST} characters"
        raise WrongPassphrase(message)
    return found


def closed(folder: Path, word: bytes) -> bytes:
    """Every file of the folder, encrypted."""
    files = {path.name: b64encode(_bytes(path)).decode() for path in sorted(folder.iterdir()) if path.is_file()}
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = _MAGIC + salt + nonce
    return head + AESGCM(_key(word, salt)).encrypt(nonce, json.dumps(files).encode(), head)


def _bytes(path: Path) -> bytes:
    """A file of the folder of keys; all but the list of public keys is secret."""
    return path.read_bytes() if path.name == VERIFIERS else read_private(path)


def opened(data: bytes, word: bytes) -> dict[str, bytes]:
    """The files by name; raises ``WrongPassphrase``."""
    head, rest = data[: len(_MAGIC) + 28], data[len(_MAGIC) + 28 :]
    salt, nonce = head[len(_MAGIC) : -12], head[-12:]
    try:
        files = json.loads(AESGCM(_key(word, salt)).decrypt(nonce, rest, head))
    except (InvalidTag, ValueError) as error:
        raise WrongPassphrase(WrongPassphrase.__doc__) from error
    return {name: b64decode(text) for name, text in files.items() if "/" not in name and not name.startswith(".")}


def put_back(data: bytes, word: bytes, folder: Path) -> list[str]:
    """Write the keys that are not there yet; gives their names. One that is there stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = {name: value for name, value in opened(data, word).items() if not (folder / name).exists()}
    for name, value in missing.items():
        replace_private(folder / name, value)
    return sorted(missing)


def _key(word: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(word)
