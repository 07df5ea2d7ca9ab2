"""The house opened for one command: beside ``comity run``, or with an embedded database started for the while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from comity.casefile.records.embedded import Embedded
from comity.casefile.records.errors import NotRunning
from comity.casefile.records.roles import Server
from comity.main.house import Places, server_of, set_up_django
from comity.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Server]:
    """The database, with Django set up on it."""
    try:
        server = server_of(settings)
    except NotRunning:
        with Embedded.start(Places(settings.home).database) as embedded:
            set_up_django(settings, embedded.server, "none")
            yield embedded.server
        return
    set_up_django(settings, server, "none")
    yield server
