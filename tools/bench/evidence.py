"""How fast exhibits go in and out, in how much memory; and how long an answer takes to typeset and to seal.

Prints one JSON object. ``BENCH_EXHIBIT_MIB`` sets the size of the exhibit (default 256).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.casefile.clock import Instant
from comity.casefile.evidence import cipher
from comity.casefile.evidence.files import VaultDirectory
from comity.delivery import Particulars, Seal, UrlOutcome, UrlResult, answers, make_seal_file
from comity.delivery.forms import FormDefinition
from comity.delivery.typesetting import Typesetter

_AT = Instant.parse("2026-11-23T02:13:04+01:00")
_PIECE = bytes(range(256)) * 1024
_ANSWERS = 100


def main() -> None:
    mebibytes = int(os.environ.get("BENCH_EXHIBIT_MIB", "256"))
    with tempfile.TemporaryDirectory() as folder:
        figures = _exhibit(Path(folder) / "vault", mebibytes) | _beside(Path(folder) / "plain", mebibytes)
        figures |= _answers(Path(folder) / "seal.pem")
    json.dump(figures, sys.stdout, indent=1)
    print()


def _exhibit(folder: Path, mebibytes: int) -> dict[str, float]:
    directory, key, seen, before = VaultDirectory(folder), bytes(32), cipher.Digester(), _peak()
    began = time.perf_counter()
    written = directory.write(cipher.encrypt(key, cipher.new_head(), _pieces(mebibytes), seen))
    between = time.perf_counter()
    with directory.open(written.name) as file:
        for _ in cipher.decrypt(key, file, digest=seen.digest, size=seen.size):
            pass
    ended = time.perf_counter()
    return {
        "exhibit_mib": mebibytes,
        "taken_in_mib_per_s": round(mebibytes / (between - began)),
        "opened_mib_per_s": round(mebibytes / (ended - between)),
        "memory_growth_mib": round(_peak() - before, 1),
    }


def _beside(file: Path, mebibytes: int) -> dict[str, float]:
    """The same bytes through AES-256-GCM alone, in memory; and onto the disk alone, synced at the end."""
    piece, gcm = _PIECE * 4, AESGCM(bytes(32))
    began = time.perf_counter()
    for number in range(mebibytes):
        gcm.encrypt(number.to_bytes(12, "big"), piece, None)
    between = time.perf_counter()
    with file.open("wb", buffering=0) as plain:
        for _ in range(mebibytes):
            plain.write(piece)
        os.fsync(plain.fileno())
    ended = time.perf_counter()
    return {
        "aes_gcm_alone_mib_per_s": round(mebibytes / (between - began)),
        "disk_alone_mib_per_s": round(mebibytes / (ended - between)),
    }


def _answers(seal_file: Path) -> dict[str, float]:
    make_seal_file(seal_file, legal_name="Example Board SAS", country="FR", at=_AT)
    seal, typesetter = Seal.from_file(seal_file), Typesetter()
    typeset: list[float] = []
    sealed: list[float] = []
    for number in range(_ANSWERS):
        (filled,) = answers(_who(number), [UrlResult("https://board.example/p/1", UrlOutcome.REMOVED, _AT)], _AT)
        definition = FormDefinition.of(filled.form)
        pdf = _timed(typeset, partial(typesetter.typeset, definition, filled.fields, at=_AT, reference="ST-1"))
        _timed(sealed, partial(seal.seal, pdf, reason="Annex II", at=_AT))
    return {
        "typeset_ms_median": round(statistics.median(typeset) * 1000, 1),
        "seal_ms_median": round(statistics.median(sealed) * 1000, 1),
    }


def _who(number: int) -> Particulars:
    return Particulars(
        addressee="Example Board SAS, Paris",
        issuer="Bundeskriminalamt",
        issuer_file_ref=f"ST-{number}",
        addressee_file_ref=f"{number:032x}",
        order_received_at=_AT,
        authorised_person="Anna Keller",
        contact_email="orders@board.example",
        hsp_name="Example Board SAS",
        main_establishment_ms="FR",
    )


def _timed(into: list[float], action: Callable[[], bytes]) -> bytes:
    began = time.process_time()
    result = action()
    into.append(time.process_time() - began)
    return result


def _pieces(mebibytes: int) -> Iterator[bytes]:
    for _ in range(mebibytes * 4):
        yield _PIECE


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
