"""The log's tables, their triggers and who may touch them. No Django models: the log is written and read in SQL."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "sql" / "0001_log.sql").read_text(encoding="utf-8")
_BACK = """
DROP TRIGGER audit_leaf ON document;
DROP TABLE clock_alarm, tree_node, checkpoint, leaf;
DROP FUNCTION audit_enter_leaves, audit_leaf_insert, audit_leaf_update, audit_checkpoint_insert,
    audit_checkpoint_update, audit_alarm_update, audit_refuse;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(sql=_SQL, reverse_sql=_BACK)]
