"""Tables of exhibits and holds, and what guards them: triggers for everyone, grants for the application."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
ALTER TABLE exhibit ADD CONSTRAINT exhibit_entry FOREIGN KEY (entry) REFERENCES document;
ALTER TABLE exhibit ADD CONSTRAINT exhibit_digest_is_sha256 CHECK (octet_length(digest) = 32);
ALTER TABLE exhibit_hold ADD CONSTRAINT exhibit_hold_entry FOREIGN KEY (entry) REFERENCES document;
CREATE INDEX exhibit_of_case ON exhibit (case_id);

CREATE TRIGGER exhibit_requires_entry BEFORE INSERT OR UPDATE ON exhibit
    FOR EACH ROW EXECUTE FUNCTION require_entry('case_id');
CREATE TRIGGER exhibit_hold_requires_entry BEFORE INSERT OR UPDATE ON exhibit_hold
    FOR EACH ROW EXECUTE FUNCTION require_entry();
CREATE TRIGGER exhibit_kept BEFORE DELETE OR TRUNCATE ON exhibit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exhibit_hold_kept BEFORE DELETE OR TRUNCATE ON exhibit_hold
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What an exhibit is never changes, for nobody; only its key may be wrapped anew or destroyed.
CREATE FUNCTION exhibit_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.case_id, OLD.digest, OLD.size, OLD.media_type, OLD.name, OLD.file)
       IS DISTINCT FROM (NEW.id, NEW.case_id, NEW.digest, NEW.size, NEW.media_type, NEW.name, NEW.file)
       OR OLD.state = 'erased' THEN
        RAISE EXCEPTION 'an exhibit is never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exhibit_keeps BEFORE UPDATE ON exhibit FOR EACH ROW EXECUTE FUNCTION exhibit_keeps();

-- A hold is placed on a held exhibit, and of a hold only its release is ever written, and never that of a period.
CREATE FUNCTION exhibit_hold_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM public.exhibit JOIN public.document ON document.id = NEW.entry
            WHERE exhibit.id = NEW.exhibit AND exhibit.state = 'held' AND document.case_id = exhibit.case_id
            FOR SHARE OF exhibit;
        IF NOT FOUND OR NEW.released THEN
            RAISE EXCEPTION 'a hold is placed on a held exhibit' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF (OLD.id, OLD.exhibit, OLD.because) IS DISTINCT FROM (NEW.id, NEW.exhibit, NEW.because)
          OR OLD.until IS NOT NULL OR NEW.until IS NOT NULL OR OLD.released OR NOT NEW.released THEN
        RAISE EXCEPTION 'of a hold only its release is written; a period is not released'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exhibit_hold_stands BEFORE INSERT OR UPDATE ON exhibit_hold
    FOR EACH ROW EXECUTE FUNCTION exhibit_hold_stands();

-- The one way a key goes: a certificate of erasure of this transaction names the exhibit, no hold stands on it, and the
-- legal period of its case is known and over at the certificate's instant.
CREATE FUNCTION erase_exhibit(one uuid, certificate uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased public.exhibit;
    erased_at timestamptz;
BEGIN
    SELECT * INTO erased FROM public.exhibit WHERE id = one AND state = 'held' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such exhibit is held' USING ERRCODE = 'no_data_found';
    END IF;
    SELECT at INTO erased_at FROM public.document
        WHERE id = certificate AND kind = 'erasure' AND case_id = erased.case_id AND xact = pg_current_xact_id()
          AND convert_from(body, 'UTF8')::jsonb -> 'exhibits' ? encode(erased.digest, 'hex');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no certificate of erasure was entered with this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM public.exhibit_hold
               WHERE exhibit = one AND NOT released AND (until IS NULL OR until > erased_at))
       OR NOT EXISTS (SELECT FROM public.exhibit_hold AS period JOIN public.exhibit AS kept ON kept.id = period.exhibit
                      WHERE kept.case_id = erased.case_id AND period.until IS NOT NULL)
       OR EXISTS (SELECT FROM public.exhibit_hold AS period JOIN public.exhibit AS kept ON kept.id = period.exhibit
                  WHERE kept.case_id = erased.case_id AND period.until > erased_at) THEN
        RAISE EXCEPTION 'a hold stands, or the period runs or is not known' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.exhibit SET state = 'erased', wrapped_key = NULL, entry = certificate WHERE id = one;
END $$;

CREATE FUNCTION rewrap_exhibit(one uuid, new_kek text, new_key bytea, custody uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.exhibit SET kek = new_kek, wrapped_key = new_key, entry = custody WHERE id = one AND state = 'held';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such exhibit is held' USING ERRCODE = 'no_data_found';
    END IF;
END $$;

DO $$
DECLARE
    guard text;
BEGIN
    FOREACH guard IN ARRAY ARRAY['exhibit_requires_entry', 'exhibit_kept', 'exhibit_keeps'] LOOP
        EXECUTE format('ALTER TABLE exhibit ENABLE ALWAYS TRIGGER %I', guard);
    END LOOP;
    FOREACH guard IN ARRAY ARRAY['exhibit_hold_requires_entry', 'exhibit_hold_kept', 'exhibit_hold_stands'] LOOP
        EXECUTE format('ALTER TABLE exhibit_hold ENABLE ALWAYS TRIGGER %I', guard);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION erase_exhibit(uuid, uuid), rewrap_exhibit(uuid, text, bytea, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_exhibit(uuid, uuid), rewrap_exhibit(uuid, text, bytea, uuid) TO comity_app;
REVOKE ALL ON exhibit, exhibit_hold FROM PUBLIC, comity_app, comity_sequencer;
GRANT SELECT, INSERT ON exhibit, exhibit_hold TO comity_app;
GRANT UPDATE (released, entry) ON exhibit_hold TO comity_app;
"""


class Migration(migrations.Migration):
    """Exhibits and holds."""

    initial = True
    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ExhibitRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case_id", models.UUIDField()),
                ("digest", models.BinaryField(max_length=32)),
                ("size", models.BigIntegerField()),
                ("media_type", models.TextField()),
                ("name", models.TextField()),
                ("kek", models.TextField()),
                ("wrapped_key", models.BinaryField(null=True)),
                ("file", models.TextField(unique=True)),
                ("state", models.TextField(default="held")),
                ("entry", models.UUIDField()),
            ],
            options={
                "db_table": "exhibit",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(state="held"), fields=("case_id", "digest"), name="exhibit_once_a_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(state="held", wrapped_key__isnull=False),
                            models.Q(state="erased", wrapped_key__isnull=True),
                            _connector="OR",
                        ),
                        name="exhibit_held_or_erased",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("because", models.TextField()),
                ("until", models.DateTimeField(null=True)),
                ("released", models.BooleanField(default=False)),
                ("entry", models.UUIDField()),
                (
                    "exhibit",
                    models.ForeignKey(
                        db_column="exhibit", on_delete=django.db.models.deletion.PROTECT, to="evidence.exhibitrow"
                    ),
                ),
            ],
            options={"db_table": "exhibit_hold"},
        ),
        migrations.RunSQL(GUARDS, reverse_sql=migrations.RunSQL.noop),
    ]
