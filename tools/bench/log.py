"""The log's price: actions a second with it and without, the wait for a signature, proofs a second beside a peer's.

An action is a transaction that enters a document and changes a row of state, durable on disk, sent by PostgreSQL's own
``pgbench`` from four clients. Without the log the same transactions run with the leaf's trigger disabled and no
sequencer. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.db import connections

from comity.casefile.audit.key_files import generate
from comity.casefile.audit.merkle import MemoryTree
from comity.casefile.clock import WallClock
from comity.casefile.records.embedded import Embedded
from comity.casefile.records.migrate import migrate
from comity.casefile.records.programs import runner
from comity.casefile.records.roles import Role, Server

CLIENTS = 4
SECONDS = 4
ROUNDS = 3
SIGNED = 150
LEAVES = 100_000
_STATE = """
CREATE TABLE bench_state (id int PRIMARY KEY, entry uuid NOT NULL, at timestamptz NOT NULL);
INSERT INTO bench_state SELECT n, gen_random_uuid(), now() FROM generate_series(1, 10000) AS n;
GRANT SELECT, UPDATE ON bench_state TO comity_app;
"""
_ACTION = """
\\set row random(1, 10000)
BEGIN;
INSERT INTO document (id, case_id, kind, at, actor, salt, body)
VALUES (gen_random_uuid(), gen_random_uuid(), 'act', now(), concat('system', chr(58), 'bench'),
        sha256(convert_to(CAST(random() AS text), 'UTF8')),
        convert_to(repeat('an act of six hundred octets; ', 20), 'UTF8'));
UPDATE bench_state SET entry = gen_random_uuid(), at = now() WHERE id = :row;
COMMIT;
"""


def main() -> None:
    figures = _proofs()
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        Path(folder).chmod(0o711)
        with Embedded.start(Path(folder) / "database") as embedded:
            _set_up(embedded.server)
            figures |= _actions(embedded.server, Path(folder))
            connections.close_all()
            embedded.destroy()
    json.dump(figures, sys.stdout, indent=1)
    print()


def _set_up(server: Server) -> None:
    apps = ["procrastinate.contrib.django", "comity.casefile.records", "comity.casefile.audit"]
    settings.configure(INSTALLED_APPS=apps, DATABASES={"default": server.django(Role.APP)}, USE_TZ=True)
    django.setup()
    migrate(server)
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute(_STATE)


def _actions(server: Server, folder: Path) -> dict[str, float]:
    """Rounds with and without in turn, so that a busy moment of the machine hits both alike."""
    script = folder / "action.sql"
    script.write_text(_ACTION, encoding="ascii")
    script.chmod(0o644)
    with_log, without = [], []
    for _ in range(ROUNDS):
        with _sequencer(server, folder):
            with_log.append(_pgbench(server, script))
        with _leaves_off(server):
            without.append(_pgbench(server, script))
    with _sequencer(server, folder):
        waits = sorted(_signed_after())
    ratios = [bare / logged for bare, logged in zip(without, with_log, strict=True)]
    return {
        "actions_per_s": round(statistics.median(with_log)),
        "actions_per_s_without_log": round(statistics.median(without)),
        "times_the_time": round(statistics.median(ratios), 2),
        "signed_after_ms_p50": round(statistics.median(waits), 1),
        "signed_after_ms_p99": round(waits[int(len(waits) * 0.99)], 1),
    }


def _pgbench(server: Server, script: Path) -> float:
    parameters = server.parameters(Role.APP)
    command = [str(runner().programs / "pgbench"), "-n", "-M", "prepared", "-f", str(script), "-T", str(SECONDS)]
    command += ["-c", str(CLIENTS), "-j", "2", "-h", str(parameters["host"]), "-U", str(parameters["user"])]
    words = {**os.environ, "PGPASSWORD": str(parameters["password"])}
    done = subprocess.run([*command, str(parameters["dbname"])], env=words, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stderr)
    return float(found[1])


@contextmanager
def _sequencer(server: Server, folder: Path) -> Iterator[None]:
    """The sequencer as ``comity run`` has it, in a process of its own."""
    command = [sys.executable, __file__, "sequence", str(folder)]
    words = json.dumps({name: str(value) for name, value in server.parameters(Role.SEQUENCER).items()})
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(words + "\n")
    process.stdin.flush()
    time.sleep(1.0)
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(60)


def sequence(folder: Path) -> None:
    """Sequence until standard input ends."""
    from comity.casefile.audit import key_files
    from comity.casefile.audit.sequencer import Sequencer

    words = json.loads(sys.stdin.readline())
    keys_folder = folder / "keys"
    if not keys_folder.exists():
        keys_folder.mkdir(mode=0o700)
        generate(keys_folder, "bench.example/log")
    stop = threading.Event()
    sequencer = Sequencer(
        lambda: psycopg.connect(**words, autocommit=True),
        key_files.load(keys_folder, "bench.example/log"),
        folder / "log",
        WallClock(),
    )
    working = threading.Thread(target=sequencer.run, args=(stop,))
    working.start()
    sys.stdin.read()
    stop.set()
    working.join()


@contextmanager
def _leaves_off(server: Server) -> Iterator[None]:
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE document DISABLE TRIGGER audit_leaf")
        yield
        owner.execute("ALTER TABLE document ENABLE ALWAYS TRIGGER audit_leaf")


def _signed_after() -> list[float]:
    """Milliseconds from a commit until its leaf is inside a signed checkpoint, one action after another."""
    from comity.casefile.audit import enter, wait_until_proven
    from comity.casefile.documents import new_id
    from comity.casefile.documents.record import CaseMove
    from comity.casefile.records import unit_of_work

    waits = []
    for number in range(SIGNED):
        case = new_id()
        with unit_of_work(WallClock().now(), "system:bench") as work:
            entered = enter(work, case, CaseMove(case=case, event="bench", because=str(number)))
        committed = time.perf_counter()
        wait_until_proven(entered, 30)
        waits.append((time.perf_counter() - committed) * 1000)
        time.sleep(0.01)
    return waits


def _proofs() -> dict[str, float]:
    """Inclusion proofs in a tree of 100,000 leaves in memory: ours and pymerkle's, on one core, in turn."""
    from pymerkle import InmemoryTree

    data = [secrets.token_bytes(32) for _ in range(LEAVES)]
    theirs = InmemoryTree(algorithm="sha256")
    theirs.append_entries(data)
    ours = MemoryTree(data)
    chosen = [secrets.randbelow(LEAVES) for _ in range(20_000)]
    fewer = [index + 1 for index in chosen[:4_000]]  # it counts from one
    own, peer = [], []
    for _ in range(ROUNDS):
        own.append(_rate(chosen, lambda index: ours.inclusion(index, LEAVES)))
        peer.append(_rate(fewer, lambda index: theirs.prove_inclusion(index, LEAVES)))
    return {"proofs_per_s": round(statistics.median(own)), "pymerkle_per_s": round(statistics.median(peer))}


def _rate(indices: list[int], prove: Callable[[int], object]) -> float:
    began = time.process_time()
    for index in indices:
        prove(index)
    return len(indices) / (time.process_time() - began)


if __name__ == "__main__":
    if sys.argv[1:2] == ["sequence"]:
        sequence(Path(sys.argv[2]))
    else:
        main()
