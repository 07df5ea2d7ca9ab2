"""Digests of files as they are: SHA-256 and MD5. One changed bit is another file.

MD5 protects nothing (two files with one MD5 can be made at will); it is here because industry lists carry it. Whoever
makes such a pair only has an innocent file of their own found.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from comity.matching.errors import InvalidSignal

_HEXADECIMAL = re.compile(r"[0-9a-f]+", re.ASCII)


@dataclass(frozen=True)
class Digests:
    """Both digests of one file, and its size in bytes."""

    sha256: str
    md5: str
    size: int


def digests(pieces: Iterable[bytes]) -> Digests:
    """Both digests of a file that comes in pieces."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    for piece in pieces:
        sha256.update(piece)
        md5.update(piece)
        size += len(piece)
    return Digests(sha256.hexdigest(), md5.hexdigest(), size)


def hexadecimal(text: str, octets: int) -> str:
    """``octets`` bytes as lower-case digits; upper case, white space around and ``0x`` are forgiven."""
    digits = text.strip().lower().removeprefix("0x")
    if len(digits) != 2 * octets or _HEXADECIMAL.fullmatch(digits) is None:
        message = f"{text[:80]!r} is not {2 * octets} hexadecimal digits"
        raise InvalidSignal(message)
    return digits


def sha256(text: str) -> str:
    """The one spelling of a SHA-256 digest."""
    return _not_of_nothing(hexadecimal(text, 32), hashlib.sha256(b"").hexdigest())


def md5(text: str) -> str:
    """The one spelling of an MD5 digest."""
    return _not_of_nothing(hexadecimal(text, 16), hashlib.md5(b"", usedforsecurity=False).hexdigest())


def _not_of_nothing(digest: str, nothing: str) -> str:
    """Lists carry the digest of the empty file by mistake; it would match every failed upload."""
    if digest == nothing or set(digest) == {"0"}:
        message = f"{digest} is the digest of no content"
        raise InvalidSignal(message)
    return digest
