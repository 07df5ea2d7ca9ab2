"""Where authorities are told of a threat to life: the provider's own settings, an address for each that it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.docket.errors import DocketRefused
from comity.law.states import MEMBER_STATES, state_code

EUROPOL, HOME = "EUROPOL", "HOME"
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)


class UnusableContacts(DocketRefused):
    """The contacts for threats to life cannot be read."""

    code = "threats.unusable_contacts"


@dataclass(frozen=True)
class ThreatContacts:
    """E-mail addresses: by Member State, ``EUROPOL``, and ``HOME`` for the contact point of the home state."""

    addresses: Mapping[str, str] = field(default_factory=dict)

    def of(self, whom: str) -> str:
        """The address; empty where none is set: then a person brings it."""
        return self.addresses.get(whom, "")


def parse(text: str) -> ThreatContacts:
    """Read ``DE=threats@example.org, EUROPOL=…``; raises ``UnusableContacts`` naming the part, and nothing else."""
    found: dict[str, str] = {}
    for part in (one.strip() for one in text.split(",")):
        if not part:
            continue
        whom, sign, address = (piece.strip() for piece in part.partition("="))
        name = whom.upper() if whom.upper() in (EUROPOL, HOME) else state_code(whom)
        if not sign or name not in {*MEMBER_STATES, EUROPOL, HOME}:
            raise UnusableContacts(f"“{part[:80]}” is not like DE=threats@example.org, EUROPOL=… or HOME=…")
        if _EMAIL.fullmatch(address) is None:
            raise UnusableContacts(f"“{address[:80]}” is not an e-mail address")
        if name in found:
            raise UnusableContacts(f"{name} stands twice")
        found[name] = address
    return ThreatContacts(found)
