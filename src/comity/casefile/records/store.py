"""The only reader and writer of the table ``document``."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def insert_document(row: tuple[str, str, str, datetime, str, bytes, bytes]) -> None:
    """Insert a document: entry, case, kind, instant, actor, salt, body."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES (%s, %s, %s, %s, %s, %s, %s)", row
        )


def erase(entry: str, certificate: str) -> None:
    """Destroy salt and body of ``entry``, as the erasure entry ``certificate`` says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_document(%s, %s)", [entry, certificate])
