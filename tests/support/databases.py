"""One database server for a test process, and a database of its own, cloned from a migrated one, for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connections

from comity.casefile.documents import new_id
from comity.casefile.records.embedded import Embedded, administrator
from comity.casefile.records.migrate import migrate
from comity.casefile.records.programs import clear_leftovers
from comity.casefile.records.roles import Role, Server

PREFIX = "comity-tests-"
TEMPLATE = "comity"
ENOUGH = 4 * 1024**3
"""Bytes that must be free in memory."""


class Databases:
    """A running server whose database ``comity`` is migrated and never written by a test."""

    def __init__(self, embedded: Embedded, directory: Path) -> None:
        self.embedded = embedded
        self.directory = directory
        point_django_at(embedded.server)
        migrate(embedded.server)
        connections.close_all()
        self._administrator = psycopg.connect(**administrator(directory), autocommit=True)

    def close(self) -> None:
        self._administrator.close()
        self.embedded.destroy()

    @contextmanager
    def clone(self) -> Iterator[Server]:
        """A fresh copy of the migrated database; dropped at the end, with whatever is still connected to it."""
        name = f"test_{new_id()}"
        self._administrator.execute(
            f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {Role.OWNER.value} STRATEGY FILE_COPY"
        )
        try:
            yield self.embedded.server.named(name)
        finally:
            self._administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def start_databases() -> Databases:
    """A server in a folder of its own, after burying those of test processes that were killed."""
    _bury_the_dead()
    # In memory where there is room: what tests write is never read again, and disks of test machines are busy.
    # Not 0700: as root the server runs as another user, who must pass through.
    directory = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_folders()[0]))
    directory.chmod(0o711)
    return Databases(Embedded.start(directory, fast=True), directory)


def point_django_at(server: Server, role: Role = Role.APP) -> None:
    """Let Django's default connection, of every thread, lead to ``server`` from now on."""
    connections.close_all()
    connections.settings["default"].update(server.django(role))


def _folders() -> list[Path]:
    """Where servers of tests may live, the best place first."""
    memory, disk = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 -- only mkdtemp makes anything there
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH
    return [memory, disk] if roomy else [disk]


def _bury_the_dead() -> None:
    for directory in (found for folder in _folders() for found in folder.glob(f"{PREFIX}*")):
        owner = directory.name.removeprefix(PREFIX).split("-", 1)[0]
        if not Path("/proc", owner).exists():
            clear_leftovers(directory / "data", patience=0)
            shutil.rmtree(directory, ignore_errors=True)
