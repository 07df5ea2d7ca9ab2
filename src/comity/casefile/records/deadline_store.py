"""The only reader and writer of the table ``deadline``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any, LiteralString

from django.db import connection

_FIRE = (resources.files(__package__) / "sql" / "fire_due.sql").read_text(encoding="utf-8")

_INSERT = """
INSERT INTO deadline (id, case_id, name, duty, instrument, citations, triggered_by, computation, ends, wakes, state,
                      due_at, warn_at, next_at, entry)
VALUES (%(id)s, %(case)s, %(name)s, %(duty)s, %(instrument)s, %(citations)s, %(triggered_by)s, %(computation)s, %(ends)s,
        %(wakes)s, 'running', %(due_at)s, %(warn_at)s::timestamptz[], %(next_at)s, %(entry)s)
ON CONFLICT (case_id, name) WHERE state IN ('running', 'suspended') DO NOTHING
"""
_OPEN = "case_id = %(case)s AND name = %(name)s AND state IN ('running', 'suspended')"


def insert(row: Mapping[str, Any]) -> bool:
    """Insert a running deadline; ``False`` when one of its name is open in the case."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
        return cursor.rowcount == 1


def lock(case: str, name: str) -> tuple[str, datetime | None] | None:
    """State and due instant of the open deadline of that name, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state, due_at FROM deadline WHERE {_OPEN} FOR UPDATE", {"case": case, "name": name})
        row: tuple[str, datetime | None] | None = cursor.fetchone()
        return row


def change(case: str, name: str, assignments: LiteralString, values: Mapping[str, Any]) -> None:
    """Change the open deadline of that name, together with the entry that says so."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE deadline SET entry = %(entry)s, {assignments} WHERE {_OPEN}",
            {**values, "case": case, "name": name},
        )


def of_case(case: str) -> list[tuple[Any, ...]]:
    """Every deadline of a case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(id::text, '-', ''), replace(case_id::text, '-', ''), name, duty, instrument, citations, "
            "computation, state, due_at, warn_at, replace(entry::text, '-', '') "
            "FROM deadline WHERE case_id = %s ORDER BY due_at NULLS LAST, name",
            [case],
        )
        return cursor.fetchall()


def fire(now: datetime, batch: int, actor: str, because: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Claim, enter and change what is due; the rows as ``fire_due.sql`` gives them."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRE, {"now": now, "batch": batch, "actor": actor, **because})
        return cursor.fetchall()


def next_instant() -> datetime | None:
    """When something fires next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(next_at) FROM deadline WHERE state = 'running'")
        row: tuple[datetime | None] | None = cursor.fetchone()
        return row[0] if row else None
