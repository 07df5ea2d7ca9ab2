"""Posts and pictures: writing them, and reading them as a visitor from one country may."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass

from board.clock import now
from board.errors import BadInput, NoSuchThing
from board.pictures import Picture
from board.store import bars
from board.store.accounts import Account, Origin, note
from board.store.bars import Standing
from board.store.database import Database, new_name
from board.store.territories import covering

ROOMS = {
    "town": "Town and neighbours",
    "garden": "Garden",
    "bicycles": "Bicycles",
    "pictures": "Pictures of the day",
    "news": "News and opinion",
}
TITLE, BODY, PICTURES = 120, 20_000, 4
"""Limits: characters of a title, of a text; pictures of a post."""

_SHOWN = "NOT EXISTS (SELECT 1 FROM bar WHERE bar.item = {} AND bar.territory IN (?, ?, ?))"
_PICTURE_SHOWN, _POST_SHOWN = _SHOWN.format("picture.id"), _SHOWN.format("post.id")
_LIST = f"""
SELECT post.id, post.room, post.title, post.created_at, handle, substr(post.body, 1, 200) AS beginning,
    (SELECT picture.id FROM picture WHERE picture.post = post.id AND {_PICTURE_SHOWN} ORDER BY place LIMIT 1) AS picture
FROM post JOIN account ON account.id = post.account WHERE {_POST_SHOWN}
"""  # noqa: S608 -- names of columns


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it is written."""

    room: str
    title: str
    body: str
    pictures: tuple[Picture, ...] = ()


def publish(database: Database, author: Account, draft: Draft, origin: Origin) -> str:
    """Write a post; gives its name."""
    _check(draft)
    name, at = new_name("p"), now()
    with database.write() as connection:
        connection.execute(
            "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, draft.room, author.id, draft.title.strip(), draft.body.strip(), at, origin.address),
        )
        for place, picture in enumerate(draft.pictures):
            attach(connection, name, place, picture)
        note(connection, author.id, "posted", origin)
    return name


def _check(draft: Draft) -> None:
    complaint = ""
    if draft.room not in ROOMS:
        complaint = "Choose a room."
    elif not 0 < len(draft.title.strip()) <= TITLE:
        complaint = f"A title has 1 to {TITLE} characters."
    elif not 0 < len(draft.body.strip()) <= BODY:
        complaint = f"A text has 1 to {BODY} characters."
    elif len(draft.pictures) > PICTURES:
        complaint = f"A post has at most {PICTURES} pictures."
    if complaint:
        raise BadInput(complaint)


def attach(connection: sqlite3.Connection, post: str, place: int, picture: Picture) -> None:
    """Give a post a picture; equal bytes are kept once."""
    digest = hashlib.sha256(picture.body).hexdigest()
    connection.execute("INSERT INTO octets VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, picture.body))
    connection.execute(
        "INSERT INTO picture VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (new_name("m"), post, place, picture.media_type, len(picture.body), digest, picture.width, picture.height),
    )


def listing(database: Database, country: str, where: tuple[str, str] | None, page: int) -> list[sqlite3.Row]:
    """Up to 31 posts that can be seen from a country, newest first; the 31st only says that there is another page."""
    narrowed = {None: "", "room": " AND post.room = ?", "account": " AND post.account = ?"}[where[0] if where else None]
    statement = _LIST + narrowed + " ORDER BY post.created_at DESC, post.id LIMIT 31 OFFSET ?"
    values = (*covering(country) * 2, *((where[1],) if where else ()), page * 30)
    return database.read().execute(statement, values).fetchall()


def look(database: Database, name: str, country: str) -> tuple[sqlite3.Row, Standing]:
    """A post as it stands for a visitor. Quietly barred and absent are one and the same: ``NoSuchThing``."""
    connection = database.read()
    # Both questions are always asked, so that the time of the answer does not tell absent from quietly barred.
    standing = bars.standing(connection, (name, name), covering(country))
    row = connection.execute(
        "SELECT post.*, handle FROM post JOIN account ON account.id = post.account WHERE post.id = ?", (name,)
    ).fetchone()
    if row is None or (standing.barred and standing.note is None):
        raise NoSuchThing
    return row, standing


def pictures_of(database: Database, post: str, country: str) -> list[sqlite3.Row]:
    """The pictures of a post that can be seen from a country."""
    statement = f"SELECT * FROM picture WHERE post = ? AND {_PICTURE_SHOWN} ORDER BY place"  # noqa: S608 -- a column's name
    return database.read().execute(statement, (post, *covering(country))).fetchall()


def look_at_picture(database: Database, name: str, country: str) -> tuple[sqlite3.Row, Standing]:
    """A picture's type and digest as it stands for a visitor; it goes with its post."""
    connection = database.read()
    row = connection.execute("SELECT * FROM picture WHERE id = ?", (name,)).fetchone()
    standing = bars.standing(connection, (name, row["post"] if row else name), covering(country))
    if row is None or (standing.barred and standing.note is None):
        raise NoSuchThing
    return row, standing


def octets(database: Database, sha256: str) -> bytes:
    """The bytes behind a digest."""
    row = database.read().execute("SELECT body FROM octets WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise NoSuchThing
    return bytes(row["body"])
