"""What the database itself refuses here: rows without an entry of their own transaction, and changed history."""

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

# Once a statement, not once a row: a million items are listed by one entry.
ITEMS = """
ALTER TABLE banks_item ADD CONSTRAINT banks_item_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE FUNCTION banks_item_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT entry FROM made) AS named WHERE NOT EXISTS (
        SELECT FROM public.document AS said WHERE said.id = named.entry AND said.xact = pg_current_xact_id()
    )) THEN
        RAISE EXCEPTION '% on banks_item is refused: no entry of this transaction says so', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER banks_item_insert AFTER INSERT ON banks_item
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION banks_item_entered();
CREATE TRIGGER banks_item_update AFTER UPDATE ON banks_item
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION banks_item_entered();
ALTER TABLE banks_item ENABLE ALWAYS TRIGGER banks_item_insert;
ALTER TABLE banks_item ENABLE ALWAYS TRIGGER banks_item_update;
CREATE TRIGGER banks_item_kept BEFORE DELETE OR TRUNCATE ON banks_item
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE banks_item ENABLE ALWAYS TRIGGER banks_item_kept;
CREATE FUNCTION banks_item_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.bank, NEW.signals) IS DISTINCT FROM (OLD.id, OLD.bank, OLD.signals)
        OR (OLD.withdrawn AND NOT NEW.withdrawn) THEN
        RAISE EXCEPTION 'what an item is never changes, and what was withdrawn stays so'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER banks_item_stays BEFORE UPDATE ON banks_item FOR EACH ROW EXECUTE FUNCTION banks_item_stays();
ALTER TABLE banks_item ENABLE ALWAYS TRIGGER banks_item_stays;
"""

CHANGES = """
CREATE TRIGGER banks_change_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON banks_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE banks_change ENABLE ALWAYS TRIGGER banks_change_kept;
CREATE FUNCTION banks_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('banks', '');
    RETURN NULL;
END $$;
CREATE TRIGGER banks_change_told AFTER INSERT ON banks_change FOR EACH STATEMENT EXECUTE FUNCTION banks_changed();
ALTER TABLE banks_change ENABLE ALWAYS TRIGGER banks_change_told;
"""

STATE_TABLES = {"banks_bank": "id", "banks_opinion": "bank", "banks_waiting": "bank"}
"""Table → the column that names the case of its entries."""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("banks", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(ITEMS, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
    ]
