"""What the other rooms ask the register: who stands behind a certificate, a client, a mail domain, a call."""

from __future__ import annotations

from comity.casefile.clock import Instant
from comity.registry import rules, store, store_credentials
from comity.registry.means import CredentialKind, HeldAuthority, HeldCallBack, HeldCredential
from comity.registry.officers_directory import authenticate_officer
from comity.registry.rules import AuthenticatedSender, NotAuthenticated, SignatureFacts


class Directory:
    """The register as it stands in the database now. It holds nothing itself and may be shared by threads."""

    def authority_by_certificate(self, fingerprint: str) -> HeldCredential | None:
        """The credential of a certificate, by the SHA-256 of its DER bytes, or by its OpenPGP fingerprint (hex)."""
        mark = fingerprint.lower()
        held = store_credentials.by_mark(CredentialKind.CERTIFICATE, mark)
        return held or store_credentials.by_mark(CredentialKind.OPENPGP, mark)

    def openpgp_certificates(self) -> tuple[bytes, ...]:
        """Every OpenPGP certificate that was ever enrolled, whatever became of it."""
        return store_credentials.certificates(CredentialKind.OPENPGP)

    def authority_by_client(self, client_id: str) -> HeldCredential | None:
        """The credential enrolled for an OAuth2 client."""
        return store_credentials.by_mark(CredentialKind.CLIENT, client_id)

    def authority_by_mail_domain(self, domain: str) -> HeldAuthority | None:
        """The one authority that names this domain as its own; ``None`` when none does, or more than one."""
        held = self._with_domain(domain)
        return held[0] if len(held) == 1 else None

    def first_order_from(self, authority: str) -> bool:
        """Whether no demand of this authority has been counted yet (Article 3(2))."""
        return not store.has_filed(authority)

    def authenticate_client(self, client_id: str, at: Instant) -> AuthenticatedSender | NotAuthenticated:
        """Judge the client behind an API call whose token was valid."""
        return rules.authenticate_client(self.authority_by_client(client_id), at)

    def authenticate_officer(
        self, officer: str, passkey: str, at: Instant, *, confirmed: bool
    ) -> AuthenticatedSender | NotAuthenticated:
        """Judge an officer of the portal who signed in with this passkey (its identifier)."""
        return authenticate_officer(officer, passkey, at, confirmed=confirmed)

    def authenticate_signature(
        self, fingerprint: str, facts: SignatureFacts, at: Instant
    ) -> AuthenticatedSender | NotAuthenticated:
        """Judge a signed file by its signature's facts and its certificate."""
        return rules.authenticate_signature(facts, self.authority_by_certificate(fingerprint), at)

    def authenticate_call_back(self, case: str, received: Instant) -> AuthenticatedSender | NotAuthenticated:
        """Judge a case's sender by the newest call-back about it."""
        return rules.authenticate_call_back(self.call_back_about(case), case=case, received=received)

    def judge_mailbox(self, address: str) -> NotAuthenticated:
        """What an e-mail address is worth: whom to call, and whether it only resembles one we know."""
        held = self._with_domain(address.rpartition("@")[2])
        return rules.judge_mailbox(address, held, () if held else store.known_domains())

    def call_back_about(self, case: str) -> HeldCallBack | None:
        """The newest call-back about a case."""
        return next(iter(store.call_backs(case=case)), None)

    def _with_domain(self, domain: str) -> tuple[HeldAuthority, ...]:
        name = domain.strip().rstrip(".").lower()
        # The database takes no NUL in a text; nothing that cannot be printed is anybody's domain.
        return tuple(store.authorities_with_domain(name)) if name.isprintable() else ()
