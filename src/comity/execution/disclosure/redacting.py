"""A form of an exhibit that lacks something. Both forms stay in custody; what is packed is the redacted one.

A data set loses fields and rows and is numbered anew; files of a row that is left out go with it. A page or a picture
is drawn, made black where it must be, and written as pixels alone: no text layer, no metadata, no thumbnail, no earlier
revision, no layer below can bring the original back. Hostile files are drawn in a process that can do nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.collection import Redaction, Region
from comity.casefile.documents.decision import Person
from comity.casefile.evidence import Vault
from comity.execution.disclosure import dataset
from comity.execution.disclosure.errors import NotRedacted
from comity.execution.disclosure.service import Work

MOST_BYTES = 256 << 20
_MEMORY, _CPU_SECONDS, _WALL_SECONDS = 2 << 30, 120, 240.0
_DRAWER = (sys.executable, "-I", "-m", "comity.execution.disclosure.child")
_DRAWN = {"application/pdf": "application/pdf"}
"""What a drawn file becomes; every picture becomes a PNG."""


@dataclass(frozen=True)
class Subject:
    """Which exhibit, under which number it lies, and in which case that is told."""

    case: str
    number: str
    digest: str


@dataclass(frozen=True)
class Why:
    """Who of our people leaves something out, and by which provision."""

    person: Person
    because: str


def without(chunks: Iterable[bytes], *, fields: frozenset[str], rows: frozenset[int]) -> Iterator[bytes]:
    """A data set without fields and rows; raises ``NotRedacted`` where it has none of what is named."""
    said = dataset.read(chunks)
    head = next(said)
    assert isinstance(head, dataset.Head)
    if fields - set(head.fields) or not (fields or rows) or not set(head.fields) - fields:
        raise NotRedacted("the data set has no such field, nothing is named, or nothing would be left")
    before = head.redacted or dataset.LeftOut(fields=(), rows=0)
    left_out = dataset.LeftOut(fields=tuple(sorted({*before.fields, *fields})), rows=before.rows + len(rows))
    kept = tuple(name for name in head.fields if name not in fields)
    yield dataset.line(head.model_copy(update={"fields": kept, "redacted": left_out}))
    yield from _kept(said, fields, rows)


def _kept(said: Iterator[dataset.Head | dataset.Row], fields: frozenset[str], rows: frozenset[int]) -> Iterator[bytes]:
    number, missing = 0, set(rows)
    for row in said:
        assert isinstance(row, dataset.Row)
        if row.number in rows:
            missing.discard(row.number)
            continue
        number += 1
        left = {name: value for name, value in row.fields.items() if name not in fields}
        file = None if "file" in fields else row.file
        yield dataset.line(row.model_copy(update={"number": number, "fields": left, "file": file}))
    if missing:
        raise NotRedacted(f"there are no rows {', '.join(str(one) for one in sorted(missing))[:100]}")


def redact_rows(
    vault: Vault, work: Work, subject: Subject, why: Why, *, fields: frozenset[str], rows: frozenset[int]
) -> Entered[Redaction]:
    """Take a data set without fields and rows into custody, and enter who left out what."""
    with work() as unit:
        chunks = vault.open(unit, subject.number, subject.digest, purpose=f"redaction: {why.because}")
    body = without(chunks, fields=fields, rows=rows)
    staged = vault.stage(subject.number, body, media_type=dataset.MEDIA_TYPE, name="records-redacted.jsonl")
    with work() as unit:
        vault.admit(unit, staged, purpose=f"redacted form of {subject.digest[:12]}")
        said = Redaction(
            case=subject.case,
            original=subject.digest,
            redacted=staged.exhibit.digest,
            fields=tuple(sorted(fields)),
            rows=len(rows),
            because=why.because,
            by=why.person,
            at=unit.at,
        )
        return audit.enter(unit, subject.case, said)


def redact_regions(
    vault: Vault, work: Work, subject: Subject, why: Why, regions: tuple[Region, ...]
) -> Entered[Redaction]:
    """Draw a PDF or a picture with black regions, take it into custody, and enter who blackened what."""
    held = next((one.exhibit for one in vault.exhibits(subject.number) if one.exhibit.digest == subject.digest), None)
    if held is None or held.size > MOST_BYTES:
        raise NotRedacted("there is no such exhibit, or it is too large to be drawn")
    with work() as unit:
        chunks = vault.open(unit, subject.number, subject.digest, purpose=f"redaction: {why.because}")
    body = blacken(b"".join(chunks), held.media_type, regions)
    media_type = _DRAWN.get(held.media_type, "image/png")
    name = f"redacted.{media_type.rpartition('/')[2]}"
    staged = vault.stage(subject.number, [body], media_type=media_type, name=name)
    with work() as unit:
        vault.admit(unit, staged, purpose=f"redacted form of {subject.digest[:12]}")
        said = Redaction(
            case=subject.case,
            original=subject.digest,
            redacted=staged.exhibit.digest,
            regions=regions,
            because=why.because,
            by=why.person,
            at=unit.at,
        )
        return audit.enter(unit, subject.case, said)


def blacken(body: bytes, media_type: str, regions: tuple[Region, ...]) -> bytes:
    """A drawn form with black regions; raises ``NotRedacted`` for whatever cannot be drawn whole."""
    if not regions or any(not _proper(one) for one in regions):
        raise NotRedacted("a region lies inside its page and has an area")
    question = {
        "media_type": media_type,
        "regions": [one.model_dump() for one in regions],
        "confines": {"memory_bytes": _MEMORY, "cpu_seconds": _CPU_SECONDS, "answer_bytes": 4 * MOST_BYTES},
    }
    with _nameless("question") as asked, _nameless("answer") as answered:
        asked.write(json.dumps(question).encode() + b"\n" + body)
        asked.flush()
        asked.seek(0)
        ended = _run(asked, answered)
        answered.seek(0)
        drawn = answered.read()
    if ended != 0 or not drawn:
        raise NotRedacted(f"the file could not be drawn (status {ended})")
    return drawn


def _proper(region: Region) -> bool:
    return region.page >= 1 and 0 <= region.left < region.right <= 1 and 0 <= region.top < region.bottom <= 1


def _run(asked: IO[bytes], answered: IO[bytes]) -> int | None:
    try:
        done = subprocess.run(  # noqa: S603 -- ourselves, by fixed arguments
            _DRAWER,
            stdin=asked,
            stdout=answered,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "PATH": "/nonexistent"},
            cwd="/",
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode


def _nameless(name: str) -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(f"comity-{name}"), "w+b")
    return tempfile.TemporaryFile()
