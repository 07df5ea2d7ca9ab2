"""Junk in masses and a few valid orders among it: 500 junk messages and 20 orders a minute, with real processes.

    BENCH_MINUTES=2 .venv/bin/python tools/bench/load.py

First some minutes with valid orders alone, then as many with the junk of ``load_junk``: what the second costs more
than the first is the junk's. Orders come half by the API, half by mail as signed PDF; all is sent at fixed instants,
however slow the answers are. Meanwhile somebody of the staff opens the docket page once a second.
Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import httpx
from house import House, utc_now
from load_junk import API, Junk
from usage import bytes_on_disk, memory_mib, processor_seconds, regularly

JUNK_A_MINUTE = 500
ORDERS_A_MINUTE = 20
MINUTES = float(os.environ.get("BENCH_MINUTES", "2"))
_ALONE = max(1.0, MINUTES / 5)
"""Minutes without junk, to know what the orders alone cost."""
_PATIENCE = 300.0
_LONGEST_DRAIN = 60.0
_SENDERS = 24
_TABS = ("/?tab=pending", "/?tab=running", "/?tab=all", "/?tab=all&search=LOAD-0001", "/?tab=all&search=nobody")
_TIMES = """
SELECT c.reference,
    (SELECT max(disabled_at) FROM execution_content_item i WHERE i.case_id = c.id AND i.state = 'performed'),
    (SELECT max(at) FROM document d WHERE d.case_id = c.id AND d.kind = 'case_move'
        AND convert_from(d.body, 'UTF8')::jsonb ->> 'event' = 'answered')
FROM docket_case c WHERE c.status = 'in_effect' AND c.reference LIKE 'LOAD-%'
"""


@dataclass
class Stretch:
    """What was seen while something was sent."""

    minutes: float
    processor_s: float = 0.0
    disk_bytes: int = 0
    pages_ms: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    """Junk by ``taken`` and ``refused``."""


class Load:
    """One house under load."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        world = self.house.world
        self.junk = Junk(world.ports["smtp"], world.ports["api"])
        self.due: dict[str, datetime] = {}
        self._guard = threading.Lock()
        self._staff = self._browser()

    def close(self) -> None:
        """End everything."""
        self._staff.close()
        self.house.close()

    def run(self) -> dict[str, float]:
        """Warm up, orders alone, orders with junk; the figures."""
        self.stretch(0.25, junk=False)
        self.settle()
        alone = self.stretch(_ALONE, junk=False)
        self.settle()
        before = set(self.due)
        loaded = self.stretch(MINUTES, junk=True)
        left = self._unread()
        done = self.settle()
        drained = self._drain()
        print(f"{done} of {len(self.due)} orders in effect; junk not read yet: {left}", file=sys.stderr)
        own = [reference for reference in self.due if reference not in before]
        return self._figures(alone, loaded, own) | {"junk_unread": left} | drained

    # -- sending -------------------------------------------------------------------------------------------------------

    def stretch(self, minutes: float, *, junk: bool) -> Stretch:
        """Send for so long and measure."""
        seen = Stretch(minutes)
        processor, disk = self._processor(), self._disk()
        looks = regularly(lambda: self._look(seen), 1.0)
        weighed = regularly(lambda: seen.memory.append(memory_mib(self._comity())), 5.0)
        with looks, weighed, ThreadPoolExecutor(_SENDERS) as pool, ThreadPoolExecutor(_SENDERS) as orderers:
            began, first = time.monotonic(), utc_now()
            for at, number in _instants(minutes, junk=junk):
                time.sleep(max(0.0, began + at - time.monotonic()))
                if number is None:
                    pool.submit(self._send_junk, seen)
                else:
                    orderers.submit(self._order, first + timedelta(seconds=at))
        seen.processor_s, seen.disk_bytes = self._processor() - processor, self._disk() - disk
        return seen

    def _send_junk(self, seen: Stretch) -> None:
        with self._guard:
            number, kind = seen.sent.total(), self.junk.next()
            seen.sent[kind] += 1
        try:
            done = self.junk.send(number, kind)
        except OSError:
            done = False
        with self._guard:
            seen.sent.subtract({kind: 1})
            seen.sent[f"{kind}: {'as it should' if done else 'otherwise'}"] += 1

    def _order(self, due: datetime) -> None:
        """An order by the API or, every other one, by mail as a signed PDF."""
        with self._guard:
            reference = f"LOAD-{len(self.due):06}"
            self.due[reference] = due
        url = self.house.publish(reference)
        if int(reference[-1]) % 2:
            self.house.mail(self.house.letter(url, reference))
        else:
            self.house.file(url, reference)

    # -- looking -------------------------------------------------------------------------------------------------------

    def _browser(self) -> httpx.Client:
        """Mia's browser, logged in with two factors."""
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
        from django.contrib.auth.models import User
        from django.test import Client

        from support.console_staff import log_in

        user, client = User.objects.get(username="mia"), Client(SERVER_NAME="localhost")
        TOTP.activate(user, generate_totp_secret())
        log_in(client, user)
        cookies = {"comity_staff": client.cookies["comity_staff"].value}
        base = f"http://localhost:{self.house.world.ports['console']}"
        return httpx.Client(base_url=base, cookies=cookies, trust_env=False, timeout=60)

    def _look(self, seen: Stretch) -> None:
        """Open the docket page, another tab each time."""
        began = time.perf_counter()
        answer = self._staff.get(_TABS[len(seen.pages_ms) % len(_TABS)])
        if answer.status_code != 200:
            message = f"the docket page: {answer.status_code} {answer.headers.get('Location', '')}"
            raise RuntimeError(message)
        seen.pages_ms.append((time.perf_counter() - began) * 1000)

    def settle(self) -> int:
        """Wait until every order sent so far is in effect; gives how many are."""
        until, done = time.monotonic() + _PATIENCE, -1
        while done < len(self.due) and time.monotonic() < until:
            time.sleep(1)
            done = len(self.house.query(_TIMES))
        return done

    def _drain(self) -> dict[str, float]:
        """Let it read what was left for a while: what one message costs, and how many a minute are read."""
        left, processor, began = self._unread(), self._processor(), time.monotonic()
        if left == 0:
            return {}
        while self._unread() and time.monotonic() - began < _LONGEST_DRAIN:
            time.sleep(1)
        read, seconds = max(1, left - self._unread()), time.monotonic() - began
        cost = (self._processor() - processor) / read * 1000
        return {"junk_read_processor_ms": round(cost, 1), "junk_read_a_minute": round(read / seconds * 60, 1)}

    def _unread(self) -> int:
        ((left,),) = self.house.query("SELECT count(*) FROM intake_message WHERE state = 'kept'")
        return int(left)

    def _comity(self) -> int:
        return self.house.world.programs[-1].pid

    def _processor(self) -> float:
        return processor_seconds(self._comity())

    def _disk(self) -> int:
        """What Comity's folder takes (exhibits, published log) and its database; old segments of WAL are not growth."""
        ((database,),) = self.house.query("SELECT pg_database_size(current_database())")
        home = self.house.world.home / "comity"
        return int(database) + bytes_on_disk(*(place for place in home.iterdir() if place.name != "database"))

    # -- figures -------------------------------------------------------------------------------------------------------

    def _figures(self, alone: Stretch, loaded: Stretch, own: list[str]) -> dict[str, float]:
        rows = [row for row in self.house.query(_TIMES) if row[0] in own]
        spent = [[(at - self.due[row[0]]).total_seconds() for at in row[1:]] for row in rows]
        junk, share = loaded.sent.total(), loaded.minutes / alone.minutes
        by_mail = sum(count for kind, count in loaded.sent.items() if kind.partition(":")[0] not in API)
        otherwise = {kind: count for kind, count in loaded.sent.items() if count and kind.endswith("otherwise")}
        print(f"junk neither taken by mail nor refused by the API: {otherwise or 'none'}", file=sys.stderr)
        figures: dict[str, float] = {
            "minutes": loaded.minutes,
            "orders": len(own),
            "orders_lost": len(own) - len(rows),
            "junk": junk,
            "junk_otherwise": sum(otherwise.values()),
            "junk_processor_ms": (loaded.processor_s - alone.processor_s * share) / junk * 1000,
            "junk_processor_share": (loaded.processor_s - alone.processor_s * share) / loaded.minutes / 60,
            "junk_disk_kib": (loaded.disk_bytes - alone.disk_bytes * share) / by_mail / 1024,
            "memory_alone_mib": max(alone.memory),
            "memory_mib": max(loaded.memory),
            "page_alone_p95_ms": _quantile(alone.pages_ms, 0.95),
            "page_p50_ms": _quantile(loaded.pages_ms, 0.5),
            "page_p95_ms": _quantile(loaded.pages_ms, 0.95),
        }
        for place, event in enumerate(("disabled", "answered")):
            times = [row[place] for row in spent]
            figures |= {f"{event}_p50_s": _quantile(times, 0.5), f"{event}_worst_s": max(times)}
        return {name: round(value, 3) for name, value in figures.items()}


def _instants(minutes: float, *, junk: bool) -> list[tuple[float, int | None]]:
    """When what is sent, in seconds from the beginning: orders have a number, junk has none."""
    orders = [(number * 60 / ORDERS_A_MINUTE, number) for number in range(round(minutes * ORDERS_A_MINUTE))]
    count = round(minutes * JUNK_A_MINUTE) if junk else 0
    return sorted([*orders, *((number * 60 / JUNK_A_MINUTE, None) for number in range(count))], key=lambda one: one[0])


def _quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        load = Load(Path(folder))
        try:
            figures = load.run()
        finally:
            load.close()
    json.dump(figures, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
