"""The table of deadlines."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

_SQL = (Path(__file__).parent / "sql" / "0002_deadline.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
