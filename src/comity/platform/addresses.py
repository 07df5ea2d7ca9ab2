"""Reading a URL out of an order, without ever going there: is it ours, and which path of ours does it name?

Pure. A URL is hostile text. Where a browser, the platform and we might read it differently, the answer is *unknown*:
a false *not ours* would be told to an authority, a false *ours* would remove something nobody named.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from comity.platform.protocols import Outcome

LONGEST = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 3986 characters only: browsers drop tabs and line ends and turn backslashes into slashes; we do not guess.
_URL_TEXT = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.ASCII)
_ESCAPES_WHOLE = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.ASCII)
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9._~@:!$&'()*+,;=-]+)*/?", re.ASCII)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """How a URL reads. ``path`` is set exactly when the URL is ours and can be read in only one way."""

    path: str | None
    outcome: Outcome
    """``FOUND`` means only: ours and readable; whether anything is there, the platform says."""
    why: str


def origin_of(url: str) -> tuple[str, int] | None:
    """Host and port of a base URL from the settings, or ``None`` when it is not an http or https URL without path."""
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError:
        return None
    host = _host(parts)
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    return (host, port) if bare and host and port else None


def keeps_secrets(url: str) -> bool:
    """Whether a secret sent to a base URL is seen by nobody on the way: https, or this machine itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read(url: str, origins: frozenset[tuple[str, int]]) -> Address:
    """Read a URL; ``origins`` are the hosts and ports that are ours."""
    text = url.strip(" ")
    if not 0 < len(text) <= LONGEST or _URL_TEXT.fullmatch(text) is None:
        return _foreign_or_unclear(text, origins)
    try:
        parts = urlsplit(text)
        port = _port(parts)
    except ValueError:
        return Address(None, Outcome.UNKNOWN, "host or port cannot be read")
    if port is None or not parts.netloc:
        return _foreign_or_unclear(text, origins)
    return _whose(parts, port, origins)


def _whose(parts: SplitResult, port: int, origins: frozenset[tuple[str, int]]) -> Address:
    host = _host(parts)
    if host is None:
        return Address(None, Outcome.UNKNOWN, f"{_shown(parts)} cannot be read as a host; a person must read it")
    if (host, port) not in origins:
        return Address(None, Outcome.NOT_OURS, f"{_shown(parts)} is not a host of this provider")
    if "@" in parts.netloc:
        return Address(None, Outcome.UNKNOWN, "the URL carries user information before our host; a person must read it")
    return _path(parts)


def _foreign_or_unclear(text: str, origins: frozenset[tuple[str, int]]) -> Address:
    """A text that is no URL in the strict sense: ours by mistake of writing, or nobody's."""
    folded = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).lower().replace("\u3002", ".")
    seen = "".join(character for character in folded if unicodedata.category(character)[0] not in "CZ")
    if len(text) <= LONGEST and not any(host in unquote(seen) for host, _ in origins):
        return Address(None, Outcome.NOT_OURS, "names no host of this provider")
    return Address(None, Outcome.UNKNOWN, "is not written as http and https URLs are; a person must read it")


def _port(parts: SplitResult) -> int | None:
    """The port, or its scheme's; ``None`` for other schemes than http and https."""
    default = _DEFAULT_PORTS.get(parts.scheme)
    return default if default is None or parts.port is None else parts.port


def _host(parts: SplitResult) -> str | None:
    """The host in lower case, without the root's dot; an IPv6 address in brackets."""
    host = (parts.hostname or "").removesuffix(".")
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if _HOST.fullmatch(bracketed) else None


def _shown(parts: SplitResult) -> str:
    return ascii(parts.netloc.rpartition("@")[2][:100])


def _path(parts: SplitResult) -> Address:
    if _ESCAPES_WHOLE.fullmatch(parts.path) is None:
        return Address(None, Outcome.UNKNOWN, "the path has a broken percent escape; a person must read it")
    # Once, as the platform's server does; what is still escaped afterwards is literal text of no item of ours.
    path = unquote(parts.path, errors="replace") or "/"
    segments = path.split("/")
    if _PLAIN_PATH.fullmatch(path) is None or "." in segments or ".." in segments:
        return Address(None, Outcome.UNKNOWN, "the path can be read in more than one way; a person must read it")
    extra = " (query and fragment change nothing here)" if parts.query or parts.fragment else ""
    return Address(path, Outcome.FOUND, f"path {path} of our own host{extra}")
