"""Demands about users stand on the same docket: three more statuses and the arrows between them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

ARROWS = (
    ("collected", "dismissed"),
    ("collected", "packing"),
    ("collected", "waiting"),
    ("contesting", "dismissed"),
    ("contesting", "refused"),
    ("contesting", "waiting"),
    ("declining", "contesting"),
    ("executing", "collected"),
    ("executing", "dismissed"),
    ("in_effect", "waiting"),
    ("packing", "collected"),
    ("packing", "executed"),
)
STATUSES = (
    "received", "assessed", "waiting", "second_person", "executing", "executed", "declining", "clarifying", "answered",
    "in_effect", "reinstating", "reinstated", "refused", "dismissed", "closed", "collected", "packing", "contesting",
)  # fmt: skip
_VALUES = ", ".join(str(arrow) for arrow in ARROWS)


class Migration(migrations.Migration):
    """Additions only: nothing that stood is changed."""

    dependencies: ClassVar = [("docket", "0005_thread_stays")]
    operations: ClassVar = [
        # Which words there are is known to the models alone: the column takes any, the arrows say which.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="status",
                    field=models.CharField(choices=[(status, status) for status in STATUSES], max_length=24),
                ),
            ]
        ),
        migrations.RunSQL(
            f"INSERT INTO docket_arrow VALUES {_VALUES}",  # noqa: S608 -- constants of this file
            f"DELETE FROM docket_arrow WHERE (source, target) IN ({_VALUES})",  # noqa: S608 -- the same
        ),
    ]
