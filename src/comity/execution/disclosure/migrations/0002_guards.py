"""What the database itself refuses here: rows without an entry of their own transaction and case."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# Table → the column that names the case of its entries.
STATE_TABLES = {
    "execution_disclosure_collection": "case_id",
    "execution_disclosure_hold": "case_id",
    "execution_disclosure_package": "case_id",
}

ENTRY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER {table}_needs_entry BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION require_entry('{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_needs_entry;
"""

STAYS = """
CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_stays;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disclosure", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        *(migrations.RunSQL(STAYS.format(table=table), migrations.RunSQL.noop) for table in STATE_TABLES),
    ]
