"""What people from outside bring and may see: plain frozen values for the portal."""

from __future__ import annotations

from dataclasses import dataclass

from comity.casefile.clock import Instant


@dataclass(frozen=True)
class Enrolling:
    """An enrolment that a one-time code opened: nothing is left to do but to register the passkey."""

    code: str
    """Identifier of the code, not the code."""
    kind: str
    holder: str


@dataclass(frozen=True)
class Account:
    """Who is behind a session at this moment, whatever kind of account it is."""

    kind: str
    id: str
    name: str
    organisation: str
    authority: str = ""
    """For officers: the identifier of the authority whose orders they see."""
    passkey: str = ""
    cooling_until: Instant | None = None
    """The key replaces another one and counts only from here."""
    replaced_at: Instant | None = None
    """Another key for this person was enrolled and counts from here: whoever did not do that must object."""
