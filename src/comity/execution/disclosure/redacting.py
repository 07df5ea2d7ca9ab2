"""A form of an exhibit that lacks something. Both forms stay in custody; what is packed is the redacted one.

A data set loses fields and rows and is numbered anew; files of a row that is left out go with it. A page or a picture
is drawn, made black where it must be, and written as pixels alone: no text layer, no metadata, no thumbnail, no earlier
revision, no layer below can bring the original back. Hostile files are drawn in a process that can do nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.collection import Redaction, RedactionUndone, Region
from comity.casefile.documents.decision import Person
from comity.casefile.evidence import Vault
from comity.execution.disclosure import dataset, drawing, standing
from comity.execution.disclosure.errors import NotRedacted
from comity.execution.disclosure.service import Work


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
    vault: Vault, work: Work, subject: Subject, why: Why, regions: tuple[Region, ...], *, also: tuple[str, ...] = ()
) -> Entered[Redaction]:
    """Draw a PDF or a picture with black regions, take it into custody, and enter who blackened what.

    ``also`` are further numbers under which the same exhibit lies: its redacted form is the same in all.
    """
    held = next((one.exhibit for one in vault.exhibits(subject.number) if one.exhibit.digest == subject.digest), None)
    if held is None or held.size > drawing.MOST_BYTES:
        raise NotRedacted("there is no such exhibit, or it is too large to be drawn")
    with work() as unit:
        chunks = vault.open(unit, subject.number, subject.digest, purpose=f"redaction: {why.because}")
    body = drawing.blacken(b"".join(chunks), held.media_type, regions)
    media_type = drawing.PDF if held.media_type == drawing.PDF else "image/png"
    name = f"redacted.{media_type.rpartition('/')[2]}"
    staged = [vault.stage(number, [body], media_type=media_type, name=name) for number in (subject.number, *also)]
    redacted = staged[0].exhibit.digest
    if redacted == subject.digest:
        raise NotRedacted("it is black there already")
    with work() as unit:
        for one in staged:
            vault.admit(unit, one, purpose=f"redacted form of {subject.digest[:12]}")
        said = Redaction(
            case=subject.case,
            original=subject.digest,
            redacted=redacted,
            regions=regions,
            because=why.because,
            by=why.person,
            at=unit.at,
        )
        return audit.enter(unit, subject.case, said)


def undo(vault: Vault, work: Work, subject: Subject, why: Why) -> Entered[RedactionUndone]:
    """Let the form before the newest leave again; both stay in custody. Raises ``NotRedacted`` where there is none."""
    with work() as unit:
        *_older, before, last = (None, *standing.Forms(subject.case, vault).chain(subject.number, subject.digest))
        made = [one.entry for one in standing.redactions(subject.case) if _pair(one.document) == (before, last)]
        if not made:
            raise NotRedacted("nothing of it was left out")
        said = RedactionUndone(
            case=subject.case,
            redactions=tuple(made),
            redacted=str(last),
            because=why.because,
            by=why.person,
            at=unit.at,
        )
        return audit.enter(unit, subject.case, said)


def _pair(made: Redaction) -> tuple[str, str]:
    return made.original, made.redacted
