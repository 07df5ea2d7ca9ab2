"""What the database itself refuses here: rows without an entry of their own transaction and file, and odd moves."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

GUARDS = """
CREATE SEQUENCE incidents_number;
ALTER TABLE incidents_incident ADD CONSTRAINT incidents_incident_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER incidents_incident_needs_entry BEFORE INSERT OR UPDATE ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION require_entry('id');
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incidents_incident_needs_entry;
CREATE TRIGGER incidents_incident_kept BEFORE DELETE OR TRUNCATE ON incidents_incident
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incidents_incident_kept;
CREATE FUNCTION incidents_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'lasts' OR NEW.confirmed_by <> '' OR NEW.ends_at <= NEW.declared_at THEN
            RAISE EXCEPTION 'an incident begins, with an end to come and one person' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'lasts' THEN
        RAISE EXCEPTION 'an incident that is over does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state NOT IN ('lasts', 'closed', 'ended') THEN
        RAISE EXCEPTION 'an incident does not become %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.type, NEW.title, NEW.bank, NEW.declared_by, NEW.declared_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.type, OLD.title, OLD.bank, OLD.declared_by, OLD.declared_at)
        OR (OLD.confirmed_by <> '' AND NEW.confirmed_by <> OLD.confirmed_by) THEN
        RAISE EXCEPTION 'who declared and confirmed an incident, and what it was, never changes'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_moves BEFORE INSERT OR UPDATE ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION incidents_moves();
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incidents_moves;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("incidents", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARDS, "DROP SEQUENCE incidents_number")]
