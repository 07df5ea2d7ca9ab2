"""Cryptography only: is the signature over these bytes intact, over how much of the file, by which certificate.

No trust is judged here. There are no roots, no chains, no revocation lists, nothing is fetched: the parent compares the
certificate with those that the registry enrolled, and nothing else counts. The functions of pyHanko used here do no
path building.
"""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, collect_embedded_signatures

# SHA-1 and older make two documents with one signature possible.
_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_ENCRYPTED = frozenset({"enveloped_data", "authenticated_enveloped_data", "encrypted_data"})
_MOST_SIGNATURES = 16
_MOST_CMS_BYTES = 256 * 1024

Report = dict[str, Any]


def check_embedded(data: bytes) -> list[Report]:
    """Every signature inside a PDF, oldest first. Document time stamps are not signatures of anybody and left out."""
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    found = collect_embedded_signatures(reader)[:_MOST_SIGNATURES]
    return [_embedded(data, signature) for signature in found if signature.sig_object_type != "/DocTimeStamp"]


def check_detached(content: bytes, signature: bytes) -> Report:
    """One CMS signature (RFC 5652) over ``content``, which must not also carry content of its own."""
    if len(signature) > _MOST_CMS_BYTES:
        return _broken("the signature is larger than any signature")
    try:
        message = cms.ContentInfo.load(signature, strict=True)
        if message["content_type"].native != "signed_data":
            return _broken("the signature part holds no SignedData (RFC 5652 section 5)")
        signed = message["content"]
        if signed["encap_content_info"]["content"].native is not None:
            return _broken("the signature carries a second content of its own; only the part beside it may be signed")
        return _integrity(signed, content) | {"covers": "whole"}
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return _broken(f"{type(error).__name__}: {str(error)[:200]}")


def open_signed(data: bytes) -> dict[str, Any]:
    """A CMS signature that carries its content (RFC 8551 section 3.5.2): the report, and exactly what was signed."""
    try:
        message = cms.ContentInfo.load(data, strict=True)
        kind = message["content_type"].native
        if kind != "signed_data":
            code = "encrypted" if kind in _ENCRYPTED else "malformed"
            return {"failed": code, "why": f"holds {kind}"}
        signed = message["content"]
        content = signed["encap_content_info"]["content"].native
        if not isinstance(content, bytes):
            return {"failed": "malformed", "why": "holds no content"}
        report = _integrity(signed, content) | {"covers": "whole"}
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return {"failed": "malformed", "why": f"{type(error).__name__}: {str(error)[:200]}"}
    return {"signatures": [report], "content": base64.b64encode(content).decode()}


def _embedded(data: bytes, signature: EmbeddedPdfSignature) -> Report:
    try:
        start, length, resume, rest = (int(value) for value in signature.byte_range)
        covers = _coverage(data, (start, length, resume, rest), signature.pkcs7_content)
        if start < 0 or length < 0 or resume < length or rest < 0:
            return _broken("its byte range is not a byte range") | {"covers": "part"}
        signed = data[start : start + length] + data[resume : resume + rest]
        report = _integrity(signature.signed_data, signed) | {"covers": covers}
        # PAdES leaves the signer's claim of time to the dictionary around the signature (ETSI EN 319 142-1, 6.3).
        claimed = signature.self_reported_timestamp
        return report | {"signed_at": claimed.isoformat() if claimed and claimed.tzinfo else None}
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return _broken(f"{type(error).__name__}: {str(error)[:200]}") | {"covers": "part"}


def _coverage(data: bytes, byte_range: tuple[int, int, int, int], contents: bytes) -> str:
    """``whole`` only where the one hole is exactly the signature itself and the second range ends with the file.

    Computed from the bytes, not from what a parser says: a reader that finds another hole finds another document.
    """
    start, length, resume, rest = byte_range
    hole = data[length:resume]
    written = contents.hex().encode()
    exact = hole[:1] == b"<" and hole[-1:] == b">" and hole[1:-1] in (written, written.upper())
    # Room is reserved for the signature before it is made; what is left of that room must be empty.
    exact = exact and not contents[len(cms.ContentInfo.load(contents).dump()) :].strip(b"\0")
    if start != 0 or not exact:
        return "part"
    if resume + rest == len(data):
        return "whole"
    return "added_after" if resume + rest < len(data) else "part"


def _integrity(signed: cms.SignedData, content: bytes) -> Report:
    signer = extract_signer_info(signed)
    digest = signer["digest_algorithm"]["algorithm"].native
    certificate = extract_certs_for_validation(signed).signer_cert
    at = extract_self_reported_ts(signer)
    report: Report = {
        "certificate": base64.b64encode(certificate.dump()).decode(),
        "signed_at": at.isoformat() if at else None,
        "algorithm": digest,
        "intact": False,
        "error": "",
    }
    if digest not in _DIGESTS:
        return report | {"error": f"digest {digest} is no longer safe"}
    if signer["signed_attrs"].native is None:
        return report | {"error": "it has no signed attributes (RFC 5652 section 5.3), so its content type is open"}
    intact, valid = validate_sig_integrity(signer, certificate, "data", hashlib.new(digest, content).digest())
    return report | {"intact": bool(intact and valid), "error": "" if intact and valid else "the bytes were changed"}


def _broken(why: str) -> Report:
    return {"certificate": None, "signed_at": None, "algorithm": "", "intact": False, "error": why, "covers": "part"}
