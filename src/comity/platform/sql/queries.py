"""The provider's file of queries (``docs/records.md``): for each category, by which identifiers, one SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from comity.casefile.documents.disclosure import FIELDS, TIMED, Category, IdentifierKind
from comity.platform.errors import Misconfigured
from comity.platform.sql.statements import Statement, UnusableStatement, statement

_OF_ONE = frozenset({"identifier"})
_OF_PERIOD = frozenset({"identifier", "since", "until"})
_MOST_BYTES = 1 << 20
COLUMNS = frozenset({"identifier", "happened_at", "ended_at"})
"""Columns that are no field: of whom a row is, when it happened, when it ended."""


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    category: Category
    identifiers: tuple[IdentifierKind, ...]
    sql: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    queries: tuple[_Query, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query: what it answers, and by which kinds of identifier."""

    category: Category
    kinds: frozenset[IdentifierKind]
    statement: Statement

    def check_columns(self, columns: Sequence[str]) -> None:
        """Refuse (``Misconfigured``) an answer without whose and when, or with what the category does not have."""
        needed = {"identifier", "happened_at"} if self.category in TIMED else {"identifier"}
        given = set(columns)
        if len(given) != len(columns):
            raise Misconfigured(f"{self.category.value}: two columns have one name")
        if missing := sorted(needed - given):
            raise Misconfigured(f"{self.category.value}: the column {', '.join(missing)} is missing")
        if strange := sorted(given - COLUMNS - FIELDS[self.category]):
            known = ", ".join(sorted(FIELDS[self.category]))
            raise Misconfigured(f"{self.category.value} has no field {', '.join(strange)[:200]}; it has {known}")


def read(path: Path) -> tuple[Query, ...]:
    """Read the file; raises ``Misconfigured`` with what is wrong and where."""
    try:
        body = path.read_bytes()
        if len(body) > _MOST_BYTES:
            raise Misconfigured(f"{path.name} is larger than {_MOST_BYTES} bytes")
        said = _File.model_validate(yaml.safe_load(body))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"{path.name} cannot be read: {type(error).__name__}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Misconfigured(f"{path.name}: {where}: {first['msg']}") from error
    return _once([_query(one) for one in said.queries])


def _query(said: _Query) -> Query:
    try:
        made = statement(said.sql, _OF_PERIOD if said.category in TIMED else _OF_ONE)
    except UnusableStatement as error:
        raise Misconfigured(f"{said.category.value}: {error}") from error
    return Query(said.category, frozenset(said.identifiers), made)


def _once(queries: list[Query]) -> tuple[Query, ...]:
    seen: set[tuple[Category, IdentifierKind]] = set()
    for query in queries:
        for kind in query.kinds:
            if (query.category, kind) in seen:
                raise Misconfigured(f"{query.category.value} by {kind.value} is answered by two queries")
            seen.add((query.category, kind))
    if not seen:
        raise Misconfigured("no query answers anything")
    return tuple(queries)
