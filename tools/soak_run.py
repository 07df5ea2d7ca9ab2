"""The soak itself: orders and junk at a steady rate, blows at a steady rate, then the count."""

from __future__ import annotations

import argparse
import itertools
import smtplib
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from house import House, utc_now
from load_junk import Junk
from usage import bytes_on_disk

from soak_count import Count
from soak_kills import Killer
from soak_memory import Growth, Memory

KILLING_PART = 0.6
"""Of the time; in the rest nobody is killed and memory is watched."""
_AT_ONCE = 6
"""Orders under way from the client's side; while Comity is down they are tried again, as authorities' machines do."""
_PATIENCE = 300.0
_SAY_EVERY = 15.0
_FAILURES = (httpx.HTTPError, smtplib.SMTPException, OSError)


@dataclass(frozen=True)
class Result:
    """What a run showed, for the page."""

    options: argparse.Namespace
    at: str
    filed: dict[str, str]
    """Orders that were acknowledged, with their addresses."""
    junk: int
    killed: Counter[str]
    checks: dict[str, str]
    growth: tuple[Growth, ...]
    disk_kib: float
    """Room that Comity's folder and database took more, for each order with the junk beside it."""
    slowest: float
    """Seconds from the first attempt to file to the acknowledgement, the longest."""


class Soak:
    """One house, from its first order to the count."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        folder.chmod(0o711)
        self.house, self.options = House(folder), options
        self.killer = Killer(self.house)
        self.memory = Memory(self.killer.groups)
        self.junk = Junk(self.house.world.ports["smtp"], self.house.world.ports["api"])
        self.filed: dict[str, str] = {}
        self.failures: list[str] = []
        self.count = Count(self.house, self.filed)
        self._sent_junk, self._slowest, self._disk_kib = 0, 0.0, 0.0
        self._at = utc_now().strftime("%Y-%m-%d %H:%M UTC")
        self._guard = threading.Lock()

    def run(self) -> list[str]:
        """Run to the end and say what was wrong."""
        try:
            before = self._disk()
            self.memory.start()
            self._work()
            self.memory.stop()
            print(f"{len(self.filed)} orders acknowledged; killed: {dict(self.killer.killed)}", flush=True)
            self._wait_until_settled()
            self._disk_kib = (self._disk() - before) / 1024 / max(1, len(self.filed))
            return self.failures + self._unkilled() + self.count.judge() + self._growing()
        finally:
            self.memory.stop()
            self.house.close()

    def result(self) -> Result:
        """For the page."""
        return Result(
            self.options, self._at, self.filed, self._sent_junk, self.killer.killed, self.count.said,
            tuple(self.memory.growth()), self._disk_kib, self._slowest,
        )  # fmt: skip

    # -- sending -------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        seconds, stop = self.options.minutes * 60, threading.Event()
        orders = itertools.count()
        threads = [threading.Thread(target=self._client, args=(orders, seconds)) for _ in range(_AT_ONCE)]
        others = [threading.Thread(target=self._send_junk, args=(stop,))]
        others.append(threading.Thread(target=self._strike, args=(stop, seconds * KILLING_PART)))
        for one in (*threads, *others):
            one.start()
        began = said = time.monotonic()
        while any(one.is_alive() for one in threads):
            time.sleep(0.5)
            if time.monotonic() - said > _SAY_EVERY:
                said = time.monotonic()
                self._say(said - began)
        stop.set()
        for one in (*threads, *others):
            one.join()

    def _say(self, seconds: float) -> None:
        kills, memory = self.killer.killed.total(), self.memory.total()
        words = f"{len(self.filed)} orders acknowledged, {self._sent_junk} junk, {kills} kills, {memory:.0f} MiB"
        print(f"{seconds:6.0f} s: {words}", flush=True)

    def _client(self, numbers: itertools.count[int], seconds: float) -> None:
        began = time.monotonic()
        for number in numbers:
            due = number / self.options.rate
            if due > seconds:
                return
            time.sleep(max(0.0, began + due - time.monotonic()))
            self._file(f"SOAK-{number:06}", by_mail=number % 2 == 1)

    def _file(self, reference: str, *, by_mail: bool) -> None:
        """One order, the same bytes until it is acknowledged: that is one order however often it comes."""
        made: Any = None
        url, began = "", time.monotonic()
        while time.monotonic() - began < _PATIENCE:
            try:
                url = url or self.house.publish(reference)
                if by_mail:
                    made = made or self.house.letter(url, reference)
                    self.house.mail(made)
                else:
                    made = made or self.house.form(url, reference)
                    self.house.file_form(made, reference)
            except _FAILURES:
                time.sleep(0.5)
                continue
            with self._guard:
                self.filed[reference] = url
                self._slowest = max(self._slowest, time.monotonic() - began)
            return
        with self._guard:
            self.failures.append(f"{reference} was not acknowledged within {_PATIENCE:.0f} s")

    def _send_junk(self, stop: threading.Event) -> None:
        while self.options.junk and not stop.wait(1 / self.options.junk):
            try:
                self.junk.send(self._sent_junk, self.junk.next())
            except OSError:
                continue  # nobody listens at the moment; strangers come again by themselves
            self._sent_junk += 1

    # -- blows ---------------------------------------------------------------------------------------------------------

    def _strike(self, stop: threading.Event, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not stop.wait(self.options.every) and time.monotonic() < until:
            self.killer.strike()

    def _unkilled(self) -> list[str]:
        never = [kind for kind in self.killer.missed if not self.killer.killed[kind]]
        return [f"{kind} was never there to be killed" for kind in never]

    # -- the end -------------------------------------------------------------------------------------------------------

    def _wait_until_settled(self) -> None:
        until, done = time.monotonic() + _PATIENCE, -1
        while done < len(self.filed) and time.monotonic() < until:
            time.sleep(2)
            try:
                self.count.decide_waiting()
                done = self.count.in_effect()
            except Exception as failure:  # noqa: BLE001 -- the database may be starting
                print(f"waiting for the database ({type(failure).__name__})", flush=True)
                self.house.forget_connection()
        print(f"{done} of {len(self.filed)} in effect", flush=True)

    def _growing(self) -> list[str]:
        return [f"{one.kind} grows by {one.slope:.2f} MiB a minute" for one in self.memory.growth() if one.grows]

    def _disk(self) -> int:
        ((database,),) = self.house.query("SELECT pg_database_size(current_database())")
        home = self.house.world.home / "comity"
        return int(database) + bytes_on_disk(*(place for place in home.iterdir() if place.name != "database"))
