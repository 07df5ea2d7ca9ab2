"""Idempotency: what a key brought about is kept for ever, in the transaction that brought it about."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable

from board.clock import now
from board.errors import BadInput, KeyReused
from board.store.database import Database

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)

Answer = dict[str, object]


def once(database: Database, key: str, what: object, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """Do ``act`` unless this key did it before; then its answer of that time. ``what`` says what the key stands for."""
    if _KEY.fullmatch(key) is None:
        message = "Idempotency-Key: 1 to 128 letters, digits, dots, colons, hyphens or underscores."
        raise BadInput(message)
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    with database.write() as connection:
        row = connection.execute("SELECT digest, answer FROM effect WHERE key = ?", (key,)).fetchone()
        if row is not None:
            if row["digest"] != digest:
                raise KeyReused
            before: Answer = json.loads(row["answer"])
            return before
        answer = act(connection)
        connection.execute("INSERT INTO effect VALUES (?, ?, ?, ?)", (key, digest, json.dumps(answer), now()))
    return answer
