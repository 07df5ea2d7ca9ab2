"""The client certificate of a connection, as a proxy in front names it in a header. Believed of named addresses alone.

We end no TLS ourselves, so that mutual TLS is the proxy's to verify; it must take the header away from what clients
send. Two spellings are read: RFC 9440 (``:Base64 of DER:``) and a URL-escaped PEM certificate. What cannot be read, or
comes from elsewhere, is passed over and noted. What is read is a fact, never an authentication.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.http import HttpRequest

from comity.docket.machines import Proxy

_LONGEST = 32 * 1024


@dataclass(frozen=True)
class Shown:
    """What a connection showed."""

    certificate: str = ""
    """SHA-256 of the DER bytes, in hexadecimal; empty where none was shown that is believed."""
    noted: str = ""
    """What was passed over, in words for a person."""


def shown(request: HttpRequest, proxy: Proxy | None) -> Shown:
    """What the proxy says about this connection."""
    text = request.headers.get(proxy.header, "") if proxy else ""
    if proxy is None or not text:
        return Shown()
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not _ours(peer, proxy):
        return Shown(noted=f"A client certificate was named by {peer[:64] or 'nobody'}, who may not: passed over.")
    der = _certificate(text)
    if der is None:
        return Shown(noted="The proxy named a client certificate that cannot be read: passed over.")
    return Shown(certificate=hashlib.sha256(der).hexdigest())


def _ours(peer: str, proxy: Proxy) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in proxy.networks)


def _certificate(text: str) -> bytes | None:
    """DER, of exactly one certificate."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        if text.startswith(":") and text.endswith(":"):
            held = x509.load_der_x509_certificate(base64.b64decode(text[1:-1], validate=True))
        else:
            (held,) = x509.load_pem_x509_certificates(unquote_to_bytes(text))
    except (binascii.Error, ValueError):
        return None
    return held.public_bytes(Encoding.DER)
