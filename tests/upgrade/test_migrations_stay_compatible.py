"""No migration breaks the programs of the version before it, which run on while the tables change.

So nothing is dropped, renamed or made mandatory without a default; what must be is listed here with its reason, in a
later version than the one that stopped to need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

LISTED: dict[str, str] = {}
"""``room.migration``: why it may, and since which version nothing needs what goes."""

_BREAKING = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|TYPE|FUNCTION)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\w+\s+TYPE"
    r"|REVOKE\s+\w+[^;]*FROM\s+comity_app)\b",
    re.IGNORECASE,
)
_CREATED = re.compile(r"CREATE\s+TABLE\s+(\w+)", re.IGNORECASE)


def ours() -> Iterator[migrations.Migration]:
    loader = MigrationLoader(None)
    for migration in loader.disk_migrations.values():
        if type(migration).__module__.startswith("comity."):
            yield migration


def faults(migration: migrations.Migration) -> list[str]:
    """What would break the version before; the first migration of a room has none before it."""
    if migration.initial:
        return []
    made = {
        operation.name.lower() for operation in migration.operations if isinstance(operation, migrations.CreateModel)
    }
    return [fault for operation in migration.operations for fault in _faults(operation, made)]


def _faults(operation: object, made: set[str]) -> Iterator[str]:
    if isinstance(
        operation, migrations.DeleteModel | migrations.RenameModel | migrations.RemoveField | migrations.RenameField
    ):
        yield type(operation).__name__
    if isinstance(operation, migrations.AlterField) and operation.model_name.lower() not in made:
        yield "AlterField"
    if isinstance(operation, migrations.AddField) and operation.model_name.lower() not in made:
        yield from _mandatory(operation.field)
    if isinstance(operation, migrations.RunSQL):
        yield from _in_sql(operation.sql)


def _mandatory(field: models.Field) -> Iterator[str]:
    if not field.null and field.db_default is models.NOT_PROVIDED and not field.many_to_many:
        yield f"AddField without NULL or a default of the database: {field.name}"


def _in_sql(statements: object) -> Iterator[str]:
    text = re.sub(r"--[^\n]*", "", statements if isinstance(statements, str) else str(statements))
    created = {name.lower() for name in _CREATED.findall(text)}
    for statement in text.split(";"):
        for found in _BREAKING.finditer(statement):
            words = set(re.findall(r"\w+", statement.lower()))
            if not words & created and "revoke" not in found[0].lower():
                yield " ".join(found[0].split())


@pytest.mark.parametrize(
    "migration",
    sorted(ours(), key=lambda one: (one.app_label, one.name)),
    ids=lambda one: f"{one.app_label}.{one.name}",
)
def test_the_version_before_runs_on_beside_new_tables(migration):
    name = f"{migration.app_label}.{migration.name}"
    assert faults(migration) == [] or LISTED.get(name), f"{name}: {faults(migration)}"


def test_every_exception_is_needed():
    breaking = {f"{one.app_label}.{one.name}" for one in ours() if faults(one)}
    assert set(LISTED) <= breaking


class _Odd(migrations.Migration):
    pass


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("case", "status"),
        migrations.RenameField("case", "status", "state"),
        migrations.DeleteModel("Case"),
        migrations.AlterField("Case", "status", models.IntegerField()),
        migrations.AddField("Case", "since", models.DateTimeField()),
        migrations.AddField("Case", "since", models.TextField(default="x")),
        migrations.RunSQL("ALTER TABLE docket_case DROP COLUMN status"),
        migrations.RunSQL("ALTER TABLE docket_case ALTER COLUMN status SET NOT NULL"),
        migrations.RunSQL("CREATE TABLE other (a int); ALTER TABLE docket_case RENAME COLUMN status TO state"),
        migrations.RunSQL("DROP TABLE docket_case"),
    ],
)
def test_what_would_break_it_is_found(operation):
    odd = _Odd("0002_odd", "docket")
    odd.operations = [operation]
    assert faults(odd)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("Case", "since", models.DateTimeField(null=True)),
        migrations.AddField("Case", "tries", models.IntegerField(db_default=0)),
        migrations.RunSQL("CREATE TABLE other (a int); ALTER TABLE other ALTER COLUMN a SET NOT NULL"),
        migrations.RunSQL("-- DROP TABLE docket_case\nCREATE INDEX i ON docket_case (status)"),
    ],
)
def test_what_only_adds_is_not_refused(operation):
    odd = _Odd("0002_odd", "docket")
    odd.operations = [operation]
    assert faults(odd) == []
