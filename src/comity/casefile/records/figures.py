"""Figures over many cases at once, for the workload: only instants and states, no document is opened."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from comity.casefile.clock import Instant


def instants_of(entries: Sequence[UUID]) -> dict[UUID, Instant]:
    """When each of these entries was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, at FROM document WHERE id = ANY(%s)", [list(entries)])
        return {row[0]: Instant(row[1]) for row in cursor.fetchall()}


def states_of(name: str, cases: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The states of every deadline of this name in these cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, array_agg(DISTINCT state) FROM deadline WHERE name = %s AND case_id = ANY(%s) "
            "GROUP BY case_id",
            [name, list(cases)],
        )
        return {row[0]: frozenset(row[1]) for row in cursor.fetchall()}
