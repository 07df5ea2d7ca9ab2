"""Which process stands at the other end of a connection on this machine, as /proc shows it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import httpx


def answering(answer: httpx.Response, processes: list[int]) -> int | None:
    """Which of these processes gave the answer; nothing when its connection is closed already."""
    stream = answer.extensions["network_stream"]
    here, there = (stream.get_extra_info(end)[1] for end in ("client_addr", "server_addr"))
    inode = _inode(f":{there:04X}", f":{here:04X}")
    return next((number for number in processes if inode in _sockets(number)), None)


def listening(port: int, processes: list[int]) -> set[int]:
    """Which of these processes take connections on a port."""
    found = {row[9] for row in _table() if row[1].endswith(f":{port:04X}") and row[3] == "0A"}
    return {number for number in processes if found & _sockets(number)}


def descendants(parent: int) -> list[int]:
    """Everything that a process started, and what those started."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{parent}/task").iterdir():
            for word in (task / "children").read_text().split():
                found += [int(word), *descendants(int(word))]
    return found


def _table() -> list[list[str]]:
    return [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]


def _inode(local: str, remote: str) -> str:
    return next((row[9] for row in _table() if row[1].endswith(local) and row[2].endswith(remote)), "")


def _sockets(number: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{number}/fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found
