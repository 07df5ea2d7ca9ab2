"""The match service over HTTP, as real processes: look-ups, batches, pictures; an added signal's way; starts.

A million signals of 32 bytes; tokens asked for and every call recorded. Eight callers, each with a connection that it
keeps and one call at a time, share the machine's cores with the service. The peer's figures were seen elsewhere on two
such cores (it needs a database server of its own and is not installed here). Prints one JSON object.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import httpx
import numpy as np
from PIL import Image

CALLERS = 8
SIGNALS = int(os.environ.get("BENCH_SIGNALS", "1000000"))
SECONDS = 4.0
ADDED = 300
_HASHES_A_CALL = 2_000
_PATIENCE = 120.0
_PHOTO = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "pdq" / "bridge-mods" / "aaa-orig.jpg"
_DOOR = """
import sys
sys.path.insert(0, sys.argv[1])
import conftest
conftest.pytest_configure(None)
from comity.main.programs import serve_look_ups
serve_look_ups("support.match_service:application", sys.argv[2], 1)
"""


@dataclass
class Line:
    """One caller: its connection, and when its call began."""

    connection: socket.socket
    began: float = 0.0
    seen: bytes = b""


def main() -> None:
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="comity-serving-") as folder:
        figures |= _million(Path(folder))
    home = Path(tempfile.mkdtemp(prefix="comity-serving-"))
    figures |= _added(home)
    json.dump({name: float(f"{value:.4g}") for name, value in figures.items()}, sys.stdout, indent=1)
    print()


def _million(home: Path) -> dict[str, float]:
    from comity.matching.serving.tokens import new_token
    from support.board import free_port

    hashes = np.random.default_rng(1).integers(0, 1 << 64, (SIGNALS, 4), dtype=np.uint64)
    digits = ["".join(f"{word:016x}" for word in row) for row in hashes.tolist()]
    figures = {"signals": float(SIGNALS), "kept_s": _keep(home, digits)}
    token, line = new_token("uploads", "read")
    with os.fdopen(os.open(home / "match.tokens", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(line)
    address = f"127.0.0.1:{free_port()}"
    began = time.perf_counter()
    door = subprocess.Popen(
        [sys.executable, "-c", _DOOR, str(Path(__file__).resolve().parents[2] / "tests"), address],
        env={**os.environ, "MATCH_TEST_HOME": str(home)},
        start_new_session=True,
    )
    try:
        _until_first_match(address, token, digits[0])
        figures["start_to_match_s"] = time.perf_counter() - began
        figures |= _asked(address, token, digits)
        figures["memory_mib"] = _resident(door.pid)
    finally:
        os.killpg(door.pid, 9)
        door.wait()
    return figures


def _keep(home: Path, digits: Sequence[str]) -> float:
    """The files of a keeper with all of them; how long it took."""
    from comity.matching.index import keep_compiled
    from comity.matching.serving.keeper import Keeper, Kept
    from support.match_shelf import OneItem, Shelf

    shelf = Shelf()
    number = shelf.bank("MILLION")
    shelf.items = {place: OneItem(place, number, "member", {"pdq": one}) for place, one in enumerate(digits, start=1)}
    shelf._tell(1, len(digits))  # noqa: SLF001 -- one change, as a list that is imported makes it
    keep_compiled(home / "match" / "kernels")
    began = time.perf_counter()
    kept = Kept(home / "match")
    Keeper(kept, shelf).step()
    kept.beat()
    took = time.perf_counter() - began
    kept.close()
    return took


def _until_first_match(address: str, token: str, listed: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            answer = httpx.get(
                f"http://{address}/v1/match",
                params={"type": "pdq", "signal": listed},
                headers={"Authorization": f"Bearer {token}"},
                trust_env=False,
            )
            if answer.status_code == httpx.codes.OK and answer.json()["match"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise SystemExit("the match service does not answer")


def _asked(address: str, token: str, digits: Sequence[str]) -> dict[str, float]:
    head = f"Host: {address}\r\nAuthorization: Bearer {token}\r\n"
    some = [digits[place * 997 % len(digits)] if place % 10 == 0 else secrets.token_hex(32) for place in range(2_000)]
    gets = {
        "live": [f"GET /status/live HTTP/1.1\r\n{head}\r\n"],
        "match": [f"GET /v1/match?type=pdq&signal={one} HTTP/1.1\r\n{head}\r\n" for one in some],
        "lookup": [f"GET /m/lookup?signal_type=pdq&signal={one} HTTP/1.1\r\n{head}\r\n" for one in some],
        "raw": [f"GET /m/raw_lookup?signal_type=pdq&signal={one} HTTP/1.1\r\n{head}\r\n" for one in some],
    }
    figures: dict[str, float] = {}
    for name, calls in gets.items():
        rate, took = _load(address, [call.encode() for call in calls])
        figures |= {f"{name}_per_s": rate, f"{name}_p50_ms": _part(took, 0.5), f"{name}_p99_ms": _part(took, 0.99)}
    words = np.random.default_rng(2).integers(0, 256, (16, _HASHES_A_CALL, 32), dtype=np.uint8)
    batches = [_post("/v1/match/batch?type=pdq", head, one.tobytes(), "application/octet-stream") for one in words]
    figures["batch_hashes_per_s"] = _load(address, batches, callers=2)[0] * _HASHES_A_CALL
    rate, took = _load(address, [_post("/v1/match", head, one, "image/jpeg") for one in _pictures()])
    return figures | {"pictures_per_s": rate, "pictures_p99_ms": _part(took, 0.99)}


def _post(path: str, head: str, body: bytes, kind: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\n{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _pictures() -> list[bytes]:
    """Eight pictures of 1.6 megapixels."""
    if _PHOTO.is_file():
        photo = Image.open(_PHOTO).convert("RGB")
    else:
        photo = Image.fromarray(np.random.default_rng(3).integers(0, 256, (129, 194, 3), dtype=np.uint8))
    made = []
    for turn in range(8):
        out = io.BytesIO()
        photo.rotate(turn * 3).resize((1552, 1032), Image.Resampling.LANCZOS).save(out, "JPEG", quality=85)
        made.append(out.getvalue())
    return made


def _load(address: str, calls: Sequence[bytes], *, callers: int = CALLERS) -> tuple[float, list[float]]:
    """Calls answered a second, and the seconds that each took; one call at a time on each connection."""
    chosen = selectors.DefaultSelector()
    lines = [Line(_connected(address)) for _ in range(callers)]
    took: list[float] = []
    place, warm = 0, time.perf_counter() + 0.5
    for line in lines:
        chosen.register(line.connection, selectors.EVENT_READ, line)
        place = _send(line, calls, place)
    until = warm + SECONDS
    while (now := time.perf_counter()) < until:
        for key, _ in chosen.select(1.0):
            line = key.data
            line.seen += line.connection.recv(1 << 20)
            if _complete(line.seen):
                if now > warm:
                    took.append(time.perf_counter() - line.began)
                place = _send(line, calls, place)
    for line in lines:
        line.connection.close()
    return len(took) / SECONDS, took


def _connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    made = socket.create_connection((host, int(port)), timeout=_PATIENCE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _send(line: Line, calls: Sequence[bytes], place: int) -> int:
    line.seen, line.began = b"", time.perf_counter()
    line.connection.sendall(calls[place % len(calls)])
    return place + 1


def _complete(seen: bytes) -> bool:
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the match service answered {head[:40]!r} {body[:200]!r}")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(body) >= int(length.partition(b":")[2])


def _part(took: Sequence[float], part: float) -> float:
    ordered = sorted(took)
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def _resident(parent: int) -> float:
    from processes import children

    pages = 0
    for number in (parent, *children(parent)):
        status = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii")
        pages += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:"))
    return pages / 1024


def _added(home: Path) -> dict[str, float]:
    """From a signal that is sent to the answer that it matches, through the database; and what a restart costs."""
    import conftest

    conftest.pytest_configure(None)  # type: ignore[arg-type]
    from support.databases import start_databases
    from support.match_service import match_service

    databases = start_databases()
    try:
        with databases.clone() as server, match_service(server, home) as service:
            service.bank("ADDED")
            took = [_one_added(service) for _ in range(ADDED)]
            began = time.perf_counter()
            service.kill()
            service.start()
            again = time.perf_counter() - began
            return {"added_p50_ms": _part(took, 0.5), "added_p99_ms": _part(took, 0.99), "restart_s": again}
    finally:
        databases.close()


def _one_added(service: Any) -> float:
    one = secrets.token_hex(32)
    began = time.perf_counter()
    service.client.post("/c/bank/ADDED/signal", json={"pdq": one}).raise_for_status()
    found = service.client.get("/m/lookup", params={"signal": one, "signal_type": "pdq"}).json()
    took = time.perf_counter() - began
    if not found:
        raise SystemExit("a signal that was answered as added does not match")
    return took


if __name__ == "__main__":
    main()
