"""That a thread waits for an answer is not deleted: nobody makes a message of an authority disappear from the list."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

STAYS = """
CREATE TRIGGER docket_thread_stays BEFORE DELETE OR TRUNCATE ON docket_thread
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE docket_thread ENABLE ALWAYS TRIGGER docket_thread_stays;
REVOKE DELETE, TRUNCATE ON docket_thread FROM comity_app;
"""


class Migration(migrations.Migration):
    """One guard."""

    dependencies: ClassVar = [("docket", "0004_ends")]
    operations: ClassVar = [migrations.RunSQL(STAYS, "DROP TRIGGER docket_thread_stays ON docket_thread")]
