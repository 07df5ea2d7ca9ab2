"""Bring a database's tables to the present version, as the role that owns them."""

from __future__ import annotations

from importlib import resources

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from comity.casefile.records.roles import Role, Server

_ONE_AT_A_TIME = 7223001
"""Key of the advisory lock under which tables change, so that two starting processes do not both change them."""


def migrate(server: Server) -> bool:
    """Grant, then run every migration that has not run; whether there was any.

    Django must be set up; its own connection is left alone. Where nothing is pending this takes a look, no more.
    """
    usual = connections["default"]
    configured = {**usual.settings_dict, **server.django(Role.OWNER), "CONN_MAX_AGE": 0}
    owner = DatabaseWrapper(configured, alias="default")
    connections["default"] = owner
    try:
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        if not _pending(owner):
            return False
        with owner.cursor() as cursor:
            cursor.execute((resources.files(__package__) / "sql" / "grants.sql").read_text(encoding="utf-8"))
        call_command("migrate", interactive=False, verbosity=0)
        with owner.cursor() as cursor:
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM comity_app")
        return True
    finally:
        owner.close()
        connections["default"] = usual


def pending() -> list[str]:
    """Migrations that have not run, as ``room.name``, seen over Django's own connection."""
    return _pending(connections["default"])


def _pending(connection: BaseDatabaseWrapper) -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
