"""What the database itself refuses about officers: rows without an entry, steps out of order, keys that change."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

STATE_TABLES = {
    "registry_officer": "id",
    "registry_passkey": "holder",
    "registry_onetimecode": "holder",
}

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry('{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays;
REVOKE DELETE, TRUNCATE ON {table} FROM comity_app;
"""

OFFICER_STEP = """
CREATE FUNCTION registry_officer_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    calls integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'applied' OR NEW.authority_id IS NOT NULL THEN
            RAISE EXCEPTION 'an officer begins as applied' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.name, NEW.post, NEW.address, NEW.applied_at)
       IS DISTINCT FROM (OLD.id, OLD.name, OLD.post, OLD.address, OLD.applied_at)
       OR OLD.state IN ('refused', 'withdrawn', 'suspended') THEN
        RAISE EXCEPTION 'an officer is never edited: another enrolment is another row' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND OLD.state <> 'approved' THEN
        SELECT count(*) INTO calls FROM public.registry_callback c
            JOIN public.registry_callbacknumber n ON n.id = c.number_id
            WHERE c.concerning = NEW.id AND c.authority_id = NEW.authority_id AND c.outcome = 'verified'
              AND n.held_since < NEW.applied_at;
        IF OLD.state <> 'proposed' OR calls < 1 OR NEW.authority_id IS DISTINCT FROM OLD.authority_id THEN
            RAISE EXCEPTION 'an officer is approved by two people after a call-back' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.state = 'enrolled' AND OLD.state <> 'enrolled' AND (
        OLD.state <> 'approved' OR NOT EXISTS (SELECT FROM public.registry_passkey WHERE holder = NEW.id)) THEN
        RAISE EXCEPTION 'an officer is enrolled by a passkey' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('approved', 'enrolled')
       AND (NEW.authority_id, NEW.proposed_by_id, NEW.confirmed_by_id)
       IS DISTINCT FROM (OLD.authority_id, OLD.proposed_by_id, OLD.confirmed_by_id) THEN
        RAISE EXCEPTION 'what two people agreed on does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_officer_step BEFORE INSERT OR UPDATE ON registry_officer
    FOR EACH ROW EXECUTE FUNCTION registry_officer_step();
ALTER TABLE registry_officer ENABLE ALWAYS TRIGGER registry_officer_step;
"""

KEY_STEP = """
CREATE FUNCTION registry_passkey_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.holder, NEW.credential, NEW.key, NEW.registered_at, NEW.active_from)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.holder, OLD.credential, OLD.key, OLD.registered_at, OLD.active_from)
       OR NEW.counter < OLD.counter OR (OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))
    THEN
        RAISE EXCEPTION 'a passkey is never changed: another one is a new enrolment' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_passkey_step BEFORE UPDATE ON registry_passkey
    FOR EACH ROW EXECUTE FUNCTION registry_passkey_step();
ALTER TABLE registry_passkey ENABLE ALWAYS TRIGGER registry_passkey_step;
CREATE FUNCTION registry_code_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.holder, NEW.purpose, NEW.mark, NEW.until)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.holder, OLD.purpose, OLD.mark, OLD.until) OR OLD.spent THEN
        RAISE EXCEPTION 'a one-time code is spent once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_code_step BEFORE UPDATE ON registry_onetimecode
    FOR EACH ROW EXECUTE FUNCTION registry_code_step();
ALTER TABLE registry_onetimecode ENABLE ALWAYS TRIGGER registry_code_step;
"""


class Migration(migrations.Migration):
    """Attach the guards; they fall with the tables."""

    dependencies: ClassVar = [("registry", "0003_officers"), ("records", "0001_initial")]

    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(OFFICER_STEP, "DROP FUNCTION registry_officer_step() CASCADE"),
        migrations.RunSQL(
            KEY_STEP, "DROP FUNCTION registry_passkey_step() CASCADE; DROP FUNCTION registry_code_step() CASCADE"
        ),
    ]
