"""The table of documents, and what the database itself refuses."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

_SQL = (Path(__file__).parent / "sql" / "0001_document.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
