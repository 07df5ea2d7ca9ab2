"""The only writer of the log's tables: the sequencer's statements, on the connection that holds its lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, LiteralString

from comity.casefile.audit.cosignature import Cosignature
from comity.casefile.audit.errors import LogBroken, SequencerElsewhere
from comity.casefile.audit.store import Connection, Head
from comity.casefile.clock import Instant

CHANNEL: Final[LiteralString] = "comity_leaf"
_LOCKS: Final = 7223003
_LIVE: Final = 1
_AWAKE: Final = 2
"""Two numbers of PostgreSQL's advisory locks; the second is also in the trigger (migrations/sql/0001_log.sql)."""


def lead(conn: Connection) -> None:
    """Become the single live sequencer for as long as this connection lives, or ``SequencerElsewhere``."""
    if not _try_lock(conn, _LIVE):
        raise SequencerElsewhere
    conn.execute("LISTEN " + CHANNEL)


def stay_awake(conn: Connection) -> bool:
    """Tell writers that they need not notify. Fails, rarely, when one of them is just asking."""
    return _try_lock(conn, _AWAKE)


def fall_asleep(conn: Connection) -> None:
    """From now on writers notify. Look once more afterwards: one may have committed in between."""
    conn.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCKS, _AWAKE))


def _try_lock(conn: Connection, which: int) -> bool:
    row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCKS, which)).fetchone()
    return bool(row and row[0])


def waiting(conn: Connection, limit: int) -> list[tuple[int, bytes]]:
    """Committed leaves without an index, oldest first: (row, hash)."""
    rows = conn.execute(
        "SELECT id, hash FROM leaf WHERE idx IS NULL ORDER BY id LIMIT %s", (limit,), binary=True
    ).fetchall()
    return [(row, bytes(value)) for row, value in rows]


def give_indices(conn: Connection, rows: Sequence[int], first: int) -> None:
    """Give the leaves in ``rows`` the indices from ``first`` on. An index never moves: the trigger sees to it."""
    given = conn.execute(
        "UPDATE leaf SET idx = %s + given.place - 1 FROM unnest(%b::bigint[]) WITH ORDINALITY AS given (id, place)"
        " WHERE leaf.id = given.id AND leaf.idx IS NULL",
        (first, list(rows)),
    ).rowcount
    if given != len(rows):
        raise LogBroken(f"{len(rows)} leaves waited and {given} could be given an index.")


def add_nodes(conn: Connection, made: Sequence[tuple[int, int, bytes]]) -> None:
    """Store subtrees that have become complete."""
    levels, indices, hashes = ([node[part] for node in made] for part in range(3))
    conn.execute(
        "INSERT INTO tree_node (level, idx, hash) SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])",
        (levels, indices, hashes),
    )


def add_head(conn: Connection, head: Head) -> None:
    """Store the checkpoint that is to be signed once this transaction is committed."""
    conn.execute(
        "INSERT INTO checkpoint (size, root, frontier, at, body) VALUES (%s, %s, %s, %s, %s)",
        (head.frontier.size, head.root, b"".join(head.frontier.subtrees), head.at.utc, head.body),
    )


def sign_head(conn: Connection, size: int, note: bytes) -> None:
    """Store the signed note of a checkpoint."""
    conn.execute("UPDATE checkpoint SET note = %s WHERE size = %s AND note IS NULL", (note, size))


def add_cosignature(conn: Connection, size: int, found: Cosignature) -> None:
    """Keep what a witness said; a key's second saying about the same checkpoint adds nothing."""
    signature, at = found.signature, datetime.fromtimestamp(found.at, UTC)
    conn.execute(
        "INSERT INTO cosignature (size, key_id, name, value, signed_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (size, signature.key_id, signature.name, signature.value, at),
    )


def raise_alarm(conn: Connection, at: Instant, direction: str, newest: Instant | None) -> bool:
    """Record that the clock jumped, unless an alarm of this direction is open already; whether it was recorded."""
    made = conn.execute(
        "INSERT INTO clock_alarm (raised_at, direction, newest_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (at.utc, direction, newest.utc if newest else None),
    )
    return bool(made.rowcount)


def settle_alarms(conn: Connection, entry: str) -> int:
    """Mark all open alarms as settled by an entry; gives how many there were."""
    return conn.execute("UPDATE clock_alarm SET settled_by = %s::uuid WHERE settled_by IS NULL", (entry,)).rowcount
