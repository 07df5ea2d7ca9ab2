"""The whole house with real processes: killed one by one, asked for its health and its figures, its logs searched."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from house import House

pytestmark = pytest.mark.xdist_group("running")
PATIENCE = 120.0
COMITY = Path(sys.executable).with_name("comity")
DOORS = ("api", "console", "public")


def wait(what: Callable[[], Any], why: str) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError(why)


def programs(house: House) -> dict[int, bytes]:
    from processes import children, command

    return {number: command(number) for number in children(house.world.programs[-1].pid)}


def get(house: House, door: str, path: str) -> int:
    try:
        return httpx.get(f"http://127.0.0.1:{house.world.ports[door]}{path}", trust_env=False, timeout=10).status_code
    except httpx.HTTPError:
        return 0


def settle(house: House, key: str) -> None:
    """One more order goes all the way."""

    def filed() -> str:
        try:
            return house.file(url, key)
        except httpx.HTTPError:
            return ""

    url = wait(lambda: house.publish(key), "the board does not answer")
    case = wait(filed, "the order was not taken")

    def done() -> bool:
        try:
            return house.query("SELECT status FROM docket_case WHERE id = %s", case) == [("in_effect",)]
        except Exception:
            house.forget_connection()
            return False

    wait(done, "the order was not settled")


def test_every_door_is_alive_and_ready(running):
    for door in DOORS:
        assert get(running, door, "/healthz") == 200
        assert wait(lambda door=door: get(running, door, "/readyz") == 200, "not ready")


def test_every_program_that_is_killed_is_started_again_and_orders_go_on(running):
    settle(running, "before")
    before = programs(running)
    assert len(before) >= 7  # database, record, mail, two workers, three doors
    for number, words in before.items():
        if b"postgres" in words:
            continue
        os.kill(number, signal.SIGKILL)
        wait(lambda number=number: number not in programs(running), "it is still there")
    wait(lambda: len(programs(running)) >= len(before), "not everything was started again")
    for door in DOORS:
        wait(lambda door=door: get(running, door, "/readyz") == 200, "a door is not ready")
    settle(running, "after")


def test_the_database_is_revived_beside_living_programs(running):
    (database,) = [number for number, words in programs(running).items() if b"postgres" in words]
    os.kill(database, signal.SIGKILL)
    running.forget_connection()
    wait(lambda: [n for n, w in programs(running).items() if b"postgres" in w and n != database], "no database")
    for door in DOORS:
        wait(lambda door=door: get(running, door, "/readyz") == 200, "a door is not ready")
        assert get(running, door, "/healthz") == 200
    settle(running, "revived")


def test_doctor_says_how_each_thing_stands(running):
    done = subprocess.run(
        [COMITY, "doctor"], env=running.world.environment, capture_output=True, text=True, timeout=120, check=False
    )
    found = {line[6:].partition(": ")[0]: line[:4].strip() for line in done.stdout.splitlines()}
    assert done.returncode == 0, done.stdout
    for name in ("settings", "profile", "keys", "database", "roles", "clock", "tables", "workers", "log", "platform"):
        assert found[name] == "ok", done.stdout
    assert found["mail relay"] == "ok"
    assert found["time stamps"] == "warn"


def test_figures_are_numbers_without_anybody_s_name(running):
    from comity.casefile.clock import WallClock
    from comity.main.metrics import Metrics

    settle(running, "figured")
    served = Metrics("127.0.0.1:0", WallClock())
    served.start()

    def figures() -> dict[str, float]:
        """What is served now; nothing while the database does not answer."""
        answer = httpx.get(f"http://127.0.0.1:{served.port}/metrics", trust_env=False, timeout=60)
        assert answer.status_code in (200, 503)
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        assert all(
            re.fullmatch(r'comity_[a-z_]+(\{(status|quantile)="[a-z0-9._ ]+"\})? [0-9.e+-]+', line) for line in lines
        )
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def all_live() -> dict[str, float]:
        """The same once a worker has just said that it lives: on a busy machine it may be late with that."""
        found = figures()
        return found if found.get("comity_workers") and found["comity_log_sequencer"] == 1 else {}

    try:
        found = wait(all_live, "no worker and no sequencer lives")
        assert httpx.get(f"http://127.0.0.1:{served.port}/", trust_env=False, timeout=60).status_code == 404
    finally:
        served.stop()
    assert found['comity_cases{status="in_effect"}'] >= 1
    assert found['comity_answer_seconds{quantile="0.99"}'] > 0


def test_the_logs_of_the_night_name_nobody(running):
    settle(running, "once-more")
    lines = (running.world.home / "comity.log").read_text().splitlines()
    assert any('"moved"' in line for line in lines)
    for line in lines:
        assert not re.search(r"@|://|board\.example|Police|authority\.example|ada\b", line), line
        assert "Traceback" not in line


def test_told_to_stop_everything_stops_in_order_and_nothing_is_left(running):
    program = running.world.programs[-1]
    left = list(programs(running))
    running.forget_connection()
    os.kill(program.pid, signal.SIGTERM)
    assert program.wait(60) == 0
    wait(lambda: not [number for number in left if Path(f"/proc/{number}/cmdline").exists()], "something outlived it")
    assert get(running, "api", "/healthz") == 0
