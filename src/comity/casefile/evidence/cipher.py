"""Chunked authenticated encryption of one exhibit, streamed in constant memory.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) over AES-256-GCM: every chunk's nonce is its
number and a flag that is set on the last chunk only, so a chunk altered, moved, repeated, left out, cut off or taken
from elsewhere fails. The key of the stream is derived (HKDF, RFC 5869) from the exhibit's key and from random bytes in
the file's head: whoever lacks either half has nothing, so erasure destroys both.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.casefile.evidence.errors import ExhibitDamaged

CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
MAGIC = b"comity exhibit 1"
HEAD_BYTES = len(MAGIC) + 32


def new_head() -> bytes:
    """A fresh head of a file: what it is, and its half of the key."""
    return MAGIC + secrets.token_bytes(HEAD_BYTES - len(MAGIC))


class Digester:
    """Counts and digests the plaintext as it passes, so that nothing is read twice."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        self._sha256.update(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """SHA-256 of what passed, in hexadecimal."""
        return self._sha256.hexdigest()


def encrypt(key: bytes, head: bytes, chunks: Iterable[bytes], seen: Digester) -> Iterator[bytes]:
    """The head, then the ciphertext of ``chunks`` (of any lengths) in pieces; ``seen`` digests the plaintext."""
    cipher = _cipher(key, head)
    yield head
    number = 0
    pending: bytes | memoryview | None = None
    for piece in _even(chunks):
        if pending is not None:
            yield cipher.encrypt(_nonce(number, last=False), pending, head)
            number += 1
        seen.update(piece)
        pending = piece
    yield cipher.encrypt(_nonce(number, last=True), b"" if pending is None else pending, head)


def decrypt(key: bytes, file: BinaryIO, *, digest: str, size: int, start: int = 0) -> Iterator[bytes]:
    """The plaintext from ``start`` in chunks, each authenticated before it is given.

    Of the whole, the last chunk is given only once the digest is right. Raises ``ExhibitDamaged`` at the first byte
    that is not as it was taken in.
    """
    head = file.read(HEAD_BYTES)
    if len(head) != HEAD_BYTES or not head.startswith(MAGIC):
        raise ExhibitDamaged("not the head of an exhibit")
    cipher, seen = _cipher(key, head), Digester()
    first, skip = divmod(start, CHUNK_BYTES)
    number, last = first, max(0, size - 1) // CHUNK_BYTES
    for sealed, following in _sealed(file, first):
        try:
            plain = cipher.decrypt(_nonce(number, last=not following), sealed, head)
        except (InvalidTag, ValueError) as error:
            raise ExhibitDamaged(f"chunk {number}") from error
        seen.update(plain)
        if not following:
            _check_end(seen, number == last, None if first else (digest, size))
        if plain:
            yield plain[skip:] if number == first else plain
        number += 1


def _check_end(seen: Digester, whole_length: bool, expected: tuple[str, int] | None) -> None:  # noqa: FBT001 -- ours
    """The last chunk is the last; and of a whole, every byte is as it was taken in."""
    if not whole_length or (expected is not None and (seen.digest, seen.size) != expected):
        raise ExhibitDamaged("the digest of the whole differs")


def _sealed(file: BinaryIO, first: int) -> Iterator[tuple[bytes, bool]]:
    """Each sealed chunk from the one with this number, and whether another follows."""
    length = CHUNK_BYTES + TAG_BYTES
    if first and file.seekable():
        file.seek(HEAD_BYTES + first * length)
    else:
        for _ in range(first):
            file.read(length)
    sealed = file.read(length)
    while True:
        following = file.read(length)
        yield sealed, bool(following)
        if not following:
            return
        sealed = following


def _cipher(key: bytes, head: bytes) -> AESGCM:
    derived = HKDF(hashes.SHA256(), 32, salt=head[len(MAGIC) :], info=MAGIC).derive(key)
    return AESGCM(derived)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _even(chunks: Iterable[bytes]) -> Iterator[bytes | memoryview]:
    """The same bytes in pieces of ``CHUNK_BYTES``, the last perhaps shorter; large chunks are cut without copying."""
    buffer = bytearray()
    for chunk in chunks:
        view = memoryview(chunk)
        while view:
            if not buffer and len(view) >= CHUNK_BYTES:
                yield view[:CHUNK_BYTES]
                view = view[CHUNK_BYTES:]
                continue
            missing = CHUNK_BYTES - len(buffer)
            buffer += view[:missing]
            view = view[missing:]
            if len(buffer) == CHUNK_BYTES:
                yield bytes(buffer)
                buffer.clear()
    if buffer:
        yield bytes(buffer)
