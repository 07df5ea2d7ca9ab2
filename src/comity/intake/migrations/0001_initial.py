"""The room's tables, and what the database itself refuses: a row without an entry, a message forgotten or rewritten."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
ALTER TABLE intake_message ADD CONSTRAINT intake_message_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER intake_message_requires_entry BEFORE INSERT OR UPDATE ON intake_message
    FOR EACH ROW EXECUTE FUNCTION require_entry('case_id');

CREATE FUNCTION intake_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'what was received is not forgotten' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.case_id, NEW.channel, NEW.identifier, NEW.digest, NEW.size, NEW.received_at)
       IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.channel, OLD.identifier, OLD.digest, OLD.size, OLD.received_at) THEN
        RAISE EXCEPTION 'what was received, and when, does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'kept' AND (NEW.state, NEW.demand) IS DISTINCT FROM (OLD.state, OLD.demand) THEN
        RAISE EXCEPTION 'a message is read once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_message_keeps BEFORE UPDATE ON intake_message FOR EACH ROW EXECUTE FUNCTION intake_keeps();
CREATE TRIGGER intake_message_kept BEFORE DELETE OR TRUNCATE ON intake_message
    FOR EACH STATEMENT EXECUTE FUNCTION intake_keeps();
"""


class Migration(migrations.Migration):
    """First tables of the room."""

    initial = True

    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case_id", models.UUIDField(unique=True)),
                ("channel", models.TextField()),
                ("identifier", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                ("offset", models.IntegerField(default=0)),
                ("facts", models.JSONField(default=dict)),
                ("lane", models.SmallIntegerField(default=1)),
                ("share", models.TextField(default="")),
                ("state", models.TextField(default="kept")),
                ("demand", models.UUIDField(null=True)),
                ("authority", models.TextField(default="")),
                ("reference", models.TextField(default="")),
                ("times_received", models.IntegerField(default=1)),
                ("entry", models.UUIDField()),
            ],
            options={
                "db_table": "intake_message",
                "indexes": [
                    models.Index(
                        fields=["lane", "received_at"],
                        condition=models.Q(state="kept"),
                        name="intake_message_waiting",
                    ),
                    models.Index(fields=["reference", "authority"], name="intake_message_reference"),
                    models.Index(fields=["digest"], name="intake_message_digest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["channel", "identifier", "digest"], name="intake_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["kept", "entered", "set_aside"]), name="intake_message_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Named",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.TextField()),
                (
                    "message",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="intake.message"),
                ),
            ],
            options={
                "db_table": "intake_named",
                "indexes": [models.Index(fields=["address"], name="intake_named_address")],
            },
        ),
        migrations.RunSQL(GUARDS, reverse_sql=migrations.RunSQL.noop),
    ]
