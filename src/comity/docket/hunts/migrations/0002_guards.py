"""What the database itself refuses here: hunts that nobody entered, odd moves, and lists that change."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ENTRY = """
ALTER TABLE hunts_hunt ADD CONSTRAINT hunts_hunt_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER hunts_hunt_needs_entry BEFORE INSERT OR UPDATE ON hunts_hunt
    FOR EACH ROW EXECUTE FUNCTION require_entry('id');
ALTER TABLE hunts_hunt ENABLE ALWAYS TRIGGER hunts_hunt_needs_entry;
CREATE TRIGGER hunts_hunt_kept BEFORE DELETE OR TRUNCATE ON hunts_hunt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE hunts_hunt ENABLE ALWAYS TRIGGER hunts_hunt_kept;
CREATE TRIGGER hunts_list_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON hunts_list
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE hunts_list ENABLE ALWAYS TRIGGER hunts_list_kept;
CREATE SEQUENCE hunts_number;
"""

ARROWS = (
    # Written out, not imported: a migration says what held when it was made. A test compares it with the rules.
    ("entering", "done"),
    ("entering", "stopped"),
    ("failed", "ordered"),
    ("failed", "stopped"),
    ("held", "entering"),
    ("held", "ordered"),
    ("held", "stopped"),
    ("ordered", "done"),
    ("ordered", "entering"),
    ("ordered", "failed"),
    ("ordered", "held"),
    ("ordered", "stopped"),
)

MOVES = """
CREATE TABLE hunts_arrow (source text NOT NULL, target text NOT NULL, PRIMARY KEY (source, target));
INSERT INTO hunts_arrow VALUES {arrows};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON hunts_arrow FROM comity_app;
CREATE FUNCTION hunts_hunt_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    author text;
BEGIN
    SELECT actor INTO author FROM public.document WHERE id = NEW.entry;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'ordered' OR NEW.released OR author IS DISTINCT FROM 'staff:' || NEW.ordered_by THEN
            RAISE EXCEPTION 'a hunt begins as the order of whoever enters it' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM public.hunts_arrow WHERE source = OLD.state AND target = NEW.state
    ) THEN
        RAISE EXCEPTION 'a hunt that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.ordered, NEW.source, NEW.about, NEW.case_id, NEW.ordered_by, NEW.ordered_at)
        IS DISTINCT FROM
       (OLD.id, OLD.number, OLD.ordered, OLD.source, OLD.about, OLD.case_id, OLD.ordered_by, OLD.ordered_at) THEN
        RAISE EXCEPTION 'what was ordered never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF ((NEW.released AND NOT OLD.released) OR NEW.without <> OLD.without OR OLD.state = 'held'
        OR (OLD.state = 'failed' AND NEW.state <> OLD.state)) AND author NOT LIKE 'staff:%' THEN
        RAISE EXCEPTION 'what waits for a person goes on by a person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hunts_hunt_moves BEFORE INSERT OR UPDATE ON hunts_hunt
    FOR EACH ROW EXECUTE FUNCTION hunts_hunt_moves();
ALTER TABLE hunts_hunt ENABLE ALWAYS TRIGGER hunts_hunt_moves;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hunts", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(ENTRY, migrations.RunSQL.noop),
        migrations.RunSQL(MOVES.format(arrows=", ".join(str(arrow) for arrow in ARROWS)), migrations.RunSQL.noop),
    ]
