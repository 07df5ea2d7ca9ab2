"""Certificates as staff hand them in: X.509 (PEM or DER) and OpenPGP (armoured or not), read into what is enrolled."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from comity.casefile.clock import Instant
from comity.registry.errors import UnusableCertificateError
from comity.registry.means import CredentialKind

_LARGEST = 16 * 1024
_LARGEST_OPENPGP = 64 * 1024
_ARMOUR = b"-----BEGIN PGP "


@dataclass(frozen=True)
class Parsed:
    """A certificate, by what it is recognised, and while it is valid."""

    kind: CredentialKind
    mark: str
    data: bytes
    """DER, or the OpenPGP packets without armour."""
    not_before: Instant | None = None
    not_after: Instant | None = None


def parse(data: bytes) -> Parsed:
    """Read a certificate; raises ``UnusableCertificateError`` saying why not, above all for a secret key."""
    if data.lstrip().startswith(_ARMOUR):
        return _openpgp(data)
    if len(data) > _LARGEST:
        raise UnusableCertificateError("It is larger than 16 KiB.")
    try:
        pem = b"-----BEGIN" in data
        parsed = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise UnusableCertificateError("It is neither PEM, nor DER, nor an armoured OpenPGP certificate.") from error
    der = parsed.public_bytes(Encoding.DER)
    ends = Instant(parsed.not_valid_after_utc)
    return Parsed(CredentialKind.CERTIFICATE, sha256(der).hexdigest(), der, Instant(parsed.not_valid_before_utc), ends)


def _openpgp(data: bytes) -> Parsed:
    if len(data) > _LARGEST_OPENPGP:
        raise UnusableCertificateError("It is larger than 64 KiB.")
    import pysequoia  # noqa: PLC0415 -- a library of megabytes, for one form of the console
    from pysequoia.packet import PacketPile, Tag  # noqa: PLC0415 -- the same

    try:
        secret = any(packet.tag in (Tag.SecretKey, Tag.SecretSubkey) for packet in PacketPile.from_bytes(data))
        certs = [] if secret else pysequoia.Cert.split_bytes(data)
    except Exception as error:  # whatever the library raises, this file is not usable
        raise UnusableCertificateError("It is no OpenPGP certificate.") from error
    if secret:
        raise UnusableCertificateError("It is a secret key: its owner must be told, and make a new one.")
    if len(certs) != 1:
        raise UnusableCertificateError("It holds not exactly one OpenPGP certificate.")
    (cert,) = certs
    if cert.is_revoked:
        raise UnusableCertificateError("Its owner has revoked it.")
    ends = Instant(cert.expiration) if cert.expiration else None
    return Parsed(CredentialKind.OPENPGP, cert.fingerprint.lower(), bytes(cert), None, ends)
