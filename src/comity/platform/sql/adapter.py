"""``Records`` by the provider's own queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.disclosure import (
    TIMED,
    Category,
    GrantTerms,
    Identifier,
    IdentifierKind,
    Preservation,
    Scope,
)
from comity.platform import asking
from comity.platform.errors import Cannot, Unintelligible
from comity.platform.protocols import Held, RecordRow
from comity.platform.sql.databases import Database
from comity.platform.sql.queries import COLUMNS, Query

_NO_HOLD = "a database that is only read cannot be kept from deleting; what is there now is copied into custody"


class SqlRecords:
    """The adapter; safe to share between threads, since every question has a connection of its own."""

    name = "sql"

    def __init__(self, database: Database, queries: tuple[Query, ...]) -> None:
        self._database, self._queries = database, queries

    def check(self) -> None:
        """Ask the database what each query gives, without a row; raises ``Misconfigured``. For the house's start."""
        epoch = Instant.parse("2000-01-01T00:00:00Z").utc
        for query in self._queries:
            none: dict[str, str | datetime] = {"identifier": "", "since": epoch, "until": epoch, "stored_by": epoch}
            query.check_columns(self._database.columns(query.statement, none))

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        """Rows of the queries for subscriber data."""
        return self._asked(scope, Category.SUBSCRIBER)

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        """Rows of the queries for identification."""
        return self._asked(scope, Category.USER_ID)

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        """Rows of the queries for traffic data and for locations, whichever are granted."""
        return self._asked(scope, Category.TRAFFIC, Category.LOCATION)

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        """Rows of the queries for content."""
        return self._asked(scope, Category.CONTENT)

    def hold(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the protocol's
        """Not here: what reads only holds nothing."""
        raise Cannot(_NO_HOLD)

    def release(self, preservation: Preservation, *, key: str) -> Held:  # noqa: ARG002 -- the same
        """Nothing was held."""
        raise Cannot(_NO_HOLD)

    def _asked(self, scope: Scope, *categories: Category) -> Iterator[RecordRow]:
        terms, named = asking.granted(scope, *categories)
        return self._rows(terms, named)

    def _rows(self, terms: GrantTerms, categories: list[Category]) -> Iterator[RecordRow]:
        for query in self._queries:
            if query.category in categories:
                for identifier in asking.of_kind(terms, *query.kinds):
                    yield from self._rows_of(query, terms, identifier)

    def _rows_of(self, query: Query, terms: GrantTerms, identifier: Identifier) -> Iterator[RecordRow]:
        values: dict[str, str | datetime] = {
            "identifier": identifier.value,
            "since": terms.period.since.utc,
            "until": terms.period.until.utc,
            "stored_by": terms.stored_by.utc,
        }
        checked = False
        for columns, found in self._database.run(query.statement, values):
            if not checked:
                query.check_columns(columns)
                checked = True
            yield _row(terms, query.category, identifier.kind, dict(zip(columns, found, strict=True)))


def _row(terms: GrantTerms, category: Category, kind: IdentifierKind, said: dict[str, Any]) -> RecordRow:
    try:
        whose = Identifier(kind=kind, value=str(said["identifier"]))
    except ValueError as error:
        raise Unintelligible("a row names an account that cannot be one") from error
    at = _instant(said.get("happened_at"), needed=category in TIMED)
    ended = _instant(said.get("ended_at"), needed=True)
    fields = {name: _plain(value) for name, value in said.items() if name not in COLUMNS}
    return asking.row(terms, category, whose, at, fields, ended_at=ended)


def _instant(value: object, *, needed: bool) -> Instant | None:
    """A time with an offset; where time counts, one without a zone is no time, and its row is cut later."""
    if value is None:
        return None
    try:
        return Instant(value) if isinstance(value, datetime) else Instant.parse(str(value))
    except InvalidInstant:
        if needed:
            return None
        raise Unintelligible("a time of subscriber data has no offset from UTC") from None


def _plain(value: object) -> asking.Said:
    """A database's value as canonical JSON holds it."""
    if value is None or isinstance(value, str | bool | int):
        return value if not isinstance(value, int) or abs(value) < 2**53 else str(value)
    if isinstance(value, datetime):
        return str(Instant(value)) if value.tzinfo else value.isoformat()
    if isinstance(value, date | Decimal | float):
        return str(value)
    return str(value)
