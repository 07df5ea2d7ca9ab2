"""Bring a database's tables to the present version, as the role that owns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from comity.casefile.records.errors import NewerTables
from comity.casefile.records.roles import Role, Server

_ONE_AT_A_TIME = 7223001
"""Key of the advisory lock under which tables change, so that two starting processes do not both change them."""


def migrate(server: Server) -> bool:
    """Grant, then run every migration that has not run; whether there was any.

    Django must be set up; its own connection is left alone. Where nothing is pending this takes a look, no more.
    """
    with _owner(server) as owner:
        if not _pending(owner):
            return False
        _grant(owner)
        call_command("migrate", interactive=False, verbosity=0)
        _keep_history(owner)
        return True


def migrate_to(server: Server, names: Iterable[str]) -> None:
    """Bring an empty database to the state after exactly these migrations (``room.name``): that of an older version.

    Raises ``NewerTables`` when this version does not know one of them.
    """
    with _owner(server) as owner:
        _grant(owner)
        executor = MigrationExecutor(owner)
        wanted = {(label, name) for label, _, name in (one.partition(".") for one in names)}
        if unknown := wanted - set(executor.loader.disk_migrations):
            raise NewerTables(", ".join(sorted(".".join(key) for key in unknown)))
        targets = [key for key in wanted & set(executor.loader.graph.nodes) if not _followed(executor, key, wanted)]
        if any(backwards for _, backwards in executor.migration_plan(targets)):
            raise NewerTables("the database has tables already")
        executor.migrate(targets)
        _keep_history(owner)


def applied() -> list[str]:
    """Migrations that have run, as ``room.name``, seen over Django's own connection."""
    return sorted(".".join(key) for key in MigrationRecorder(connections["default"]).applied_migrations())


def _followed(executor: MigrationExecutor, key: tuple[str, str], wanted: set[tuple[str, str]]) -> bool:
    """Whether another migration of the same room that is wanted builds on this one."""
    children = executor.loader.graph.node_map[key].children
    return any(child.key in wanted and child.key[0] == key[0] for child in children)


@contextmanager
def _owner(server: Server) -> Iterator[DatabaseWrapper]:
    """Django's default connection as the tables' owner, one process at a time."""
    usual = connections["default"]
    configured = {**usual.settings_dict, **server.django(Role.OWNER), "CONN_MAX_AGE": 0}
    owner = DatabaseWrapper(configured, alias="default")
    connections["default"] = owner
    try:
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        yield owner
    finally:
        owner.close()
        connections["default"] = usual


def _grant(owner: DatabaseWrapper) -> None:
    with owner.cursor() as cursor:
        cursor.execute((resources.files(__package__) / "sql" / "grants.sql").read_text(encoding="utf-8"))


def _keep_history(owner: DatabaseWrapper) -> None:
    with owner.cursor() as cursor:
        cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM comity_app")


def pending() -> list[str]:
    """Migrations that have not run, as ``room.name``, seen over Django's own connection."""
    return _pending(connections["default"])


def _pending(connection: BaseDatabaseWrapper) -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
