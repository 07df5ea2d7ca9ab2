"""What Comity did on this homeserver, written down on the homeserver itself, as account data of the administrator.

So that one key has one effect although the admin API knows no keys; so that what another administrator quarantined is
not given free by us; so that a picture that two orders name comes back only when both have ended; and so that all this
survives when either side is restarted. Nothing personal is in it: identifiers and digests.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, TypeVar

from comity.casefile.clock import Instant
from comity.platform.answers import Answer
from comity.platform.errors import Absent, Faulty, KeyReused
from comity.platform.synapse import answers
from comity.platform.synapse.client import CLIENT, Client, path

A = TypeVar("A", bound=Answer)

_PREFIX = "eu.comity."
_TRIES = 5


class Row(Answer):
    """What one key stands for, and what came of it; without ``at`` it was begun, and nobody knows how far it came."""

    what: str
    already: bool = False
    at: Instant | None = None
    detail: str = ""
    message: str = ""


class Names(Answer):
    """A list of identifiers: the media of an item, or the items that hold a file in quarantine."""

    names: list[str]


@dataclass
class Journal:
    """The rows. Each is one JSON object under a type of its own."""

    client: Client
    me: str
    """The administrator's own user identifier."""

    def row(self, key: str, what: str) -> Row | None:
        """What was written under this key; refused when it stands for something else."""
        row = self._read(Row, f"act.{key}")
        if row is not None and row.what != what:
            raise KeyReused
        return row

    def write(self, key: str, row: Row) -> Row:
        """Write down what a key stands for, before acting and again after."""
        self._write(f"act.{key}", row.model_dump(mode="json"))
        return row

    def media_of(self, item: str) -> list[str] | None:
        """The media that an item's disabling covered; ``None`` before any."""
        row = self._read(Names, f"item.{_digest(item)}")
        return row.names if row else None

    def remember_media(self, item: str, media: list[str]) -> None:
        """Write down which media an item's disabling covers: after redaction nothing else tells."""
        self._write(f"item.{_digest(item)}", {"names": media})

    def holders(self, media: str) -> set[str]:
        """The items on whose account a file is quarantined."""
        row = self._read(Names, f"media.{_digest(media)}")
        return set(row.names) if row else set()

    def hold(self, media: str, item: str) -> None:
        """One more item holds a file; read back, because another worker may write at the same time."""
        for _ in range(_TRIES):
            held = self.holders(media)
            if item in held:
                return
            self._write(f"media.{_digest(media)}", {"names": sorted(held | {item})})
        raise Faulty("the journal on the homeserver is being written by somebody else")

    def let_go(self, media: str, item: str) -> set[str]:
        """One item less holds a file; gives those that still do."""
        held = self.holders(media)
        if item in held:
            self._write(f"media.{_digest(media)}", {"names": sorted(held - {item})})
        return self.holders(media) - {item}

    def _read(self, kind: type[A], name: str) -> A | None:
        try:
            return self.client.get(kind, self._where(name))
        except Absent:
            return None

    def _write(self, name: str, row: dict[str, Any]) -> None:
        self.client.put(answers.Anything, self._where(name), row)

    def _where(self, name: str) -> str:
        return path(CLIENT, "user", self.me, "account_data", _PREFIX + name)


def what(*arguments: object) -> str:
    """A digest of what a key stands for."""
    return _digest(json.dumps(arguments, sort_keys=True, ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:48]
