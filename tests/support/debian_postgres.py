"""A PostgreSQL of Debian's, as an operator has it: another version than the embedded one, and no part of us."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import conninfo


def programs() -> Path | None:
    """The newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


@contextmanager
def debian_postgres() -> Iterator[str]:
    """A fresh server with a database ``comity``; gives the address of a superuser's login."""
    where = programs()
    assert where is not None
    folder = Path(tempfile.mkdtemp(prefix="comity-debian-"))
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data = folder / "data"
    made = [str(where / "initdb"), "--auth=trust", "--username=dba", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([*made, "-D", str(data)], check=True, capture_output=True, cwd=folder, **options)
    run = [
        str(where / "postgres"),
        "-D",
        str(data),
        "-c",
        "listen_addresses=",
        "-c",
        f"unix_socket_directories={folder}",
    ]
    server = subprocess.Popen([*run, "-c", "fsync=off"], stderr=subprocess.DEVNULL, cwd=folder, **options)
    try:
        yield conninfo.make_conninfo(host=str(folder), dbname=_made(folder), user="dba")
    finally:
        server.send_signal(signal.SIGINT)  # "fast": open connections are no reason to stay
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(host=str(folder), dbname="postgres", user="dba", autocommit=True) as connection,
        ):
            connection.execute("CREATE DATABASE comity")
            return "comity"
        time.sleep(0.05)
    message = "Debian's PostgreSQL did not start"
    raise AssertionError(message)
