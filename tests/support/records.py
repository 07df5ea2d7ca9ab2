"""A platform's records in memory, which can be made greedy, slow, broken or dead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, Identifier, Preservation, Scope
from comity.platform import Held, RecordRow
from comity.platform.asking import granted
from comity.platform.errors import Cannot
from comity.platform.protocols import Part
from support.grants import user


def login(at: str | None, *, of: str | Identifier = "alice", ended: str | None = None, **fields: str) -> RecordRow:
    said = {"ip": "192.0.2.1", "event": "login", **fields}
    whose = user(of) if isinstance(of, str) else of
    return RecordRow(Category.TRAFFIC, whose, instant(at), said, instant(ended))


def person(*, of: str = "alice", at: str | None = "2020-01-01T00:00:00Z", **fields: str) -> RecordRow:
    return RecordRow(Category.SUBSCRIBER, user(of), instant(at), {"account": of, "name": "Alice A.", **fields})


def upload(
    at: str,
    body: bytes,
    *,
    of: str = "alice",
    chunks: int = 3,
    name: str = "picture.png",
    media_type: str = "image/png",
    **fields: str,
) -> RecordRow:
    size = max(1, len(body) // chunks)
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    file = Part(name, media_type, pieces)
    said = {"message": "m1", "type": "upload", **fields}
    return RecordRow(Category.CONTENT, user(of), instant(at), said, None, file)


def instant(text: str | None) -> Instant | None:
    return Instant.parse(text) if text else None


THEN = Instant.parse("2026-11-23T01:13:00Z")


@dataclass
class Shelf:
    """Gives its rows as they are, whatever was asked: what a careless or a dishonest adapter does."""

    rows: Callable[[], Iterator[RecordRow]]
    name: str = "shelf"
    holds: bool = False
    fails: list[Exception] = field(default_factory=list)
    asked: list[tuple[str, Scope]] = field(default_factory=list)
    held: dict[str, Preservation] = field(default_factory=dict)
    at: Instant = THEN

    def _give(self, name: str, scope: Scope, *categories: Category) -> Iterator[RecordRow]:
        granted(scope, *categories)
        self.asked.append((name, scope))
        yield from (row for row in self.rows() if row.category in categories)
        if self.fails:
            raise self.fails.pop(0)

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        return self._give("subscriber", scope, Category.SUBSCRIBER)

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        return self._give("identification", scope, Category.USER_ID)

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        return self._give("traffic", scope, Category.TRAFFIC, Category.LOCATION)

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        return self._give("content", scope, Category.CONTENT)

    def hold(self, preservation: Preservation, *, key: str) -> Held:
        if self.fails:
            raise self.fails.pop(0)
        if not self.holds:
            raise Cannot("there is no such measure here")
        self.held[key] = preservation
        return Held(holds=True, at=self.at, detail="kept")

    def release(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the protocol's
        if self.fails:
            raise self.fails.pop(0)
        self.held.pop(key, None)
        return Held(holds=False, at=self.at, detail="let go")
