"""XML signatures over messages, as machines of authorities make them, and as forgers do."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner
from signxml.xades import XAdESSigner

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


class _Sealing(XAdESSigner):
    """Names the canonical form of each part that is signed, as European signing software does."""

    def _add_reference_to_signed_info(self, sig_root: Any, node_to_reference: Any, **attrs: str) -> None:
        super()._add_reference_to_signed_info(sig_root, node_to_reference, **attrs)
        reference = sig_root.findall(f"{DS}SignedInfo/{DS}Reference")[-1]
        transforms = etree.Element(f"{DS}Transforms")
        etree.SubElement(transforms, f"{DS}Transform", Algorithm=EXCLUSIVE)
        reference.insert(0, transforms)
        canonical = etree.tostring(node_to_reference, method="c14n", exclusive=True)
        digest = self._get_digest(canonical, self.digest_alg)
        reference.find(f"{DS}DigestValue").text = base64.b64encode(digest).decode()


class _Careless(XMLSigner):
    """Signs with whatever it is told, as old software does."""

    def check_deprecated_methods(self) -> None:
        """Nothing is too old."""


class Sealer:
    """A key with its certificate."""

    def __init__(self, key: Any = None, since: int = 2020, until: int = 2060) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a court's seal")])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(dt.datetime(since, 1, 1, tzinfo=dt.UTC))
            .not_valid_after(dt.datetime(until, 1, 1, tzinfo=dt.UTC))
            .sign(self.key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, body: bytes, *, xades: bool = False, digest: str = "sha256", canonical: str = EXCLUSIVE) -> bytes:
        """The message with its signature as its last member."""
        kind = "rsa" if isinstance(self.key, rsa.RSAPrivateKey) else "ecdsa"
        signer = (_Sealing if xades else _Careless)(
            signature_algorithm=f"{kind}-{digest}", digest_algorithm=digest, c14n_algorithm=canonical
        )
        return bytes(etree.tostring(signer.sign(etree.fromstring(body), key=self.key, cert=[self.certificate])))


def signature_of(root: Any) -> Any:
    """The signature of a parsed message."""
    return root.find(f"{DS}Signature")
