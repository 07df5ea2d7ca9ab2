"""In which form what was collected would leave, and looks at it, each entered before its first byte is read."""

from __future__ import annotations

import hashlib
from itertools import islice

import rfc8785

from comity.casefile import audit
from comity.casefile.documents.collection import Collection
from comity.casefile.documents.disclosing import ReleasedPart
from comity.docket.disclosures.errors import NoSuchForm, NothingCollected, OtherForm
from comity.docket.disclosures.views import CollectionLine, FileShown, Preview
from comity.docket.models import Case
from comity.docket.parts import Parts
from comity.execution.disclosure import dataset, drawing, standing, store
from comity.execution.disclosure.models import CollectionRow
from comity.execution.disclosure.standing import Forms

PAGE = 50
_LOOKED = "looked at before it leaves"


def collections(row: Case, parts: Parts) -> tuple[CollectionLine, ...]:
    """Every collection of the case, with the form in which its data would leave."""
    forms = Forms(row.id.hex, parts.vault)
    return tuple(_collection(one, forms) for one in store.collections(row.id.hex))


def leaving(row: Case, lines: tuple[CollectionLine, ...]) -> tuple[ReleasedPart, ...]:
    """What would leave under the decision that stands."""
    return tuple(
        ReleasedPart(collection=one.collection, data=one.data, instead=dict(one.instead))
        for one in lines
        if one.data and row.decision is not None and one.decision == row.decision.hex
    )


def fingerprint(parts: tuple[ReleasedPart, ...]) -> str:
    """One digest of everything that would leave: another form of anything is another digest."""
    return hashlib.sha256(rfc8785.dumps([one.model_dump(mode="json") for one in parts])).hexdigest()


def preview(row: Case, collection: str, first: int, viewer: str, parts: Parts) -> Preview:
    """A page of a data set as it would leave."""
    found = next((one for one in collections(row, parts) if one.collection == collection and one.data), None)
    if found is None:
        raise NothingCollected
    with parts.work(f"staff:{viewer}") as work:
        chunks = parts.vault.open(work, collection, found.data, purpose=_LOOKED)
    said = dataset.read(chunks)
    head = next(said)
    page = [one for one in islice(said, first - 1, first + PAGE) if isinstance(one, dataset.Row)]
    swapped = standing.lines(parts.vault, collection, dict(found.instead))
    return Preview(
        form=found.data,
        head=head.model_dump(mode="json", by_alias=True),
        rows=tuple(standing.named(one, swapped).model_dump(mode="json") for one in page[:PAGE]),
        files={one.number: one.file.sha256 for one in page if one.file and one.file.media_type in drawing.DRAWABLE},
        first=first,
        more=len(page) > PAGE,
    )


def still(row: Case, collection: str, file: str, form: str, parts: Parts) -> None:
    """Raise ``OtherForm`` where another form leaves than the one that was looked at."""
    if of(row, collection, file, parts) != form:
        raise OtherForm


def of(row: Case, collection: str, file: str, parts: Parts) -> str:
    """The form in which a file leaves, or with no file the data set; raises ``NoSuchForm``."""
    found = next((one for one in _standing(row) if one.collection.hex == collection), None)
    if found is None or not (file in found.exhibits[1:] if file else found.exhibits):
        raise NoSuchForm
    return Forms(row.id.hex, parts.vault).chain(collection, file or found.exhibits[0])[-1]


def original(row: Case, collection: str, file: str) -> str:
    """Digest of what was collected: the file, or with none the data set."""
    return file or next(one.exhibits[0] for one in _standing(row) if one.collection.hex == collection)


def beside(row: Case, collection: str, file: str) -> tuple[str, ...]:
    """The other collections to which the same file belongs."""
    return tuple(
        one.collection.hex for one in _standing(row) if one.collection.hex != collection and file in one.exhibits[1:]
    )


def shown(row: Case, collection: str, file: str, viewer: str, parts: Parts) -> FileShown:
    """A file as it would leave; a PDF is opened so that its pages are counted."""
    form, line = _line(row, collection, file, parts)
    pdf = line.media_type == drawing.PDF
    pages = drawing.pages(_opened(collection, form, viewer, parts, "its pages are counted"), drawing.PDF) if pdf else 1
    return FileShown(file, form, line.name, line.media_type, line.size, pages)


def drawn(row: Case, collection: str, file: str, page: int, viewer: str, parts: Parts) -> bytes:
    """One page of a file as it would leave, as JPEG."""
    form, line = _line(row, collection, file, parts)
    return drawing.page(_opened(collection, form, viewer, parts, f"page {page} {_LOOKED}"), line.media_type, page)


def _line(row: Case, collection: str, file: str, parts: Parts) -> tuple[str, dataset.FileLine]:
    form = of(row, collection, file, parts)
    line = standing.lines(parts.vault, collection, {file: form})[file]
    if not file or line.media_type not in drawing.DRAWABLE or line.size > drawing.MOST_BYTES:
        raise NoSuchForm
    return form, line


def _opened(collection: str, form: str, viewer: str, parts: Parts, purpose: str) -> bytes:
    with parts.work(f"staff:{viewer}") as work:
        chunks = parts.vault.open(work, collection, form, purpose=purpose)
    return b"".join(chunks)


def _standing(row: Case) -> list[CollectionRow]:
    """The collections under the decision that stands."""
    return [one for one in store.collections(row.id.hex) if one.decision == row.decision]


def _collection(row: CollectionRow, forms: Forms) -> CollectionLine:
    said = audit.find(row.entry.hex, Collection).document
    terms, first = said.grant.terms, row.exhibits[0] if row.exhibits else ""
    instead = forms.of(row.collection.hex, row.exhibits)
    data = instead.pop(first, first)
    return CollectionLine(
        collection=row.collection.hex,
        decision=row.decision.hex,
        state=row.state,
        detail=row.detail,
        data=data,
        redacted=data != first,
        instead=tuple(sorted(instead.items())),
        rows=row.rows,
        cut=tuple(sorted(row.cut.items())),
        categories=tuple(one.value for one in terms.categories),
        fields=terms.fields,
        identifiers=tuple(f"{one.kind.value} {one.value}" for one in terms.identifiers),
        since=terms.period.since,
        until=terms.period.until,
    )
