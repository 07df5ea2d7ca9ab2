"""What the database itself refuses here: rows without an entry of their own transaction and case."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# Table → the column that names the case of its entries.
STATE_TABLES = {"docket_case": "id"}

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry('{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
"""

ARROWS = (
    # Written out, not imported: a migration says what held when it was made. A test compares it with PROCEDURE.
    ("answered", "in_effect"),
    ("answered", "reinstating"),
    ("assessed", "executing"),
    ("assessed", "waiting"),
    ("clarifying", "dismissed"),
    ("clarifying", "received"),
    ("declining", "clarifying"),
    ("declining", "refused"),
    ("executed", "answered"),
    ("executed", "reinstating"),
    ("executing", "executed"),
    ("executing", "reinstating"),
    ("executing", "waiting"),
    ("in_effect", "closed"),
    ("in_effect", "reinstating"),
    ("received", "assessed"),
    ("received", "dismissed"),
    ("reinstated", "closed"),
    ("reinstating", "in_effect"),
    ("reinstating", "reinstated"),
    ("second_person", "declining"),
    ("second_person", "dismissed"),
    ("second_person", "executing"),
    ("second_person", "waiting"),
    ("waiting", "declining"),
    ("waiting", "dismissed"),
    ("waiting", "executing"),
    ("waiting", "received"),
    ("waiting", "second_person"),
)

PROCEDURE = """
CREATE SEQUENCE docket_case_number;
CREATE TABLE docket_arrow (source text NOT NULL, target text NOT NULL, PRIMARY KEY (source, target));
INSERT INTO docket_arrow VALUES {arrows};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON docket_arrow FROM comity_app;
CREATE FUNCTION docket_case_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.status <> 'received' THEN
        RAISE EXCEPTION 'a case begins as received' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND NOT EXISTS (
        SELECT FROM public.docket_arrow WHERE source = OLD.status AND target = NEW.status
    ) THEN
        RAISE EXCEPTION 'the procedure has no arrow from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.received_at <> OLD.received_at THEN
        RAISE EXCEPTION 'the instant of receipt is never overwritten' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER docket_case_moves BEFORE INSERT OR UPDATE ON docket_case
    FOR EACH ROW EXECUTE FUNCTION docket_case_moves();
ALTER TABLE docket_case ENABLE ALWAYS TRIGGER docket_case_moves;
CREATE TRIGGER docket_case_stays BEFORE DELETE OR TRUNCATE ON docket_case
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE docket_case ENABLE ALWAYS TRIGGER docket_case_stays;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("docket", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(
            PROCEDURE.format(arrows=", ".join(str(arrow) for arrow in ARROWS)), "DROP SEQUENCE docket_case_number"
        ),
    ]
