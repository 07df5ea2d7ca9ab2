"""The only reader and writer of ``exhibit`` and ``exhibit_hold``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from comity.casefile.clock import Instant
from comity.casefile.documents.identifiers import new_id
from comity.casefile.evidence.rules import Hold

_COLUMNS = "id, case_id, encode(digest, 'hex'), size, media_type, name, kek, wrapped_key, file, state, entry"

_INSERT = """
INSERT INTO exhibit (id, case_id, digest, size, media_type, name, kek, wrapped_key, file, state, entry)
SELECT id, case_id, digest, size, media_type, name, kek, wrapped_key, file, 'held', entry
FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bytea[],
            %s::text[], %s::uuid[])
    AS made (id, case_id, digest, size, media_type, name, kek, wrapped_key, file, entry)
ON CONFLICT (case_id, digest) WHERE state = 'held' DO NOTHING
RETURNING id
"""
_HOLD = """
INSERT INTO exhibit_hold (id, exhibit, because, "until", released, entry)
SELECT id, exhibit, %s, %s::timestamptz, false, entry
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS made (id, exhibit, entry)
"""


@dataclass(frozen=True)
class Stored:
    """A row of ``exhibit``."""

    id: str
    case: str
    digest: str
    size: int
    media_type: str
    name: str
    kek: str
    wrapped_key: bytes | None
    file: str
    erased: bool
    entry: str


def insert(rows: list[Stored]) -> set[str]:
    """Insert held exhibits in one statement; gives the identifiers of those whose bytes the case did not hold already.

    A rival's insert of the same bytes is awaited.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                [uuid.UUID(row.id) for row in rows],
                [uuid.UUID(row.case) for row in rows],
                [bytes.fromhex(row.digest) for row in rows],
                [row.size for row in rows],
                [row.media_type for row in rows],
                [row.name for row in rows],
                [row.kek for row in rows],
                [row.wrapped_key for row in rows],
                [row.file for row in rows],
                [uuid.UUID(row.entry) for row in rows],
            ],
        )
        return {identifier.hex for (identifier,) in cursor.fetchall()}


def find(case: str, digest: str) -> Stored | None:
    """The exhibit with this digest in this case: the held one, else the one erased last inserted, else ``None``."""
    rows = _rows(
        "WHERE case_id = %s AND digest = decode(%s, 'hex') ORDER BY state = 'held' DESC LIMIT 1",
        [uuid.UUID(case), digest],
    )
    return rows[0] if rows else None


def of_case(case: str) -> list[Stored]:
    """All exhibits of a case, erased ones too, in an order that does not change."""
    return _rows("WHERE case_id = %s ORDER BY digest, state, id", [uuid.UUID(case)])


def cases_with(digest: str) -> list[str]:
    """Every case that held these bytes, or did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT case_id FROM exhibit WHERE digest = decode(%s, 'hex')", [digest])
        return sorted(row[0].hex for row in cursor.fetchall())


def files_held(files: list[str]) -> set[str]:
    """Which of these files belong to held exhibits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT file FROM exhibit WHERE state = 'held' AND file = ANY(%s)", [files])
        return {str(row[0]) for row in cursor.fetchall()}


def is_held(file: str) -> bool:
    """Whether a file belongs to a held exhibit."""
    return bool(files_held([file]))


def holds(exhibits: list[str]) -> dict[str, list[Hold]]:
    """Holds by exhibit identifier, released ones too, in the order of their identifiers."""
    found: dict[str, list[Hold]] = {exhibit: [] for exhibit in exhibits}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT exhibit, id, because, until, released FROM exhibit_hold WHERE exhibit = ANY(%s) ORDER BY id",
            [[uuid.UUID(exhibit) for exhibit in exhibits]],
        )
        for exhibit, identifier, because, until, released in cursor.fetchall():
            hold = Hold(identifier.hex, because, Instant(until) if until else None, released=released)
            found[exhibit.hex].append(hold)
    return found


def insert_holds(held: list[tuple[str, str]], because: str, until: Instant | None) -> list[str]:
    """Insert one hold for each exhibit and its entry; gives their identifiers. Refused on an erased exhibit."""
    made = [new_id() for _ in held]
    if made:
        exhibits, entries = ([uuid.UUID(one) for one in column] for column in zip(*held, strict=True))
        end = until.utc if until else None
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [because, end, [uuid.UUID(one) for one in made], exhibits, entries])
    return made


def release_hold(hold: str, entry: str) -> None:
    """Mark an open-ended hold as released."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exhibit_hold SET released = true, entry = %s WHERE id = %s", [uuid.UUID(entry), uuid.UUID(hold)]
        )


def lock_case(case: str) -> None:
    """Let no other transaction hold, release or erase in this case until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('comity.exhibits.' || %s, 0))", [case])


def erase(exhibit: str, erasure_entry: str) -> None:
    """Destroy the wrapped key; the database checks the certificate, the holds and the period once more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_exhibit(%s, %s)", [uuid.UUID(exhibit), uuid.UUID(erasure_entry)])


def certificate(erasure_entry: str) -> bytes:
    """The stored body of a certificate of erasure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM document WHERE id = %s AND kind = 'erasure'", [uuid.UUID(erasure_entry)])
        return bytes(cursor.fetchone()[0])


def rewrap(exhibit: str, kek: str, wrapped_key: bytes, entry: str) -> None:
    """Replace the wrapping of the key by that of a newer key-encryption key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rewrap_exhibit(%s, %s, %s, %s)", [uuid.UUID(exhibit), kek, wrapped_key, uuid.UUID(entry)]
        )


def kek_counts() -> dict[str, int]:
    """How many held exhibits each key-encryption key wraps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kek, count(*) FROM exhibit WHERE state = 'held' GROUP BY kek ORDER BY kek")
        return {str(kek): int(count) for kek, count in cursor.fetchall()}


def wrapped_by_others(kek: str, limit: int) -> list[tuple[str, str]]:
    """Some held exhibits that another key wraps: case and digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, encode(digest, 'hex') FROM exhibit WHERE state = 'held' AND kek <> %s LIMIT %s",
            [kek, limit],
        )
        return [(case.hex, str(digest)) for case, digest in cursor.fetchall()]


def insert_retired(kek: str, entry: str) -> None:
    """Retire a key; the database refuses while it wraps anything."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO exhibit_key_retired (identifier, entry) VALUES (%s, %s)", [kek, uuid.UUID(entry)])


def retired_keys() -> frozenset[str]:
    """Keys that are retired."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identifier FROM exhibit_key_retired")
        return frozenset(str(row[0]) for row in cursor.fetchall())


def _rows(condition: str, parameters: list[Any]) -> list[Stored]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM exhibit {condition}", parameters)  # noqa: S608 -- our own constants
        return [_stored(row) for row in cursor.fetchall()]


def _stored(row: tuple[Any, ...]) -> Stored:
    identifier, case, digest, size, media_type, name, kek, wrapped, file, state, entry = row
    return Stored(
        id=identifier.hex,
        case=case.hex,
        digest=digest,
        size=size,
        media_type=media_type,
        name=name,
        kek=kek,
        wrapped_key=None if wrapped is None else bytes(wrapped),
        file=file,
        erased=state == "erased",
        entry=entry.hex,
    )
