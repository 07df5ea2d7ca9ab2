"""What the database itself refuses here: rows without an entry of their own transaction, and a turn that goes back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry('id');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept;
"""

TURNS = """
CREATE FUNCTION exchanges_turns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.turn <> OLD.turn + 1 THEN
        RAISE EXCEPTION 'part % of a list does not follow part %', NEW.turn, OLD.turn USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchanges_turns BEFORE UPDATE ON exchanges_progress
    FOR EACH ROW EXECUTE FUNCTION exchanges_turns();
ALTER TABLE exchanges_progress ENABLE ALWAYS TRIGGER exchanges_turns;
"""

STATE_TABLES = ("exchanges_exchange", "exchanges_progress")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("exchanges", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(migrations.RunSQL(ENTRY.format(table=table), migrations.RunSQL.noop) for table in STATE_TABLES),
        migrations.RunSQL(TURNS, migrations.RunSQL.noop),
    ]
