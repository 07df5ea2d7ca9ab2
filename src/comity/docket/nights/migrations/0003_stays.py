"""What does not change any more: the application may not delete here, and steps are never taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

TABLES = ("nights_roster", "nights_ladder", "nights_contact", "nights_rule", "nights_alarm", "nights_page")

STEPS = """
CREATE FUNCTION nights_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
    one text;
BEGIN
    FOREACH one IN ARRAY string_to_array(TG_ARGV[0], ' ') LOOP
        IF was -> one IS DISTINCT FROM becomes -> one THEN
            RAISE EXCEPTION '% of % never changes', one, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    FOREACH one IN ARRAY string_to_array(TG_ARGV[1], ' ') LOOP
        IF was ->> one NOT IN ('', 'false') AND was -> one IS DISTINCT FROM becomes -> one THEN
            RAISE EXCEPTION '% of % is written once', one, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER nights_rule_step BEFORE UPDATE ON nights_rule FOR EACH ROW
    EXECUTE FUNCTION nights_step('id authority proposed_by', 'approved_by withdrawn');
ALTER TABLE nights_rule ENABLE ALWAYS TRIGGER nights_rule_step;
CREATE TRIGGER nights_alarm_step BEFORE UPDATE ON nights_alarm FOR EACH ROW
    EXECUTE FUNCTION nights_step('id case_id number began_at drill', 'unanswered_at ended_at');
ALTER TABLE nights_alarm ENABLE ALWAYS TRIGGER nights_alarm_step;
CREATE TRIGGER nights_page_step BEFORE UPDATE ON nights_page FOR EACH ROW
    EXECUTE FUNCTION nights_step('id case_id alarm step staff way ordered_at', 'sent_at used');
ALTER TABLE nights_page ENABLE ALWAYS TRIGGER nights_page_step;
"""


class Migration(migrations.Migration):
    """Take the right to delete, then guard the steps."""

    dependencies: ClassVar = [("nights", "0002_guards")]

    operations: ClassVar = [
        *(
            migrations.RunSQL(f"REVOKE DELETE, TRUNCATE ON {table} FROM comity_app", migrations.RunSQL.noop)
            for table in TABLES
        ),
        migrations.RunSQL(STEPS, "DROP FUNCTION nights_step() CASCADE"),
    ]
