"""Key-encryption keys that are retired: proven to wrap nothing, and refused from then on."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

GUARDS = """
ALTER TABLE exhibit_key_retired ADD CONSTRAINT exhibit_key_retired_entry FOREIGN KEY (entry) REFERENCES document;
CREATE TRIGGER exhibit_key_retired_requires_entry BEFORE INSERT ON exhibit_key_retired
    FOR EACH ROW EXECUTE FUNCTION require_entry();
SELECT make_append_only('exhibit_key_retired');

-- Whoever wraps by a key holds its lock shared until commit; whoever retires the key must have it alone. So between the
-- look that nothing depends on it and the commit of its retirement, nothing can begin to.
CREATE FUNCTION exhibit_key_usable() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.wrapped_key IS NULL OR (TG_OP = 'UPDATE' AND NEW.kek = OLD.kek) THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('comity.kek.' || NEW.kek, 0));
    IF EXISTS (SELECT FROM public.exhibit_key_retired WHERE identifier = NEW.kek) THEN
        RAISE EXCEPTION 'this key-encryption key is retired' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exhibit_key_usable BEFORE INSERT OR UPDATE ON exhibit
    FOR EACH ROW EXECUTE FUNCTION exhibit_key_usable();
ALTER TABLE exhibit ENABLE ALWAYS TRIGGER exhibit_key_usable;

CREATE FUNCTION exhibit_key_unused() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('comity.kek.' || NEW.identifier, 0));
    IF EXISTS (SELECT FROM public.exhibit WHERE state = 'held' AND kek = NEW.identifier) THEN
        RAISE EXCEPTION 'exhibits are still wrapped by this key' USING ERRCODE = 'object_in_use';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exhibit_key_unused BEFORE INSERT ON exhibit_key_retired
    FOR EACH ROW EXECUTE FUNCTION exhibit_key_unused();
ALTER TABLE exhibit_key_retired ENABLE ALWAYS TRIGGER exhibit_key_unused;
CREATE INDEX exhibit_wrapped_by ON exhibit (kek) WHERE state = 'held';
REVOKE ALL ON FUNCTION exhibit_key_usable(), exhibit_key_unused() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    """Retired keys."""

    dependencies: ClassVar = [("evidence", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="RetiredKeyRow",
            fields=[
                ("identifier", models.TextField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField()),
            ],
            options={"db_table": "exhibit_key_retired"},
        ),
        migrations.RunSQL(GUARDS, reverse_sql=migrations.RunSQL.noop),
    ]
