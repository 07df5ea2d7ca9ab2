"""What the database itself refuses here: a rule that its two people did not enter themselves, or that changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ENTRY = """
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER policy_rule_needs_entry BEFORE INSERT OR UPDATE ON policy_rule
    FOR EACH ROW EXECUTE FUNCTION require_entry('id');
ALTER TABLE policy_rule ENABLE ALWAYS TRIGGER policy_rule_needs_entry;
CREATE TRIGGER policy_rule_kept BEFORE DELETE OR TRUNCATE ON policy_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE policy_rule ENABLE ALWAYS TRIGGER policy_rule_kept;
"""

PEOPLE = """
CREATE FUNCTION policy_rule_by_people() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    author text;
BEGIN
    SELECT actor INTO author FROM public.document WHERE id = NEW.entry;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_by <> '' OR NEW.withdrawn OR author IS DISTINCT FROM 'staff:' || NEW.proposed_by THEN
            RAISE EXCEPTION 'a rule begins as the proposal of whoever enters it' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.bank, NEW.bank_name, NEW.signal_type, NEW.content_type, NEW.most_distance, NEW.measure,
        NEW.proposed_by, NEW.proposed_role, NEW.valid_from, NEW.valid_until)
        IS DISTINCT FROM
       (OLD.id, OLD.bank, OLD.bank_name, OLD.signal_type, OLD.content_type, OLD.most_distance, OLD.measure,
        OLD.proposed_by, OLD.proposed_role, OLD.valid_from, OLD.valid_until) THEN
        RAISE EXCEPTION 'what a rule says never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.withdrawn AND NOT NEW.withdrawn) OR (OLD.approved_by <> '' AND NEW.approved_by <> OLD.approved_by) THEN
        RAISE EXCEPTION 'a rule is approved once, and what was ended stays so' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.approved_by <> OLD.approved_by AND author IS DISTINCT FROM 'staff:' || NEW.approved_by THEN
        RAISE EXCEPTION 'a rule is approved by whoever enters that' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_rule_by_people BEFORE INSERT OR UPDATE ON policy_rule
    FOR EACH ROW EXECUTE FUNCTION policy_rule_by_people();
ALTER TABLE policy_rule ENABLE ALWAYS TRIGGER policy_rule_by_people;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("policy", "0001_initial"), ("records", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(ENTRY, migrations.RunSQL.noop),
        migrations.RunSQL(PEOPLE, migrations.RunSQL.noop),
    ]
