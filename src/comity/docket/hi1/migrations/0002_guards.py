"""What the database itself refuses here: rows without an entry of their own transaction and file, and odd changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry('{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept;
"""

STATE_TABLES = {"hi1_transaction": "file", "hi1_object": "case_id", "hi1_notice": "case_id"}
"""Table → the column that names the file of its entries."""

CHANGES = """
CREATE TRIGGER hi1_transaction_stays BEFORE UPDATE ON hi1_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE hi1_transaction ENABLE ALWAYS TRIGGER hi1_transaction_stays;
CREATE FUNCTION hi1_object_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.generation <> 1 OR NOT EXISTS (
            SELECT FROM public.docket_case WHERE id = NEW.case_id AND authority = NEW.authority
        ) THEN
            RAISE EXCEPTION 'an object begins as the first of its kind, in a case of its authority'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.generation <> OLD.generation + 1 THEN
        RAISE EXCEPTION 'generation % follows %', NEW.generation, OLD.generation USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.authority, NEW.identifier, NEW.type, NEW.case_id, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.authority, OLD.identifier, OLD.type, OLD.case_id, OLD.created_at) THEN
        RAISE EXCEPTION 'whose object it is, and in which case, never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hi1_object_step BEFORE INSERT OR UPDATE ON hi1_object
    FOR EACH ROW EXECUTE FUNCTION hi1_object_step();
ALTER TABLE hi1_object ENABLE ALWAYS TRIGGER hi1_object_step;
CREATE FUNCTION hi1_notice_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.progress <> 'raised' OR NEW.attempts <> 0 OR NOT EXISTS (
            SELECT FROM public.docket_case
            WHERE id = NEW.case_id AND authority = NEW.authority AND status = NEW.status
        ) THEN
            RAISE EXCEPTION 'a notice begins with the move of a case of its authority'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.progress, NEW.progress) NOT IN (
        ('raised', 'ordered'), ('raised', 'kept'), ('ordered', 'ordered'), ('ordered', 'kept'),
        ('ordered', 'delivered'), ('ordered', 'given_up')
    ) THEN
        RAISE EXCEPTION 'a notice that is % cannot become %', OLD.progress, NEW.progress
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.case_id, NEW.authority, NEW.status, NEW.made_at)
        IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.authority, OLD.status, OLD.made_at) THEN
        RAISE EXCEPTION 'what a notice says never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hi1_notice_step BEFORE INSERT OR UPDATE ON hi1_notice
    FOR EACH ROW EXECUTE FUNCTION hi1_notice_step();
ALTER TABLE hi1_notice ENABLE ALWAYS TRIGGER hi1_notice_step;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hi1", "0001_initial"), ("docket", "0002_guards"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
    ]
