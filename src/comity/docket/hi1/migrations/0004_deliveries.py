"""A notice may deliver a package: of its own case and authority, once, and no other one later. Lists go by creation."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

GUARD = """
CREATE FUNCTION hi1_delivery_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.package IS DISTINCT FROM OLD.package THEN
        RAISE EXCEPTION 'what a delivery carries never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.package IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.execution_disclosure_package AS held
        WHERE held.package = NEW.package AND held.case_id = NEW.case_id AND held.authority = NEW.authority
            AND held.state = 'made'
    ) THEN
        RAISE EXCEPTION 'a delivery carries a package of its own case and authority' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hi1_delivery_step BEFORE INSERT OR UPDATE ON hi1_notice
    FOR EACH ROW EXECUTE FUNCTION hi1_delivery_step();
ALTER TABLE hi1_notice ENABLE ALWAYS TRIGGER hi1_delivery_step;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hi1", "0003_order"), ("disclosure", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField("noticerow", "package", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "noticerow", models.UniqueConstraint(fields=("package",), name="hi1_delivery_once")
        ),
        migrations.AddIndex(
            "objectrow", models.Index(fields=("authority", "-created_at", "-id"), name="hi1_object_page")
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
