"""Keep a house of this version for the tests of later upgrades: tests/upgrade/released/NAME.tar.xz.

Run at a release, with that release's code: .venv/bin/python tools/record_release.py 0.2.0. One order is answered, one
waits for a person, one has just arrived. The keys in it were made for this purpose and are used nowhere.
"""

from __future__ import annotations

import base64
import json
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE = "kek-1 " + base64.b64encode(b"only for the test of an upgrade!").decode() + "\n"


def main(name: str) -> int:
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    from conftest import pytest_configure

    pytest_configure(None)
    from comity.casefile.clock import FixedClock, Instant
    from comity.main import backup
    from comity.settings import Settings
    from support import night as nights
    from support.board import RunningBoard, free_port
    from support.databases import point_django_at, start_databases
    from support.watch import Watch

    nights.new_line = lambda _name: LINE
    work = Path(tempfile.mkdtemp(prefix="comity-release-"))
    (work / "home").mkdir()
    databases, clock = start_databases(), FixedClock(Instant.parse("2026-11-23T01:13:00Z"))
    board = RunningBoard(work / "board", free_port(), seed=20).start()
    try:
        with databases.clone() as server:
            point_django_at(server)
            night = nights.Night(server, board, work / "home", clock)
            watch = Watch.begin(night)
            urls = [night.publish(title) for title in ("answered", "waits for a person", "just arrived")]
            watch.order(urls[0])
            watch.decide("comply", urls[0])
            watch.order(urls[1])
            watch.order(urls[2], work=False)
            night.wait_for_the_log()
            night.close()
            _keep(
                work, {"urls": urls, "staff": vars(watch.staff), "authority": watch.authority, "client": watch.client}
            )
            settings = Settings(home=work / "home", log_origin="comity.example/log")
            backup.back_up(settings, server, work / "backup", clock=clock)
    finally:
        board.stop()
        databases.close()
    _pack(work, ROOT / "tests" / "upgrade" / "released" / f"{name}.tar.xz")
    return 0


def _keep(work: Path, case: dict[str, object]) -> None:
    for name, text in (
        ("exhibits.keys", LINE),
        ("sessions.key", "only for the test of an upgrade, never anywhere else"),
    ):
        path = work / "home" / "keys" / name
        path.touch(mode=0o600)
        path.write_text(text)
    (work / "case.json").write_text(json.dumps(case))


def _pack(work: Path, target: Path) -> None:
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        return None if member.name.startswith("backup/log") else member

    with tarfile.open(target, "w:xz") as packed:
        for path, inside in (
            ("backup", "backup"),
            ("home/keys", "keys"),
            ("board", "board"),
            ("case.json", "case.json"),
        ):
            packed.add(work / path, inside, filter=plain)
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
