"""What the log costs: actions a second with and without it, time from commit to signature, proofs a second.

Prints one JSON object. Four client processes and the sequencer's process share the machine with the database, which
writes durably. *bare* is one document and its commit over a plain connection: the leanest transaction there is, and so
the worst ratio; *unit* is the same through a unit of work, as every stage of the house does it. Both are measured in
turns with the leaf's trigger on and off.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings

from comity.casefile.clock import WallClock
from comity.casefile.documents import new_id, new_salt
from comity.casefile.documents.record import AccessEvent
from comity.casefile.records.embedded import Embedded, attach
from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role, Server

CLIENTS = 4
SECONDS = 1.5
TURNS = 2
LEAVES = 1 << 17
PEER_LEAVES = 1 << 15
PROOFS = 20_000
BODY = b'{"x":"' + b"x" * 600 + b'"}'
INSERT = (
    "INSERT INTO document (id, case_id, kind, at, actor, salt, body) VALUES (%s, %s, 'act', now(), 'system:b', %s, %s)"
)

_spawn = multiprocessing.get_context("spawn")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Embedded.start(folder / "database") as embedded:
            _set_up_django(embedded.server)
            migrate(embedded.server)
            figures: dict[str, Any] = actions(folder) | signed_after_commit(folder)
            embedded.destroy()
    json.dump(figures | proofs(), sys.stdout, indent=1)
    print()


def actions(folder: Path) -> dict[str, float]:
    """Actions a second by four clients, with the log and without it, and how many times longer one takes with it."""
    counts: dict[str, list[float]] = {}
    with _clients(folder) as run:
        for _ in range(TURNS):
            for kind in ("bare", "unit"):
                with _trigger_off(folder):
                    counts.setdefault(f"{kind}_without_log_per_s", []).append(run(kind, SECONDS))
                with _sequencer(folder):
                    counts.setdefault(f"{kind}_with_log_per_s", []).append(run(kind, SECONDS))
    means = {name: round(statistics.mean(rates), 1) for name, rates in counts.items()}
    ratios = {f"{kind}_times": _times(means, kind) for kind in ("bare", "unit")}
    return means | ratios | {"clients": CLIENTS, "aim_times": 1.5, "aim_with_log_per_s": 3000}


def _times(means: dict[str, float], kind: str) -> float:
    return round(means[f"{kind}_without_log_per_s"] / means[f"{kind}_with_log_per_s"], 2)


def signed_after_commit(folder: Path) -> dict[str, float]:
    """Milliseconds from the answer to a commit until a signed checkpoint covers it: quiet, and under four clients."""
    with _sequencer(folder), _clients(folder) as run:
        quiet = _waits(folder, 100, pause=0.02)
        busy = threading.Thread(target=run, args=("bare", 3.0))
        busy.start()
        time.sleep(0.5)
        loaded = _waits(folder, 60, pause=0.02)
        busy.join()
    return {
        "signed_quiet_p50_ms": _part(quiet, 0.5),
        "signed_quiet_p99_ms": _part(quiet, 0.99),
        "signed_loaded_p50_ms": _part(loaded, 0.5),
        "signed_loaded_p99_ms": _part(loaded, 0.99),
        "aim_signed_ms": 50,
    }


def proofs() -> dict[str, float]:
    """Inclusion and consistency proofs a second from nodes in memory, beside pymerkle if it is there."""
    from comity.casefile.audit.merkle import MemoryTree, leaf_hash

    began = time.perf_counter()
    tree = MemoryTree(leaf_hash(number.to_bytes(8, "big")) for number in range(LEAVES))
    tree.root()
    found = {"leaves": LEAVES, "appends_per_s": round(LEAVES / (time.perf_counter() - began))}
    odd = LEAVES - 7  # a size with a ragged edge, which costs most
    spread = [(number * 7919) % odd for number in range(PROOFS)]
    found["inclusion_per_s"] = _rate(lambda index: tree.inclusion(index, odd), spread)
    found["consistency_per_s"] = _rate(lambda index: tree.consistency(index + 1, odd), spread)
    return found | _peer() | {"aim_inclusion_per_s": 40_000}


def _peer() -> dict[str, float]:
    if importlib.util.find_spec("pymerkle") is None:
        return {}
    from pymerkle import InmemoryTree

    peer = InmemoryTree(algorithm="sha256")
    for number in range(PEER_LEAVES):
        peer.append_entry(number.to_bytes(8, "big"))
    spread = [(number * 7919) % PEER_LEAVES + 1 for number in range(PROOFS // 4)]
    return {
        "pymerkle_leaves": PEER_LEAVES,
        "pymerkle_inclusion_per_s": _rate(peer.prove_inclusion, spread),
        "pymerkle_consistency_per_s": _rate(lambda size: peer.prove_consistency(size, PEER_LEAVES), spread),
    }


def _rate(prove: Callable[[int], object], numbers: list[int]) -> int:
    began = time.perf_counter()
    for number in numbers:
        prove(number)
    return round(len(numbers) / (time.perf_counter() - began))


def _waits(folder: Path, count: int, *, pause: float) -> list[float]:
    covered = (
        "SELECT EXISTS (SELECT FROM leaf JOIN checkpoint ON checkpoint.size > leaf.idx AND checkpoint.note IS NOT NULL"
        " WHERE leaf.document = %s)"
    )
    waits = []
    with psycopg.connect(**attach(folder / "database").parameters(Role.APP), autocommit=True) as conn:
        for _ in range(count):
            entry = new_id()
            conn.execute(INSERT, (entry, new_id(), new_salt(), BODY))
            began = time.perf_counter()
            while conn.execute(covered, (entry,)).fetchone() != (True,):
                time.sleep(0.001)
            waits.append((time.perf_counter() - began) * 1000)
            time.sleep(pause)
    return sorted(waits)


def _part(waits: list[float], part: float) -> float:
    return round(waits[min(len(waits) - 1, int(len(waits) * part))], 1)


# --- processes ------------------------------------------------------------------------------------------------------


@contextmanager
def _clients(folder: Path) -> Iterator[Callable[[str, float], float]]:
    """Four waiting client processes; the function has them all work so many seconds, and gives actions a second."""
    pipes = [_spawn.Pipe() for _ in range(CLIENTS)]
    started = [_spawn.Process(target=_client, args=(folder, there), daemon=True) for _, there in pipes]
    for process in started:
        process.start()
    for here, _ in pipes:
        here.recv()

    def run(kind: str, seconds: float) -> float:
        for here, _ in pipes:
            here.send((kind, seconds))
        return sum(here.recv() for here, _ in pipes)

    try:
        yield run
    finally:
        for here, _ in pipes:
            here.send(None)
        for process in started:
            process.join()


def _client(folder: Path, pipe: Connection) -> None:
    server = attach(folder / "database")
    _set_up_django(server)
    from comity.casefile.audit import enter
    from comity.casefile.records import unit_of_work

    clock, case = WallClock(), new_id()
    conn = psycopg.connect(**server.parameters(Role.APP), autocommit=True)

    def bare() -> None:
        conn.execute(INSERT, (new_id(), case, new_salt(), BODY))

    def unit() -> None:
        now = clock.now()
        with unit_of_work(now, "system:bench") as work:
            enter(work, case, AccessEvent(case=case, by="staff:nora", what="x" * 400, purpose="review", at=now))

    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        act = {"bare": bare, "unit": unit}[asked[0]]
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < asked[1]:
            act()
            count += 1
        pipe.send(count / (time.perf_counter() - began))


@contextmanager
def _sequencer(folder: Path) -> Iterator[None]:
    """The sequencer in a process of its own, as it runs in earnest; everything is sequenced when the block ends."""
    here, there = _spawn.Pipe()
    process = _spawn.Process(target=_sequence, args=(folder, there), daemon=True)
    process.start()
    here.recv()
    try:
        yield
    finally:
        here.send("stop")
        process.join()


def _sequence(folder: Path, pipe: Connection) -> None:
    from comity.casefile.audit.key_files import load_or_generate
    from comity.casefile.audit.sequencer import Sequencer

    server = attach(folder / "database")
    keys = load_or_generate(folder / "keys", "log.example/bench")
    made = Sequencer(
        lambda: psycopg.connect(**server.parameters(Role.SEQUENCER)), keys, folder / "published", WallClock()
    )
    while made.step().sequenced:
        pass
    stop = threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    pipe.send("ready")
    pipe.recv()
    stop.set()
    thread.join()


@contextmanager
def _trigger_off(folder: Path) -> Iterator[None]:
    """No leaf for what is entered meanwhile: what the same transactions cost without the log."""
    with psycopg.connect(**attach(folder / "database").parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("ALTER TABLE document DISABLE TRIGGER audit_leaf")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE document ENABLE ALWAYS TRIGGER audit_leaf")


def _set_up_django(server: Server) -> None:
    apps = ["procrastinate.contrib.django", "comity.casefile.records", "comity.casefile.audit"]
    settings.configure(INSTALLED_APPS=apps, DATABASES={"default": server.django(Role.APP)}, USE_TZ=True)
    django.setup()


if __name__ == "__main__":
    main()
