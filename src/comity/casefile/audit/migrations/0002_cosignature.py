"""Cosignatures by witnesses."""

from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent / "sql" / "0002_cosignature.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(sql=_SQL, reverse_sql="DROP TABLE cosignature")]
