"""The adapter ``sql``: users' records by queries that the provider wrote once for each category.

Takes a file of queries and where to run them: a PostgreSQL database, read-only, or a folder of Parquet and CSV exports
through DuckDB. Gives ``Records``. Values are bound, never written into a statement; a query that is not one SELECT with
the parameters it needs is refused when the house starts. It changes nothing and has no hold: *cannot*.
"""

from comity.platform.sql.adapter import SqlRecords
from comity.platform.sql.queries import Query, read

__all__ = ["Query", "SqlRecords", "read"]
