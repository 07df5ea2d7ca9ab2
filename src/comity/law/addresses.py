"""Whose content an address names. One reading of URLs for the whole house: what a browser would contact, or nothing.

A look-alike must never count as ours: user-info (``https://board.example@evil.example``), backslashes,
percent-encoding, control characters, punycode and full-width letters, trailing dots, ports and upper case have all
been used to make a person read one host and a machine contact another. What two readers could read in two ways has no
host here.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

MAX_URL = 4096
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<rest>[/?#].*)?", re.IGNORECASE | re.DOTALL)
_ASCII_TRAPS = re.compile(r"[\x00-\x20\x7f\\]")
_PORT = re.compile(r":(?P<port>[0-9]{0,5})$", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_MAX_HOST = 253
_MAX_PORT = 65535


def host_of(url: object) -> str | None:
    """The host that an ``http`` or ``https`` URL names, in lower-case ASCII (RFC 3986, RFC 5891), or ``None``.

    ``None`` for anything that readers disagree on: no string, other schemes, user-info, backslashes, white space or
    control characters anywhere, an encoded or empty host, a port that does not exist, numeric addresses.
    """
    return _host_of(url) if isinstance(url, str) and len(url) <= MAX_URL else None


@functools.lru_cache(maxsize=256)  # form, facts and platform ask about the places of one order one after the other
def _host_of(url: str) -> str | None:
    if _has_traps(url):
        return None
    match = _URL.fullmatch(url)
    if match is None or "@" in match["authority"] or "%" in match["authority"]:
        return None
    authority = match["authority"]
    port = _PORT.search(authority)
    if port is not None:
        if port["port"] and not 0 < int(port["port"]) <= _MAX_PORT:
            return None
        authority = authority[: port.start()]
    return normal_host(authority)


def normal_host(host: str) -> str | None:
    """A host name in the one form in which it is compared: lower-case ASCII without a trailing dot; ``None`` if it is
    none.
    """
    ascii_host = _ascii(host.removesuffix("."))
    if ascii_host is None or len(ascii_host) > _MAX_HOST:
        return None
    labels = ascii_host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or _is_number(labels[-1]):
        return None
    return ascii_host


def is_ours(url: object, hosts: Iterable[str]) -> bool:
    """Whether the URL names content on one of ``hosts`` exactly; a subdomain is ours only if it is listed itself."""
    host = host_of(url)
    return host is not None and host in {normal_host(ours) for ours in hosts}


def is_foreign(url: object, hosts: Iterable[str]) -> bool:
    """Whether the URL certainly leads elsewhere: another host, or one of ours only in its user-info (RFC 3986)."""
    if isinstance(url, str):
        url = re.sub(r"^(https?://)[^/?#\\]*@", r"\1", url, flags=re.IGNORECASE)
    return host_of(url) is not None and not is_ours(url, hosts)


def _has_traps(url: str) -> bool:
    if url.isascii():
        return _ASCII_TRAPS.search(url) is not None
    return any(c == "\\" or c.isspace() or unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in url)


def _ascii(host: str) -> str | None:
    """Lower case for ASCII names, IDNA for others; a name that only normalises to ASCII (full-width letters) is a
    trick.
    """
    if host.isascii():
        return host.lower()
    try:
        encoded = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return encoded if "xn--" in encoded else None


def _is_number(label: str) -> bool:
    """Whether a browser would take the host for an IPv4 address (its last label is a number, also in hexadecimal)."""
    return label.isdigit() or label.startswith("0x")
