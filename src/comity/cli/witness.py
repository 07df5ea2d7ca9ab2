"""comity-witness: stand beside a provider's log and refuse it a second history.

This file and `cosigning` need Python 3.11 and the package `cryptography`, nothing else. They are meant to be read, and
to run on a machine of the overseer's that the provider cannot reach except through this program's one address.

    comity-witness --folder DIR --name NAME --log VKEY [--log VKEY ...] [--listen HOST:PORT]

VKEY is a verifier key of a log that is to be watched (c2sp.org/signed-note); give each key of each log. On its first
start the program makes its own two keys in DIR, Ed25519 and ML-DSA-44, and prints their verifier keys each time: the
provider writes them into COMITY_WITNESSES, auditors into their policies.

What is promised (c2sp.org/tlog-witness 1.0.0, c2sp.org/tlog-cosignature):

 1. A checkpoint is cosigned only if a given key of its log signed it, and a consistency proof (RFC 6962 section 2.1.2)
    shows that it continues the last checkpoint of this log that was cosigned here.
 2. What was accepted is on the disk before it is cosigned. After a crash or a power cut nothing older is ever accepted.
 3. Keys without their state are refused: whoever lost the state must delete the keys and begin with new ones, since
    the old ones would vouch for a history that nobody remembers.
 4. A checkpoint that contradicts an accepted one is kept in DIR/evidence, signed by the log itself.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from comity.cli.cosigning import (
    Checkpoint,
    Cosigner,
    Key,
    Refused,
    check_signed,
    consistent,
    read_checkpoint,
    read_key,
    read_submission,
)

MOST_BYTES = 64 * 1024
MOST_EVIDENCE = 100
MOST_CONNECTIONS = 64
MOST_ADDRESSES = 10_000
SECONDS = 15
"""After so long without a byte a connection is closed."""


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and return only when it is on the disk, readable by its owner alone."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


class Witness:
    """The keys, the logs and the last accepted checkpoint of each, in one folder that only one process may hold."""

    def __init__(self, folder: Path, name: str, keys: Sequence[Key]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)  # until the process ends
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another witness holds {folder}"
            raise ValueError(message) from None
        self._folder, self._keys, self._lock = folder, tuple(keys), threading.Lock()
        seed, state = folder / "witness.key", folder / "state.json"
        if not seed.exists() and not state.exists():
            write(state, b"{}")  # first: a crash between the two leaves a state without keys, which harms nobody
        if not state.exists():
            message = f"{state} is gone: these keys must never sign again. Delete them to begin with new ones."
            raise ValueError(message)
        if not seed.exists():
            write(seed, secrets.token_hex(64).encode())
        if seed.stat().st_mode & 0o077:
            message = f"{seed} can be read or written by others: restrict it to its owner (chmod 600)"
            raise ValueError(message)
        self.cosigner = Cosigner(name, bytes.fromhex(seed.read_text()))
        kept = json.loads(state.read_text())
        self._accepted = {origin: read_checkpoint(note.encode()) for origin, note in kept.items()}

    def accepted(self) -> list[Checkpoint]:
        """The last accepted checkpoint of each log, for anybody to compare with what they were shown."""
        return list(self._accepted.values())

    def add(self, body: bytes) -> str:
        """`add-checkpoint`: check, keep on the disk, and only then cosign. Raises ``Refused``."""
        old, proof, new = read_submission(body)
        trusted = [key for key in self._keys if key.name == new.origin]
        if not trusted:
            raise Refused(404, "this log is not watched here\n")
        check_signed(new, trusted)
        if old > new.size:
            raise Refused(400, "the old size is larger than the checkpoint\n")
        with self._lock:
            last = self._accepted.get(new.origin)
            self._check_continues(last, old, proof, new)
            if last is None or last.size != new.size:
                accepted = {**self._accepted, new.origin: new}
                state = {origin: one.note.decode() for origin, one in accepted.items()}
                write(self._folder / "state.json", json.dumps(state).encode())
                self._accepted = accepted
        now = int(time.time())  # noqa: TID251 -- this program is a house of its own, on a machine of its own
        return self.cosigner.cosign(new, now)

    def _check_continues(self, last: Checkpoint | None, old: int, proof: list[bytes], new: Checkpoint) -> None:
        size, root = (last.size, last.root) if last else (0, b"")
        conflict = Refused(409, f"{size}\n", "text/x.tlog.size")
        if last is not None and new.size == size and new.root != root:
            self._keep_evidence(last, new)
            raise conflict
        if old != size:
            raise conflict
        if not consistent(old, root, new, proof):
            self._keep_evidence(last, new)
            raise Refused(422, "the proof does not lead from the last cosigned checkpoint to this one\n")

    def _keep_evidence(self, last: Checkpoint | None, new: Checkpoint) -> None:
        size = last.size if last else 0
        print(f"REFUSED {new.origin}: size {new.size} is not shown to continue size {size}", flush=True)
        folder = self._folder / "evidence"
        folder.mkdir(mode=0o700, exist_ok=True)
        both = (last.note if last else b"") + b"\n" + new.note
        if sum(1 for _ in folder.iterdir()) < MOST_EVIDENCE:
            write(folder / f"{hashlib.sha256(both).hexdigest()[:32]}.txt", both)


class Rate:
    """So many submissions a second for one address, a few seconds' worth at once; forgets the longest idle first."""

    def __init__(self, a_second: float) -> None:
        self._a_second, self._lock = a_second, threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Count one more; whether it is within the rate."""
        now, most = time.monotonic(), 5 * self._a_second
        with self._lock:
            left, at = self._left.pop(address, (most, now))
            left = min(most, left + (now - at) * self._a_second)
            self._left[address] = (max(0.0, left - 1), now)
            while len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
        return left >= 1


class Server(ThreadingHTTPServer):
    """At most so many connections at a time; whoever comes on top is hung up on."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness, a_second: float) -> None:
        self.witness, self.rate = witness, Rate(a_second)
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, Handler)

    def verify_request(self, request: object, client_address: object) -> bool:
        """Whether there is room for one more."""
        del request, client_address
        return self._places.acquire(blocking=False)

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve a connection, then make room."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # sockets, as given to us
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke is nobody's business."""


class Handler(BaseHTTPRequestHandler):
    """``POST /add-checkpoint``, and ``GET /`` for people: our verifier keys and what we last accepted."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def do_POST(self) -> None:
        """A submission, or another path."""
        try:
            self._answer(200, self.server.witness.add(self._body()))
        except Refused as refused:
            self._answer(refused.status, refused.text, refused.kind)

    def do_GET(self) -> None:
        """What anybody may know."""
        heads = "".join(f"\n{one.note.decode()}" for one in self.server.witness.accepted())
        keys = "\n".join(self.server.witness.cosigner.vkeys())
        found = self.path == "/"
        self._answer(200 if found else 404, f"{keys}\n{heads}" if found else "there is nothing here\n")

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Refused(411, "say how long it is\n")
        if int(length) > MOST_BYTES:
            self.close_connection = True  # it is not read
            raise Refused(413, f"at most {MOST_BYTES} bytes\n")
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            raise Refused(404, "there is nothing here\n")
        if not self.server.rate.allows(self.client_address[0]):
            raise Refused(429, "too many at once\n")
        return body

    def _answer(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002 -- the name in the library
        """Nothing: who submitted is known by the signature."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-witness", description="Cosign a log as long as it only grows.")
    add_options(parser)
    try:
        return serve(parser.parse_args(arguments))
    except (ValueError, OSError) as failure:
        print(f"comity-witness: {failure}", file=sys.stderr)
        return 2


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the program is told."""
    parser.add_argument("--folder", type=Path, required=True, help="keys and state; nothing else may write there")
    parser.add_argument("--name", required=True, help="our name in cosignatures, like witness.example/w1")
    parser.add_argument("--log", action="append", required=True, metavar="VKEY", help="a verifier key of a log")
    parser.add_argument("--listen", default="127.0.0.1:8430", metavar="HOST:PORT")
    parser.add_argument("--rate", type=float, default=20.0, help="submissions a second for one address")


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    host, _, port = options.listen.rpartition(":")
    witness = Witness(options.folder, options.name, [read_key(text) for text in options.log])
    server = Server((host, int(port)), witness, options.rate)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    for key in witness.cosigner.vkeys():
        print(f"vkey {key}", flush=True)
    print(f"listening on {host}:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
