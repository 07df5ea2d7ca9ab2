"""Records out of a copy that was kept: what the platform deleted since is produced from custody, by the grant alone.

The copy's rows are read back as the platform gave them, and a collection cuts them to its grant like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import rfc8785

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, Identifier, IdentifierKind, Preservation, Scope
from comity.execution.disclosure import dataset
from comity.platform import Held, RecordRow
from comity.platform.asking import granted
from comity.platform.errors import Cannot
from comity.platform.protocols import Part

Opener = Callable[[str], Iterator[bytes]]
"""Gives an exhibit's bytes by its digest, once its opening is entered."""


def head(preservation: Preservation) -> bytes:
    """The first line of a copy: under which demand it is kept."""
    return rfc8785.dumps({"type": "kept", "basis": preservation.basis}) + b"\n"


class FrozenRecords:
    """``Records`` out of one copy."""

    name = "copy"

    def __init__(self, digest: str, opener: Opener) -> None:
        self._digest, self._open = digest, opener

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        """As it was kept."""
        return self._rows(scope, Category.SUBSCRIBER)

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        """As it was kept."""
        return self._rows(scope, Category.USER_ID)

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        """As it was kept."""
        return self._rows(scope, Category.TRAFFIC, Category.LOCATION)

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        """As it was kept."""
        return self._rows(scope, Category.CONTENT)

    def hold(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the protocol's
        """A copy is a hold already."""
        raise Cannot("a copy is kept already")

    def release(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the same
        """A copy ends with its own hold."""
        raise Cannot("a copy ends with its own hold")

    def _rows(self, scope: Scope, *categories: Category) -> Iterator[RecordRow]:
        terms, named = granted(scope, *categories)
        wanted, whose = {one.value for one in named}, set(terms.identifiers)
        for number, found in enumerate(dataset.lines(self._open(self._digest))):
            if number == 0:
                continue
            row = self._row(dataset.Row.model_validate_json(found))
            inside = row.at is None or row.category is Category.SUBSCRIBER or terms.period.holds(row.at)
            if row.category.value in wanted and row.identifier in whose and inside:
                allowed = terms.fields_of(row.category)
                fields = {name: value for name, value in row.fields.items() if name in allowed}
                file = row.file if "file" in allowed else None
                yield RecordRow(row.category, row.identifier, row.at, fields, row.ended_at, file)

    def _row(self, said: dataset.Row) -> RecordRow:
        file = said.file
        part = Part(file.name, file.media_type, self._later(file.sha256)) if file else None
        whose = Identifier(kind=IdentifierKind(said.identifier.kind), value=said.identifier.value)
        return RecordRow(
            Category(said.category), whose, _instant(said.at), dict(said.fields), _instant(said.ended_at), part
        )

    def _later(self, digest: str) -> Iterator[bytes]:
        """Opened only when it is read: what is cut is never opened."""
        yield from self._open(digest)


def _instant(time: dataset.Time | None) -> Instant | None:
    """The instant with the offset that it was written in."""
    if time is None:
        return None
    shown = Instant.parse(f"1970-01-01T00:00:00{time.offset}").original.tzinfo
    return Instant(Instant.parse(time.utc).utc.astimezone(shown))
