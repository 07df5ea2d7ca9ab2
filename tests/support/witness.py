"""A witness as its own process, as the overseer would start it; and logs in memory that talk to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import WitnessKey, cosignatures, read_answer, submission
from comity.casefile.audit.keys import KeyType, LogKeys, SigningKey
from comity.casefile.audit.merkle import MemoryTree, leaf_hash


class RunningWitness:
    """``comity-witness`` on a port of its own."""

    def __init__(self, folder: Path, vkeys: Sequence[str], name: str = "witness.example/w1", *extra: str) -> None:
        self.folder = folder
        self._arguments = ["--folder", str(folder), "--name", name, "--listen", "127.0.0.1:0", *extra]
        for vkey in vkeys:
            self._arguments += ["--log", vkey]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "comity.cli.witness", *self._arguments], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        lines = [self._process.stdout.readline().strip() for _ in range(3)]
        assert lines[2].startswith("listening on "), lines
        self.vkeys = [line.removeprefix("vkey ") for line in lines[:2]]
        self.keys = tuple(WitnessKey.parse(vkey) for vkey in self.vkeys)
        self.url = f"http://{lines[2].removeprefix('listening on ')}"

    def kill(self) -> None:
        """As a power cut would end it."""
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """As an operator would end it; the exit status."""
        if self._process.poll() is None:
            self._process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self._process.stdout is not None
        if not self._process.stdout.closed:
            self.said = self._process.stdout.read()
            self._process.stdout.close()
        return self._process.wait(30)

    @property
    def setting(self) -> str:
        """As it stands in COMITY_WITNESSES."""
        return " ".join([self.url, *self.vkeys])

    def post(self, body: bytes, path: str = "/add-checkpoint") -> httpx.Response:
        return httpx.post(f"{self.url}{path}", content=body, timeout=30, trust_env=False)


def seed(text: str) -> bytes:
    return leaf_hash(text.encode())


def log_keys(origin: str) -> LogKeys:
    return LogKeys(origin, tuple(SigningKey(origin, kind, seed(f"{origin}{kind}")) for kind in KeyType))


@dataclass
class MemoryLog:
    """A log whose owner may lie."""

    origin: str = "log.example/comity"
    tree: MemoryTree = field(default_factory=MemoryTree)

    @property
    def keys(self) -> LogKeys:
        return log_keys(self.origin)

    @property
    def vkeys(self) -> list[str]:
        return [key.encode() for key in self.keys.verifiers]

    def grow(self, count: int, salt: str = "") -> MemoryLog:
        self.tree.extend(leaf_hash(f"{salt}{self.tree.size + number}".encode()) for number in range(count))
        return self

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        size = self.tree.size if size is None else size
        return Checkpoint(self.origin, size, self.tree.root(size))

    def note(self, size: int | None = None) -> bytes:
        return self.keys.sign(self.checkpoint(size), 1_795_000_000)

    def submission(self, old: int, size: int | None = None) -> bytes:
        size = self.tree.size if size is None else size
        proof = self.tree.consistency(old, size) if 0 < old < size else []
        return submission(old, proof, self.note(size))

    def cosigned(self, response: httpx.Response, witness: RunningWitness, size: int | None = None) -> int:
        """How many keys of the witness cosigned, verified."""
        assert response.status_code == 200, response.text
        lines = read_answer(response.content, self.note(size))
        return len(cosignatures(self.checkpoint(size), lines, witness.keys))
