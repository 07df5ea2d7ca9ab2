"""The words of the register about officers and their keys. Values only, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from comity.casefile.clock import Instant
from comity.registry.means import HeldAuthority

OFFICER = "officer"
"""The kind of holder that an officer is, beside others who come through the portal."""


class OfficerState(StrEnum):
    """Where an officer's enrolment stands. Only *enrolled* ones can ever be authenticated."""

    APPLIED = "applied"
    PROPOSED = "proposed"
    """One of us found the authority; a call-back and a second person are missing."""
    APPROVED = "approved"
    """Two of us agreed after a call; the passkey is missing."""
    ENROLLED = "enrolled"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class CodePurpose(StrEnum):
    """What a one-time code is good for."""

    ENROL = "enrol"
    """One half of what registers the first passkey: known to who agreed as the second person."""
    SECOND = "enrol_second"
    """The other half: known to another one of us, who called the authority. Neither is good without the other."""
    STEP_UP = "step_up"
    """Confirm a sign-in on a new device or network."""


@dataclass(frozen=True)
class Application:
    """What a stranger wrote who asks for access. All of it is a claim."""

    authority: str
    name: str
    post: str
    address: str
    language: str = "en"


@dataclass(frozen=True)
class HeldOfficer:
    """An officer as the registry holds it now, whatever the state."""

    id: str
    authority: HeldAuthority | None
    claimed_authority: str
    name: str
    post: str
    address: str
    language: str
    state: OfficerState
    applied_at: Instant
    proposed_by: str | None
    confirmed_by: str | None
    succeeds: str | None
    """The enrolment that this one replaces, when the person changes the key."""


@dataclass(frozen=True)
class HeldPasskey:
    """A passkey and whose it is."""

    id: str
    kind: str
    holder: str
    credential: bytes = field(repr=False)
    key: bytes = field(repr=False)
    """Attested credential data with the public key."""
    counter: int
    registered_at: Instant
    active_from: Instant
    ends_at: Instant | None


@dataclass(frozen=True)
class HeldCode:
    """A one-time code that is still good, without the code."""

    id: str
    kind: str
    holder: str
    purpose: CodePurpose
    until: Instant
