"""Decoys: identifiers that belong to nobody and that no authority can have met. A demand that names one is forged, or
rests on a forgery.

The provider keeps their salted digests in a file; the identifiers themselves stand in no system that could be searched.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from comity.casefile.documents.disclosure import Identifier
from comity.decision.errors import UnreadableDecoys

_HEAD = re.compile(r"comity decoys 1 ([0-9a-f]{32,128})", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TELEPHONE = re.compile(r"\+?[0-9 ()./-]{7,40}", re.ASCII)
MOST = 100_000


@dataclass(frozen=True)
class Decoys:
    """The provider's list; an empty one knows no decoy."""

    salt: bytes = b""
    digests: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Decoys:
        """Read the file: ``comity decoys 1 <salt in hexadecimal>``, then a digest a line; ``#`` begins a remark.

        Raises ``UnreadableDecoys`` naming the line: a list that is half read would let half of the forgeries pass.
        """
        lines = [(number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1)]
        lines = [(number, line) for number, line in lines if line]
        head = _HEAD.fullmatch(lines[0][1]) if lines else None
        if head is None or len(head[1]) % 2 or len(lines) > MOST:
            raise UnreadableDecoys("line 1")
        for number, line in lines[1:]:
            if _DIGEST.fullmatch(line) is None:
                raise UnreadableDecoys(f"line {number}")
        return cls(bytes.fromhex(head[1]), frozenset(line for _, line in lines[1:]))

    def named(self, identifiers: Iterable[Identifier]) -> tuple[Identifier, ...]:
        """Which identifiers of a demand are decoys, by whatever kind it calls them."""
        return tuple(one for one in identifiers if decoy(one.value, self.salt) in self.digests)


def decoy(value: str, salt: bytes) -> str:
    """The line of the file for one identifier: SHA-256 over the salt, then its plain form."""
    return hashlib.sha256(salt + _plain(value).encode()).hexdigest()


def _plain(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).casefold().strip()
    return "".join(sign for sign in text if sign.isdigit()) if _TELEPHONE.fullmatch(text) else text
