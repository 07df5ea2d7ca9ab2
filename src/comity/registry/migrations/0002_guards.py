"""What the database itself refuses: rows without an entry, steps that the states do not allow, rewritten history."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# Table → the column that names the case of its entries: the entry must be about this very record.
STATE_TABLES = {
    "registry_staff": "'id'",
    "registry_staffrole": "'staff_id'",
    "registry_authority": "'id'",
    "registry_callbacknumber": "'authority_id'",
    "registry_callback": "'authority_id'",
    "registry_approval": "'authority_id'",
    "registry_credential": "'authority_id'",
    "registry_filing": "",  # its entry is the demand, which is of a case of its own
}
APPEND_ONLY = ("registry_callback", "registry_approval", "registry_filing")

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry({column});
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
"""

NEVER_DELETED = """
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays;
REVOKE DELETE, TRUNCATE ON {table} FROM comity_app;
"""

AUTHORITY_STEP = """
CREATE FUNCTION registry_authority_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    people integer;
    calls integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.round <> 1 THEN
            RAISE EXCEPTION 'an authority begins as proposed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR OLD.state = 'withdrawn' THEN
        RAISE EXCEPTION 'a withdrawn authority stays withdrawn' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.round NOT IN (OLD.round, OLD.round + 1) OR (NEW.round > OLD.round AND NEW.state <> 'proposed') THEN
        RAISE EXCEPTION 'a new round begins as proposed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.round = OLD.round AND
       (NEW.name, NEW.member_state, NEW.roles, NEW.mail_domains, NEW.feedback_contact, NEW.register_reference,
        NEW.proposed_by_id, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.name, OLD.member_state, OLD.roles, OLD.mail_domains, OLD.feedback_contact, OLD.register_reference,
        OLD.proposed_by_id, OLD.proposed_at) THEN
        RAISE EXCEPTION 'what two people agreed on changes only in a new round' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'confirmed' AND OLD.state <> 'confirmed' THEN
        IF OLD.state <> 'proposed' THEN
            RAISE EXCEPTION 'only a proposed authority is confirmed' USING ERRCODE = 'check_violation';
        END IF;
        SELECT count(DISTINCT staff_id) INTO people FROM public.registry_approval
            WHERE authority_id = NEW.id AND round = NEW.round;
        SELECT count(*) INTO calls FROM public.registry_callback
            WHERE authority_id = NEW.id AND round = NEW.round AND outcome = 'verified';
        IF people < 2 OR calls < 1 THEN
            RAISE EXCEPTION 'an authority is confirmed by two people after a call-back'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.state = 'proposed' AND OLD.state <> 'proposed' AND NEW.round = OLD.round THEN
        RAISE EXCEPTION 'going back to proposed begins a new round' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_authority_step BEFORE INSERT OR UPDATE ON registry_authority
    FOR EACH ROW EXECUTE FUNCTION registry_authority_step();
ALTER TABLE registry_authority ENABLE ALWAYS TRIGGER registry_authority_step;
"""

CREDENTIAL_STEP = """
CREATE FUNCTION registry_credential_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.authority_id, NEW.kind, NEW.mark, NEW.certificate, NEW.not_before, NEW.not_after, NEW.proposed_by_id)
       IS DISTINCT FROM
       (OLD.id, OLD.authority_id, OLD.kind, OLD.mark, OLD.certificate, OLD.not_before, OLD.not_after, OLD.proposed_by_id)
       OR OLD.withdrawn
       OR (OLD.confirmed_by_id IS NOT NULL AND
           (NEW.confirmed_by_id, NEW.active_from) IS DISTINCT FROM (OLD.confirmed_by_id, OLD.active_from)) THEN
        RAISE EXCEPTION 'a credential is confirmed once, withdrawn once, and never changed: another one is a new enrolment'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_credential_step BEFORE UPDATE ON registry_credential
    FOR EACH ROW EXECUTE FUNCTION registry_credential_step();
ALTER TABLE registry_credential ENABLE ALWAYS TRIGGER registry_credential_step;
"""


class Migration(migrations.Migration):
    """Attach the guards; they fall with the tables."""

    dependencies: ClassVar = [("registry", "0001_initial"), ("records", "0001_initial")]

    operations: ClassVar = [
        *(
            migrations.RunSQL(
                ENTRY.format(table=table, column=column),
                f"DROP TRIGGER {table}_needs_entry ON {table}; ALTER TABLE {table} DROP CONSTRAINT {table}_entry",
            )
            for table, column in STATE_TABLES.items()
        ),
        *(
            migrations.RunSQL(NEVER_DELETED.format(table=table), f"DROP TRIGGER {table}_stays ON {table}")
            for table in STATE_TABLES
            if table not in APPEND_ONLY
        ),
        *(
            migrations.RunSQL(f"SELECT make_append_only('{table}')", f"DROP TRIGGER only_grows ON {table}")
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(AUTHORITY_STEP, "DROP FUNCTION registry_authority_step() CASCADE"),
        migrations.RunSQL(CREDENTIAL_STEP, "DROP FUNCTION registry_credential_step() CASCADE"),
    ]
