"""What was refused, dismissed or never clarified is closed when the provider's own period for it ends."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ARROWS = (("clarifying", "closed"), ("dismissed", "closed"), ("refused", "closed"))
_VALUES = ", ".join(str(arrow) for arrow in ARROWS)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("docket", "0003_thread")]
    operations: ClassVar = [
        migrations.RunSQL(
            f"INSERT INTO docket_arrow VALUES {_VALUES}",  # noqa: S608 -- constants of this file
            f"DELETE FROM docket_arrow WHERE (source, target) IN ({_VALUES})",  # noqa: S608 -- the same
        )
    ]
