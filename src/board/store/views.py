"""Items as the provider's own tools see them: barred or not, with everything that belongs to them."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from typing import Any

from board.errors import NoSuchThing
from board.store.bars import disabled_in
from board.store.database import Database

PAGE = 1000
_PATH = re.compile(r"/(?:p|api/posts|media)/(?P<name>[pm][a-z0-9]{16})", re.ASCII)


def resolve(database: Database, path: str) -> str | None:
    """The item under a public path: a post for its page and its JSON view, a picture for its address."""
    match = _PATH.fullmatch(path)
    if match is None or (match["name"][0] == "m") != path.startswith("/media/"):
        return None
    row = _row(database.read(), match["name"])
    return str(row["id"]) if row else None


def texts(database: Database, after: str, most: int) -> dict[str, str]:
    """What posts say, title first, by their names and in the order of these."""
    rows = database.read().execute(
        "SELECT id, title, body FROM post WHERE id > ? ORDER BY id LIMIT ?", (after, min(most, PAGE))
    )
    return {row["id"]: f"{row['title']}\n{row['body']}" for row in rows}


def _row(connection: sqlite3.Connection, item: str) -> sqlite3.Row | None:
    table = "picture" if item.startswith("m") else "post"
    row: sqlite3.Row | None = connection.execute(f"SELECT * FROM {table} WHERE id = ?", (item,)).fetchone()  # noqa: S608 -- one of two literals
    return row


def _media(connection: sqlite3.Connection, item: sqlite3.Row, post: str) -> list[dict[str, Any]]:
    rows = connection.execute("SELECT * FROM picture WHERE post = ? ORDER BY place", (post,)).fetchall()
    return [
        {
            "name": row["id"],
            "media_type": row["media_type"],
            "size": row["size"],
            "sha256": row["sha256"],
            "path": f"/media/{row['id']}",
        }
        for row in rows
        if item["id"] in {post, row["id"]}
    ]


def _both(connection: sqlite3.Connection, item: str) -> tuple[sqlite3.Row, sqlite3.Row]:
    """The item's own row and its post's; the same for a post."""
    row = _row(connection, item)
    if row is None:
        message = "There is no such item."
        raise NoSuchThing(message)
    post = row if item.startswith("p") else _row(connection, row["post"])
    assert post is not None, "a picture has a post"
    return row, post


def describe(connection: sqlite3.Connection, item: str) -> dict[str, Any]:
    """An item without its bytes; paths are relative to the public site, whose host the caller knows best."""
    row, post = _both(connection, item)
    media = _media(connection, row, post["id"])
    own = [f"/p/{item}", f"/api/posts/{item}"] if row is post else []
    return {
        "item": item,
        "account": post["account"],
        "kind": "post" if row is post else "picture",
        "created_at": post["created_at"],
        "title": post["title"],
        "media": media,
        "paths": own + [one["path"] for one in media],
        "disabled_in": disabled_in(connection, item),
    }


def parts(connection: sqlite3.Connection, item: str) -> list[dict[str, Any]]:
    """What Regulation (EU) 2021/784 Art 6 preserves: the content and the related data that the board has."""
    post = _both(connection, item)[1]
    account = connection.execute("SELECT * FROM account WHERE id = ?", (post["account"],)).fetchone()
    access = connection.execute(
        "SELECT at, what, address, agent FROM access WHERE account = ? ORDER BY at DESC LIMIT 5000", (post["account"],)
    ).fetchall()
    described = describe(connection, item)
    fields = {key: post[key] for key in ("id", "room", "title", "body", "created_at", "address")}
    related = {
        "account.json": {key: account[key] for key in ("id", "handle", "created_at")},
        "access.json": [dict(one) for one in access],
        "item.json": described,
    }
    texts = {"post.json": fields, **related}
    return [_text_part(name, value) for name, value in texts.items()] + [
        {key: one[key] for key in ("name", "media_type", "size", "sha256")} for one in described["media"]
    ]


def _text_part(name: str, value: object) -> dict[str, Any]:
    """A small part, carried in the answer itself so that all parts show one and the same moment."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
    octets = text.encode()
    digest = hashlib.sha256(octets).hexdigest()
    return {"name": name, "media_type": "application/json", "size": len(octets), "sha256": digest, "text": text}
