"""Which form of an exhibit leaves: the newest that a redaction made and nobody undid, as far as it lies in custody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from comity.casefile import audit
from comity.casefile.audit import Entered
from comity.casefile.documents.collection import Redaction, RedactionUndone
from comity.casefile.evidence import Vault
from comity.execution.disclosure import dataset

_MOST = 100_000


def made(case: str) -> tuple[Entered[Redaction], ...]:
    """Every redaction of a case, oldest first, undone ones too."""
    rows = audit.entries_of(case, kind=Redaction.kind, newest=_MOST)
    return tuple(audit.find(one.entry, Redaction) for one in rows if one.body is not None)


def undone(case: str) -> frozenset[str]:
    """The entries of the redactions that somebody undid."""
    rows = audit.entries_of(case, kind=RedactionUndone.kind, newest=_MOST)
    found = (audit.find(one.entry, RedactionUndone).document for one in rows if one.body is not None)
    return frozenset(entry for one in found for entry in one.redactions)


def redactions(case: str) -> tuple[Entered[Redaction], ...]:
    """The redactions that nobody undid, oldest first."""
    over = undone(case)
    return tuple(one for one in made(case) if one.entry not in over)


class Forms:
    """The forms of a case's exhibits. Custody bounds them: what a redaction made of the same file of another collection
    is no form of this one's.
    """

    def __init__(self, case: str, vault: Vault) -> None:
        self._vault = vault
        self._next = {one.document.original: one.document.redacted for one in redactions(case)}

    def chain(self, number: str, digest: str) -> tuple[str, ...]:
        """An exhibit and the forms that were made of it, one after the other; the last one leaves."""
        return self._chain(digest, self._held(number) if self._next else frozenset())

    def of(self, number: str, digests: Iterable[str]) -> dict[str, str]:
        """Digest → digest of the form that leaves in its place, for those that have one under this number."""
        if not self._next:
            return {}
        held = self._held(number)
        found = {digest: self._chain(digest, held)[-1] for digest in digests}
        return {old: new for old, new in found.items() if old != new}

    def _held(self, number: str) -> frozenset[str]:
        return frozenset(one.exhibit.digest for one in self._vault.exhibits(number) if not one.erased)

    def _chain(self, digest: str, held: frozenset[str]) -> tuple[str, ...]:
        found = [digest]
        while (after := self._next.get(found[-1])) is not None and after in held:
            found.append(after)
        return tuple(found)


def descend(case: str, digest: str) -> frozenset[str]:
    """Everything that redactions ever made of an exhibit, undone or not, and the exhibit."""
    pairs = [(one.document.original, one.document.redacted) for one in made(case)]
    found, fresh = {digest}, {digest}
    while fresh:
        fresh = {after for before, after in pairs if before in fresh} - found
        found |= fresh
    return frozenset(found)


def lines(vault: Vault, number: str, instead: Mapping[str, str]) -> dict[str, dataset.FileLine]:
    """How each replaced file stands in the data set that leaves."""
    held = {one.exhibit.digest: one.exhibit for one in vault.exhibits(number)} if instead else {}
    return {
        old: dataset.FileLine(
            name=held[new].name, media_type=held[new].media_type, size=held[new].size, sha256=held[new].digest
        )
        for old, new in instead.items()
    }


def naming(chunks: Iterable[bytes], swapped: Mapping[str, dataset.FileLine]) -> Iterator[bytes]:
    """The data set, naming redacted forms only."""
    if not swapped:
        yield from chunks
        return
    for one in dataset.read(chunks):
        yield dataset.line(named(one, swapped) if isinstance(one, dataset.Row) else one)


def named(row: dataset.Row, swapped: Mapping[str, dataset.FileLine]) -> dataset.Row:
    """A row that names redacted forms only: not even the digest of an original leaves, nor what is said of it."""
    if row.file is None or row.file.sha256 not in swapped:
        return row
    told = {name: value for name, value in row.fields.items() if not name.startswith("file_")}
    return row.model_copy(update={"file": swapped[row.file.sha256], "fields": told})
