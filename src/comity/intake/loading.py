"""A kept message on its way out of custody, as it was when its channel accepted it."""

from __future__ import annotations

from typing import Any

from comity.casefile.clock import Instant
from comity.intake.message import Incoming
from comity.intake.store import KeptMessage


class Loading:
    """A kept message on its way out of custody."""

    def __init__(self, kept: KeptMessage, pieces: Any) -> None:
        self._kept = kept
        self._pieces = pieces

    def message(self) -> Incoming:
        """Read the bytes; only after the unit of work that opened them has been committed."""
        kept, facts = self._kept, self._kept.facts
        return Incoming(
            channel=kept.channel,
            identifier=kept.identifier,
            body=b"".join(self._pieces),
            received_at=kept.received_at,
            case=kept.case,
            fetched_at=Instant.parse(facts["fetched_at"]) if facts.get("fetched_at") else None,
            **{name: facts.get(name, default) for name, default in _FACTS.items()},
        )


_FACTS: dict[str, Any] = {
    "media_type": "application/octet-stream",
    "name": "message",
    "client": None,
    "envelope_from": None,
    "peer": "",
    "connection": "",
    "typed": None,
    "typed_by": None,
}
