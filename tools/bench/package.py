"""How fast a collection in custody becomes a sealed, encrypted package in custody, and in how much memory.

Prints one JSON object. ``BENCH_PACKAGE_MIB`` sets the size of the exhibit (default 5120).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyrage

from comity.casefile.clock import Instant
from comity.casefile.evidence import cipher
from comity.casefile.evidence.files import VaultDirectory
from comity.delivery import Seal, make_seal_file
from comity.execution.disclosure import container, encrypting
from comity.execution.disclosure.beside import Sha512
from comity.execution.disclosure.container import Label, Payload
from comity.execution.disclosure.encrypting import KeyKind, Recipient

_AT = Instant.parse("2026-11-23T02:13:04+01:00")
_PIECE = bytes(range(256)) * 4096


def main() -> None:
    mebibytes = int(os.environ.get("BENCH_PACKAGE_MIB", "5120"))
    with tempfile.TemporaryDirectory() as folder:
        json.dump(_package(Path(folder), mebibytes), sys.stdout, indent=1)
    print()


def _package(folder: Path, mebibytes: int) -> dict[str, float]:
    """As ``packaging.make`` does it, without the database: open, pack, sign, encrypt, digest, take in."""
    make_seal_file(folder / "seal.pem", legal_name="Bench", country="FR", at=_AT)
    seal, directory, key = Seal.from_file(folder / "seal.pem"), VaultDirectory(folder / "vault"), bytes(32)
    seal.sign(b"warm", at=_AT)
    seen = cipher.Digester()
    source = directory.write(cipher.encrypt(key, cipher.new_head(), _pieces(mebibytes), seen))

    def opened() -> Iterator[bytes]:
        with directory.open(source.name) as file:
            yield from cipher.decrypt(key, file, digest=seen.digest, size=seen.size)

    recipient = Recipient(KeyKind.AGE, str(pyrage.x25519.Identity.generate().to_public()).encode())
    label = Label("Bench", "REF", "0" * 32, _AT)
    _, stream = container.contain(label, [Payload("records.jsonl", opened)], lambda _: (), seal)
    before, began = _peak(), time.perf_counter()
    with Sha512() as digest:
        body = digest.over(encrypting.encrypt(recipient, stream))
        directory.write(cipher.encrypt(key, cipher.new_head(), body, cipher.Digester()))
    seconds = time.perf_counter() - began
    return {
        "package_mib": mebibytes,
        "packed_mib_per_s": round(mebibytes / seconds),
        "memory_growth_mib": round(_peak() - before, 1),
        "memory_mib": round(_peak() + _peak(resource.RUSAGE_CHILDREN), 1),
    }


def _pieces(mebibytes: int) -> Iterator[bytes]:
    for _ in range(mebibytes):
        yield _PIECE


def _peak(whose: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    main()
