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

STATE_TABLES = {"reviews_review": "id", "reviews_item": "id", "reviews_match": "case_id"}
"""Table → the column that names the case of its entries."""

ARROWS = (
    # Written out, not imported: a migration says what held when it was made. A test compares it with the rules.
    ("disabled", "closed"),
    ("disabled", "disabled"),
    ("disabled", "reinstating"),
    ("disabling", "disabled"),
    ("disabling", "failed"),
    ("disabling", "reinstating"),
    ("failed", "closed"),
    ("failed", "disabling"),
    ("failed", "standing"),
    ("passed", "closed"),
    ("reinstated", "closed"),
    ("reinstating", "disabled"),
    ("reinstating", "reinstated"),
    ("repeated", "closed"),
    ("standing", "closed"),
    ("waiting", "disabling"),
    ("waiting", "failed"),
    ("waiting", "standing"),
)

MOVES = """
CREATE SEQUENCE reviews_number;
CREATE TABLE reviews_arrow (source text NOT NULL, target text NOT NULL, PRIMARY KEY (source, target));
INSERT INTO reviews_arrow VALUES {arrows};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON reviews_arrow FROM comity_app;
CREATE FUNCTION reviews_item_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.progress NOT IN ('waiting', 'disabling', 'passed', 'repeated', 'standing') THEN
            RAISE EXCEPTION 'a detection does not begin as %', NEW.progress USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.progress = 'disabling' AND NOT EXISTS (
            SELECT FROM public.policy_rule WHERE id = NEW.rule AND active AND measure = 'disable_and_review'
                AND approved_by <> ''
        ) THEN
            RAISE EXCEPTION 'nothing is disabled before a person looks, save by a rule that two people made'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.progress <> OLD.progress AND NOT EXISTS (
        SELECT FROM public.reviews_arrow WHERE source = OLD.progress AND target = NEW.progress
    ) THEN
        RAISE EXCEPTION 'a detection that is % cannot become %', OLD.progress, NEW.progress
            USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.detection, NEW.automatic, NEW.rule, NEW.detected_at)
        IS DISTINCT FROM (OLD.id, OLD.detection, OLD.automatic, OLD.rule, OLD.detected_at)
        OR (OLD.review IS NOT NULL AND NEW.review IS DISTINCT FROM OLD.review) THEN
        RAISE EXCEPTION 'what was detected, and by which rule it was disabled, never changes'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.progress = 'waiting' AND NEW.progress = 'disabling' AND NEW.decision IS NULL THEN
        RAISE EXCEPTION 'what waits for a person is disabled by their decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_item_moves BEFORE INSERT OR UPDATE ON reviews_item
    FOR EACH ROW EXECUTE FUNCTION reviews_item_moves();
ALTER TABLE reviews_item ENABLE ALWAYS TRIGGER reviews_item_moves;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("reviews", "0001_initial"),
        ("records", "0001_initial"),
        ("policy", "0002_guards"),
    ]
    operations: ClassVar = [
        *(
            migrations.RunSQL(ENTRY.format(table=table, column=column), migrations.RunSQL.noop)
            for table, column in STATE_TABLES.items()
        ),
        migrations.RunSQL(
            MOVES.format(arrows=", ".join(str(arrow) for arrow in ARROWS)), "DROP SEQUENCE reviews_number"
        ),
    ]
