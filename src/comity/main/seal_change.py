"""The files of a change of seal: ``seal.next.pem`` made or given, ``seal.pem`` in use, old ones beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from comity.casefile.clock import Instant
from comity.casefile.records.private import read_private, replace_private, sync_folder
from comity.delivery import Seal, make_seal_file
from comity.main.house import Places, provider_of, seal_file
from comity.settings import Settings, UnusableSettings

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)


def current(settings: Settings) -> bytes:
    """The file in use; a seal in a token, or in PKCS #12, is changed where it was made."""
    if settings.seal_token is not None:
        message = "the seal's key is in a token: make the new one there and name it in COMITY_SEAL_TOKEN"
        raise UnusableSettings(message)
    data = read_private(seal_file(settings))
    if not _CERTIFICATE.search(data):
        message = "the seal is not a PEM file: replace the file of COMITY_SEAL_FILE by the new one"
        raise UnusableSettings(message)
    return data


def prepared(settings: Settings, given: Path | None, at: Instant) -> bytes:
    """The next seal, checked, lying ready: the one that was given, or a fresh one. Made once."""
    path = _next(settings)
    if not path.exists():
        if given is not None:
            replace_private(path, read_private(given))
        else:
            provider = provider_of(settings)
            make_seal_file(path, legal_name=provider.legal_name, country=provider.home_state, at=at)
    Seal.from_file(path)
    return read_private(path)


def install(settings: Settings) -> None:
    """Use the next seal; the old one lies beside it until it is retired, its certificate for ever."""
    path, following = seal_file(settings), _next(settings)
    if not following.exists():
        return
    old = read_private(path)
    name = fingerprint(old)[:16]
    replace_private(path.with_name(f"seal-{name}.old.pem"), old)
    (path.with_name(f"seal-{name}.crt")).write_bytes(b"".join(_CERTIFICATE.findall(old)))
    following.rename(path)
    sync_folder(path.parent)


def old_keys(settings: Settings) -> list[Path]:
    """Old seals whose private key is still there."""
    return sorted(seal_file(settings).parent.glob("seal-*.old.pem"))


def fingerprint(data: bytes) -> str:
    """SHA-256 of the certificate, in hexadecimal."""
    first = _CERTIFICATE.search(data)
    if first is None:
        message = "the new seal is not a PEM file with key and certificate"
        raise UnusableSettings(message)
    certificate = x509.load_pem_x509_certificate(first[0])
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _next(settings: Settings) -> Path:
    return Places(settings.home).keys / "seal.next.pem"
