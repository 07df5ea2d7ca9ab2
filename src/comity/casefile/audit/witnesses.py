"""Asking witnesses to cosign our checkpoints (c2sp.org/tlog-witness 1.0.0, the log's side).

One thread a witness, so that a slow one delays nobody. What a witness says is believed only when its key verifies, and
is kept before anything rests on it. A lost answer is asked for again: cosigning a checkpoint twice harms nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx
import psycopg
import structlog

from comity.casefile.audit import ledger, store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import WitnessKey, cosignatures, read_answer, submission
from comity.casefile.audit.errors import AuditFailure, MalformedKey, WitnessRefused
from comity.casefile.audit.merkle import consistency_ranges
from comity.casefile.audit.policy import Policy
from comity.casefile.audit.store import Connection, Head

log = structlog.get_logger(__name__)

_SECONDS = 10.0
_MOST_BYTES = 64 * 1024
_POLL = 0.05
_PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds before asking again after one, two, … failures."""
_LATEST = 1 << 35
"""POSIX seconds that a time column can hold; a witness whose clock shows more is wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """A witness: where it is asked, and its keys, which all bear one name."""

    url: str
    keys: tuple[WitnessKey, ...]

    @property
    def name(self) -> str:
        """Under which it cosigns."""
        return self.keys[0].name


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered."""

    status: int
    body: bytes


class Post(Protocol):
    """How a submission is brought to a witness; raises ``httpx.HTTPError`` when it could not be."""

    def __call__(self, body: bytes) -> Answer:
        """The answer to ``POST add-checkpoint``."""


def parse_places(text: str) -> tuple[Place, ...]:
    """Read ``URL VKEY [VKEY] URL VKEY …`` (white space between); raises ``MalformedKey``."""
    found: list[tuple[str, list[WitnessKey]]] = []
    for word in text.split():
        if word.startswith(("https://", "http://")):
            found.append((word.rstrip("/"), []))
        elif found:
            found[-1][1].append(WitnessKey.parse(word))
        else:
            raise MalformedKey("Before a witness's keys stands its address, http:// or https://.")
    places = tuple(Place(url, tuple(keys)) for url, keys in found)
    names = [{key.name for key in place.keys} for place in places]
    if any(len(one) != 1 for one in names) or len({name for one in names for name in one}) != len(places):
        raise MalformedKey("Each witness has keys of one name, which no other witness bears.")
    return places


def policy_of(places: tuple[Place, ...], required: int) -> Policy:
    """Require so many of these witnesses; raises ``PolicyImpossible``."""
    return Policy(required, tuple(key for place in places for key in place.keys))


class Http:
    """Submissions by HTTP on a connection that is kept."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/add-checkpoint"
        self._client = httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False)

    def __call__(self, body: bytes) -> Answer:
        """Bring a submission; at most so much of the answer is read."""
        with self._client.stream("POST", self._url, content=body) as response:
            data = b""
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > _MOST_BYTES:
                    raise WitnessRefused("Its answer is too long.")
        return Answer(response.status_code, data)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


class Asking:
    """Keeps one witness up to the newest signed checkpoint."""

    def __init__(self, connect: Callable[[], Connection], place: Place, post: Post | None = None) -> None:
        self._connect = connect
        self._place = place
        self._post = post or Http(place.url)
        self._ids = [key.key_id for key in place.keys]
        self._said: int | None = None
        """The size that the witness itself named last; ``None`` means what we know from its cosignatures."""

    def run(self, stop: threading.Event) -> None:
        """Ask until ``stop``. A failure is repeated, at growing distance, and told when it begins or changes."""
        failures, told = 0, ""
        while not stop.is_set():
            try:
                with self._connect() as conn:
                    while not stop.is_set():
                        if self.step(conn):
                            failures, told = 0, ""
                        stop.wait(_POLL)
            except (AuditFailure, httpx.HTTPError, psycopg.Error, OSError) as failure:
                told = self._tell(failure, told)
                failures += 1
                stop.wait(_PAUSES[min(failures, len(_PAUSES)) - 1])
        self.close()

    def close(self) -> None:
        """Let go of the connection to the witness, if there is one."""
        if isinstance(self._post, Http):
            self._post.close()

    def step(self, conn: Connection) -> int:
        """Get the newest signed checkpoint cosigned, if it is not; gives its size, or 0 when there is nothing to do.

        Raises ``WitnessRefused``, with ``fork`` when the witness knows another history; ``MalformedNote``,
        ``SignatureRefused`` for a cosignature that is wrong; ``httpx.HTTPError``.
        """
        head = store.newest_signed(conn)
        known = store.cosigned_size(conn, self._ids)
        if head is None or head.frontier.size == known:
            return 0
        answer = self._ask(conn, head, known if self._said is None else self._said)
        if answer.status == 409:
            self._said = self._behind(conn, head, answer)
            answer = self._ask(conn, head, self._said)
        if answer.status == 409:
            raise WitnessRefused("It cosigned another root of the same size.", fork=self._said == head.frontier.size)
        if answer.status != 200:
            text = answer.body[:100].decode("ascii", "replace").strip()
            raise WitnessRefused(f"{answer.status} {text}", fork=answer.status == 422)
        self._keep(conn, head, answer.body)
        self._said = head.frontier.size
        return head.frontier.size

    def _ask(self, conn: Connection, head: Head, old: int) -> Answer:
        size = head.frontier.size
        proof = store.proof_hashes(conn, consistency_ranges(old, size)) if 0 < old < size else []
        return self._post(submission(old, proof, head.note or b""))

    def _behind(self, conn: Connection, head: Head, answer: Answer) -> int:
        """The size that the witness has; more than we have means that our history is not the one it saw."""
        text = answer.body.removesuffix(b"\n")
        if not text.isdigit() or len(text) > 19:
            raise WitnessRefused("409 without a size.")
        said = int(text)
        newest = store.newest_signed(conn)
        if said > (newest or head).frontier.size:
            raise WitnessRefused(f"It has seen {said} leaves, more than this log has.", fork=True)
        if said > head.frontier.size:
            raise WitnessRefused("Somebody else of us asked it meanwhile.")
        return said

    def _keep(self, conn: Connection, head: Head, body: bytes) -> None:
        assert head.note is not None  # only signed heads are submitted
        lines = read_answer(body, head.note)
        found = cosignatures(Checkpoint.parse(head.body), lines, self._place.keys)
        if not found or any(not 0 < one.at < _LATEST for one in found):
            raise WitnessRefused("No key of its own that we know has cosigned with a possible time.")
        with conn.transaction():  # a checkpoint is never published with half of what one witness answered
            for one in found:
                ledger.add_cosignature(conn, head.frontier.size, one)

    def _tell(self, failure: Exception, told: str) -> str:
        fork = isinstance(failure, WitnessRefused) and failure.fork
        why = str(failure) if isinstance(failure, AuditFailure) else type(failure).__name__
        if why != told:
            (log.error if fork else log.warning)("witness_refused", witness=self._place.name, why=why, fork=fork)
        return why


def ask_all(
    connect: Callable[[], Connection], places: tuple[Place, ...], stop: threading.Event
) -> list[threading.Thread]:
    """Start asking every witness; the threads end after ``stop``."""
    threads = [
        threading.Thread(target=Asking(connect, place).run, args=(stop,), name=f"witness {place.name}")
        for place in places
    ]
    for thread in threads:
        thread.start()
    return threads
