"""What somebody looks at now: shown clearly is this, and nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0002_guards")]
    operations: ClassVar = [
        migrations.AddField(model_name="exposurerow", name="case_id", field=models.UUIDField(null=True)),
        migrations.AddConstraint(
            model_name="exposurerow",
            constraint=models.CheckConstraint(
                condition=models.Q(case_id__isnull=True, began_at__isnull=True)
                | models.Q(case_id__isnull=False, began_at__isnull=False),
                name="reviews_exposure_forgets",
            ),
        ),
    ]
