"""Rows of a Django model by one fixed statement: on the hot path, building one anew cost more than running it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
_Converter = Callable[[Any, Any, Any], Any]


class Reader(Generic[M]):
    """Reads whole rows of ``model`` where ``condition`` holds, a part of a statement with ``%s`` for each value."""

    def __init__(self, model: type[M], condition: str) -> None:
        self._model, self._condition = model, condition

    def all(self, *values: Any) -> list[M]:
        """Every row."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement, values)
            found = cursor.fetchall()
        return [self._made(row) for row in found]

    def first(self, *values: Any) -> M | None:
        """The first row, or nothing."""
        found = self.all(*values)
        return found[0] if found else None

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._model._meta.concrete_fields]  # noqa: SLF001 -- Django's documented API

    @cached_property
    def _statement(self) -> str:
        meta = self._model._meta  # noqa: SLF001 -- the same
        columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields)
        return f'SELECT {columns} FROM "{meta.db_table}" WHERE {self._condition}'  # noqa: S608 -- our own constants

    @cached_property
    def _converters(self) -> list[tuple[int, _Converter]]:
        """What Django would apply to a value that PostgreSQL gives, by the place of its column."""
        fields = self._model._meta.concrete_fields  # noqa: SLF001 -- the same
        return [
            (place, converter)
            for place, field in enumerate(fields)
            for converter in field.get_db_converters(connection)
        ]

    def _made(self, row: tuple[Any, ...]) -> M:
        values = list(row)
        for place, converter in self._converters:
            values[place] = converter(values[place], None, connection)
        return self._model.from_db(connection.alias, self._names, values)


def write(row: models.Model, names: frozenset[str]) -> None:
    """Write these fields of a row that is there, found by its key."""
    meta = row._meta  # noqa: SLF001 -- the same
    fields = [field for field in meta.concrete_fields if field.attname in names]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET {changes} WHERE "{meta.pk.column}" = %s',  # noqa: S608 -- our own constants
            [*values, row.pk],
        )
