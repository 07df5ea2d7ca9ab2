"""Disabling and restoring: the two effects that never touch an item itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from board.clock import now
from board.errors import NoSuchThing


@dataclass(frozen=True, slots=True)
class Note:
    """What a visitor may learn (RFC 7725)."""

    blocked_by: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands for one visitor."""

    barred: bool
    note: Note | None


FREE = Standing(barred=False, note=None)


def standing(connection: sqlite3.Connection, items: tuple[str, str], covering: tuple[str, str, str]) -> Standing:
    """How a thing stands that goes when any of two items goes (a picture and its post; give one twice if alone).

    Where one bar is open and another quiet, the open one shows: it was or would be there without the quiet one.
    """
    rows = connection.execute(
        "SELECT blocked_by, reference FROM bar WHERE item IN (?, ?) AND territory IN (?, ?, ?) ORDER BY quiet, at",
        (*items, *covering),
    ).fetchall()
    if not rows:
        return FREE
    first = rows[0]
    return Standing(True, Note(first["blocked_by"], first["reference"]) if first["blocked_by"] else None)


def disabled_in(connection: sqlite3.Connection, item: str) -> list[str]:
    """The territories in which an item is disabled, sorted."""
    rows = connection.execute("SELECT territory FROM bar WHERE item = ? ORDER BY territory", (item,))
    return [row["territory"] for row in rows]


def disable(connection: sqlite3.Connection, item: str, territories: list[str], note: Note | None) -> dict[str, object]:
    """Bar an item in territories; the answer of the interface.

    A note replaces what was there. No note (quiet) adds a bar where there was none and changes none: turning an open
    bar into silence would itself tell that something happened.
    """
    _must_exist(connection, item)
    at, changed = now(), 0
    for territory in territories:
        if note is None:
            statement = "INSERT INTO bar VALUES (?, ?, 1, NULL, NULL, ?) ON CONFLICT DO NOTHING"
            changed += connection.execute(statement, (item, territory, at)).rowcount
        else:
            statement = (
                "INSERT INTO bar VALUES (?, ?, 0, ?, ?, ?) ON CONFLICT DO UPDATE SET quiet = 0,"
                " blocked_by = excluded.blocked_by, reference = excluded.reference"
                " WHERE quiet OR blocked_by <> excluded.blocked_by OR reference IS NOT excluded.reference"
            )
            changed += connection.execute(statement, (item, territory, note.blocked_by, note.reference, at)).rowcount
    return _effect(connection, item, at, changed=changed > 0)


def restore(connection: sqlite3.Connection, item: str, territories: list[str]) -> dict[str, object]:
    """Lift exactly these bars; the answer of the interface."""
    _must_exist(connection, item)
    changed = 0
    for territory in territories:
        statement = "DELETE FROM bar WHERE item = ? AND territory = ?"
        changed += connection.execute(statement, (item, territory)).rowcount
    return _effect(connection, item, now(), changed=changed > 0)


def _effect(connection: sqlite3.Connection, item: str, at: str, *, changed: bool) -> dict[str, object]:
    where = disabled_in(connection, item)
    return {
        "state": "disabled" if where else "available",
        "already": not changed,
        "at": at,
        "disabled_in": where,
        "detail": f"disabled in {', '.join(where)}" if where else "available everywhere",
    }


def _must_exist(connection: sqlite3.Connection, item: str) -> None:
    statement = "SELECT 1 FROM post WHERE id = ?1 UNION ALL SELECT 1 FROM picture WHERE id = ?1"
    if connection.execute(statement, (item,)).fetchone() is None:
        message = "There is no such item."
        raise NoSuchThing(message)
