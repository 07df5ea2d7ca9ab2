"""A PostgreSQL of the operator's own, named by ``COMITY_DATABASE_URL``, instead of the embedded one.

Two ways, told apart by what the login of the address may do:

* It is a superuser: the three roles are made (or given new passwords when their file is gone), the database becomes
  theirs, and their passwords are kept in the file ``passwords`` of the given directory. Afterwards only they connect.
* It is a member of the three roles, which an administrator made with ``sql/roles.sql``: every connection logs in with
  it and takes the role at once. This is weaker: a process that is taken over could take another of the three roles.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

from comity.casefile.records.embedded import write_private
from comity.casefile.records.errors import UnusableServer
from comity.casefile.records.private import read_private
from comity.casefile.records.roles import Role, Server, hand_over, make_roles

OLDEST = 150000
_LOGIN: tuple[str, ...] = ("user", "password", "passfile")
_MAY = """
SELECT rolsuper, (SELECT count(*) FROM pg_roles AS wanted
                  WHERE wanted.rolname = ANY(%s) AND pg_has_role(wanted.oid, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""


def external(url: str, directory: Path) -> Server:
    """How each role connects to the server at ``url``; makes the roles where it may. Raises ``UnusableServer``."""
    try:
        place: dict[str, Any] = {
            key: str(value) for key, value in conninfo.conninfo_to_dict(url).items() if value is not None
        }
    except psycopg.ProgrammingError as error:
        raise UnusableServer("COMITY_DATABASE_URL is not an address that PostgreSQL's libpq understands") from error
    login: dict[str, Any] = {key: place.pop(key) for key in _LOGIN if key in place}
    kept = directory / "passwords"
    if kept.exists():
        return Server(place, _logins(json.loads(read_private(kept))))
    try:
        with psycopg.connect(**{"connect_timeout": "10", **place, **login}, autocommit=True) as connection:
            words = _prepare(connection, kept)
    except psycopg.OperationalError as error:
        raise UnusableServer(
            f"the server of COMITY_DATABASE_URL does not answer: {error.sqlstate or 'no connection'}"
        ) from error
    if words is not None:
        return Server(place, _logins(words))
    options = place.pop("options", "")
    return Server(place, {role: {**login, "options": f"{options} -c role={role.value}".strip()} for role in Role})


def _logins(words: dict[str, str]) -> dict[Role, dict[str, str]]:
    return {role: {"user": role.value, "password": words[role.value]} for role in Role}


def _prepare(connection: psycopg.Connection[Any], kept: Path) -> dict[str, str] | None:
    """New passwords of the roles, or ``None`` when the login is to take the roles itself."""
    if connection.info.server_version < OLDEST:
        raise UnusableServer(f"PostgreSQL 15 or later is needed; this is {connection.info.server_version // 10000}")
    row = connection.execute(_MAY, [[role.value for role in Role]]).fetchone()
    superuser, member_of = row or (False, 0)
    if superuser:
        return _make_roles(connection, kept)
    if member_of < len(Role):
        raise UnusableServer(
            "the login of COMITY_DATABASE_URL is neither a superuser nor a member of comity_owner, comity_app and "
            "comity_sequencer; an administrator makes these with comity/casefile/records/sql/roles.sql"
        )
    return None


def _make_roles(connection: psycopg.Connection[Any], kept: Path) -> dict[str, str]:
    words = {role.value: secrets.token_urlsafe(32) for role in Role}
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(kept, words)
    make_roles(connection, words)
    hand_over(connection, connection.info.dbname)
    return words
