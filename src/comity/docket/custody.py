"""Bytes and proofs for the doors: exhibits with a purpose, sealed answers, inclusion proofs, the head of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from comity.casefile import audit
from comity.casefile.documents.answer import FormReply
from comity.casefile.documents.record import AccessEvent
from comity.decision.errors import ReasonsMissing
from comity.docket import people, store
from comity.docket.errors import NoSuchCase
from comity.docket.parts import Parts
from comity.registry.duties import Duty

CLOCK = hashlib.sha256(b"the clock of this log").hexdigest()[:32]
"""The file in which entries about the clock lie; no case has this identifier."""


@dataclass(frozen=True)
class Head:
    """The newest checkpoint, its size, and the keys that verify it."""

    checkpoint: str
    size: int
    vkeys: tuple[str, ...]


class CustodyDesk:
    """Opening what lies in custody; every opening is an entry."""

    parts: Parts

    def exhibit(self, case: str, viewer: str, digest: str, purpose: str) -> tuple[str, Iterator[bytes]]:
        """Media type and bytes of an exhibit; the purpose is entered before the first byte can be read."""
        people.member_with(viewer, Duty.DECIDE)
        store.case(case)
        media_type = next(
            (one.exhibit.media_type for one in self.parts.vault.exhibits(case) if one.exhibit.digest == digest), ""
        )
        with self.parts.work(f"staff:{viewer}") as work:
            chunks = self.parts.vault.open(work, case, digest, purpose=purpose)
        return media_type, chunks

    def reply_pdf(self, case: str, viewer: str, entry: str) -> bytes:
        """The sealed form of a reply."""
        reply = audit.find(entry, FormReply)
        if reply.case != case:
            raise NoSuchCase
        _, chunks = self.exhibit(case, viewer, reply.document.pdf, "reading our own answer")
        return b"".join(chunks)

    def proof(self, entry: str) -> bytes:
        """The ``.tlog-proof`` of an entry."""
        return audit.tlog_proof(entry)

    def settle_clock(self, viewer: str, because: str) -> int:
        """Say that somebody looked at a jump of the clock; automatic acts go on. Gives how many alarms there were."""
        people.member_with(viewer, Duty.APPROVE_RULE)
        if not because.strip():
            raise ReasonsMissing
        with self.parts.work(f"staff:{viewer}") as work:
            looked = AccessEvent(case=CLOCK, by=viewer, what="clock", purpose=because.strip()[:2000], at=work.at)
            # Periods that fired by a wrong clock are looked at again; their own jobs may be far in the future.
            for case in store.awaiting_ends():
                work.defer("advance", lock=case, case=case)
            return audit.settle_clock(audit.enter(work, CLOCK, looked).entry)

    def clock_is_sane(self) -> bool:
        """Whether no jump of the clock waits for somebody to look at it."""
        return audit.clock_is_sane()

    def log_head(self) -> Head:
        """The newest signed checkpoint, as published."""
        text = self.checkpoint()
        size = int(text.splitlines()[1]) if text else 0
        return Head(text, size, self.parts.vkeys)

    def checkpoint(self) -> str:
        """The published checkpoint, or nothing before the first entry."""
        path = self.parts.tiles / "checkpoint"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def tile(self, path: str) -> bytes | None:
        """A published tile or entry bundle by its path under ``tile/``; nothing for any other path."""
        wanted = self.parts.tiles / "tile" / path
        inside = wanted.resolve().is_relative_to((self.parts.tiles / "tile").resolve())
        return wanted.read_bytes() if inside and wanted.is_file() else None
