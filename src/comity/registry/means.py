"""The words of the register: what it holds about an authority and what staff propose to it. Values only, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.casefile.clock import Instant


class AuthorityRole(StrEnum):
    """What an authority is designated for under Article 12(1) of Regulation (EU) 2021/784. Every role: ``roles``."""

    ISSUES = "12(1)(a)"
    """Issues removal orders (Article 3)."""
    SCRUTINISES = "12(1)(b)"
    """Scrutinises cross-border removal orders (Article 4)."""
    OVERSEES = "12(1)(c)"
    """Oversees specific measures (Article 5)."""
    PENALISES = "12(1)(d)"
    """Imposes penalties (Article 18)."""


class AuthorityState(StrEnum):
    """Where an authority stands. Only *confirmed* ones can ever be authenticated."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class SourceKind(StrEnum):
    """Where a telephone number was found. Two sources are independent when their kinds and places differ."""

    COMMISSION_REGISTER = "commission_register"
    """The online register of Article 12(4)."""
    OFFICIAL_SITE = "official_site"
    OFFICIAL_JOURNAL = "official_journal"
    GOVERNMENT_DIRECTORY = "government_directory"
    OTHER_AUTHORITY = "other_authority"
    """Told by another authority that is itself confirmed, or by a ministry or embassy."""
    IN_PERSON = "in_person"
    FROM_THE_MESSAGE = "from_the_message"
    """Stood in what the sender sent. Recorded because it was seen; it proves nothing."""


class CredentialKind(StrEnum):
    """What a machine can check about a sender."""

    CERTIFICATE = "certificate"
    """A signing or sealing certificate, known by the SHA-256 of its DER bytes."""
    OPENPGP = "openpgp"
    """An OpenPGP certificate (RFC 9580), known by the fingerprint of its primary key."""
    CLIENT = "client"
    """An OAuth2 client of the API, known by its client identifier."""
    ENCRYPT_X509 = "encrypt_x509"
    """A certificate to which packages are encrypted; it proves nothing about who sends."""
    ENCRYPT_AGE = "encrypt_age"
    """The same, an age recipient."""
    ENCRYPT_OPENPGP = "encrypt_openpgp"
    """The same, an OpenPGP certificate."""


class CallOutcome(StrEnum):
    """How a call-back ended."""

    VERIFIED = "verified"
    """They know of the message, or of the enrolment, and confirmed it."""
    DISOWNED = "disowned"
    """They did not send it."""
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Source:
    """Where one member of staff found a number, and when they looked."""

    kind: SourceKind
    place: str
    """Address of the page, volume and page, name of the person who told it."""
    looked_by: str
    looked_at: Instant


@dataclass(frozen=True)
class NumberFound:
    """A telephone number (E.164) with the sources that name it."""

    number: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class AuthorityProposal:
    """Everything about an authority that two of our people must agree on."""

    name: str
    member_state: str
    """ISO 3166-1 alpha-2."""
    roles: frozenset[str]
    """Identifiers of ``roles.yaml``; one that is not known there gives nothing."""
    mail_domains: tuple[str, ...]
    numbers: tuple[NumberFound, ...]
    feedback_contact: str
    """Where Annex II and III and questions go: an e-mail address."""
    register_reference: str | None = None
    """Its identifier in the imported register, if it came from there."""


@dataclass(frozen=True)
class HeldNumber:
    """A number that the registry holds for an authority."""

    id: str
    number: str
    held_since: Instant


@dataclass(frozen=True)
class HeldAuthority:
    """An authority as the registry holds it now, whatever its state."""

    id: str
    name: str
    member_state: str
    roles: frozenset[str]
    """Identifiers of ``roles.yaml``; one that is not known there gives nothing."""
    state: AuthorityState
    mail_domains: tuple[str, ...]
    feedback_contact: str
    numbers: tuple[HeldNumber, ...] = ()
    register_reference: str | None = None
    proposed_by: str = ""
    round: int = 1
    """Grows with every change to what was agreed on; approvals and call-backs count for their own round alone."""


@dataclass(frozen=True)
class HeldCredential:
    """A certificate or client as the registry holds it now, with the authority that it speaks for."""

    id: str
    kind: CredentialKind
    mark: str
    """SHA-256 of the certificate (64 hexadecimal digits), an OpenPGP fingerprint, or the client identifier."""
    authority: HeldAuthority
    proposed_by: str
    confirmed_by: str | None
    active_from: Instant | None
    """End of the cooling period; ``None`` until a second person has confirmed it."""
    not_before: Instant | None
    not_after: Instant | None
    withdrawn: bool
    label: str = ""


@dataclass(frozen=True)
class HeldCallBack:
    """A call that one of us made to a number held beforehand, about one case."""

    id: str
    authority: HeldAuthority
    called_by: str
    called_at: Instant
    number_held_since: Instant
    spoken_to: str
    outcome: CallOutcome
    case: str | None
