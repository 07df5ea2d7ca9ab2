"""Overseers, and what the database itself refuses about them."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
ALTER TABLE registry_overseer ADD CONSTRAINT registry_overseer_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER registry_overseer_needs_entry BEFORE INSERT OR UPDATE ON registry_overseer
    FOR EACH ROW EXECUTE FUNCTION require_entry('id');
ALTER TABLE registry_overseer ENABLE ALWAYS TRIGGER registry_overseer_needs_entry;
CREATE TRIGGER registry_overseer_stays BEFORE DELETE OR TRUNCATE ON registry_overseer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE registry_overseer ENABLE ALWAYS TRIGGER registry_overseer_stays;
REVOKE DELETE, TRUNCATE ON registry_overseer FROM comity_app;
CREATE FUNCTION registry_overseer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.confirmed_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'an overseer begins as proposed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.body, NEW.name, NEW.address, NEW.proposed_by_id)
       IS DISTINCT FROM (OLD.id, OLD.body, OLD.name, OLD.address, OLD.proposed_by_id) OR OLD.state = 'suspended'
       OR (OLD.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id) THEN
        RAISE EXCEPTION 'an overseer is never edited: another one is another row' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('proposed', 'approved'), ('approved', 'enrolled'),
        ('proposed', 'suspended'), ('approved', 'suspended'), ('enrolled', 'suspended')) THEN
        RAISE EXCEPTION 'an overseer cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'enrolled' AND OLD.state <> 'enrolled'
       AND NOT EXISTS (SELECT FROM public.registry_passkey WHERE kind = 'overseer' AND holder = NEW.id) THEN
        RAISE EXCEPTION 'an overseer is enrolled by a passkey' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_overseer_step BEFORE INSERT OR UPDATE ON registry_overseer
    FOR EACH ROW EXECUTE FUNCTION registry_overseer_step();
ALTER TABLE registry_overseer ENABLE ALWAYS TRIGGER registry_overseer_step;
"""


class Migration(migrations.Migration):
    """The table, then its guards; they fall with it."""

    dependencies: ClassVar = [("registry", "0004_officer_guards")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Overseer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("body", models.TextField()),
                ("name", models.TextField()),
                ("address", models.TextField()),
                ("state", models.TextField()),
                ("entry", models.UUIDField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.staff"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.staff"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "enrolled", "suspended"])),
                        name="overseer_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="overseer_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "enrolled"]), _negated=True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="overseer_counts_only_when_confirmed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, "DROP FUNCTION registry_overseer_step() CASCADE"),
    ]
