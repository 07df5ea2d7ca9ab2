"""HI-1, outwards: one HTTPS POST to the address that the operator named for an authority's machine, and its answer.

The address comes from the operator's own file, never from a message. No redirect is followed, no proxy of the
environment used, no more read than any answer needs.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx

from comity.delivery.errors import NotDelivered, UnsafeSetting
from comity.hi1.message import Encoding

_SECONDS = 10.0
_MOST_ANSWER = 1024 * 1024
_OK = 200
_FIRST_OF_THEIRS = 500
_LATER = (408, 425, 429)


class Hi1Outbound:
    """Brings messages to authorities' machines."""

    def __init__(self, trusted: Path | None = None, certificate: Path | None = None) -> None:
        """``trusted``: certificates (PEM) by which endpoints are known; ``certificate``: ours with its key (PEM)."""
        try:
            self._context = ssl.create_default_context(cafile=str(trusted) if trusted else None)
            if certificate is not None:
                self._context.load_cert_chain(str(certificate))
        except (OSError, ssl.SSLError) as error:
            raise UnsafeSetting("the certificates of HI-1 cannot be read") from error

    def post(self, endpoint: str, body: bytes, encoding: Encoding) -> str:
        """Bring a message; gives what was answered. Raises ``NotDelivered``, and nothing else."""
        if httpx.URL(endpoint).scheme != "https":
            raise NotDelivered("a machine is told over HTTPS", retry=False)
        headers = {"Content-Type": encoding.value, "Accept": encoding.value}
        try:
            with (
                httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False, verify=self._context) as client,
                client.stream("POST", endpoint, content=body, headers=headers) as reply,
            ):
                if reply.status_code != _OK:
                    later = reply.status_code >= _FIRST_OF_THEIRS or reply.status_code in _LATER
                    raise NotDelivered(f"answered {reply.status_code}", retry=later, uncertain=later)
                return _read(reply).decode("utf-8", "replace")
        except httpx.HTTPError as error:
            # Cut off while it answered: it may have taken the message, which has the same identifiers next time.
            uncertain = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise NotDelivered(type(error).__name__, retry=True, uncertain=uncertain) from error


def _read(reply: httpx.Response) -> bytes:
    found = bytearray()
    for piece in reply.iter_bytes():
        found += piece
        if len(found) > _MOST_ANSWER:
            raise NotDelivered("the answer is longer than any", retry=True, uncertain=True)
    return bytes(found)
