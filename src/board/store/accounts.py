"""Accounts, log-ins, visits and the inbox."""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass

from board.clock import now
from board.errors import BadInput, HandleTaken, NoSuchThing
from board.store.database import Database, new_name

_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,29}", re.ASCII)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something came from."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in."""

    id: str
    handle: str


def create(database: Database, handle: str, password: str, origin: Origin) -> Account:
    """Make an account; ``password`` is already hashed."""
    if _HANDLE.fullmatch(handle) is None:
        message = "A name has 2 to 30 letters, digits, hyphens or underscores and begins with a letter or digit."
        raise BadInput(message)
    account = Account(new_name("a"), handle)
    with database.write() as connection:
        try:
            connection.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (account.id, handle, password, now()))
        except sqlite3.IntegrityError as error:
            raise HandleTaken from error
        note(connection, account.id, "joined", origin)
    return account


def reads(database: Database, account: str, language: str) -> None:
    """Remember what an account reads: a BCP 47 tag; anything else is not remembered."""
    if _LANGUAGE.fullmatch(language) is not None:
        with database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO reads VALUES (?, ?)", (account, language))


def language(database: Database, account: str) -> str | None:
    """What an account reads, or none where nobody knows."""
    statement = "SELECT language FROM account LEFT JOIN reads ON reads.account = account.id WHERE account.id = ?"
    row = database.read().execute(statement, (account,)).fetchone()
    if row is None:
        raise NoSuchThing
    return None if row["language"] is None else str(row["language"])


def note(connection: sqlite3.Connection, account: str, what: str, origin: Origin) -> None:
    """Write one line of access data."""
    connection.execute(
        "INSERT INTO access VALUES (?, ?, ?, ?, ?)", (account, now(), what, origin.address, origin.agent[:200])
    )


def credentials(database: Database, handle: str) -> tuple[Account, str] | None:
    """The account of a name and its hashed password."""
    row = database.read().execute("SELECT * FROM account WHERE handle = ?", (handle,)).fetchone()
    return (Account(row["id"], row["handle"]), row["password"]) if row else None


def by_handle(database: Database, handle: str) -> Account:
    """The account of a name."""
    found = credentials(database, handle)
    if found is None:
        raise NoSuchThing
    return found[0]


def open_visit(database: Database, account: Account, origin: Origin) -> str:
    """Log somebody in; gives the cookie's token, of which only the digest is kept."""
    token = secrets.token_urlsafe(32)
    with database.write() as connection:
        connection.execute("INSERT INTO visit VALUES (?, ?, ?)", (_digest(token), account.id, now()))
        note(connection, account.id, "logged_in", origin)
    return token


def visitor(database: Database, token: str) -> Account | None:
    """Who holds a token."""
    row = (
        database.read()
        .execute(
            "SELECT account.id, handle FROM visit JOIN account ON account.id = visit.account WHERE token = ?",
            (_digest(token),),
        )
        .fetchone()
    )
    return Account(row["id"], row["handle"]) if row else None


def close_visit(database: Database, token: str) -> None:
    """Log out."""
    with database.write() as connection:
        connection.execute("DELETE FROM visit WHERE token = ?", (_digest(token),))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message from the provider to a user."""

    subject: str
    body: str
    language: str
    link: str | None


def deliver(connection: sqlite3.Connection, account: str, letter: Letter) -> dict[str, str]:
    """Put a message into an inbox, inside the caller's transaction."""
    if connection.execute("SELECT 1 FROM account WHERE id = ?", (account,)).fetchone() is None:
        message = "There is no such account."
        raise NoSuchThing(message)
    name, at = new_name("n"), now()
    connection.execute(
        "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        (name, account, letter.subject, letter.body, letter.language, letter.link, at),
    )
    return {"message": name, "at": at}


def inbox(database: Database, account: str) -> list[sqlite3.Row]:
    """All messages of an account, newest first."""
    statement = "SELECT * FROM message WHERE account = ? ORDER BY at DESC, id LIMIT 500"
    return database.read().execute(statement, (account,)).fetchall()


def unread(database: Database, account: str) -> int:
    """How many messages were never opened."""
    statement = "SELECT count(*) FROM message WHERE account = ? AND read_at IS NULL"
    return int(database.read().execute(statement, (account,)).fetchone()[0])


def open_message(database: Database, account: str, name: str) -> sqlite3.Row:
    """One message of this account; the first opening is remembered."""
    statement = "SELECT * FROM message WHERE id = ? AND account = ?"
    row: sqlite3.Row | None = database.read().execute(statement, (name, account)).fetchone()
    if row is None:
        raise NoSuchThing
    if row["read_at"] is None:
        with database.write() as connection:
            connection.execute("UPDATE message SET read_at = ? WHERE id = ?", (now(), name))
    return row
