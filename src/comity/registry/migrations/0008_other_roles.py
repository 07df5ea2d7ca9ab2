"""Roles under other laws than Regulation (EU) 2021/784 stand in a column of their own: older programs read the first.

What two people agreed on includes them: a trigger beside the older one refuses a change outside of a new round.
"""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

GUARD = """
CREATE FUNCTION registry_other_roles_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.round = OLD.round THEN
        RAISE EXCEPTION 'what two people agreed on changes only in a new round' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_other_roles_step BEFORE UPDATE ON registry_authority FOR EACH ROW
    WHEN (NEW.other_roles IS DISTINCT FROM OLD.other_roles) EXECUTE FUNCTION registry_other_roles_step();
ALTER TABLE registry_authority ENABLE ALWAYS TRIGGER registry_other_roles_step;
"""


class Migration(migrations.Migration):
    """A column with a default that the database knows, and its guard."""

    dependencies: ClassVar = [("registry", "0007_applications_end")]
    operations: ClassVar = [
        migrations.AddField(
            "Authority",
            "other_roles",
            django.contrib.postgres.fields.ArrayField(models.TextField(), default=list, db_default=[]),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION registry_other_roles_step() CASCADE"),
    ]
