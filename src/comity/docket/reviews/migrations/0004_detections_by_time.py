"""What was detected in a stretch of time is counted while an incident lasts: found without reading everything."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reviews", "0003_what_is_looked_at")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="itemrow",
            index=models.Index(fields=("-detected_at",), name="reviews_items_by_time"),
        ),
    ]
