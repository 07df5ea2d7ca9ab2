"""Public keys to which an authority's packages are encrypted: X.509, age, OpenPGP. They prove nothing of a sender."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256

from comity.casefile.clock import Instant
from comity.registry import certificates, store_credentials
from comity.registry.certificates import Parsed
from comity.registry.errors import UnusableCertificateError
from comity.registry.means import CredentialKind

KINDS: dict[CredentialKind, str] = {
    CredentialKind.ENCRYPT_X509: "x509",
    CredentialKind.ENCRYPT_AGE: "age",
    CredentialKind.ENCRYPT_OPENPGP: "openpgp",
}
"""Kind of the credential → kind of the key."""
_AGE = re.compile(rb"age1[02-9ac-hj-np-z]{58}")
_TO_ENCRYPT = {
    CredentialKind.CERTIFICATE: CredentialKind.ENCRYPT_X509,
    CredentialKind.OPENPGP: CredentialKind.ENCRYPT_OPENPGP,
}


@dataclass(frozen=True)
class HeldKey:
    """A key that counts."""

    kind: str
    """``x509``, ``age`` or ``openpgp``."""
    key: bytes


def parse(data: bytes) -> Parsed:
    """Read a public key; raises ``UnusableCertificateError`` saying why not, above all for a secret key."""
    text = data.strip()
    if text.upper().startswith(b"AGE-SECRET-KEY-"):
        raise UnusableCertificateError("It is a secret key: its owner must be told, and make a new one.")
    if text.startswith(b"age1"):
        if _AGE.fullmatch(text) is None:
            raise UnusableCertificateError("It is no age recipient (age1 and 58 characters).")
        return Parsed(CredentialKind.ENCRYPT_AGE, sha256(text).hexdigest(), text)
    found = certificates.parse(data)
    return replace(found, kind=_TO_ENCRYPT[found.kind])


def keys_of(authority: str, at: Instant) -> tuple[HeldKey, ...]:
    """Every key of an authority that two people agreed to and that counts now, the newest first."""
    held = [one for one in store_credentials.of_authority(authority) if one.kind in KINDS and not one.withdrawn]
    counting = [one for one in held if one.active_from is not None and one.active_from <= at]
    counting.sort(key=lambda one: one.active_from.utc if one.active_from else at.utc, reverse=True)
    return tuple(HeldKey(KINDS[one.kind], store_credentials.certificate_of(one.id)) for one in counting)
