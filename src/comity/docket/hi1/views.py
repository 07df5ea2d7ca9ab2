"""What an authority's machine brings to HI-1: a plain frozen value for the API door."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.casefile.clock import Instant
from comity.hi1.message import Encoding


@dataclass(frozen=True)
class MachineCall:
    """One message as it came, and who brought it by a valid token."""

    authority: str
    client: str
    trusted: bool
    """Whether authority and client are confirmed now: else nothing is shown to it."""
    body: bytes = field(repr=False)
    encoding: Encoding
    received: Instant
    peer: str
    certificate: str = ""
    """SHA-256 of the client certificate that a proxy of ours verified; empty where it named none."""
    connection: str = ""
    """What the connection showed, in words: a fact beside the token, never more."""
