"""What enrols a passkey is shown to two different people of ours, half each; the database refuses anything else.

Overseers get a telephone number that two of us found, and calls to it. Each step of an officer is one of a list.
"""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

HALVES = """
CREATE FUNCTION registry_two_halves(whose text, who uuid, said uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.registry_onetimecode one JOIN public.registry_onetimecode other
            ON (other.kind, other.holder, other.entry) = (one.kind, one.holder, one.entry)
        WHERE one.kind = whose AND one.holder = who AND one.entry = said AND one.spent AND other.spent
          AND one.purpose = 'enrol' AND other.purpose = 'enrol_second' AND one.given_by_id <> other.given_by_id)
$$;
CREATE FUNCTION registry_code_given() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed uuid;
    called boolean;
BEGIN
    IF NEW.spent OR NEW.given_by_id IS NULL OR NEW.kind NOT IN ('officer', 'overseer') THEN
        RAISE EXCEPTION 'a one-time code names who saw it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'officer' THEN
        SELECT confirmed_by_id INTO agreed FROM public.registry_officer WHERE id = NEW.holder;
        SELECT EXISTS (SELECT FROM public.registry_callback WHERE concerning = NEW.holder AND outcome = 'verified'
            AND (NEW.purpose <> 'enrol_second' OR called_by_id = NEW.given_by_id)
            AND (NEW.purpose <> 'step_up' OR called_at >= NEW.until - interval '31 minutes')) INTO called;
    ELSE
        SELECT confirmed_by_id INTO agreed FROM public.registry_overseer WHERE id = NEW.holder;
        SELECT EXISTS (SELECT FROM public.registry_overseercall WHERE overseer_id = NEW.holder AND outcome = 'verified'
            AND (NEW.purpose <> 'enrol_second' OR called_by_id = NEW.given_by_id)
            AND (NEW.purpose <> 'step_up' OR called_at >= NEW.until - interval '31 minutes')) INTO called;
    END IF;
    IF agreed IS NULL OR (NEW.purpose = 'enrol') <> (NEW.given_by_id = agreed) AND NEW.purpose <> 'step_up' THEN
        RAISE EXCEPTION 'each half of a code is for another person' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.purpose <> 'enrol' AND NOT called THEN
        RAISE EXCEPTION 'a one-time code is told in a call' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_code_given BEFORE INSERT ON registry_onetimecode
    FOR EACH ROW EXECUTE FUNCTION registry_code_given();
ALTER TABLE registry_onetimecode ENABLE ALWAYS TRIGGER registry_code_given;
CREATE OR REPLACE FUNCTION registry_code_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.holder, NEW.purpose, NEW.mark, NEW.until, NEW.given_by_id)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.holder, OLD.purpose, OLD.mark, OLD.until, OLD.given_by_id) OR OLD.spent THEN
        RAISE EXCEPTION 'a one-time code is spent once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

CALLS = """
ALTER TABLE registry_overseercall ADD CONSTRAINT registry_overseercall_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER registry_overseercall_needs_entry BEFORE INSERT OR UPDATE ON registry_overseercall
    FOR EACH ROW EXECUTE FUNCTION require_entry('overseer_id');
ALTER TABLE registry_overseercall ENABLE ALWAYS TRIGGER registry_overseercall_needs_entry;
SELECT make_append_only('registry_overseercall');
"""

STEPS = """
CREATE OR REPLACE FUNCTION registry_officer_step() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    calls integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'applied' OR NEW.authority_id IS NOT NULL THEN
            RAISE EXCEPTION 'an officer begins as applied' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.name, NEW.post, NEW.address, NEW.applied_at)
       IS DISTINCT FROM (OLD.id, OLD.name, OLD.post, OLD.address, OLD.applied_at)
       OR OLD.state IN ('refused', 'withdrawn', 'suspended') THEN
        RAISE EXCEPTION 'an officer is never edited: another enrolment is another row' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('applied', 'proposed'), ('proposed', 'approved'),
        ('approved', 'enrolled'), ('enrolled', 'suspended'), ('applied', 'refused'), ('proposed', 'refused'),
        ('approved', 'refused')) THEN
        RAISE EXCEPTION 'an officer cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND OLD.state <> 'approved' THEN
        SELECT count(*) INTO calls FROM public.registry_callback c
            JOIN public.registry_callbacknumber n ON n.id = c.number_id
            WHERE c.concerning = NEW.id AND c.authority_id = NEW.authority_id AND c.outcome = 'verified'
              AND n.held_since < NEW.applied_at;
        IF OLD.state <> 'proposed' OR calls < 1 OR NEW.authority_id IS DISTINCT FROM OLD.authority_id THEN
            RAISE EXCEPTION 'an officer is approved by two people after a call-back' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.state = 'enrolled' AND OLD.state <> 'enrolled' THEN
        IF NOT EXISTS (SELECT FROM public.registry_passkey WHERE kind = 'officer' AND holder = NEW.id) THEN
            RAISE EXCEPTION 'an officer is enrolled by a passkey' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT public.registry_two_halves('officer', NEW.id, NEW.entry) THEN
            RAISE EXCEPTION 'an officer is enrolled by codes of two people' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF OLD.state IN ('approved', 'enrolled')
       AND (NEW.authority_id, NEW.proposed_by_id, NEW.confirmed_by_id)
       IS DISTINCT FROM (OLD.authority_id, OLD.proposed_by_id, OLD.confirmed_by_id) THEN
        RAISE EXCEPTION 'what two people agreed on does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION registry_overseer_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.confirmed_by_id IS NOT NULL THEN
            RAISE EXCEPTION 'an overseer begins as proposed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.body, NEW.name, NEW.address, NEW.number, NEW.proposed_by_id)
       IS DISTINCT FROM (OLD.id, OLD.body, OLD.name, OLD.address, OLD.number, OLD.proposed_by_id) OR OLD.state = 'suspended'
       OR (OLD.confirmed_by_id IS NOT NULL AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id) THEN
        RAISE EXCEPTION 'an overseer is never edited: another one is another row' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('proposed', 'approved'), ('approved', 'enrolled'),
        ('proposed', 'suspended'), ('approved', 'suspended'), ('enrolled', 'suspended')) THEN
        RAISE EXCEPTION 'an overseer cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND OLD.state <> 'approved' AND NEW.number = '' THEN
        RAISE EXCEPTION 'an overseer is approved with a number' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'enrolled' AND OLD.state <> 'enrolled'
       AND NOT public.registry_two_halves('overseer', NEW.id, NEW.entry) THEN
        RAISE EXCEPTION 'an overseer is enrolled by codes of two people' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'enrolled' AND OLD.state <> 'enrolled'
       AND NOT EXISTS (SELECT FROM public.registry_passkey WHERE kind = 'overseer' AND holder = NEW.id) THEN
        RAISE EXCEPTION 'an overseer is enrolled by a passkey' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Columns and the table of calls, then the guards."""

    dependencies: ClassVar = [("registry", "0005_overseers")]

    operations: ClassVar = [
        migrations.AddField(
            "OneTimeCode",
            "given_by",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.staff"
            ),
        ),
        migrations.RemoveConstraint("OneTimeCode", "code_purpose"),
        migrations.AddConstraint(
            "OneTimeCode",
            models.CheckConstraint(
                condition=Q(("purpose__in", ["enrol", "enrol_second", "step_up"])), name="code_purpose"
            ),
        ),
        migrations.AddField("Overseer", "number", models.TextField(default="", db_default="")),
        migrations.CreateModel(
            name="OverseerCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("called_at", models.DateTimeField()),
                ("spoken_to", models.TextField()),
                ("outcome", models.TextField()),
                ("entry", models.UUIDField()),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.staff"
                    ),
                ),
                (
                    "overseer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.overseer"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(CALLS, migrations.RunSQL.noop),
        migrations.RunSQL(HALVES, "DROP FUNCTION registry_code_given() CASCADE"),
        migrations.RunSQL(STEPS, "DROP FUNCTION registry_two_halves(text, uuid, uuid)"),
    ]
