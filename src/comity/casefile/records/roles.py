"""Who may do what in the database: three roles, and how each of them connects."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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

    def parameters(self, role: Role) -> dict[str, str]:
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
            "OPTIONS": options,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "TIME_ZONE": None,
        }

    def named(self, database: str) -> Server:
        """The same server, another database."""
        return Server({**self.place, "dbname": database}, self.logins)
