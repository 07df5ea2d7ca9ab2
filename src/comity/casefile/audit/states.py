"""State rows against their entries: every row of every table with a column ``entry`` names one that fits.

This room knows the entries. What a row should say is known by the room that owns it, whose recount is handed in by
the composition root: nothing here reaches upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import LiteralString, NamedTuple

from psycopg import sql

from comity.casefile.audit.store import Connection

GUARDS = ("require_entry", "deadline_entered", "banks_item_entered")
"""Trigger functions that refuse a row without an entry of its own transaction."""


class Fault(NamedTuple):
    """One state row that its entries do not bear out."""

    what: str
    """``state_unguarded``, ``state_entry``, ``state_kind``, ``state_case`` or, from a recount, ``state``."""
    where: str


@dataclass(frozen=True, slots=True)
class States:
    """What the owners of state rows say about them."""

    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By table, which kinds of entry its rows may name. A table that is not listed may name any."""
    recount: Callable[[], Iterable[Fault]] = tuple
    """Compares rows with what their entries add up to, in the transaction of whoever calls."""


class Table(NamedTuple):
    """A table whose rows name entries."""

    name: str
    key: str
    """Its primary key, as an expression of text."""
    case: str | None
    """The column that must name the entry's case, if the guard was told one."""
    guarded: bool


def faults(conn: Connection, states: States) -> Iterator[Fault]:
    """Every state row whose entry is missing, of another kind or of another case; then what the recount finds."""
    for table in tables(conn):
        if not table.guarded:
            yield Fault("state_unguarded", table.name)
        yield from _rows(conn, table, states.kinds.get(table.name))
    yield from states.recount()


_TABLES: LiteralString = """
    SELECT held.relname,
           (SELECT string_agg(format('held.%%I::text', part.attname), ' || ''/'' || ' ORDER BY part.attnum)
            FROM pg_index JOIN pg_attribute AS part ON part.attrelid = held.oid AND part.attnum = ANY(indkey)
            WHERE indrelid = held.oid AND indisprimary),
           guard.argument, coalesce(guard.awake, false)
    FROM pg_class AS held JOIN pg_attribute AS named ON named.attrelid = held.oid
    LEFT JOIN LATERAL (
        SELECT max(nullif(rtrim(encode(tgargs, 'escape'), '\\0'), '')) AS argument,
               bool_and(tgenabled IN ('O', 'A')) AS awake
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgrelid = held.oid AND proname = ANY(%s)
    ) AS guard ON true
    WHERE held.relnamespace = 'public'::regnamespace AND held.relkind = 'r'
      AND named.attname = 'entry' AND named.atttypid = 'uuid'::regtype
    ORDER BY held.relname
"""


def tables(conn: Connection) -> list[Table]:
    """The tables whose rows name entries, found in the database's own catalogue: none can be forgotten."""
    return [Table(*row) for row in conn.execute(_TABLES, (list(GUARDS),)).fetchall()]


def _rows(conn: Connection, table: Table, kinds: frozenset[str] | None) -> Iterator[Fault]:
    query = sql.SQL("""
        SELECT {key}, made.kind, {case} IS DISTINCT FROM made.case_id
        FROM {table} AS held LEFT JOIN document AS made ON made.id = held.entry
        WHERE made.id IS NULL OR ({case} IS DISTINCT FROM made.case_id) OR (%s AND NOT made.kind = ANY(%s))
        ORDER BY 1
    """).format(
        key=sql.SQL(table.key),  # made by format(%I) in the catalogue
        table=sql.Identifier(table.name),
        case=sql.Identifier("held", table.case) if table.case else sql.Identifier("made", "case_id"),
    )
    for key, kind, elsewhere in conn.execute(query, (kinds is not None, sorted(kinds or ()))).fetchall():
        what = "state_entry" if kind is None else "state_case" if elsewhere else "state_kind"
        yield Fault(what, f"{table.name} {key}")
