"""kill -9 of every server process under four writers: nothing acknowledged is lost, nothing stands alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import pytest
from check_log import CheckLog

from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import WallClock
from comity.casefile.documents import new_id, new_salt
from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role, Server

INSERT = (
    "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES (%s, %s, 'act', now(), 'system:x', %s, %s)"
)
WRITERS = 4
ENOUGH = 300
"""Acknowledged entries of each writer before the server is killed."""


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="comity-kill-", dir="/tmp") as made:
        Path(made).chmod(0o711)
        yield Path(made)


def write(parameters: dict[str, str], answer: Connection) -> None:
    """Enter documents one by one until the server is gone; tell which were acknowledged."""
    acknowledged: list[str] = []
    with psycopg.connect(**parameters) as conn:
        try:
            while True:
                entry = new_id()
                conn.execute(INSERT, (entry, new_id(), new_salt(), b'{"x":1}'))
                conn.commit()
                acknowledged.append(entry)
                if len(acknowledged) == ENOUGH:
                    answer.send("enough")
        except psycopg.Error:
            answer.send(acknowledged)


def kill_all(server: int) -> None:
    """Every process of the server at once, as when the power fails: the first one stopped, so that it starts no new."""
    os.kill(server, signal.SIGSTOP)
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    for process in [*map(int, children), server]:
        os.kill(process, signal.SIGKILL)


def test_nothing_is_lost(databases: Any, home: Path, keys: LogKeys, tmp_path: Path) -> None:
    # Made in haste, and only then run as in earnest: with fsync, and commits acknowledged when they are on the disk.
    with Embedded.start(home / "pg", fast=True) as hasty:
        migrate(hasty.server)
    embedded = Embedded.start(home / "pg")
    try:
        acknowledged = strike(embedded, keys, tmp_path)
    finally:
        embedded.stop()
    again = Embedded.start(home / "pg")
    try:
        judge(again.server, acknowledged, keys, tmp_path)
    finally:
        again.destroy()


def strike(embedded: Embedded, keys: LogKeys, folder: Path) -> set[str]:
    stop = threading.Event()
    sequencer = Sequencer(
        lambda: psycopg.connect(**embedded.server.parameters(Role.SEQUENCER)), keys, folder, WallClock()
    )
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    processes = multiprocessing.get_context("spawn")
    pipes = [processes.Pipe(duplex=False) for _ in range(WRITERS)]
    writers = [
        processes.Process(target=write, args=(embedded.server.parameters(Role.APP), there)) for _, there in pipes
    ]
    for writer in writers:
        writer.start()
    for here, _ in pipes:
        assert here.recv() == "enough"
    kill_all(embedded.process)
    acknowledged: set[str] = set().union(*(here.recv() for here, _ in pipes))
    for writer in writers:
        writer.join()
    stop.set()
    thread.join()
    assert len(acknowledged) >= WRITERS * ENOUGH
    return acknowledged


def judge(server: Server, acknowledged: set[str], keys: LogKeys, folder: Path) -> None:
    sequencer = Sequencer(lambda: psycopg.connect(**server.parameters(Role.SEQUENCER)), keys, folder, WallClock())
    while sequencer.step().sequenced:
        pass
    sequencer.close()
    with psycopg.connect(**server.parameters(Role.APP), autocommit=True) as conn:
        present = {row[0].hex for row in conn.execute("SELECT id FROM document").fetchall()}
        # At most one entry of each writer was committed and never acknowledged.
        assert acknowledged <= present
        assert len(present - acknowledged) <= WRITERS
        assert CheckLog(conn, keys.verifiers, folder)() == len(present)
        report = fsck(keys.verifiers, folder, origin=keys.origin, conn=conn)
        assert report.sound
        assert (report.entries, report.leaves, report.waiting) == (len(present), len(present), 0)
