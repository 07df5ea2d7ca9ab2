"""Cryptography only: is the XML signature over a message intact, by which certificate, and which bytes does it sign.

No trust is judged here, and no chain built: whose certificate it is, only the registry knows. Signature wrapping is met
twice. Only one shape is taken: one signature, a child of the message's root, over the whole message without itself
(``URI=""``, enveloped), with nothing beside but its own XAdES properties and its own key. And what is read on is never
the message that came, but the canonical bytes that the verifier gives back.

Sources: W3C XML Signature 1.1; its best practices; ETSI EN 319 132-1 (XAdES); TS 103 120 clause 9.2.3, not at hand.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from comity.casefile.clock import Instant, InvalidInstant

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = frozenset(
    {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    }
)
"""Canonical forms without comments, which no reader of a message sees."""
_SIGNED_WITH = frozenset(
    f"{kind}_{digest}" for kind in ("RSA", "ECDSA") for digest in ("SHA256", "SHA384", "SHA512")
) | frozenset(f"{digest}_RSA_MGF1" for digest in ("SHA256", "SHA384", "SHA512"))
_DIGESTS = frozenset({"SHA256", "SHA384", "SHA512"})
_LEAST_RSA, _LEAST_EC = 2048, 256
_IDENTIFIERS = frozenset({"id", "Id", "ID"})
_MOST_CERTIFICATES = 8


@dataclass(frozen=True)
class Signed:
    """What cryptography says about the signature inside a message."""

    method: str = "xmldsig"
    """``xmldsig`` or ``xades``."""
    certificate: bytes = field(default=b"", repr=False)
    """DER; the signer's own, as the signature names it. It proves nothing until somebody knows it."""
    content: bytes = field(default=b"", repr=False)
    """Exactly what was signed, and nothing else; empty where the signature does not hold."""
    signed_at: Instant | None = None
    """The signer's claim."""
    error: str = ""

    @property
    def intact(self) -> bool:
        """Whether it holds."""
        return not self.error and bool(self.content)


class _UnusableError(Exception):
    """Why a signature is none that is taken."""


def available() -> bool:
    """Whether the packages that verify are installed (``pip install 'comity[signatures]'``)."""
    try:
        import lxml  # noqa: F401, PLC0415 -- only who wants signatures verified pays for it
        import signxml  # noqa: F401, PLC0415 -- the same
    except ImportError:
        return False
    return True


def check(data: bytes) -> Signed:
    """The one signature of a message that was read before: so its limits hold, and no document type stands in it."""
    from lxml import etree  # noqa: PLC0415 -- only who wants signatures verified pays for it

    method = "xmldsig"
    try:
        root = etree.fromstring(data, _parser())
        signature = _only(root)
        references = _references(signature)
        method = "xades" if references.properties else "xmldsig"
        certificate = _certificate(signature)
        content, signed_at = _verified(data, certificate, references)
    except _UnusableError as no:
        return Signed(method, error=str(no))
    except Exception as error:  # noqa: BLE001 -- any failure to read a hostile signature is one finding
        return Signed(method, error=f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
    return Signed(method, _der(certificate), content, signed_at)


def _parser() -> Any:
    from lxml import etree  # noqa: PLC0415 -- the same

    # Bounded before by the reader of messages; without ``huge_tree`` no document of ten megabytes could be signed.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def _only(root: Any) -> Any:
    """The one signature, where it must stand."""
    found = list(root.iter(f"{_DS}Signature"))
    if len(found) != 1:
        why = f"{len(found)} signatures stand in the message; one is read"
        raise _UnusableError(why)
    if found[0].getparent() is not root:
        why = "the signature stands elsewhere than directly in the message"
        raise _UnusableError(why)
    return found[0]


@dataclass(frozen=True)
class _References:
    """What a signature signs: so many things, the message at this place among them."""

    number: int
    message: int
    properties: bool


def _references(signature: Any) -> _References:
    """What it says it signs: the whole message, and perhaps parts of itself; nothing else, each exactly once."""
    found = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    whole = [one for one in found if one.get("URI") == ""]
    if len(whole) != 1:
        why = "it does not sign the whole message, once"
        raise _UnusableError(why)
    first, *others = _transforms(whole[0]) or [""]
    if first != _ENVELOPED or not set(others) <= _CANONICAL:
        why = "it transforms the message in a way that is not taken"
        raise _UnusableError(why)
    kinds = [_own_part(signature, one) for one in found if one is not whole[0]]
    if len(set(kinds)) != len(kinds):
        why = "it signs a part of itself twice"
        raise _UnusableError(why)
    return _References(len(found), found.index(whole[0]), "SignedProperties" in kinds)


def _transforms(reference: Any) -> list[str]:
    return [one.get("Algorithm", "") for one in reference.findall(f"{_DS}Transforms/{_DS}Transform")]


def _own_part(signature: Any, reference: Any) -> str:
    """Which part of the signature itself is signed beside the message: its properties, or its key."""
    target = reference.get("URI", "").removeprefix("#")
    held = signature.findall(f"{_DS}Object/{_XADES}QualifyingProperties/{_XADES}SignedProperties")
    own = [one for one in (*held, *signature.findall(f"{_DS}KeyInfo")) if target and one.get("Id") == target]
    if len(own) != 1 or _named(signature.getroottree().getroot(), target) != 1:
        why = "it also signs what is not its own, or what two parts are named"
        raise _UnusableError(why)
    if not set(_transforms(reference)) <= _CANONICAL:
        why = "it transforms a part of itself in a way that is not taken"
        raise _UnusableError(why)
    return str(own[0].tag).rpartition("}")[2]


def _named(root: Any, identifier: str) -> int:
    """How many elements bear an identifier, whichever way it is spelled."""
    return sum(1 for element in root.iter() if identifier in _identifiers(element))


def _identifiers(element: Any) -> Iterator[str]:
    for name, value in element.attrib.items():
        if str(name).rpartition("}")[2] in _IDENTIFIERS:
            yield value


def _certificate(signature: Any) -> x509.Certificate:
    """The signer's certificate, the first that the signature brings; its key must be of a size that is still safe."""
    found = signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    if not 0 < len(found) <= _MOST_CERTIFICATES:
        why = "it brings no certificate, or too many"
        raise _UnusableError(why)
    try:
        held = x509.load_der_x509_certificate(base64.b64decode("".join((found[0].text or "").split()), validate=True))
        key = held.public_key()
    except (binascii.Error, ValueError) as error:
        why = "its certificate cannot be read"
        raise _UnusableError(why) from error
    small = (isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < _LEAST_EC
    )
    if small or not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        why = "its key is too small, or of a kind that is not taken"
        raise _UnusableError(why)
    return held


def _der(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 -- beside its only use

    return certificate.public_bytes(Encoding.DER)


def _verified(data: bytes, certificate: x509.Certificate, references: _References) -> tuple[bytes, Instant | None]:
    """The bytes that the verifier says were signed, and when the signer claims it; raises where it does not hold."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod  # noqa: PLC0415 -- the same
    from signxml.verifier import XMLVerifier  # noqa: PLC0415 -- the same
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier  # noqa: PLC0415 -- the same

    settings = XAdESSignatureConfiguration(
        location="./",
        expect_references=references.number,
        signature_methods=frozenset(one for one in SignatureMethod if one.name in _SIGNED_WITH),
        digest_algorithms=frozenset(one for one in DigestAlgorithm if one.name in _DIGESTS),
        # Whether it was valid at receipt is judged where it is known whose it is.
        verification_time=certificate.not_valid_before_utc,
    )
    verifier = XAdESVerifier() if references.properties else XMLVerifier()
    found = verifier.verify(data, x509_cert=certificate, parser=_parser(), expect_config=settings)
    results = found if isinstance(found, list) else [found]
    claims = [_claimed(one.signed_xml) for one in results if _of_properties(one)]
    return results[references.message].signed_data, claims[0] if claims else None


def _of_properties(result: Any) -> bool:
    return result.signed_xml is not None and result.signed_xml.tag == f"{_XADES}SignedProperties"


def _claimed(properties: Any) -> Instant | None:
    text = properties.findtext(f"{_XADES}SignedSignatureProperties/{_XADES}SigningTime")
    try:
        return Instant.parse(str(text).strip()) if text else None
    except InvalidInstant:
        return None
