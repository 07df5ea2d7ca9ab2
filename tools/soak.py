"""``make soak``: the long runs. A 2 GB exhibit in little memory; half an hour of orders while everything is killed.

    .venv/bin/python tools/soak.py [--minutes 30] [--rate 0.5] [--junk 0.5] [--every 10] [--gigabytes 2]

Orders arrive by the API and as signed mail, junk among them. For three fifths of the time something dies by SIGKILL
every few seconds, every kind of process in its turn; in the rest nobody dies and memory is watched. Afterwards every
order that was acknowledged must be settled exactly once: one decision, one act performed, one answer, one notice, its
post gone; junk must have moved nothing; and the log must be sound within and from outside. Writes ``docs/soak.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from comity.casefile.evidence import cipher
from comity.casefile.evidence.files import VaultDirectory
from soak_page import write
from soak_run import Soak

PAGE = Path(__file__).resolve().parent.parent / "docs" / "soak.md"
MOST_MEMORY_MIB = 64


def main() -> int:
    """Run both; 0 when everything held."""
    options = _options()
    wrong = [] if options.gigabytes == 0 else _large_exhibit(options.gigabytes)
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        soak = Soak(Path(folder), options)
        wrong += soak.run()
    write(PAGE, soak.result(), wrong)
    print(f"wrote {PAGE}")
    for line in wrong:
        print(f"NOT AS IT SHOULD BE: {line}")
    print("soak: failed" if wrong else "soak: ok")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Long runs under repeated kills.")
    minutes = float(os.environ.get("SOAK_MINUTES") or 30)
    parser.add_argument("--minutes", type=float, default=minutes, help="how long orders arrive (SOAK_MINUTES)")
    parser.add_argument("--rate", type=float, default=0.5, help="orders a second, every other one by mail")
    parser.add_argument("--junk", type=float, default=0.5, help="junk messages a second")
    parser.add_argument("--every", type=float, default=10, help="seconds between two kills")
    parser.add_argument("--gigabytes", type=int, default=2, help="size of the exhibit; 0 leaves it out")
    return parser.parse_args()


def _large_exhibit(gigabytes: int) -> list[str]:
    """In and out of the vault's own cipher and files, compared by digest, the growth of memory watched."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    piece, key, seen, out = bytes(range(256)) * 4096, bytes(32), cipher.Digester(), hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        directory = VaultDirectory(Path(folder) / "vault")
        pieces = itertools.repeat(piece, gigabytes * 1024)
        written = directory.write(cipher.encrypt(key, cipher.new_head(), pieces, seen))
        with directory.open(written.name) as file:
            for chunk in cipher.decrypt(key, file, digest=seen.digest, size=seen.size):
                out.update(chunk)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"an exhibit of {gigabytes} GiB: {time.monotonic() - began:.0f} s in and out, {grown:.0f} MiB of memory")
    faults = [] if out.hexdigest() == seen.digest else ["the exhibit came out differently"]
    return faults + ([] if grown < MOST_MEMORY_MIB else [f"the exhibit took {grown:.0f} MiB of memory"])


if __name__ == "__main__":
    sys.exit(main())
