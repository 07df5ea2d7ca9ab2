"""The part of the store that reads and writes credentials, and looks up the bearer of a token."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from oauth2_provider.models import Application

from comity.casefile.clock import Instant
from comity.registry import models
from comity.registry.errors import UnknownCredentialError
from comity.registry.means import AuthorityState, CredentialKind, HeldCredential
from comity.registry.store import held_authority, identifier

# The one look-up of an API call. A token that is expired, of another kind, or whose client was never confirmed or has
# been withdrawn gives no row: to the caller they are one and the same refusal.
_BEARER = """
SELECT c.mark, c.active_from, a.id, a.name, a.state, t.scope
FROM oauth2_provider_accesstoken t
JOIN oauth2_provider_application p ON p.id = t.application_id
JOIN registry_credential c ON c.kind = 'client' AND c.mark = p.client_id
JOIN registry_authority a ON a.id = c.authority_id
WHERE t.token_checksum = %s AND t.expires > %s AND c.confirmed_by_id IS NOT NULL AND NOT c.withdrawn
"""


@dataclass(frozen=True)
class Bearer:
    """Who presents an access token: one client of one authority, with the scopes granted."""

    client: str
    authority: str
    authority_name: str
    scopes: frozenset[str]
    trusted: bool
    """Whether the authority is confirmed and the client's cooling period is over."""


@dataclass(frozen=True)
class NewCredential:
    """A credential as it is enrolled, before a second person confirms it."""

    id: str
    authority: str
    kind: CredentialKind
    mark: str
    label: str
    certificate: bytes | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None


def bearer(token: str, at: Instant) -> Bearer | None:
    """The bearer of a token, in one query; ``None`` when the token opens nothing."""
    checksum = sha256(token.encode("utf-8", "replace")).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_BEARER, (checksum, at.utc))
        row = cursor.fetchone()
    if row is None:
        return None
    client, active_from, authority, name, state, scope = row
    trusted = state == AuthorityState.CONFIRMED and active_from <= at.utc
    return Bearer(client, authority.hex, name, frozenset(scope.split()), trusted)


def by_mark(kind: CredentialKind, mark: str) -> HeldCredential | None:
    """The credential with this fingerprint or client identifier."""
    if not mark.isprintable():
        return None
    rows = models.Credential.objects.select_related("authority")
    row = rows.filter(kind=kind, mark=mark).first()
    return None if row is None else _credential(row)


def by_id(id_: str, *, lock: bool = False) -> HeldCredential:
    """The credential with this identifier; raises ``UnknownCredentialError``."""
    rows = models.Credential.objects.select_related("authority")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=identifier(id_)).first()
    if row is None:
        raise UnknownCredentialError(id_[:64])
    return _credential(row)


def of_authority(authority: str) -> list[HeldCredential]:
    """All credentials of an authority, withdrawn ones too."""
    rows = models.Credential.objects.select_related("authority").filter(authority_id=identifier(authority))
    return [_credential(row) for row in rows.order_by("kind", "label", "mark")]


def others_confirmed(held: HeldCredential) -> bool:
    """Whether the authority has, or ever had, another confirmed credential of this kind."""
    rows = models.Credential.objects.filter(authority_id=UUID(hex=held.authority.id), kind=held.kind)
    return rows.exclude(pk=UUID(hex=held.id)).filter(confirmed_by__isnull=False).exists()


def insert(new: NewCredential, *, by: str, entry: str) -> None:
    """Write a credential down; it counts for nothing until it is confirmed."""
    models.Credential.objects.create(
        id=UUID(hex=new.id),
        authority_id=UUID(hex=new.authority),
        kind=new.kind,
        mark=new.mark,
        label=new.label,
        certificate=new.certificate,
        not_before=new.not_before.utc if new.not_before else None,
        not_after=new.not_after.utc if new.not_after else None,
        proposed_by_id=UUID(hex=by),
        entry=UUID(hex=entry),
    )


def confirm(id_: str, *, by: str, active_from: Instant, entry: str) -> None:
    """A second person confirms a credential."""
    models.Credential.objects.filter(pk=UUID(hex=id_)).update(
        confirmed_by_id=UUID(hex=by), active_from=active_from.utc, entry=UUID(hex=entry)
    )


def withdraw(held: HeldCredential, *, entry: str) -> None:
    """End a credential for good; a client's running tokens end with it."""
    models.Credential.objects.filter(pk=UUID(hex=held.id)).update(withdrawn=True, entry=UUID(hex=entry))


def new_client(label: str) -> tuple[str, str]:
    """Make an OAuth2 client for client credentials (RFC 6749 section 4.4): its identifier and its secret, seen once."""
    application = Application(
        name=label, client_type=Application.CLIENT_CONFIDENTIAL, authorization_grant_type="client-credentials"
    )
    secret: str = application.client_secret
    application.save()
    return str(application.client_id), secret


def certificate_of(id_: str) -> bytes:
    """The certificate (DER) of a credential."""
    row: Any = models.Credential.objects.filter(pk=identifier(id_)).values_list("certificate", flat=True).first()
    if row is None:
        raise UnknownCredentialError(id_[:64])
    return bytes(row)


def certificates(kind: CredentialKind) -> tuple[bytes, ...]:
    """Every certificate of a kind, at most five hundred."""
    rows = models.Credential.objects.filter(kind=kind, certificate__isnull=False)
    return tuple(bytes(row.certificate or b"") for row in rows.only("certificate")[:500])


def _credential(row: models.Credential) -> HeldCredential:
    return HeldCredential(
        id=row.id.hex,
        kind=CredentialKind(row.kind),
        mark=row.mark,
        label=row.label,
        authority=held_authority(row.authority),
        proposed_by=row.proposed_by_id.hex,
        confirmed_by=row.confirmed_by_id.hex if row.confirmed_by_id else None,
        active_from=Instant(row.active_from) if row.active_from else None,
        not_before=Instant(row.not_before) if row.not_before else None,
        not_after=Instant(row.not_after) if row.not_after else None,
        withdrawn=row.withdrawn,
    )
