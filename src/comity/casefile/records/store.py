"""The only reader and writer of the table ``document``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection


def insert_document(row: tuple[str, str, str, datetime, str, bytes, bytes]) -> None:
    """Insert a document: entry, case, kind, instant, actor, salt, body."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES (%s, %s, %s, %s, %s, %s, %s)", row
        )


_MANY = """
INSERT INTO document (id, case_id, kind, at, actor, salt, body)
SELECT made.id, %s::uuid, %s, %s, %s, made.salt, made.body
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) WITH ORDINALITY AS made (id, salt, body, place) ORDER BY made.place
"""


def insert_documents(shared: tuple[str, str, datetime, str], rows: list[tuple[str, bytes, bytes]]) -> None:
    """Insert documents of one case, kind, instant and actor in one statement: entry, salt and body of each."""
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [*shared, *(list(column) for column in zip(*rows, strict=True))])


def standing(case: str, entries: Sequence[str]) -> tuple[str, ...]:
    """Those of the entries that are of this case and have their body still, in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM document WHERE id = ANY(%s::uuid[]) AND case_id = %s AND body IS NOT NULL",
            [list(entries), case],
        )
        there = {row[0].hex for row in cursor.fetchall()}
    return tuple(one for one in entries if one in there)


def erase(entry: str, certificate: str) -> None:
    """Destroy salt and body of ``entry``, as the erasure entry ``certificate`` says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_document(%s, %s)", [entry, certificate])
