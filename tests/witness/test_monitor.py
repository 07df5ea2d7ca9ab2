"""An outsider follows the public page: a fork alarms, so do a log that stands and one that nobody cosigns."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from comity.casefile.audit.cosignature import read_answer, with_cosignatures
from comity.casefile.audit.tiles import HEIGHT, tiles_of
from comity.cli import monitor
from comity.cli.cosigning import WITNESS_TYPES, read_key
from comity.cli.monitor import Alarm, Kept, Monitor, Wanted
from support.witness import MemoryLog, RunningWitness

NOW = 1_795_000_100.0


def publish(log: MemoryLog, folder: Path, note: bytes | None = None) -> None:
    """The log as files, as our publisher writes them."""
    for tile in tiles_of(log.tree.size):
        hashes = [log.tree.node(HEIGHT * tile.level, i) for i in range(tile.start, tile.start + tile.width)]
        (folder / tile.path()).parent.mkdir(parents=True, exist_ok=True)
        (folder / tile.path()).write_bytes(b"".join(hashes))
    (folder / "checkpoint").write_bytes(note or log.note())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


def follow(log: MemoryLog, folder: Path, tmp_path: Path, **wanted: object) -> Monitor:
    keys = [read_key(vkey) for vkey in log.vkeys]

    def fetch(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as failure:
            raise Alarm("unreadable", path) from failure

    return Monitor(fetch, Wanted(keys, **wanted), tmp_path / "state.json")  # type: ignore[arg-type]


def alarm(follower: Monitor, now: float = NOW) -> str:
    with pytest.raises(Alarm) as seen:
        follower.look(now)
    return seen.value.kind


def test_a_log_that_only_grows_is_well_at_every_size(folder: Path, tmp_path: Path) -> None:
    log = MemoryLog()
    follower = follow(log, folder, tmp_path)
    for more in (0, 1, 1, 5, 248, 1, 1, 300, 0, 66_000 - 557):
        publish(log.grow(more), folder)
        assert follower.look(NOW).size == log.tree.size


def test_a_fork_alarms_and_both_checkpoints_are_kept(folder: Path, tmp_path: Path) -> None:
    for size, other in ((5, 5), (5, 6), (300, 700), (5, 3)):
        state = tmp_path / "state.json"
        state.unlink(missing_ok=True)
        log = MemoryLog().grow(size)
        publish(log, folder)
        follower = follow(log, folder, tmp_path)
        follower.look(NOW)
        good = state.read_bytes()
        fork = MemoryLog().grow(2).grow(other - 2, "another ")
        publish(fork, folder)
        assert alarm(follower) == "fork"
        assert state.read_bytes() == good  # the good one stays what it is compared with
        kept = list(tmp_path.glob("state.json.fork.*"))
        assert any(log.checkpoint().text().encode() in file.read_bytes() for file in kept)
        assert any(fork.checkpoint().text().encode() in file.read_bytes() for file in kept)
        for file in kept:
            file.unlink()


def test_tiles_that_do_not_belong_to_the_checkpoint_alarm(folder: Path, tmp_path: Path) -> None:
    log = MemoryLog().grow(300)
    publish(log, folder)
    follower = follow(log, folder, tmp_path)
    follower.look(NOW)
    publish(log.grow(5), folder)
    first = folder / "tile" / "0" / "001.p" / "49"
    first.write_bytes(bytes(len(first.read_bytes())))
    assert alarm(follower) == "fork"
    first.unlink()
    assert alarm(follower) == "unreadable"
    first.write_bytes(b"short")
    assert alarm(follower) == "unreadable"


def test_a_log_that_stands_still_alarms(folder: Path, tmp_path: Path) -> None:
    log = MemoryLog().grow(3)
    publish(log, folder)
    follower = follow(log, folder, tmp_path, age=3600.0)
    follower.look(NOW)
    assert alarm(follower, NOW + 3600) == "stalled"  # it was signed 100 seconds before
    assert follow(log, folder, tmp_path, age=0.0).look(NOW + 10**9).size == 3


def test_without_a_time_in_a_signature_the_monitor_s_own_counts(folder: Path, tmp_path: Path) -> None:
    log = MemoryLog().grow(3)
    publish(log, folder)
    follower = follow(log, folder, tmp_path, age=3600.0)
    follower._wanted = Wanted(follower._wanted.keys[:1], age=3600.0)  # Ed25519 alone
    follower.look(NOW)
    follower.look(NOW + 3600)
    assert alarm(follower, NOW + 3601) == "stalled"


def test_missing_cosignatures_alarm_after_the_patience(folder: Path, tmp_path: Path) -> None:
    log = MemoryLog().grow(3)
    witness = RunningWitness(tmp_path / "witness", log.vkeys)
    try:
        answer = witness.post(log.submission(0))
        cosigned = with_cosignatures(log.note(), read_answer(answer.content, log.note()))
    finally:
        witness.stop()
    theirs = [read_key(vkey, WITNESS_TYPES) for vkey in witness.vkeys]
    follower = follow(log, folder, tmp_path, witnesses=theirs, need=1, patience=300.0, age=0.0)
    publish(log, folder, cosigned)
    follower.look(NOW)
    publish(log.grow(1), folder)
    assert follower.look(NOW + 300).size == 4
    assert alarm(follower, NOW + 301) == "uncosigned"
    publish(log, folder, log.note() + cosigned.split(b"\n\n")[1])
    assert alarm(follower, NOW + 302) in ("uncosigned", "unreadable")  # theirs, but about another checkpoint
    strict = follow(log, folder, tmp_path, witnesses=theirs, need=1, patience=0.0, age=0.0)
    publish(log, folder)
    assert alarm(strict, NOW + 303) == "uncosigned"


@pytest.mark.parametrize("note", [b"", b"x", b"\xff", MemoryLog("other.example/log").grow(3).note()])
def test_what_is_no_checkpoint_of_this_log_alarms(folder: Path, tmp_path: Path, note: bytes) -> None:
    log = MemoryLog().grow(3)
    publish(log, folder)
    (folder / "checkpoint").write_bytes(note)
    assert alarm(follow(log, folder, tmp_path)) == "unreadable"


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b'{"note": 7}', b'{"note": "x", "seen_at": 0}'])
def test_a_state_that_is_not_ours_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match=r"blindly|JSON|Expecting"):
        Kept.decode(state)


@pytest.fixture
def page(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_program_over_http(folder: Path, tmp_path: Path, page: str) -> None:
    log = MemoryLog().grow(5)
    heard = tmp_path / "heard"
    hook = f"{sys.executable} -c \"import sys, json; open({str(heard)!r}, 'a').write(json.dumps(sys.argv[1:]))\""
    command = [sys.executable, "-m", "comity.cli.monitor", page, "--state", str(tmp_path / "state"), "--age", "0"]
    command += ["--hook", hook] + [part for vkey in log.vkeys for part in ("--vkey", vkey)]

    def look(*extra: str) -> tuple[int, str]:
        done = subprocess.run([*command, *extra], capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout + done.stderr

    status, said = look("--once")
    assert (status, "ALARM unreadable" in said) == (1, True)
    publish(log, folder)
    assert look("--once") == (0, f"log.example/comity 5 {log.tree.root().hex()}\n")
    assert look("--once", "--age", "1")[0] == 4
    publish(MemoryLog().grow(9, "another "), folder)
    status, said = look()  # on and on, but a fork ends it
    assert (status, "ALARM fork" in said) == (3, True)
    assert [json.loads(f"[{part}]")[0] for part in heard.read_text()[1:-1].split("][")] == [
        "unreadable",
        "stalled",
        "fork",
    ]
    assert look("--once", "--need", "1")[0] == 2
    assert monitor.main(["ftp://x", "--vkey", log.vkeys[0], "--state", str(tmp_path / "s")]) == 2
