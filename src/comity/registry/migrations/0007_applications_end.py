"""What a person wrote who asked for access, and came to nothing, can be erased: only that, only with a certificate."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FORGETS = """
CREATE FUNCTION registry_officer_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.name, NEW.post, NEW.address, NEW.claimed_authority) <> ('', '', '', '') THEN
        RAISE EXCEPTION 'an officer is never edited: another enrolment is another row' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('applied', 'proposed', 'approved', 'refused', 'withdrawn')
       OR NEW.state NOT IN ('refused', 'withdrawn')
       OR (OLD.state IN ('refused', 'withdrawn') AND NEW.state <> OLD.state)
       OR (NEW.id, NEW.applied_at, NEW.authority_id, NEW.proposed_by_id, NEW.confirmed_by_id, NEW.succeeds)
          IS DISTINCT FROM
          (OLD.id, OLD.applied_at, OLD.authority_id, OLD.proposed_by_id, OLD.confirmed_by_id, OLD.succeeds) THEN
        RAISE EXCEPTION 'only what came to nothing is forgotten' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.document WHERE id = NEW.entry AND case_id = NEW.id AND kind = 'erasure') THEN
        RAISE EXCEPTION 'an application is forgotten with a certificate' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_officer_forgotten BEFORE UPDATE ON registry_officer FOR EACH ROW
    WHEN (NEW.address = '') EXECUTE FUNCTION registry_officer_forgotten();
ALTER TABLE registry_officer ENABLE ALWAYS TRIGGER registry_officer_forgotten;
DROP TRIGGER registry_officer_step ON registry_officer;
CREATE TRIGGER registry_officer_begins BEFORE INSERT ON registry_officer
    FOR EACH ROW EXECUTE FUNCTION registry_officer_step();
ALTER TABLE registry_officer ENABLE ALWAYS TRIGGER registry_officer_begins;
CREATE TRIGGER registry_officer_step BEFORE UPDATE ON registry_officer FOR EACH ROW
    WHEN (NEW.address <> '') EXECUTE FUNCTION registry_officer_step();
ALTER TABLE registry_officer ENABLE ALWAYS TRIGGER registry_officer_step;
"""


class Migration(migrations.Migration):
    """Every other change is judged as before, by the same function."""

    dependencies: ClassVar = [("registry", "0006_two_halves")]
    operations: ClassVar = [
        migrations.RunSQL(
            FORGETS,
            "DROP FUNCTION registry_officer_forgotten() CASCADE; "
            "DROP TRIGGER registry_officer_begins ON registry_officer; "
            "DROP TRIGGER registry_officer_step ON registry_officer; "
            "CREATE TRIGGER registry_officer_step BEFORE INSERT OR UPDATE ON registry_officer "
            "FOR EACH ROW EXECUTE FUNCTION registry_officer_step(); "
            "ALTER TABLE registry_officer ENABLE ALWAYS TRIGGER registry_officer_step",
        )
    ]
