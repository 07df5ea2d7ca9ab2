"""What can go wrong with the database, each with its stable code. A class's docstring is its message."""

# ruff: noqa: N818 -- names of failures in this house say what is wrong, not that it is an error
from __future__ import annotations

from typing import ClassVar


class RecordsError(Exception):
    """The database did not do what it was asked."""

    code: ClassVar[str] = "records"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class DirectoryOwned(RecordsError):
    """Another Comity runs the database in this directory."""

    code = "records.directory_owned"


class NotRunning(RecordsError):
    """No Comity runs a database in this directory."""

    code = "records.not_running"


class CannotStart(RecordsError):
    """The embedded database did not start."""

    code = "records.cannot_start"


class NoDatabaseUser(RecordsError):
    """PostgreSQL refuses to run as root, and no ordinary system user could be made for it."""

    code = "records.no_database_user"


class UnusableServer(RecordsError):
    """The database server that COMITY_DATABASE_URL names cannot be used."""

    code = "records.unusable_server"


class NotEmpty(RecordsError):
    """The database holds documents already: a backup is restored into an empty house only."""

    code = "records.not_empty"


class UnusableDump(RecordsError):
    """The backup's copy of the database is damaged, or of another version."""

    code = "records.unusable_dump"


class NewerTables(RecordsError):
    """The tables are of a newer version of Comity than this one."""

    code = "records.newer_tables"

    def __init__(self, names: str) -> None:
        super().__init__(f"{type(self).__doc__} Unknown here: {names}")


class NestedUnitOfWork(RecordsError):
    """A unit of work was opened inside another; what commits by itself cannot be part of something larger."""

    code = "records.nested_unit_of_work"


class ClosedUnitOfWork(RecordsError):
    """Something was recorded with a unit of work that is not the one now open."""

    code = "records.closed_unit_of_work"


class UnknownActor(RecordsError):
    """An actor is not written as staff:<id>, authority:<id> or system:<part>."""

    code = "records.unknown_actor"


class UnusableEntry(RecordsError):
    """An entry's identifier, case, kind or body is not one that the record takes."""

    code = "records.unusable_entry"


class ErasureRefused(RecordsError):
    """A document is erased only by an erasure entry of its own case that names it."""

    code = "records.erasure_refused"


class DeadlineRefused(RecordsError):
    """The deadline is not in a state from which this change leads."""

    code = "records.deadline_refused"
