"""A process that collects is killed at every commit, before and after it, and while the platform answers: walked again,
there is exactly one data set of it.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.casefile.clock import FixedClock, Instant
from comity.casefile.documents.act import ActState
from comity.casefile.documents.collection import Collection, Excess
from comity.casefile.documents.disclosure import Category
from comity.casefile.records.roles import Server
from support import processes
from support.collecting import AT, KEYS, answers, body
from support.grants import terms

if TYPE_CHECKING:
    from support.disclosing import Room

_COLLECTOR = """
from support.collecting import collect
collect(sys.argv[3], sys.argv[4], sys.argv[5])
print("done", flush=True)
"""
MOST_COMMITS = 30


@pytest.fixture
def room(database: Server, tmp_path: Path, clock: FixedClock) -> Iterator[Room]:
    from comity.casefile.evidence import KeyEncryptionKeys, Vault, new_line
    from support.disclosing import disclosing

    clock.set(Instant.parse(AT))
    with disclosing(database, tmp_path, clock) as opened:
        line = new_line("k")
        (tmp_path / KEYS).touch(0o600)
        (tmp_path / KEYS).write_text(line)
        opened.vault = Vault(tmp_path / "vault", KeyEncryptionKeys.parse(line))
        yield opened


def killed(server: Server, folder: Path, room: Room, where: str) -> bool:
    """Collect in a process of its own that is killed there; whether it came so far."""
    process = processes.start(server, _COLLECTOR, str(folder), room.case, where)
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) in ((-signal.SIGKILL, ""), (0, "done\n"))
    return process.returncode != 0


def one_data_set(room: Room, collection: str) -> None:
    """Walked again, and once more: one result, what the platform holds, each file once."""
    from comity.execution.disclosure import dataset, store
    from support.records import Shelf

    for _ in range(2):
        assert room.collect(Shelf(answers)).settled
    ordered, performed = room.entered(Collection)
    assert (ordered.state, performed.state) == (ActState.ORDERED, ActState.PERFORMED)
    row = store.collection(collection)
    _head, *rows = dataset.read([room.read(collection, row.exhibits[0])])
    assert [one.number for one in rows] == list(range(1, 1 + len(rows)))
    digests = [hashlib.sha256(body(number)).hexdigest() for number in range(30)]
    assert [one.file.sha256 for one in rows if one.file] == digests
    assert row.exhibits[1:] == digests
    assert sorted(one.exhibit.digest for one in room.vault.exhibits(collection)) == sorted(row.exhibits)
    assert len(room.entered(Excess)) == 1


@pytest.mark.parametrize("edge", ["before", "after"])
def test_killed_at_each_commit_there_is_one_data_set(database: Server, tmp_path: Path, room: Room, edge: str) -> None:
    from comity.casefile.documents.identifiers import new_id

    for number in range(1, MOST_COMMITS):
        room.case = new_id()
        (collection,) = room.decided(terms(Category.CONTENT))
        came_so_far = killed(database, tmp_path, room, f"{edge}:{number}")
        one_data_set(room, collection)
        if not came_so_far:
            break
    assert 2 < number < MOST_COMMITS - 1, "several commits were tried, and all there are"


@pytest.mark.parametrize("rows", [0, 1, 17, 30])
def test_killed_while_the_platform_answers_there_is_one_data_set(
    database: Server, tmp_path: Path, room: Room, rows: int
) -> None:
    (collection,) = room.decided(terms(Category.CONTENT))
    assert killed(database, tmp_path, room, f"row:{rows}")
    one_data_set(room, collection)


def test_killed_again_and_again_there_is_one_data_set(database: Server, tmp_path: Path, room: Room) -> None:
    (collection,) = room.decided(terms(Category.CONTENT))
    for where in ("row:9", "before:2", "after:1", "row:30", "before:1"):
        assert killed(database, tmp_path, room, where)
    one_data_set(room, collection)
