"""Processes of their own for tests, so that they can be killed: Django set up, on the test's database.

``start(server, "from somewhere import f; f()")`` runs that code in a new process. In it, ``server`` is the ``Server``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from comity.casefile.records.roles import Role, Server

_PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import conftest
conftest.pytest_configure(None)
from support.databases import point_django_at
from support.processes import unpacked
server = unpacked(sys.argv[2])
point_django_at(server)
"""


def packed(server: Server) -> str:
    """A server in one word of a command line. Only for tests: it carries passwords."""
    return json.dumps([dict(server.place), {role.name: dict(login) for role, login in server.logins.items()}])


def unpacked(text: str) -> Server:
    place, logins = json.loads(text)
    return Server(place, {Role[name]: login for name, login in logins.items()})


def start(server: Server, code: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Run ``code`` in a process with Django set up; ``sys.argv[3:]`` are the arguments, output comes as text."""
    here = str(Path(__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM + code, here, packed(server), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
