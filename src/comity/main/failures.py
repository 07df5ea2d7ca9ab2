"""Every failure of a command in one line that says what happened and what to look at; never a traceback by itself."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import psycopg
from pydantic import ValidationError

from comity.main.logs import configure
from comity.settings import Settings

_OURS = "comity."
_DEBUG = "DEBUG"


class Failed(RuntimeError):  # noqa: N818 -- names of failures in this house say what is wrong
    """A command could not do what it was asked."""


def told(program: Callable[..., int], *arguments: object) -> int:
    """Run a program with the settings; whatever it fails with is raised as something that one line can say.

    Wrong settings stay ``ValueError`` (exit code 2), a missing file or a port in use ``OSError``; everything else
    becomes ``Failed`` (exit code 1).
    """
    settings = None
    try:
        settings = Settings.from_environment()
        configure(settings.log_level)
        return program(settings, *arguments)
    except ValidationError as failure:
        raise Failed(line(failure)) from failure
    except (ValueError, OSError):
        raise
    except Exception as failure:
        if settings is not None and settings.log_level == _DEBUG:
            traceback.print_exc()
        raise Failed(line(failure)) from failure


def line(failure: BaseException) -> str:
    """One line for an operator. Only failures of our own say their words: others might repeat what a person wrote."""
    if type(failure).__module__.startswith(_OURS) and getattr(failure, "code", None):
        return " ".join(str(failure).split())
    root = _database_failure(failure)
    if root is not None:
        return _about_the_database(root)
    found = traceback.extract_tb(failure.__traceback__)
    place = f"{os.path.basename(found[-1].filename)}:{found[-1].lineno}" if found else "an unknown place"  # noqa: PTH119 -- a name, not a file
    return f"{type(failure).__name__} at {place}; with COMITY_LOG_LEVEL=DEBUG it says more"


def complain(program: str, failure: BaseException) -> None:
    """Say on standard error what ended a program that runs beside others."""
    print(f"comity {program}: {line(failure)}", file=sys.stderr, flush=True)  # noqa: T201 -- a program's last words


def _database_failure(failure: BaseException | None) -> psycopg.Error | None:
    while failure is not None:
        if isinstance(failure, psycopg.Error):
            return failure
        failure = failure.__cause__
    return None


def _about_the_database(failure: psycopg.Error) -> str:
    if isinstance(failure, psycopg.OperationalError) and failure.sqlstate is None:
        return "the database does not answer, or went away; `comity doctor` looks at it"
    if isinstance(failure, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return "the database's tables are not those of this version; `comity run` brings them"
    name = type(failure).__name__
    return f"the database refused ({name}, SQLSTATE {failure.sqlstate or 'none'}); `comity doctor` looks at it"
