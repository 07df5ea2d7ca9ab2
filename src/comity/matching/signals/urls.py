"""Addresses in one spelling, and rules that cover a host or a path of it. Nothing is ever fetched or followed.

The canonical form is what a browser would contact, made one where servers do not tell the difference (WHATWG URL, RFC
3986 section 6): https for http, host in lower-case ASCII, no user-info, no default port, dots resolved, percent signs
only where they must be, no marks of campaigns, no fragment except a route (``#/…``, ``#!…``), which names the content.

A shortener's address is a signal like any other and leads where it leads: it is marked, not followed.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

import idna

from comity.matching.errors import InvalidSignal

LONGEST = 4096
_SPLIT = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PARTS = re.compile(r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?", re.DOTALL)
_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
_BARE = {"path": "!$&'()*+,;=:@/~", "query": "!$&'()*+,;=:@/?~", "fragment": "!$&'()*+,;=:@/?~"}
_CAMPAIGNS = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_ga|_gl)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
SHORTENERS = frozenset(
    {"bit.ly", "buff.ly", "cutt.ly", "dlvr.it", "goo.gl", "is.gd", "j.mp", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly"}
    | {"s.id", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "tr.im", "trib.al", "v.gd", "vk.cc"}
)
"""Hosts whose addresses stand for others. Not complete, and need not be: it only marks."""


@dataclass(frozen=True)
class Address:
    """A canonical address: its host, what follows it, and whether it belongs to a shortener."""

    host: str
    port: int | None
    path: str
    tail: str
    """The query with its ``?`` and the route with its ``#``, or nothing."""

    @property
    def origin(self) -> str:
        """The host, in brackets where it must be, with a port that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """The one spelling."""
        return f"https://{self.origin}{self.path}{self.tail}"

    @property
    def shortened(self) -> bool:
        """Whether it stands for an address that nobody here knows."""
        return self.host in SHORTENERS


def address(text: str) -> Address:
    """Read an ``http`` or ``https`` address as a browser would; ``InvalidSignal`` when it is none."""
    if len(text) > LONGEST:
        raise InvalidSignal(f"an address of {len(text)} characters is none")
    cleaned = re.sub(r"[\t\n\r]", "", text.strip("".join(map(chr, range(33)))))
    found = _SPLIT.fullmatch(cleaned)
    scheme = found["scheme"].lower() if found else ""
    if found is None or scheme not in _PORTS:
        raise _no_address(text)
    parts = _PARTS.fullmatch(_slashed(found["rest"]))
    assert parts is not None, "the pattern takes any text"
    host, port = _host_and_port(parts["authority"].rpartition("@")[2], text)
    return Address(
        host=host,
        port=None if port in (None, _PORTS[scheme]) else port,
        path=_path(parts["path"]),
        tail=_query(parts["query"]) + _route(parts["fragment"]),
    )


def canonical(text: str) -> str:
    """The one spelling of an address."""
    return address(text).text


def host_rule(text: str) -> str:
    """A rule for one host, ``example.org``, or for it and everything below it, ``*.example.org``."""
    rule = text.strip()
    below, host = rule.startswith("*."), rule.removeprefix("*.")
    normal, port = _host_and_port(host, text)
    if port is not None or (below and (":" in normal or normal.rpartition(".")[2].isdigit() or "." not in normal)):
        raise InvalidSignal(f"{text[:80]!r} is no rule for a host: example.org, or *.example.org")
    return f"*.{normal}" if below else normal


def path_rule(text: str) -> str:
    """A rule for everything at and below a path of one host: ``https://example.org/channel/``; never a whole host."""
    found = address(text)
    if found.tail or found.path == "/":
        raise InvalidSignal(f"{text[:80]!r} is no rule for a path: https://example.org/channel/")
    return found.text.rstrip("/") + "/"


def host_distance(content: str, rule: str) -> float:
    """0 when the address lies on the rule's host (or below it, for ``*.``), else 1."""
    host, bare = address(content).host, rule.removeprefix("*.")
    return 0.0 if host == bare or (bare != rule and host.endswith("." + bare)) else 1.0


def path_distance(content: str, rule: str) -> float:
    """0 when the address is the rule's path or lies below it, else 1; ``/channel2`` is not below ``/channel/``."""
    found = address(content)
    return 0.0 if f"https://{found.origin}{found.path}/".startswith(rule) else 1.0


def _slashed(rest: str) -> str:
    """Backslashes are slashes up to the query, as in every browser."""
    end = min((rest.find(mark) for mark in "?#" if mark in rest), default=len(rest))
    return rest[:end].replace("\\", "/").lstrip("/") + rest[end:]


def _host_and_port(authority: str, text: str) -> tuple[str, int | None]:
    """Host in lower-case ASCII, and the port that is named, if any."""
    found = re.fullmatch(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{0,5}))?", authority, re.ASCII)
    if found is None:
        raise _no_address(text)
    port = int(found["port"]) if found["port"] else None
    if port is not None and port > 65535:
        raise _no_address(text)
    return _host(found["host"], text), port


def _host(host: str, text: str) -> str:
    if host.startswith("["):
        try:
            return ipaddress.IPv6Address(host[1:-1]).compressed
        except ValueError as error:
            raise _no_address(text) from error
    try:
        shown = unquote_to_bytes(host).decode("utf-8")
        named = shown if shown.isascii() else idna.encode(shown, uts46=True, transitional=False).decode("ascii")
    except (UnicodeError, idna.IDNAError) as error:
        raise _no_address(text) from error
    named = named.lower().removesuffix(".")
    labels = named.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels, text)
    if len(named) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _no_address(text)
    return named


def _ipv4(labels: list[str], text: str) -> str:
    """Numbers as browsers read them (WHATWG URL, host parsing): hexadecimal, octal, and fewer than four."""
    try:
        numbers = [_number(label) for label in labels]
    except ValueError as error:
        raise _no_address(text) from error
    if len(numbers) > 4 or any(one > 255 for one in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise _no_address(text)
    value = numbers[-1] + sum(one * 256 ** (3 - place) for place, one in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") and len(label) > 1 else int(label)


def _path(path: str) -> str:
    kept: list[str] = []
    parts = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for place, part in enumerate(parts):
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(part)
            continue
        if place == len(parts) - 1:
            kept.append("")
    return "/" + "/".join(_spelt(part, "path") for part in kept)


def _query(query: str | None) -> str:
    kept = [part for part in (query or "").split("&") if part and not _CAMPAIGNS.fullmatch(part)]
    return "?" + "&".join(_spelt(part, "query") for part in kept) if kept else ""


def _route(fragment: str | None) -> str:
    return "#" + _spelt(fragment, "fragment") if fragment and fragment[0] in "/!" else ""


def _spelt(text: str, where: str) -> str:
    """Percent signs only where they must be: what is reserved and was encoded stays encoded, and in upper case."""
    pieces = re.split(r"((?:%[0-9A-Fa-f]{2})+)", text)
    spelt = []
    for place, piece in enumerate(pieces):
        if place % 2:
            spelt.append(quote(unquote_to_bytes(piece), safe="~"))
        else:
            spelt.append(quote(piece.encode("utf-8", "surrogatepass"), safe=_BARE[where]))
    return "".join(spelt)


def _no_address(text: str) -> InvalidSignal:
    return InvalidSignal(f"{text[:80]!r} is no address of a web page (http or https)")
