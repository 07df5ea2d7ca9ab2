"""``make soak``: the long runs. A 2 GB exhibit in little memory; then orders for an hour while everything is killed.

    .venv/bin/python tools/soak.py [--minutes 60] [--rate 1] [--every 20] [--seed TEXT] [--gigabytes 2]

Every few seconds a worker, the record's keeper, a door, the database or all of Comity dies by SIGKILL. Afterwards every
order that the door had acknowledged must be settled exactly once: one decision, one act performed, one answer, one
notice, its post gone; and the log must be sound within and from outside.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent / "bench"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from house import House
from processes import children, command, kill, kill_group

from comity.casefile.evidence import cipher
from comity.casefile.evidence.files import VaultDirectory
from demo_world import BIN, HOST

MOST_MEMORY_MIB = 64
_AT_ONCE = 6
"""Orders under way from the client's side; while Comity is down they are tried again, as authorities' machines do."""
_SETTLED = """
SELECT c.reference, c.status,
    count(*) FILTER (WHERE d.kind = 'decision'),
    count(*) FILTER (WHERE d.kind = 'act' AND body ->> 'state' = 'performed'
        AND body #>> '{grant,measure}' = 'disable'),
    count(*) FILTER (WHERE d.kind = 'form_reply'),
    count(*) FILTER (WHERE d.kind = 'notice'),
    count(*) FILTER (WHERE d.kind = 'demand')
FROM docket_case c JOIN (
    SELECT case_id, kind, convert_from(body, 'UTF8')::jsonb AS body FROM document
) d ON d.case_id = c.id
GROUP BY c.id, c.reference, c.status
"""


def main() -> int:
    """Run both; 0 when everything held."""
    options = _options()
    wrong = [] if options.gigabytes == 0 else _large_exhibit(options.gigabytes)
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        wrong += Soak(Path(folder), options).run()
    for line in wrong:
        print(f"NOT AS IT SHOULD BE: {line}")
    print("soak: failed" if wrong else "soak: ok")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Long runs under repeated kills.")
    parser.add_argument("--minutes", type=float, default=60, help="how long orders arrive")
    parser.add_argument("--rate", type=float, default=1, help="orders a second")
    parser.add_argument("--every", type=float, default=20, help="seconds between two kills")
    parser.add_argument("--seed", default="soak", help="decides who is killed, in which order")
    parser.add_argument("--gigabytes", type=int, default=2, help="size of the exhibit; 0 leaves it out")
    return parser.parse_args()


# -- the large exhibit -------------------------------------------------------------------------------------------------


def _large_exhibit(gigabytes: int) -> list[str]:
    """In and out of the vault's own cipher and files, compared by digest, the growth of memory watched."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    piece, key, seen, out = bytes(range(256)) * 4096, bytes(32), cipher.Digester(), hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        directory = VaultDirectory(Path(folder) / "vault")
        pieces = itertools.repeat(piece, gigabytes * 1024)
        written = directory.write(cipher.encrypt(key, cipher.new_head(), pieces, seen))
        with directory.open(written.name) as file:
            for chunk in cipher.decrypt(key, file, digest=seen.digest, size=seen.size):
                out.update(chunk)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"an exhibit of {gigabytes} GiB: {time.monotonic() - began:.0f} s in and out, {grown:.0f} MiB of memory")
    faults = [] if out.hexdigest() == seen.digest else ["the exhibit came out differently"]
    return faults + ([] if grown < MOST_MEMORY_MIB else [f"the exhibit took {grown:.0f} MiB of memory"])


# -- orders under kills ------------------------------------------------------------------------------------------------


class Soak:
    """Orders at a steady rate, kills at a steady rate, and the count at the end."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.house, self.options = House(folder), options
        self.world = self.house.world
        self.filed: dict[str, str] = {}
        """Reference of each order that was acknowledged, with its address."""
        self.failures: list[str] = []
        self.killed: Counter[str] = Counter()
        self.guard = threading.Lock()

    def run(self) -> list[str]:
        """Run to the end and say what was wrong."""
        try:
            seconds, stop = self.options.minutes * 60, threading.Event()
            killer = threading.Thread(target=self._kill_until, args=(stop,))
            killer.start()
            self._file_for(seconds)
            stop.set()
            killer.join()
            print(f"{len(self.filed)} orders acknowledged; killed: {dict(self.killed) or 'nobody'}", flush=True)
            self._wait_until_settled()
            return self.failures + self._judge_orders() + self._judge_log()
        finally:
            self.house.close()

    # -- orders --------------------------------------------------------------------------------------------------------

    def _file_for(self, seconds: float) -> None:
        began, said, turn = time.monotonic(), 0.0, itertools.count()

        def client() -> None:
            for number in turn:
                due = began + number / self.options.rate
                if due - began > seconds:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                self._file(f"SOAK-{number:06}")

        clients = [threading.Thread(target=client) for _ in range(_AT_ONCE)]
        for one in clients:
            one.start()
        while any(one.is_alive() for one in clients):
            time.sleep(0.5)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                print(
                    f"{said - began:6.0f} s: {len(self.filed)} acknowledged, {sum(self.killed.values())} kills",
                    flush=True,
                )

    def _file(self, reference: str) -> None:
        """One order, tried until it is acknowledged; the same key each time, so that it is one order."""
        url = self.house.publish(reference)
        until = time.monotonic() + 180
        while time.monotonic() < until:
            try:
                self.house.file(url, reference)
            except httpx.HTTPError:
                time.sleep(0.5)
            else:
                with self.guard:
                    self.filed[reference] = url
                return
        with self.guard:
            self.failures.append(f"{reference} was not acknowledged within three minutes")

    # -- kills ---------------------------------------------------------------------------------------------------------

    def _kill_until(self, stop: threading.Event) -> None:
        kinds: dict[str, Callable[[], bool]] = {
            "child": self._kill_child,
            "server process": self._kill_server_process,
            "database": self._kill_database,
            "everything": self._kill_everything,
        }
        order = tuple(kinds)
        for number in itertools.count():
            if stop.wait(self.options.every):
                return
            name = order[_pick(self.options.seed, number) % 10 // 3]  # everything once in ten
            if kinds[name]():
                self.killed[name] += 1

    def _comity(self) -> int:
        return self.world.programs[-1].pid

    def _kill_child(self) -> bool:
        """A worker, a door, the mail receiver or the record's keeper, with the whole of its group."""
        found = [number for number in children(self._comity()) if b"comity" in command(number)]
        return bool(found) and kill_group(found[_pick(self.options.seed, len(self.filed)) % len(found)])

    def _kill_server_process(self) -> bool:
        """One process of PostgreSQL; the server then restarts itself from its log."""
        backends = [number for main in self._postgres() for number in children(main)]
        return bool(backends) and kill(backends[_pick(self.options.seed, len(self.filed)) % len(backends)])

    def _kill_database(self) -> bool:
        """PostgreSQL's first process: Comity starts it again by itself."""
        return any(kill(number) for number in self._postgres())

    def _kill_everything(self) -> bool:
        """``comity run`` itself: its programs end with it, and its supervisor, here we, starts it again."""
        kill(self._comity())
        self.world.programs.pop().wait(30)
        self.world.start([str(BIN / "comity"), "run"], "comity")
        return True

    def _postgres(self) -> list[int]:
        return [number for number in children(self._comity()) if b"postgres" in command(number)]

    # -- the count at the end ------------------------------------------------------------------------------------------

    def _wait_until_settled(self) -> None:
        until, done = time.monotonic() + 300, -1
        while done < len(self.filed) and time.monotonic() < until:
            time.sleep(2)
            try:
                ((done,),) = self.house.query("SELECT count(*) FROM docket_case WHERE status = 'in_effect'")
            except Exception as failure:  # noqa: BLE001 -- the database may be starting
                print(f"waiting for the database ({type(failure).__name__})", flush=True)
                self.house.forget_connection()
        print(f"{done} of {len(self.filed)} in effect", flush=True)

    def _judge_orders(self) -> list[str]:
        seen = {row[0]: row[1:] for row in self.house.query(_SETTLED)}
        wrong = [f"{reference} has no case" for reference in self.filed if reference not in seen]
        for reference, (status, decisions, acts, replies, notices, demands) in seen.items():
            if (status, decisions, acts, replies, notices, demands) != ("in_effect", 1, 1, 1, 1, 1):
                said = f"{demands} demands, {decisions} decisions, {acts} acts, {replies} answers, {notices} notices"
                wrong.append(f"{reference}: {status}, {said}")
        wrong += [f"{url} is still there" for url in self.filed.values() if not self._gone(url)]
        return wrong

    def _gone(self, url: str) -> bool:
        local = url.replace(HOST, f"http://127.0.0.1:{self.world.ports['board']}")
        return httpx.get(local, headers={"X-Country": "FR"}, trust_env=False).status_code in (404, 451)

    def _judge_log(self) -> list[str]:
        export = self.world.home / "export"
        keys = [word for key in self.house.docket.log_head().vkeys for word in ("--vkey", key)]
        commands = {
            "comity log export": [str(BIN / "comity"), "log", "export", str(export)],
            "comity-verify": [str(BIN / "comity-verify"), str(export), *keys],
            "comity log fsck": [str(BIN / "comity"), "log", "fsck"],
        }
        wrong = []
        for name, words in commands.items():
            done = subprocess.run(words, env=self.world.environment, capture_output=True, text=True, check=False)
            last = [line for line in (done.stdout + done.stderr).strip().splitlines() if line][-1:]
            print(f"{name}: {''.join(last)}", flush=True)
            wrong += [] if done.returncode == 0 else [f"{name} failed"]
        return wrong


def _pick(seed: str, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {number}".encode()).digest()[:4], "big")


if __name__ == "__main__":
    sys.exit(main())
