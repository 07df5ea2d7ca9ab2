"""Run by a test in a process of its own: stream an exhibit in and out, and say how much memory that took.

Arguments: a folder and a size in MiB. Writes MiB of growth of the peak, MiB a second in, MiB a second out.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from comity.casefile.evidence import cipher
from comity.casefile.evidence.files import VaultDirectory

PIECE = bytes(range(256)) * 1024


def chunks(mebibytes: int) -> Iterator[bytes]:
    for _ in range(mebibytes * 4):
        yield PIECE


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(folder: str, mebibytes: int) -> None:
    directory, key, seen = VaultDirectory(Path(folder)), bytes(32), cipher.Digester()
    before, began = peak(), time.perf_counter()
    written = directory.write(cipher.encrypt(key, cipher.new_head(), chunks(mebibytes), seen))
    taken_in = time.perf_counter()
    with directory.open(written.name) as file:
        size = sum(len(chunk) for chunk in cipher.decrypt(key, file, digest=seen.digest, size=seen.size))
    opened = time.perf_counter()
    assert size == mebibytes << 20
    directory.remove(written.name)
    sys.stdout.write(
        f"{peak() - before:.1f} {mebibytes / (taken_in - began):.0f} {mebibytes / (opened - taken_in):.0f}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
