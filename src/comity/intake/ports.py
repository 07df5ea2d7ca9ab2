"""What this room needs of others, as narrow as it needs it. The rooms themselves fit without knowing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from comity.casefile.clock import Instant
from comity.casefile.records import UnitOfWork
from comity.intake.confined import Confined, Letters, ReadingLimits
from comity.intake.origin import Origins
from comity.intake.parts import MailLimits
from comity.registry.means import HeldAuthority, HeldCredential
from comity.registry.rules import AuthenticatedSender, NotAuthenticated, SignatureFacts


class Registry(Protocol):
    """Who stands behind a certificate, a client, a mail domain. ``comity.registry.directory.Directory`` is one."""

    def authority_by_certificate(self, fingerprint: str) -> HeldCredential | None:
        """The enrolled certificate with this SHA-256, or the OpenPGP certificate with this fingerprint."""

    def openpgp_certificates(self) -> tuple[bytes, ...]:
        """Every OpenPGP certificate that was enrolled, withdrawn ones too: those are to be recognised as such."""

    def authority_by_mail_domain(self, domain: str) -> HeldAuthority | None:
        """The authority whose own this domain is."""

    def authenticate_client(self, client_id: str, at: Instant) -> AuthenticatedSender | NotAuthenticated:
        """Judge an API client whose token was valid."""

    def authenticate_officer(
        self, officer: str, passkey: str, at: Instant, *, confirmed: bool
    ) -> AuthenticatedSender | NotAuthenticated:
        """Judge an officer who signed in with a passkey."""

    def authenticate_signature(
        self, fingerprint: str, facts: SignatureFacts, at: Instant
    ) -> AuthenticatedSender | NotAuthenticated:
        """Judge a signature by its facts and its certificate."""

    def judge_mailbox(self, address: str) -> NotAuthenticated:
        """What an address is worth: never an authentication."""

    def first_order_from(self, authority: str) -> bool:
        """Whether this authority never filed with us before (Article 3(2))."""


class Kept(Protocol):
    """An exhibit as the vault names it."""

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""


class Vault(Protocol):
    """Where the bytes are kept. ``comity.casefile.evidence.Vault`` is one."""

    def take_in(
        self, work: UnitOfWork, case: str, chunks: Iterable[bytes], *, media_type: str, name: str, purpose: str
    ) -> Kept:
        """Take bytes into custody, entered."""

    def open(self, work: UnitOfWork, case: str, digest: str, *, purpose: str) -> Iterable[bytes]:
        """Give them out again, entered."""


class Provider(Protocol):
    """What of the provider's profile matters here. ``comity.law.provider.Provider`` is one."""

    @property
    def name(self) -> str:
        """The name people know."""

    @property
    def legal_name(self) -> str:
        """The name orders are addressed to."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts whose URLs are its content."""


STRANGERS = ReadingLimits(pages=20, objects=10_000, cpu_seconds=3, wall_seconds=8.0, memory_bytes=512 * 1024 * 1024)


@dataclass(frozen=True)
class Means:
    """Everything that receiving works with, joined once by the composition root."""

    registry: Registry
    vault: Vault
    provider: Provider
    reader: Confined = field(default_factory=Confined)
    strangers: Confined = field(default_factory=lambda: Confined(STRANGERS))
    """The same for mail from domains that nobody enrolled: authentication comes before the cost of reading."""
    mail: MailLimits = field(default_factory=MailLimits)
    origins: Origins = field(default_factory=Origins)
    letters: Letters | None = None
    """The program that proposes what stands on a scan; none: a person reads without a proposal."""
