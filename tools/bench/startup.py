"""How long Comity takes to start, the first time and again, in phases; and how long an order in a PDF takes to read.

Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from demo_world import BIN, PROFILE, World

READINGS = 5


def main() -> None:
    figures = _pdf()
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        world = World(home)
        (home / "provider.yaml").write_text(PROFILE)
        world.secret.touch(mode=0o600)
        world.secret.write_text("x" * 40)
        figures["first_start_s"] = _start(world)
        figures["next_start_s"] = _start(world)
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        figures |= _phases(Path(folder))
    json.dump(figures, sys.stdout, indent=1)
    print()


def _start(world: World) -> float:
    """Seconds from the command until every door answers; then stop it."""
    began = time.monotonic()
    process = subprocess.Popen(
        [str(BIN / "comity"), "run"],
        env=world.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for door in ("api", "public", "console"):
            _wait(f"http://127.0.0.1:{world.ports[door]}/healthz")
        return round(time.monotonic() - began, 2)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _wait(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
    message = f"{url} does not answer"
    raise RuntimeError(message)


def _phases(home: Path) -> dict[str, float]:
    """The parts of a first start, in this process: imports excluded."""
    from comity.casefile.records.embedded import Embedded
    from comity.casefile.records.migrate import migrate
    from comity.main.house import Places, make_keys, set_up_django
    from comity.settings import Settings

    home.chmod(0o711)
    (home / "provider.yaml").write_text(PROFILE)
    settings = Settings(home=home / "comity", provider=home / "provider.yaml")
    marks = [time.monotonic()]
    make_keys(settings)
    marks.append(time.monotonic())
    with Embedded.start(Places(settings.home).database) as embedded:
        marks.append(time.monotonic())
        set_up_django(settings, embedded.server, "none")
        marks.append(time.monotonic())
        migrate(embedded.server)
        marks.append(time.monotonic())
        embedded.destroy()
    names = ("start_keys_s", "start_database_s", "start_django_s", "start_tables_s")
    return {name: round(after - before, 2) for name, before, after in zip(names, marks, marks[1:], strict=False)}


def _pdf() -> dict[str, float]:
    """A signed order of two pages, read in the confined process that every document gets."""
    from comity.intake.confined import Confined
    from support import orders

    at = datetime.now(UTC).isoformat(timespec="seconds")
    pdf = orders.signed_pdf(orders.as_fields_pdf(orders.order(issued_at=at)), orders.Authority.named(), at)
    spent = []
    for _ in range(READINGS):
        began = time.monotonic()
        answer = Confined().read_pdf(pdf)
        spent.append(time.monotonic() - began)
        if "failed" in answer:
            raise RuntimeError(answer)
    return {"pdf_read_s_median": round(statistics.median(spent), 2)}


if __name__ == "__main__":
    main()
