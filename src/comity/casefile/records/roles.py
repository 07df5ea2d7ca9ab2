"""Who may do what in the database: three roles, and how each of them connects."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql


class Role(enum.Enum):
    """The three roles. Nobody works as the server's administrator."""

    OWNER = "comity_owner"
    """Owns the tables; only migrations run as it."""
    APP = "comity_app"
    """What every process works as: it can neither change nor delete what is append-only."""
    SEQUENCER = "comity_sequencer"
    """The log's sequencer: the only one that gives indices and writes checkpoints."""


@dataclass(frozen=True)
class Server:
    """A database and how each role logs in to it. ``repr`` shows no password."""

    place: Mapping[str, str]
    """Parameters of libpq that name server and database: ``host``, ``port``, ``dbname`` and the like."""
    logins: Mapping[Role, Mapping[str, str]] = field(repr=False)
    """What each role adds to them: ``user`` and ``password``, or ``options`` that set the role."""

    def parameters(self, role: Role) -> dict[str, Any]:
        """Parameters for ``psycopg.connect``."""
        return {**self.place, **self.logins[role], "application_name": role.value}

    def django(self, role: Role = Role.APP) -> dict[str, Any]:
        """The same as an entry of Django's ``DATABASES``."""
        options = self.parameters(role)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": options.pop("dbname"),
            "USER": options.pop("user", ""),
            "PASSWORD": options.pop("password", ""),
            "HOST": options.pop("host", ""),
            "PORT": options.pop("port", ""),
            # Statements are prepared once on each connection: planning was a third of the database's work.
            "OPTIONS": {**options, "server_side_binding": True, "prepare_threshold": 3},
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "TIME_ZONE": None,
        }

    def named(self, database: str) -> Server:
        """The same server, another database."""
        return Server({**self.place, "dbname": database}, self.logins)


def make_roles(connection: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    """Make the three roles, or give them these passwords; only verifiers go over the wire and into a server's log."""
    for role in Role:
        name, word = sql.Identifier(role.value), passwords[role.value].encode()
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role.value]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        verifier = connection.pgconn.encrypt_password(word, role.value.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier)))


def hand_over(connection: psycopg.Connection[Any], database: str) -> None:
    """Let the database belong to ``comity_owner``, and let nobody but the three roles connect to it."""
    name, everyone = sql.Identifier(database), sql.SQL(", ").join(sql.Identifier(role.value) for role in Role)
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, sql.Identifier(Role.OWNER.value)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, everyone))
