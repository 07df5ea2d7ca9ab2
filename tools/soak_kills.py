"""Who is killed in a soak: every kind of process in its turn, always by SIGKILL."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from house import House
from processes import children, command, kill, kill_group

from demo_world import BIN

_BOARD = 0
"""Place of the board among the world's programs; Comity is the last one."""


class Killer:
    """Kills the next kind of process at each blow."""

    def __init__(self, house: House) -> None:
        self.world = house.world
        self.killed: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        """Kinds that were not there when their turn came, since an earlier blow had not been made good yet."""
        self._blows = itertools.count()
        ways: dict[str, Callable[[], bool]] = {
            "worker": lambda: self._child("comity worker"),
            "door api": lambda: self._child("api"),
            "board": self._board,
            "record": lambda: self._child("comity record"),
            "a process of the database": self._backend,
            "mail": lambda: self._child("comity mail"),
            "door console": lambda: self._child("console"),
            "worker and record at once": lambda: self._child("comity worker") & self._child("comity record"),
            "database": self._database,
            "door public": lambda: self._child("public"),
            "everything of Comity": self._everything,
        }
        self._ways = ways
        self._turns = itertools.cycle(ways)

    def strike(self) -> str:
        """Kill the next kind; gives its name."""
        name, number = next(self._turns), next(self._blows)
        self._number = number
        (self.killed if self._ways[name]() else self.missed)[name] += 1
        return name

    def comity(self) -> int:
        """The number of ``comity run``."""
        return self.world.programs[-1].pid

    def groups(self) -> Iterator[tuple[str, int]]:
        """Every kind of process that lives, with the number of its first process."""
        yield "comity run", self.comity()
        yield "board", self.world.programs[_BOARD].pid
        for number in children(self.comity()):
            if kind := kind_of(number):
                yield kind, number

    # -- blows ---------------------------------------------------------------------------------------------------------

    def _child(self, kind: str) -> bool:
        """One of this kind with the whole of its group."""
        found = [number for number in children(self.comity()) if kind_of(number).endswith(kind)]
        return bool(found) and kill_group(found[self._number % len(found)])

    def _backend(self) -> bool:
        """One process of PostgreSQL, which then restarts all of them from its log."""
        backends = [number for main in self._servers() for number in children(main)]
        return bool(backends) and kill(backends[self._number % len(backends)])

    def _database(self) -> bool:
        """PostgreSQL's first process: Comity starts it again by itself."""
        servers = self._servers()  # one; while it is being revived perhaps none
        return sum(map(kill, servers)) > 0

    def _servers(self) -> list[int]:
        return [number for number in children(self.comity()) if kind_of(number) == "database"]

    def _board(self) -> bool:
        """The platform; its operator, here we, starts it again."""
        program = self.world.programs[_BOARD]
        killed = kill_group(program.pid)
        program.wait(30)
        words = [str(word) for word in program.args]  # type: ignore[union-attr]
        self.world.start(words, "board")
        self.world.programs[_BOARD] = self.world.programs.pop()
        return killed

    def _everything(self) -> bool:
        """``comity run`` itself: its programs end with it, and its supervisor, here we, starts it again."""
        killed = kill(self.comity())
        self.world.programs.pop().wait(30)
        self.world.start([str(BIN / "comity"), "run"], "comity")
        return killed


def kind_of(number: int) -> str:
    """What a child of ``comity run`` is; empty for one that is not known (yet)."""
    words = command(number).split(b"\0")
    if b"postgres" in words[0]:
        return "database"
    if b"web" in words:
        return f"door {words[words.index(b'web') + 1].decode()}"
    try:
        name = Path(f"/proc/{number}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return name.rstrip("0123456789 ") if name.startswith("comity ") and name != "comity" else ""
