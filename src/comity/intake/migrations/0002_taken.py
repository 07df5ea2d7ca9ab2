"""From which places of which mailboxes messages were taken: written once, with the entry of the message's keeping."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
ALTER TABLE intake_taken ADD CONSTRAINT intake_taken_entry FOREIGN KEY (entry) REFERENCES document (id);
CREATE TRIGGER intake_taken_requires_entry BEFORE INSERT OR UPDATE ON intake_taken
    FOR EACH ROW EXECUTE FUNCTION require_entry('case_id');

CREATE FUNCTION intake_taken_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what was taken from a mailbox is not taken back' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER intake_taken_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON intake_taken
    FOR EACH STATEMENT EXECUTE FUNCTION intake_taken_stays();
"""


class Migration(migrations.Migration):
    """Places in mailboxes."""

    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Taken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mailbox", models.TextField()),
                ("uidvalidity", models.BigIntegerField()),
                ("uid", models.BigIntegerField()),
                ("case_id", models.UUIDField()),
                ("entry", models.UUIDField()),
                ("message", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="intake.message")),
            ],
            options={
                "db_table": "intake_taken",
                "constraints": [
                    models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="intake_taken_once")
                ],
            },
        ),
        migrations.RunSQL(GUARDS, reverse_sql=migrations.RunSQL.noop),
    ]
