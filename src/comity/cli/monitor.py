"""comity-monitor: follow a provider's log from outside and raise the alarm when it is not one log.

This file, `cosigning` and `witness` need Python 3.11 and the package `cryptography`, nothing else. Anybody may run it:

    comity-monitor URL --vkey VKEY [--vkey VKEY ...] [--witness VKEY ... --need N] --state FILE [--hook COMMAND]

URL is the provider's public page. VKEY are verifier keys of the log, got once from the provider, and of witnesses, got
from them. FILE keeps the last good checkpoint: whoever deletes it trusts the next one blindly.

Each look fetches the checkpoint, checks its signatures, and from the published tiles computes the root of the tree as
it was at the kept checkpoint and as it is now: both must be the signed ones. Alarms:

    fork        the log shows another history than before (or a smaller one): both checkpoints are kept beside FILE
    stalled     nobody vouched for any checkpoint for --age seconds, although its hourly stamps alone make it grow
    uncosigned  for --patience seconds no checkpoint bore the cosignatures of --need different witnesses
    unreadable  there is no answer, or it is not a checkpoint of this log

Exit status: 0 all is well (--once), 3 fork, 4 stalled, 5 uncosigned, 1 unreadable. Without --once it looks on and on,
and ends by itself only at a fork. COMMAND is called at each alarm that begins, with its name and what was seen.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import http.client
import json
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.cli.cosigning import (
    WITNESS_TYPES,
    Checkpoint,
    Key,
    Refused,
    check_signed,
    node,
    read_checkpoint,
    read_key,
    signers,
)
from comity.cli.witness import write

WIDTH = 256
SECONDS = 30
MOST_BYTES = 64 * 1024
EXITS = {"fork": 3, "stalled": 4, "uncosigned": 5, "unreadable": 1}
Fetch = Callable[[str], bytes]


class Alarm(Exception):  # noqa: N818 -- it says what was seen
    """Something that somebody must look at."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Wanted:
    """What the log must live up to."""

    keys: Sequence[Key]
    witnesses: Sequence[Key] = ()
    need: int = 0
    age: float = 2 * 3600
    """Seconds; 0 means that it may stand still for ever."""
    patience: float = 300


@dataclass(frozen=True)
class Kept:
    """What is remembered between two looks, times in POSIX seconds."""

    checkpoint: Checkpoint | None
    """The last good one."""
    seen_at: float
    """When its size was first seen."""
    cosigned_at: float
    """When enough witnesses were last seen."""

    def encode(self) -> bytes:
        """As it lies in the file."""
        note = self.checkpoint.note.decode() if self.checkpoint else ""
        return json.dumps({"note": note, "seen_at": self.seen_at, "cosigned_at": self.cosigned_at}).encode()

    @classmethod
    def decode(cls, data: bytes) -> Kept:
        """Read it back; ``ValueError`` if somebody else wrote it."""
        try:
            state = json.loads(data)
            return cls(read_checkpoint(state["note"].encode()), float(state["seen_at"]), float(state["cosigned_at"]))
        except (KeyError, TypeError, AttributeError, Refused) as failure:
            problem = "the state is not ours: whoever removes it trusts the next checkpoint blindly"
            raise ValueError(problem) from failure


class Monitor:
    """Looks, compares with what it kept, keeps."""

    def __init__(self, fetch: Fetch, wanted: Wanted, state: Path) -> None:
        self._fetch, self._wanted, self._state = fetch, wanted, state

    def look(self, now: float) -> Checkpoint:
        """One look at ``now`` (POSIX seconds): the checkpoint if all is well, else ``Alarm``."""
        shown = self._shown()
        kept = self._kept()
        if kept.checkpoint is not None:
            self._check_continues(kept.checkpoint, shown)
        vouched = self._vouched(shown)
        who = sorted(vouched.keys() - {shown.origin})
        lacks = len(who) < self._wanted.need
        same = kept.checkpoint is not None and kept.checkpoint.size == shown.size
        kept = Kept(shown, kept.seen_at if same else now, (kept.cosigned_at or now) if lacks else now)
        write(self._state, kept.encode())
        if lacks and (not self._wanted.patience or now - kept.cosigned_at > self._wanted.patience):
            names = ", ".join(who) or "nobody"
            raise Alarm("uncosigned", f"size {shown.size} is cosigned by {names}; {self._wanted.need} are needed")
        newest = max([*vouched.values(), 0]) or kept.seen_at
        if self._wanted.age and now - newest > self._wanted.age:
            raise Alarm("stalled", f"nobody has vouched for a checkpoint of this log for {int(now - newest)} seconds")
        return shown

    def _shown(self) -> Checkpoint:
        try:
            shown = read_checkpoint(self._fetch("checkpoint"))
            if any(key.name != shown.origin for key in self._wanted.keys):
                raise Alarm("unreadable", f"the checkpoint is of another log: {shown.origin}")
            check_signed(shown, self._wanted.keys)
        except (Refused, UnicodeDecodeError) as failure:
            raise Alarm("unreadable", f"the checkpoint does not verify: {str(failure).strip()}") from failure
        return shown

    def _vouched(self, shown: Checkpoint) -> dict[str, int]:
        try:
            return signers(shown, [*self._wanted.keys, *self._wanted.witnesses])
        except Refused as failure:
            raise Alarm("uncosigned", str(failure).strip()) from failure

    def _check_continues(self, kept: Checkpoint, shown: Checkpoint) -> None:
        """The tree now and the tree then, both from the tiles shown now; equal sizes need equal roots."""
        if kept.size == shown.size and kept.root == shown.root:
            return
        if shown.size > kept.size:
            tree = Tree(self._fetch, shown.size)
            if tree.root(shown.size) == shown.root and tree.root(kept.size) == kept.root:
                return
        both = kept.note + b"\n" + shown.note
        file = self._state.with_name(f"{self._state.name}.fork.{hashlib.sha256(both).hexdigest()[:16]}")
        write(file, both)
        raise Alarm("fork", f"size {shown.size} does not continue size {kept.size}: both are in {file}")

    def _kept(self) -> Kept:
        return Kept.decode(self._state.read_bytes()) if self._state.exists() else Kept(None, 0, 0)


class Tree:
    """Roots of a published log, from as few tiles as it takes."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size
        self._tile = functools.cache(self._read)

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` leaves (RFC 6962 section 2.1)."""
        parts, start = [], 0
        while start < size:
            level = (size - start).bit_length() - 1
            parts.append(self._subtree(level, start >> level))
            start += 1 << level
        if not parts:
            return hashlib.sha256().digest()
        return functools.reduce(lambda right, left: node(left, right), reversed(parts))

    def _subtree(self, level: int, index: int) -> bytes:
        first, above = index << level % 8, level % 8
        hashes = self._tile(level // 8, first // WIDTH)
        part = [hashes[32 * i : 32 * i + 32] for i in range(first % WIDTH, first % WIDTH + (1 << above))]
        for _ in range(above):
            part = [node(*pair) for pair in zip(part[::2], part[1::2], strict=True)]
        return part[0]

    def _read(self, level: int, index: int) -> bytes:
        width = min(WIDTH, (self._size >> 8 * level) - WIDTH * index)
        digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        path = f"tile/{level}/" + "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        data = self._fetch(path if width == WIDTH else f"{path}.p/{width}")
        if len(data) != 32 * width:
            raise Alarm("unreadable", f"{path} does not hold {width} hashes")
        return data


def fetcher(url: str) -> Fetch:
    """Files of the public page, by HTTP."""

    def fetch(path: str) -> bytes:
        try:
            # The scheme is checked in run(): http or https.
            with urllib.request.urlopen(f"{url.rstrip('/')}/{path}", timeout=SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(MOST_BYTES))
        except (OSError, http.client.HTTPException) as failure:
            raise Alarm("unreadable", f"{path}: {failure}") from failure

    return fetch


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the program is told."""
    parser.add_argument("url", metavar="URL", help="the public page that shows the log")
    parser.add_argument("--vkey", action="append", required=True, metavar="VKEY", help="a verifier key of the log")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a verifier key of a witness")
    parser.add_argument("--need", type=int, default=0, metavar="N", help="so many different witnesses must cosign")
    parser.add_argument("--state", type=Path, required=True, metavar="FILE", help="keeps the last good checkpoint")
    parser.add_argument("--age", type=float, default=7200, metavar="SECONDS", help="older is stalled; 0: never")
    parser.add_argument("--patience", type=float, default=300, metavar="SECONDS", help="before uncosigned is an alarm")
    parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="between two looks")
    parser.add_argument("--once", action="store_true", help="look once, and say by the exit status what was seen")
    parser.add_argument("--hook", default="", metavar="COMMAND", help="called as COMMAND ALARM TEXT when one begins")


def run(options: argparse.Namespace) -> int:
    """Look once, or on and on; the exit status."""
    if not options.url.startswith(("https://", "http://")):
        problem = f"not an address of a public page: {options.url}"
        raise ValueError(problem)
    witnesses = [read_key(text, WITNESS_TYPES) for text in options.witness]
    if options.need > len({key.name for key in witnesses}):
        problem = "--need asks for more witnesses than --witness names"
        raise ValueError(problem)
    keys = [read_key(text) for text in options.vkey]
    wanted = Wanted(keys, witnesses, options.need, options.age, options.patience)
    monitor, standing = Monitor(fetcher(options.url), wanted, options.state), ""
    while True:
        alarm = _look(monitor)
        if alarm is not None and alarm.kind != standing and options.hook:
            command = [*shlex.split(options.hook), alarm.kind, str(alarm)]
            subprocess.run(command, check=False)  # noqa: S603 -- the operator's own
        standing = alarm.kind if alarm else ""
        if options.once or standing == "fork":
            return EXITS.get(standing, 0)
        time.sleep(options.every)


def _look(monitor: Monitor) -> Alarm | None:
    now = time.time()  # noqa: TID251 -- this program is a house of its own, on a machine of its own
    try:
        shown = monitor.look(now)
    except Alarm as alarm:
        print(f"ALARM {alarm.kind}: {alarm}", file=sys.stderr, flush=True)
        return alarm
    print(f"{shown.origin} {shown.size} {shown.root.hex()}", flush=True)
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run; the exit status."""
    parser = argparse.ArgumentParser(prog="comity-monitor", description="Follow a log from outside.")
    add_options(parser)
    try:
        return run(parser.parse_args(arguments))
    except (ValueError, OSError) as failure:
        print(f"comity-monitor: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
