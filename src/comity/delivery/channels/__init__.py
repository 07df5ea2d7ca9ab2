"""The ways out: one ``Outbound`` a channel. Each takes an answer ready to go and gives proof, or says why not.

A way out never decides whether to try again; its failure says whether that would help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from comity.casefile.clock import Instant


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with an answer: a package, encrypted to its recipient's key."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Outgoing:
    """An answer ready to go: the sealed PDF and the same fields as JSON."""

    entry: str
    """The entry of the form; the message's identifier on every channel, so that a repetition is known as one."""
    recipient: str
    """An e-mail address, an API client's identifier, or a postal address."""
    subject: str
    text: str
    filename: str
    """Without extension."""
    pdf: bytes
    json: bytes
    at: Instant
    """When the form was entered."""
    in_reply_to: str | None = None
    """The Message-ID of the order's own message, where it came by e-mail."""
    enclosed: tuple[Enclosed, ...] = ()


@dataclass(frozen=True)
class Proof:
    """What the other side said. Not ``delivered``: kept for the recipient, whose fetching will be the proof."""

    delivered: bool
    said: str


class Outbound(Protocol):
    """One way out."""

    carries: bool
    """Whether the answer itself leaves this way; where it does not, its exhibit stays closed."""

    def send(self, outgoing: Outgoing) -> Proof:
        """Bring it to its recipient; raises ``NotDelivered`` or ``InvalidRecipient``."""
