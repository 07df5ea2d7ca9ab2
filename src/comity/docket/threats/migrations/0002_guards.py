"""What the database itself refuses here: rows without an entry of their own transaction and file, and odd moves."""

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

STATE_TABLES = {"threats_threat": "id", "threats_recipient": "threat"}
"""Table → the column that names the file of its entries."""

ARROWS = (
    # Written out, not imported: a migration says what held when it was made. A test compares it with the rules.
    ("informed", "closed"),
    ("no_threat", "closed"),
    ("raised", "no_threat"),
    ("raised", "telling"),
    ("telling", "informed"),
)

MOVES = """
CREATE SEQUENCE threats_number;
CREATE TABLE threats_arrow (source text NOT NULL, target text NOT NULL, PRIMARY KEY (source, target));
INSERT INTO threats_arrow VALUES {arrows};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON threats_arrow FROM comity_app;
CREATE FUNCTION threats_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'raised' OR NEW.decided_by <> '' OR NEW.confirmed_by <> '' THEN
            RAISE EXCEPTION 'a threat begins with nobody having decided' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM public.threats_arrow WHERE source = OLD.state AND target = NEW.state
    ) THEN
        RAISE EXCEPTION 'a threat that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'raised' AND NEW.decided_by = '' THEN
        RAISE EXCEPTION 'what becomes of a threat is decided by a person' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.origin, NEW.file, NEW.file_number, NEW.known_at, NEW.raised_by)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.origin, OLD.file, OLD.file_number, OLD.known_at, OLD.raised_by)
        OR (OLD.decided_by <> '' AND NEW.decided_by <> OLD.decided_by)
        OR (OLD.confirmed_by <> '' AND NEW.confirmed_by <> OLD.confirmed_by) THEN
        RAISE EXCEPTION 'where a threat was seen, and who decided, never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER threats_moves BEFORE INSERT OR UPDATE ON threats_threat
    FOR EACH ROW EXECUTE FUNCTION threats_moves();
ALTER TABLE threats_threat ENABLE ALWAYS TRIGGER threats_moves;
CREATE FUNCTION threats_told() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.progress <> 'ordered' OR NOT EXISTS (
            SELECT FROM public.threats_threat WHERE id = NEW.threat AND state = 'telling'
        ) THEN
            RAISE EXCEPTION 'who is told is ordered by a decision' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.progress = 'delivered' OR NEW.progress NOT IN ('ordered', 'by_hand', 'delivered')
        OR (OLD.progress = 'by_hand' AND NEW.progress = 'ordered') THEN
        RAISE EXCEPTION 'a recipient that is % cannot become %', OLD.progress, NEW.progress
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.threat, NEW.place, NEW.tell, NEW.state, NEW.name, NEW.channel, NEW.address, NEW.reply)
        IS DISTINCT FROM
        (OLD.id, OLD.threat, OLD.place, OLD.tell, OLD.state, OLD.name, OLD.channel, OLD.address, OLD.reply) THEN
        RAISE EXCEPTION 'who is told what never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER threats_told BEFORE INSERT OR UPDATE ON threats_recipient
    FOR EACH ROW EXECUTE FUNCTION threats_told();
ALTER TABLE threats_recipient ENABLE ALWAYS TRIGGER threats_told;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("threats", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(
            MOVES.format(arrows=", ".join(str(arrow) for arrow in ARROWS)), "DROP SEQUENCE threats_number"
        ),
    ]
