"""Takes from this process everything that reading a document does not need, before the first byte of it is read."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import sys
from dataclasses import dataclass

_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_PR_SET_NO_NEW_PRIVS = 38

# PEP 578 events that a reader of documents never raises. The operating system's limits below are the wall; this is the
# second one, and the one that works where the kernel refuses a namespace of our own.
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "shutil.",
    "ctypes.dlopen",
    "urllib.Request",
    "ftplib.",
    "smtplib.",
)


class ForbiddenInChild(PermissionError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The confined reader tried to reach the network, another program or a file that it may not write."""


@dataclass(frozen=True)
class Confines:
    """What the child may use: bytes of address space, seconds of processor time, bytes of answer."""

    memory_bytes: int
    cpu_seconds: int
    answer_bytes: int


def confine(confines: Confines) -> None:
    """Give up network, privileges, processes and all but a little memory and time. There is no way back."""
    limit(confines)
    sys.addaudithook(_refuse)


def limit(confines: Confines) -> None:
    """What the operating system enforces; it holds for a program that takes this process's place, too."""
    _leave_the_network()
    _limit(resource.RLIMIT_AS, confines.memory_bytes)
    _limit(resource.RLIMIT_CPU, confines.cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, confines.answer_bytes)
    _limit(resource.RLIMIT_NOFILE, 32)
    _limit(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def _leave_the_network() -> None:
    """Ask Linux for an empty network of our own and no new privileges; elsewhere the audit hook must do."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    except (OSError, AttributeError):
        return


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise ForbiddenInChild(event)
    if event == "open" and len(arguments) > 1 and _writes(arguments[1], arguments[2] if len(arguments) > 2 else 0):
        raise ForbiddenInChild(event)


def _writes(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & 0o3)
