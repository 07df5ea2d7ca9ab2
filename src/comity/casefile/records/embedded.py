"""The embedded database: a real PostgreSQL 18 that starts, stops and belongs to one directory.

The directory holds ``owner`` (locked by the process that runs the server, with its number), ``passwords`` (of the three
roles; only its owner reads it), ``state`` (where data and socket are), ``log`` and ``data``. The server listens on no
network address; its socket stands in a folder that only its own user may enter, and asks for a password all the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg

from comity.casefile.records.errors import CannotStart, DirectoryOwned, NotRunning
from comity.casefile.records.private import read_private
from comity.casefile.records.programs import ROOTS_PLACE, Runner, clear_leftovers, open_folder, runner
from comity.casefile.records.roles import Role, Server, hand_over, make_roles

ADMINISTRATOR = "comity_administrator"
DATABASE = "comity"
_LONGEST_SOCKET = 100
"""Bytes of a socket's path that every kernel we know takes (Linux allows 107), less a margin."""

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    # What people write into demands must not reach a log file: no statement and no value is ever printed.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "jit": "off",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


class Embedded:
    """A running server. Make one with ``start``; whoever made it stops it, also by leaving its ``with`` block."""

    def __init__(self, directory: Path, owner: int, process: subprocess.Popen[bytes]) -> None:
        self._directory = directory
        self._owner = owner
        self._process = process
        self.server = attach(directory)
        os.register_at_fork(after_in_child=self._let_go)

    def _let_go(self) -> None:
        """A forked child owns nothing: the directory must be free when its owner ends, not when its last child does."""
        owner, self._owner = self._owner, -1
        if owner >= 0:
            os.close(owner)

    @classmethod
    def start(cls, directory: Path, *, fast: bool = False) -> Self:
        """Own ``directory`` and run its server, making both when they are new; takes about a second then.

        ``fast`` gives up durability (no fsync): for tests and nothing else. Raises ``DirectoryOwned`` when another
        process runs it, ``CannotStart`` with the server's last words otherwise.
        """
        directory = directory.absolute()
        directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        directory = directory.resolve()
        owner = _own(directory)
        try:
            return cls(directory, owner, _run(directory, runner(), fast=fast))
        except BaseException:
            os.close(owner)
            raise

    @property
    def process(self) -> int:
        """Number of the server's first process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop the server, rolling back what is open, and give the directory back. Stopping twice is no fault."""
        if self._owner < 0:
            return
        if self.alive():
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)  # what is committed is on disk; the next start recovers
                self._process.wait(timeout=30)
        os.close(self._owner)
        self._owner = -1

    def destroy(self) -> None:
        """Stop the server and delete everything it kept. For tests and demonstrations."""
        state = _state(self._directory)
        self.stop()
        for path in (state["data"], state["socket"]):
            shutil.rmtree(path, ignore_errors=True)
        if (kept := Path(state["data"]).parent).parent == ROOTS_PLACE:
            shutil.rmtree(kept, ignore_errors=True)
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.stop()


def attach(directory: Path) -> Server:
    """How to connect to the server that another process of ours runs in ``directory``; raises ``NotRunning``."""
    directory = directory.resolve()
    if not _owned(directory):
        raise NotRunning(f"no Comity runs a database in {directory}")
    words = json.loads(read_private(directory / "passwords"))
    state = _state(directory)
    logins = {role: {"user": role.value, "password": words[role.value]} for role in Role}
    return Server({"host": state["socket"], "dbname": DATABASE}, logins)


def administrator(directory: Path) -> dict[str, Any]:
    """Parameters to connect as the server's administrator: to make databases and to rescue, never in daily work."""
    words = json.loads(read_private(directory / "passwords"))
    return {
        "host": _state(directory)["socket"],
        "dbname": "postgres",
        "user": ADMINISTRATOR,
        "password": words[ADMINISTRATOR],
    }


def _own(directory: Path, *, tries: int = 10) -> int:
    owner = os.open(directory / "owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    while not _locked(owner, fcntl.LOCK_EX):
        tries -= 1  # somebody who only looks holds it for a moment
        if tries == 0:
            number = os.pread(owner, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(owner)
            raise DirectoryOwned(
                f"the database in {directory} is run by another Comity (process {number}); "
                "stop that one first, or set COMITY_HOME to a directory of its own"
            )
        time.sleep(0.02)
    os.ftruncate(owner, 0)
    os.pwrite(owner, f"{os.getpid()}\n".encode("ascii"), 0)
    return owner


def _locked(owner: int, how: int) -> bool:
    try:
        fcntl.flock(owner, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owned(directory: Path) -> bool:
    try:
        looked = os.open(directory / "owner", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _locked(looked, fcntl.LOCK_SH)
    finally:
        os.close(looked)


def _run(directory: Path, run: Runner, *, fast: bool) -> subprocess.Popen[bytes]:
    new = not (directory / "state").exists()
    if new:
        _make(directory, run, fast=fast)
    state = _state(directory)
    data, socket = Path(state["data"]), _socket_folder(directory, run, Path(state["socket"]))
    clear_leftovers(data)
    options = {**_ALWAYS, **(_FAST if fast else _DURABLE), "unix_socket_directories": str(socket)}
    arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    process = run.start("postgres", "-D", str(data), *arguments, directory=data, log=directory / "log")
    try:
        _wait(directory, process)
        _make_roles(directory)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def _state(directory: Path) -> dict[str, str]:
    state: dict[str, str] = json.loads((directory / "state").read_text(encoding="utf-8"))
    return state


def write_private(path: Path, value: dict[str, str]) -> None:
    """Write all of a small file or nothing, readable by its owner alone."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as new:
        json.dump(value, new)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).rename(path)


def _make(directory: Path, run: Runner, *, fast: bool) -> None:
    """Make a database cluster. The file ``state`` is written last: without it the next start begins anew."""
    base = directory
    if not run.reaches(directory / "data"):
        base = ROOTS_PLACE / secrets.token_hex(8)
        open_folder(ROOTS_PLACE)
        open_folder(base)
    data = base / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    run.give(data)
    words = {name: secrets.token_urlsafe(32) for name in (ADMINISTRATOR, *(role.value for role in Role))}
    write_private(directory / "passwords", words)
    first = base / "first"
    first.touch(mode=0o600)
    try:
        run.give(first)
        first.write_text(words[ADMINISTRATOR], encoding="ascii")
        arguments = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        arguments += [f"--username={ADMINISTRATOR}", f"--pwfile={first}", "--lc-messages=C", "-D", str(data)]
        made = run.start("initdb", *arguments, *(["--no-sync"] if fast else []), directory=base, log=directory / "log")
        if made.wait() != 0:
            raise CannotStart(f"PostgreSQL's initdb failed: {_last_words(directory)}")
    finally:
        first.unlink()
    write_private(directory / "state", {"data": str(data), "socket": str(base / "socket")})


def _socket_folder(directory: Path, run: Runner, wanted: Path) -> Path:
    """A folder for the socket that only the server's user enters, with a path as short as the kernel wants it."""
    if len(os.fsencode(wanted / ".s.PGSQL.5432")) > _LONGEST_SOCKET or not wanted.parent.is_dir():
        wanted = Path(tempfile.mkdtemp(prefix="comity-", dir="/tmp"))
    wanted.mkdir(mode=0o700, exist_ok=True)
    wanted.chmod(0o700)
    run.give(wanted)
    write_private(directory / "state", {**_state(directory), "socket": str(wanted)})
    return wanted


def _wait(directory: Path, process: subprocess.Popen[bytes], *, patience: float = 60.0) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(**administrator(directory), connect_timeout=10).close()
            return
        time.sleep(0.02)
    raise CannotStart(f"PostgreSQL did not start: {_last_words(directory)}")


def _last_words(directory: Path) -> str:
    with contextlib.suppress(OSError):
        return " / ".join((directory / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
    return "it left no log"


def _make_roles(directory: Path) -> None:
    """Make the three roles and their database, where they are missing."""
    words = json.loads(read_private(directory / "passwords"))
    with psycopg.connect(**administrator(directory), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            make_roles(connection, words)
            connection.execute(f"CREATE DATABASE {DATABASE}")
            hand_over(connection, DATABASE)
