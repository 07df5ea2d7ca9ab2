"""The only reader of the log's tables (``ledger`` is their only writer), over a psycopg connection.

Rows of ``document`` are read here as well, joined to their leaves: a leaf without its document proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from django.db import connection as django_connection

from comity.casefile.audit.cosignature import with_cosignatures
from comity.casefile.audit.merkle import HASH_BYTES, Frontier, Node, Range, complete_subtrees, fold
from comity.casefile.audit.note import Signature
from comity.casefile.audit.rules import Vouched
from comity.casefile.clock import Instant

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True, repr=False)
class StoredEntry:
    """A document with its leaf, as stored."""

    entry: str
    case: str
    kind: str
    at: Instant
    actor: str
    salt: bytes | None
    body: bytes | None
    data: bytes | None
    hash: bytes | None
    index: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint, as stored; ``note`` is ``None`` until it is signed."""

    frontier: Frontier
    root: bytes
    at: Instant
    body: str
    note: bytes | None


@contextmanager
def application() -> Iterator[Connection]:
    """The psycopg connection under Django's default one, in whatever transaction it is; failures arrive as Django's."""
    django_connection.close_if_health_check_failed()
    django_connection.ensure_connection()
    with django_connection.wrap_database_errors:
        yield django_connection.connection


def _rows(conn: Connection, sql: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    return conn.execute(sql, values).fetchall()


_ENTRY: LiteralString = """
    SELECT document.id, document.case_id, document.kind, document.at, document.actor,
           document.salt, document.body, leaf.data, leaf.hash, leaf.idx
    FROM document LEFT JOIN leaf ON leaf.document = document.id
"""


def _entry(row: Sequence[Any]) -> StoredEntry:
    identifier, case, kind, at, actor, *octets, index = row
    salt, body, data, value = (None if part is None else bytes(part) for part in octets)
    return StoredEntry(identifier.hex, case.hex, kind, Instant(at), actor, salt, body, data, value, index)


def leaf_of(conn: Connection, identifier: str) -> tuple[int | None, bytes, bytes] | None:
    """The leaf of an entry: index, hash, data."""
    rows = _rows(conn, "SELECT idx, hash, data FROM leaf WHERE document = %s::uuid", identifier)
    return (rows[0][0], bytes(rows[0][1]), bytes(rows[0][2])) if rows else None


def entry(conn: Connection, identifier: str) -> StoredEntry | None:
    """One entry by its identifier."""
    rows = _rows(conn, _ENTRY + " WHERE document.id = %s::uuid", identifier)
    return _entry(rows[0]) if rows else None


def entries_of(conn: Connection, case: str) -> list[StoredEntry]:
    """A case's entries, in the order in which they were entered."""
    return [_entry(row) for row in _rows(conn, _ENTRY + " WHERE document.case_id = %s::uuid ORDER BY leaf.id", case)]


def entries_of_kind(conn: Connection, case: str, kind: str, newest: int | None) -> list[StoredEntry]:
    """The same of one kind; of many only the ``newest``."""
    of_kind: LiteralString = " WHERE document.case_id = %s::uuid AND document.kind = %s ORDER BY leaf.id DESC LIMIT %s"
    return [_entry(row) for row in reversed(_rows(conn, _ENTRY + of_kind, case, kind, newest))]


_OF: LiteralString = """
    SELECT document.id FROM document JOIN leaf ON leaf.document = document.id
    WHERE document.case_id = %s::uuid AND document.kind = %s ORDER BY leaf.id
"""


def all_of(conn: Connection, case: str, kind: str) -> list[str]:
    """A case's entries of one kind, in the order in which they were entered: identifiers."""
    return [identifier.hex for (identifier,) in _rows(conn, _OF, case, kind)]


def newest_of(conn: Connection, case: str, kind: str) -> str | None:
    """The last of them."""
    rows = _rows(conn, _OF + " DESC LIMIT 1", case, kind)
    return rows[0][0].hex if rows else None


def all_entries(conn: Connection, batch: int = 2000) -> Iterator[StoredEntry]:
    """All documents with their leaves, ordered by identifier, read in batches."""
    after = "00000000-0000-0000-0000-000000000000"
    while rows := _rows(conn, _ENTRY + " WHERE document.id > %s::uuid ORDER BY document.id LIMIT %s", after, batch):
        yield from map(_entry, rows)
        after = str(rows[-1][0])


_HEAD: LiteralString = "SELECT size, frontier, root, at, body, note FROM checkpoint "


def _head(row: Sequence[Any]) -> Head:
    size, frontier, root, at, body, note = row
    subtrees = bytes(frontier)
    parts = tuple(subtrees[i : i + HASH_BYTES] for i in range(0, len(subtrees), HASH_BYTES))
    return Head(Frontier(size, parts), bytes(root), Instant(at), body, None if note is None else bytes(note))


def newest_head(conn: Connection) -> Head | None:
    """The largest checkpoint, signed or not."""
    rows = _rows(conn, _HEAD + "ORDER BY size DESC LIMIT 1")
    return _head(rows[0]) if rows else None


def newest_signed(conn: Connection) -> Head | None:
    """The largest signed checkpoint."""
    rows = _rows(conn, _HEAD + "WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1")
    return _head(rows[0]) if rows else None


def newest_cosigned(conn: Connection, required: int, key_ids: Sequence[bytes]) -> Head | None:
    """The largest signed checkpoint that so many different witnesses have cosigned; with none required, the largest."""
    if not required:
        return newest_signed(conn)
    sql: LiteralString = """
        WHERE note IS NOT NULL AND size = (
            SELECT size FROM cosignature WHERE key_id = ANY(%s)
            GROUP BY size HAVING count(DISTINCT name) >= %s ORDER BY size DESC LIMIT 1)
    """
    rows = _rows(conn, _HEAD + sql, list(key_ids), required)
    return _head(rows[0]) if rows else None


def cosignatures(conn: Connection, size: int) -> list[Signature]:
    """What witnesses said about the checkpoint of this size, as lines of its note."""
    sql: LiteralString = "SELECT name, key_id, value FROM cosignature WHERE size = %s ORDER BY name, key_id"
    return [Signature(name, bytes(key), bytes(value)) for name, key, value in _rows(conn, sql, size)]


def cosigned_size(conn: Connection, key_ids: Sequence[bytes]) -> int:
    """The largest size that one of these keys has cosigned; 0 if none."""
    sql: LiteralString = "SELECT size FROM cosignature WHERE key_id = ANY(%s) ORDER BY size DESC LIMIT 1"
    rows = _rows(conn, sql, list(key_ids))
    return int(rows[0][0]) if rows else 0


def all_cosignatures(conn: Connection) -> Iterator[tuple[int, str, Signature]]:
    """Every cosignature with the size and the text of the checkpoint it is about."""
    sql: LiteralString = """
        SELECT size, body, name, key_id, value FROM cosignature JOIN checkpoint USING (size) WHERE size > %s
        ORDER BY size LIMIT 1000
    """
    after = 0
    while rows := _rows(conn, sql, after):
        whole = [row for row in rows if row[0] < rows[-1][0]] or rows  # the last size may be cut off
        for size, body, name, key, value in whole:
            yield size, body, Signature(name, bytes(key), bytes(value))
        after = whole[-1][0]


def witnessed(conn: Connection, head: Head) -> bytes:
    """The signed note of a checkpoint with every cosignature that is known."""
    assert head.note is not None  # only signed heads are shown
    return with_cosignatures(head.note, cosignatures(conn, head.frontier.size))


def head_at(conn: Connection, size: int) -> Head | None:
    """The checkpoint of exactly this size."""
    rows = _rows(conn, _HEAD + "WHERE size = %s", size)
    return _head(rows[0]) if rows else None


def unsigned_heads(conn: Connection) -> list[Head]:
    """Checkpoints that are committed and wait for their signature, smallest first."""
    return [_head(row) for row in _rows(conn, _HEAD + "WHERE note IS NULL ORDER BY size")]


def all_heads(conn: Connection, batch: int = 500) -> Iterator[Head]:
    """All checkpoints, smallest first, read in batches."""
    after = 0
    while rows := _rows(conn, _HEAD + "WHERE size > %s ORDER BY size LIMIT %s", after, batch):
        yield from map(_head, rows)
        after = rows[-1][0]


def leaves(conn: Connection, start: int, end: int) -> list[tuple[int, bytes, bytes]]:
    """Leaves with an index in the range, in order: (index, hash, data). Gaps are for the caller to find."""
    rows = _rows(conn, "SELECT idx, hash, data FROM leaf WHERE idx >= %s AND idx < %s ORDER BY idx", start, end)
    return [(index, bytes(value), bytes(data)) for index, value, data in rows]


def leaves_from(conn: Connection, start: int, limit: int) -> list[tuple[int, bytes]]:
    """The next leaves that have an index not below ``start``, in order: (index, data)."""
    rows = _rows(conn, "SELECT idx, data FROM leaf WHERE idx >= %s ORDER BY idx LIMIT %s", start, limit)
    return [(index, bytes(data)) for index, data in rows]


def leaves_without_document(conn: Connection) -> list[str]:
    """Entries that have a leaf and no document: somebody deleted one, with triggers switched off."""
    sql: LiteralString = (
        "SELECT document FROM leaf WHERE NOT EXISTS (SELECT FROM document WHERE document.id = leaf.document)"
    )
    return [identifier.hex for (identifier,) in _rows(conn, sql)]


def nodes(conn: Connection, level: int, start: int, end: int) -> list[bytes]:
    """Hashes of the complete subtrees of one level (above the leaves), in order."""
    sql: LiteralString = "SELECT hash FROM tree_node WHERE level = %s AND idx >= %s AND idx < %s ORDER BY idx"
    return [bytes(value) for (value,) in _rows(conn, sql, level, start, end)]


def all_nodes(conn: Connection, batch: int = 5000) -> Iterator[tuple[int, int, bytes]]:
    """All stored subtrees: (level, index, hash)."""
    level, index = 0, 0
    sql: LiteralString = (
        "SELECT level, idx, hash FROM tree_node WHERE (level, idx) > (%s, %s) ORDER BY level, idx LIMIT %s"
    )
    while rows := _rows(conn, sql, level, index, batch):
        for level, index, value in rows:
            yield level, index, bytes(value)


_NODES: LiteralString = """
    SELECT 0::smallint, idx, hash FROM leaf WHERE idx = ANY(%s::bigint[])
    UNION ALL
    SELECT node.level, node.idx, node.hash FROM tree_node AS node
    JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, idx) USING (level, idx)
"""


def proof_hashes(conn: Connection, ranges: Iterable[Range]) -> list[bytes]:
    """The Merkle tree hash of each range, from one question to the database. ``KeyError`` names a missing subtree."""
    wanted = [complete_subtrees(start, end) for start, end in ranges]
    flat: list[Node] = [node for nodes_ in wanted for node in nodes_]
    if not flat:
        return []
    low = [index for level, index in flat if level == 0]
    high = [(level, index) for level, index in flat if level]
    rows = _rows(conn, _NODES, low, [level for level, _ in high], [index for _, index in high])
    found = {(level, index): bytes(value) for level, index, value in rows}
    return [fold([found[node] for node in nodes_]) for nodes_ in wanted]


def clock_alarms(conn: Connection) -> list[tuple[datetime, str]]:
    """Alarms about the clock that no entry has settled: when, and in which direction it jumped."""
    return [
        (at, direction)
        for at, direction in _rows(
            conn, "SELECT raised_at, direction FROM clock_alarm WHERE settled_by IS NULL ORDER BY id"
        )
    ]


def vouched(conn: Connection) -> Vouched | None:
    """What the entry that settled the newest settled alarm about the clock vouches for."""
    sql: LiteralString = """
        SELECT convert_from(leaf.data, 'UTF8')::json ->> 'at', head.at
        FROM clock_alarm JOIN leaf ON leaf.document = clock_alarm.settled_by
        CROSS JOIN LATERAL (
            SELECT at FROM checkpoint WHERE leaf.idx IS NULL OR size <= leaf.idx ORDER BY size DESC LIMIT 1
        ) AS head
        ORDER BY clock_alarm.id DESC LIMIT 1
    """
    rows = _rows(conn, sql)
    return Vouched(Instant.parse(rows[0][0]), Instant(rows[0][1])) if rows else None
