"""The only reader and writer of the table ``deadline``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import connection

from comity.casefile.documents import new_salt

_FIRE = (resources.files(__package__) / "sql" / "fire_due.sql").read_text(encoding="utf-8")

_INSERT = """
INSERT INTO deadline (id, case_id, name, duty, instrument, citations, triggered_by, computation, ends, wakes, state,
                      due_at, warn_at, next_at, entry)
VALUES (%(id)s, %(case)s, %(name)s, %(duty)s, %(instrument)s, %(citations)s, %(triggered_by)s, %(computation)s,
        %(ends)s, %(wakes)s, 'running', %(due_at)s, %(warn_at)s::timestamptz[], %(next_at)s, %(entry)s)
ON CONFLICT (case_id, name) WHERE state IN ('running', 'suspended') DO NOTHING
"""
# However little the statistics know, rows are found by their keys and no table is ever read whole.
_BY_KEY = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
# A full batch is followed by another at once, whose commit makes both durable: the journal is written in order. Whoever
# acts on this one, or signs over it, commits after it.
_NEXT_FOLLOWS = "SET LOCAL synchronous_commit = off"
_LOCK = """
SELECT state, due_at FROM deadline
WHERE case_id = %(case)s AND name = %(name)s AND state IN ('running', 'suspended') FOR UPDATE
"""
_CHANGE = """
UPDATE deadline SET entry = %(entry)s, state = %(state)s, due_at = %(due_at)s, warn_at = %(warn_at)s::timestamptz[],
    next_at = %(next_at)s, computation = computation || %(computation)s::text[]
WHERE case_id = %(case)s AND name = %(name)s AND state IN ('running', 'suspended')
"""


def insert(rows: list[dict[str, Any]]) -> bool:
    """Insert running deadlines; ``False`` when one of a name is open in the case."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
        return bool(cursor.rowcount == len(rows))


def lock(case: str, name: str) -> tuple[str, datetime | None] | None:
    """State and due instant of the open deadline of that name, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"case": case, "name": name})
        row: tuple[str, datetime | None] | None = cursor.fetchone()
        return row


@dataclass(frozen=True)
class Change:
    """What a change leaves of a deadline."""

    entry: str
    state: str
    due_at: datetime | None = None
    warn_at: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    computation: tuple[str, ...] = ()
    """Steps added to the computation."""


def change(case: str, name: str, to: Change) -> None:
    """Change the open deadline of that name, together with the entry that says so."""
    values = {"case": case, "name": name, "entry": to.entry, "state": to.state, "due_at": to.due_at}
    lists = {"warn_at": list(to.warn_at), "next_at": to.next_at, "computation": list(to.computation)}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, {**values, **lists})


def of_case(case: str) -> list[tuple[Any, ...]]:
    """Every deadline of a case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT replace(id::text, '-', ''), replace(case_id::text, '-', ''), name, duty, instrument, citations, "
            "computation, state, due_at, warn_at, replace(entry::text, '-', '') "
            "FROM deadline WHERE case_id = %s ORDER BY due_at NULLS LAST, name",
            [case],
        )
        return list(cursor.fetchall())


def fire(now: datetime, batch: int, actor: str, because: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Claim, enter and change what is due; the rows as ``fire_due.sql`` gives them."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY)
        stamp = f"{max(0, int(now.timestamp() * 1000)):012x}"
        values: dict[str, Any] = {"now": now, "batch": batch, "actor": actor, "stamp": stamp, "secret": new_salt()}
        cursor.execute(_FIRE, values | dict(because))
        rows = list(cursor.fetchall())
        if len(rows) == batch:
            cursor.execute(_NEXT_FOLLOWS)
        return rows
