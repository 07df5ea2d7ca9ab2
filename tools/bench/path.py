"""The automatic path with real processes: an order is received by HTTP, its item preserved, disabled and answered.

Orders arrive at fixed instants, however slow the system is (an open loop). An order's time counts from the instant at
which it was due to be sent, so that waiting in front of the door counts as well, to the instants of the log's entries.
Prints one JSON object. ``BENCH_RATES``: orders a second and how many, for example ``1x20,20x400``.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from house import House, utc_now

RATES = "1x20,4x40,20x200"
_PATIENCE = 90.0
_TIMES = """
SELECT c.id,
    (SELECT max(disabled_at) FROM execution_content_item i WHERE i.case_id = c.id AND i.state = 'performed'),
    (SELECT max(at) FROM document d WHERE d.case_id = c.id AND d.kind = 'case_move'
        AND convert_from(d.body, 'UTF8')::jsonb ->> 'event' = 'answered'),
    (SELECT max(at) FROM document d WHERE d.case_id = c.id AND d.kind = 'case_move'
        AND convert_from(d.body, 'UTF8')::jsonb ->> 'event' = 'noticed')
FROM docket_case c WHERE c.status = 'in_effect'
"""
_EVENTS = ("disabled", "answered", "all")


def main() -> None:
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        house = House(Path(folder))
        try:
            _warm_up(house)
            for part in os.environ.get("BENCH_RATES", RATES).split(","):
                rate, _, count = part.partition("x")
                figures |= _run(house, float(rate), int(count))
        finally:
            house.close()
    json.dump(figures, sys.stdout, indent=1)
    print()


def _warm_up(house: House) -> None:
    """A few orders, so that every process has loaded and compiled what it needs."""
    for number in range(8):
        house.file(house.publish("warm"), f"warm-{number}")
    house.wait_until_done(8, _PATIENCE)


def _run(house: House, rate: float, count: int) -> dict[str, float]:
    ((before,),) = house.query("SELECT count(*) FROM docket_case")
    urls = [house.publish(f"post {number}") for number in range(count)]
    house.token()
    due = _send(house, urls, rate)
    done = house.wait_until_done(before + count, _PATIENCE)
    print(f"{rate:g}/s: {done - before} of {count} in effect", file=sys.stderr)
    spent = _spent(house, due)
    name = f"{rate:g}_a_second"
    figures: dict[str, float] = {f"{name}_lost": count - (done - before)}
    for place, event in enumerate(_EVENTS):
        ordered = sorted(row[place] for row in spent)
        figures[f"{name}_{event}_p50_s"] = round(ordered[len(ordered) // 2], 3)
        figures[f"{name}_{event}_p99_s"] = round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 3)
    figures["settled_per_s"] = _settled(house, due)
    return figures


def _send(house: House, urls: list[str], rate: float) -> dict[str, datetime]:
    due: dict[str, datetime] = {}
    guard, began, first = threading.Lock(), time.monotonic() + 0.2, utc_now() + timedelta(seconds=0.2)

    def one(number: int) -> None:
        case = house.file(urls[number], f"{rate:g}-{number}")
        with guard:
            due[case] = first + timedelta(seconds=number / rate)

    with ThreadPoolExecutor(32) as pool:
        sent = []
        for number in range(len(urls)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            sent.append(pool.submit(one, number))
        for filed in sent:
            filed.result()
    return due


def _spent(house: House, due: dict[str, datetime]) -> list[tuple[float, ...]]:
    """Seconds to each event, for each order of this run that is done."""
    return [
        tuple((instant - due[case.hex]).total_seconds() for instant in instants)
        for case, *instants in house.query(_TIMES)
        if case.hex in due
    ]


def _settled(house: House, due: dict[str, datetime]) -> float:
    """Orders settled a second, from the first that was due to the last that was done."""
    last = max(instants[2] for case, *instants in house.query(_TIMES) if case.hex in due)
    return round(len(due) / (last - min(due.values())).total_seconds(), 2)


if __name__ == "__main__":
    main()
