"""Two web processes a door and three workers on one database: nothing is done twice, nothing is lost, all end well."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from support import orders
from support.sockets import answering, descendants, listening

if TYPE_CHECKING:
    from house import House

pytestmark = pytest.mark.xdist_group("running-many")
PATIENCE = 240.0
DONE = ("in_effect", 1, 1, 1, 1, 1)
_COUNTED = """
SELECT c.id, c.status, count(*) FILTER (WHERE d.kind = 'demand'), count(*) FILTER (WHERE d.kind = 'decision'),
    count(*) FILTER (WHERE d.kind = 'act' AND body ->> 'state' = 'performed'
        AND body #>> '{grant,measure}' = 'disable'),
    count(*) FILTER (WHERE d.kind = 'form_reply'), count(*) FILTER (WHERE d.kind = 'notice')
FROM docket_case c JOIN (SELECT case_id, kind, convert_from(body, 'UTF8')::jsonb AS body FROM document) d
    ON d.case_id = c.id
GROUP BY c.id, c.status
"""


def wait(what: Callable[[], Any], why: str) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError(why)


def web_processes(house: House, door: str = "api") -> list[int]:
    """Processes that take connections at a door."""
    return sorted(listening(house.world.ports[door], descendants(house.world.programs[-1].pid)))


@contextmanager
def both(house: House) -> Iterator[dict[int, httpx.Client]]:
    """A client with an open connection to each web process of the API's door."""
    found: dict[int, httpx.Client] = {}
    opened: list[httpx.Client] = []

    def each_has_one() -> bool:
        client = httpx.Client(base_url=f"http://127.0.0.1:{house.world.ports['api']}/v1", trust_env=False, timeout=120)
        opened.append(client)
        number = answering(client.get("/orders/none"), web_processes(house))
        if number is not None:
            found.setdefault(number, client)
        return len(found) == 2

    wait(each_has_one, "only one web process answers")
    try:
        yield found
    finally:
        for client in opened:
            client.close()


def send(house: House, client: httpx.Client, url: str, reference: str, key: str = "") -> httpx.Response:
    at = "2026-11-23T01:00:00Z"
    form = orders.order(order_reference=reference, issued_at=at, content_locations=[{"url": url}])
    headers = {"Authorization": f"Bearer {house.token()}", "Idempotency-Key": key or reference}
    headers["Content-Type"] = "application/json"
    return client.post("/orders", content=json.dumps(form), headers=headers)


def until_taken(house: House, url: str, reference: str) -> str:
    """File as an authority's machine does: the same order under the same key until it is acknowledged."""

    def sent() -> str:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{house.world.ports['api']}/v1", trust_env=False) as client:
                return str(send(house, client, url, reference).raise_for_status().json()["reference"])
        except httpx.HTTPError:
            return ""

    return wait(sent, f"{reference} was not taken")


def counted(house: House) -> dict[str, tuple[Any, ...]]:
    return {row[0].hex: row[1:] for row in house.query(_COUNTED)}


def all_settled(house: House, cases: list[str]) -> None:
    """Every case in effect: one demand, one decision, one act, one answer, one notice."""
    wait(lambda: all(counted(house).get(case, ("",))[0] == "in_effect" for case in cases), "not everything was settled")
    wait(lambda: not busy(house), "somebody still works")
    assert {case: counted(house)[case] for case in cases} == dict.fromkeys(cases, DONE)


def busy(house: House) -> int:
    ((number,),) = house.query("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
    return int(number)


def ends(house: House) -> list[tuple[str, int]]:
    """Program and exit code of everything that was started again."""
    lines = (house.world.home / "comity.log").read_text().splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{") and '"started again"' in line]
    return [(one["program"], one["code"]) for one in found]


def programs(house: House) -> dict[int, str]:
    """The programs that `comity run` started, by number; the database is none of them."""
    from processes import children, command

    found = {}
    for number in children(house.world.programs[-1].pid):
        words = command(number)
        if b"postgres" not in words:
            found[number] = "door" if b"\0web\0" in words else "forked"
    return found


def test_there_are_as_many_as_the_settings_say(many):
    for door in ("api", "console", "public"):
        assert len(wait(lambda door=door: len(web_processes(many, door)) == 2 and web_processes(many, door), door)) == 2
    assert Counter(programs(many).values()) == {"door": 3, "forked": 5}  # record, mail, three workers


def test_orders_through_both_at_once_are_each_done_once(many):
    urls = [many.publish(f"many-{number}") for number in range(8)]
    with both(many) as clients, ThreadPoolExecutor(4) as pool:
        ways = list(clients.values())
        sent = [
            pool.submit(send, many, way, url, f"MANY-{number}")
            for number, url in enumerate(urls)
            for way in (ways if number % 2 else ways[number // 2 % 2 :][:1])
        ]
        answers = [one.result() for one in sent]
        assert {answer.status_code for answer in answers} == {202}
        assert {answering(answer, list(clients)) for answer in answers} >= set(clients)
    cases = {answer.json()["order_reference"]: set() for answer in answers}
    for answer in answers:
        cases[answer.json()["order_reference"]].add(answer.json()["reference"])
    assert len(answers) == 12
    assert all(len(found) == 1 for found in cases.values())
    all_settled(many, [case for found in cases.values() for case in found])


def test_one_order_under_two_keys_through_both_at_once_is_carried_out_once(many):
    url = many.publish("twice")
    with both(many) as clients, ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(send, many, client, url, "TWICE-1", f"twice-{number}") for number, client in clients.items()
        ]
        answers = [one.result().json() for one in sent]
    first, second = sorted(answers, key=lambda answer: answer["duplicate_of"] or "")
    assert (first["duplicate_of"], second["duplicate_of"]) == (None, first["reference"])
    all_settled(many, [first["reference"]])
    ((needs_person,),) = many.query("SELECT needs_person FROM docket_case WHERE id = %s", second["reference"])
    assert needs_person is True
    assert counted(many)[second["reference"]][3] == 0  # no act for the copy


def stop_each(house: House, numbers: list[int]) -> None:
    """SIGTERM while jobs run, one after another; each must be gone in bounded time."""
    for number in numbers:
        wait(lambda: busy(house), "nobody works")
        os.kill(number, signal.SIGTERM)
        wait(lambda number=number: not Path(f"/proc/{number}").exists(), f"{number} did not stop")


def test_each_process_that_is_told_to_stop_in_the_middle_hands_back_what_it_holds(many):
    taken: list[str] = []
    enough = threading.Event()

    def file_on() -> None:
        number = 0
        while not enough.wait(0.2):
            reference = f"STREAM-{number}"
            taken.append(until_taken(many, many.publish(reference), reference))
            number += 1

    already, before = len(ends(many)), programs(many)
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(file_on)
        try:
            stop_each(many, list(before))
            wait(lambda: len(programs(many)) == len(before), "not everything was started again")
            webs = wait(lambda: len(web_processes(many)) == 2 and web_processes(many), "a web process is missing")
            for number in webs:  # the door stays open, and the other one answers meanwhile
                stop_each(many, [number])
                wait(lambda: len(web_processes(many)) == 2, "it was not replaced")
        finally:
            enough.set()
        stream.result(PATIENCE)
    found = ends(many)[already:]
    assert {code for _program, code in found} == {0}
    names = {"door api", "door console", "door public", "record", "mail", "worker 1", "worker 2", "worker 3"}
    assert {program for program, _code in found} == names
    assert taken
    all_settled(many, taken)


def test_the_whole_told_to_stop_in_the_middle_goes_on_where_it_was(many):
    cases = [until_taken(many, many.publish(f"stop-{number}"), f"STOP-{number}") for number in range(6)]
    program = many.world.programs[-1]
    left = descendants(program.pid)
    many.forget_connection()
    os.kill(program.pid, signal.SIGTERM)
    assert program.wait(PATIENCE) == 0
    assert '"killed: ' not in (many.world.home / "comity.log").read_text()
    wait(lambda: not [number for number in left if Path(f"/proc/{number}/cmdline").exists()], "something outlived it")
    many.world.programs.pop()
    from demo_world import BIN

    many.world.start([str(BIN / "comity"), "run"], "comity")

    def back() -> bool:
        try:
            return len(counted(many)) >= len(cases)
        except Exception:
            many.forget_connection()
            return False

    wait(back, "it did not come back")
    all_settled(many, cases)
