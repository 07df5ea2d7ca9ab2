"""OpenPGP signatures (RFC 9580): is one over these bytes intact, and by which of the enrolled certificates.

The parent hands over every enrolled certificate; no key is looked up anywhere, no web of trust is walked. What the
signature covers is given back, so that the parent reads nothing else.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import pysequoia
from pysequoia import Cert, Sig
from pysequoia.packet import SignatureType

_BEGIN, _END = b"-----BEGIN PGP SIGNATURE-----", b"-----END PGP SIGNATURE-----"
_MOST_SIGNATURE_BYTES = 256 * 1024
_OVER_A_DOCUMENT = (SignatureType.Binary, SignatureType.Text)

Report = dict[str, Any]


def check_detached(content: bytes, signature: bytes, certificates: list[bytes]) -> dict[str, Any]:
    """One detached signature over ``content`` (RFC 3156 section 5)."""
    if len(signature) > _MOST_SIGNATURE_BYTES:
        return {"signatures": [_broken("the signature is larger than any signature")]}
    try:
        made = Sig.from_bytes(signature)
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return {"signatures": [_broken(_why(error))]}
    return {"signatures": [_checked(made, certificates, content)]}


def open_signed(data: bytes, certificates: list[bytes]) -> dict[str, Any]:
    """A clear-signed text, or a signed message: the report and exactly what was signed, nothing around it."""
    block = _block(data)
    if not block and b"BEGIN PGP SIGNED MESSAGE" in data:
        return {"failed": "malformed", "why": "it has no signature"}
    try:
        made = Sig.from_bytes(block) if block else None
    except Exception as error:  # noqa: BLE001 -- the same
        return {"failed": "malformed", "why": _why(error)}
    certs = _certs(certificates)
    try:
        opened = pysequoia.verify(data, lambda _keys: certs)
    except Exception as error:  # noqa: BLE001 -- the same
        if made is None:
            return {"failed": "encrypted", "why": "holds no text that is signed and open"}
        return {"signatures": [_unverified(made, certs, _why(error))], "content": _clear_text(data)}
    if not opened.bytes and made is None:
        return {"failed": "malformed", "why": "holds no text"}
    certificate = opened.valid_sigs[0].certificate
    report = _broken("") | {"openpgp": certificate.lower(), "intact": True, "covers": "whole"}
    if made is not None:
        report |= _claim(made)
    return {"signatures": [report], "content": base64.b64encode(opened.bytes or b"").decode()}


def _block(data: bytes) -> bytes:
    """The first armoured signature, or nothing."""
    start = data.find(_BEGIN)
    end = data.find(_END, start) if start >= 0 else -1
    return data[start : end + len(_END)] if end >= 0 else b""


def _checked(made: Any, certificates: list[bytes], content: bytes) -> Report:
    certs = _certs(certificates)
    if made.signature_type not in _OVER_A_DOCUMENT:
        return _broken("it is no signature over a document")
    try:
        opened = pysequoia.verify(content, lambda _keys: certs, signature=made)
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return _unverified(made, certs, _why(error))
    certificate = opened.valid_sigs[0].certificate
    return _broken("") | _claim(made) | {"openpgp": certificate.lower(), "intact": True, "covers": "whole"}


def _unverified(made: Any, certs: list[Any], why: str) -> Report:
    """Broken where a certificate of ours made it; unknown where none did, and nothing more can be said."""
    issuer = str(made.issuer_fingerprint or made.issuer_key_id or "").lower()
    known = any(issuer and issuer in _keys(cert) for cert in certs)
    return _broken(why) | _claim(made) | {"unknown": not known, "openpgp": issuer}


def _keys(cert: Any) -> set[str]:
    """Fingerprints and key identifiers of a certificate's keys, as its own packets name them."""
    from pysequoia.packet import PacketPile  # noqa: PLC0415 -- only where a signature failed

    found = set()
    for packet in PacketPile.from_bytes(bytes(cert)):
        fingerprint = getattr(packet, "fingerprint", None)
        if isinstance(fingerprint, str):
            found |= {fingerprint.lower(), fingerprint.lower()[-16:]}
    return found | {cert.fingerprint.lower(), cert.fingerprint.lower()[-16:]}


def _certs(certificates: list[bytes]) -> list[Any]:
    return [Cert.from_bytes(one) for one in certificates]


def _claim(made: Any) -> Report:
    return {"signed_at": made.created.isoformat() if made.created else None}


def _clear_text(data: bytes) -> str:
    """What a clear-signed text says, for reading only: its signature does not hold."""
    text = data.partition(b"-----BEGIN PGP SIGNED MESSAGE-----")[2].partition(b"-----BEGIN PGP SIGNATURE-----")[0]
    body = re.sub(rb"\r\n?", b"\n", text).partition(b"\n\n")[2]
    return base64.b64encode(re.sub(rb"(?m)^- ", b"", body)).decode()


def _why(error: Exception) -> str:
    """The first line: the library appends where in itself it failed."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _broken(why: str) -> Report:
    return {
        "certificate": None,
        "openpgp": "",
        "signed_at": None,
        "intact": False,
        "error": why,
        "covers": "part",
        "unknown": False,
    }
