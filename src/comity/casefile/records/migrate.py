"""Bring a database's tables to the present version, as the role that owns them."""

from __future__ import annotations

from importlib import resources

from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from comity.casefile.records.roles import Role, Server

_ONE_AT_A_TIME = 7223001
"""Key of the advisory lock under which tables change, so that two starting processes do not both change them."""


def migrate(server: Server) -> None:
    """Grant, then run every migration that has not run. Django must be set up; its own connection is left alone."""
    usual = connections["default"]
    configured = {**usual.settings_dict, **server.django(Role.OWNER), "CONN_MAX_AGE": 0}
    owner = DatabaseWrapper(configured, alias="default")
    connections["default"] = owner
    try:
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
            cursor.execute((resources.files(__package__) / "sql" / "grants.sql").read_text(encoding="utf-8"))
        call_command("migrate", interactive=False, verbosity=0)
        with owner.cursor() as cursor:
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM comity_app")
    finally:
        owner.close()
        connections["default"] = usual
