"""Reading the addresses under which Matrix content is quoted, without ever going there.

Pure. Known are matrix.to links, ``matrix:`` URIs (Matrix specification, appendix *URIs*), room links of web clients,
``mxc://`` URIs and the media paths of the client-server API, old and new. Whose a thing is decides the server name
inside the identifier or the host before the path, compared letter by letter; what two readers might read differently
is *unknown*, and a person reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from comity.platform import addresses
from comity.platform.protocols import Outcome

_LOCAL = r"[A-Za-z0-9._~=+/-]{1,200}"
_SERVER = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,228}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
SERVER: Final = re.compile(_SERVER, re.ASCII)
EVENT: Final = re.compile(rf"\$(?:[A-Za-z0-9+/_-]{{43}}|{_LOCAL}:{_SERVER})", re.ASCII)
ROOM: Final = re.compile(rf"!{_LOCAL}(?::{_SERVER})?", re.ASCII)
ALIAS: Final = re.compile(rf"#[^\x00-\x20\x7f:/?#]{{1,200}}:{_SERVER}")
USER: Final = re.compile(rf"@[!-.0-9;-~]{{1,200}}:{_SERVER}", re.ASCII)
MXC: Final = re.compile(rf"mxc://({_SERVER})/([A-Za-z0-9_-]{{1,255}})", re.ASCII)
_MEDIA_PATH = re.compile(
    rf"/_matrix/(?:media/(?:v3|r0|v1)|client/v1/media)/(?:download|thumbnail)/({_SERVER})/([A-Za-z0-9_-]{{1,255}})(?:/[^/]*)?",
    re.ASCII,
)
_EVENT_PATH = re.compile(r"/_matrix/client/(?:v3|r0)/rooms/([^/]+)/(?:event|context)/([^/]+)", re.ASCII)
_ESCAPES_WHOLE = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.ASCII)
MATRIX_TO: Final = "matrix.to"
"""The host of the links by which Matrix users quote anything, whoever's it is."""
_MATRIX_TO: Final = frozenset({(MATRIX_TO, 443), (MATRIX_TO, 80)})
_SIGILS = {"u": "@", "user": "@", "r": "#", "room": "#", "roomid": "!"}


@dataclass(frozen=True, slots=True)
class Ours:
    """What is the provider's: its server name, the hosts of its URLs; and the web clients whose links are known."""

    server_name: str
    origins: frozenset[tuple[str, int]]
    clients: frozenset[tuple[str, int]]

    def serves(self, identifier: str) -> bool:
        """Whether the server name after an identifier's first colon is ours."""
        return identifier.partition(":")[2].lower() == self.server_name.lower()


@dataclass(frozen=True, slots=True)
class Named:
    """What an address names. Exactly one of event, media, room alone or user alone is meant, in this order."""

    room: str = ""
    """``!room`` or ``#alias:server``; with an event, where it stands; empty for media and users."""
    event: str = ""
    media: str = ""
    """An ``mxc://`` URI."""
    user: str = ""
    by_our_host: bool = False
    """Media of another server, quoted under our own host: our cached copy of it is meant."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an address reads; ``named`` is set exactly when ``outcome`` is *found*, which means only: readable."""

    named: Named | None
    outcome: Outcome
    why: str


def read(url: str, ours: Ours) -> Reading:
    """Read an address out of an order."""
    text = url.strip(" ")
    scheme = text.partition(":")[0].lower()
    if scheme == "mxc":
        return _media(MXC.fullmatch("mxc" + text[3:]), text, ours, by_our_host=False)
    return _uri(text) if scheme == "matrix" else _web(text, ours)


def _web(text: str, ours: Ours) -> Reading:
    bare, _, fragment = text.partition("#")
    every = _MATRIX_TO | ours.clients | ours.origins
    at = addresses.read(bare, every) if len(text) <= addresses.LONGEST else addresses.read(text, every)
    if at.path is None:
        return Reading(None, at.outcome, at.why)
    origin = _origin(bare)
    if origin in _MATRIX_TO:
        return _pointer(fragment.removeprefix("/"), f"a matrix.to link with {_shown(fragment)}")
    if fragment.startswith(("/room/", "/user/")):
        return _pointer(fragment[6:], f"a web client's link with {_shown(fragment)}")
    if origin in ours.origins:
        return _own_path(at.path, bare, ours)
    return _unclear(f"a web client's link that names no room: {_shown(text)}")


def _origin(bare: str) -> tuple[str, int] | None:
    parts = urlsplit(bare)
    return addresses.origin_of(f"{parts.scheme}://{parts.netloc}")


def _pointer(fragment: str, why: str) -> Reading:
    """``<room, alias or user>[/<event>][?via=…]``, percent-encoded or not."""
    whole = _decoded(fragment.partition("?")[0])
    if whole is None:
        return _unclear(f"{why}: a broken percent escape")
    place, slash, event = whole.removesuffix("/").partition("/$")
    return _named(place, f"${event}" if slash else "", why)


def _uri(text: str) -> Reading:
    """``matrix:r/alias:server``, ``matrix:roomid/id/e/event``, ``matrix:u/user:server``."""
    why = f"a matrix: URI with {_shown(text)}"
    path = text.partition(":")[2].partition("#")[0].partition("?")[0]
    parts = [_decoded(part) for part in path.split("/")]
    if len(parts) not in (2, 4) or any(not part for part in parts) or parts[0] not in _SIGILS:
        return _unclear(why)
    kind, name, *event = [part or "" for part in parts]
    if event and event[0] not in ("e", "event"):
        return _unclear(why)
    return _named(_SIGILS[kind] + name, f"${event[1]}" if event else "", why)


def _named(place: str, event: str, why: str) -> Reading:
    if USER.fullmatch(place) and not event:
        return Reading(Named(user=place), Outcome.FOUND, why)
    if (ROOM.fullmatch(place) or ALIAS.fullmatch(place)) and (not event or EVENT.fullmatch(event)):
        return Reading(Named(room=place, event=event), Outcome.FOUND, why)
    return _unclear(why)


def _own_path(path: str, bare: str, ours: Ours) -> Reading:
    """A path of our own host: media, or one event by the client-server API."""
    media = _MEDIA_PATH.fullmatch(path)
    if media:
        return _media(media, bare, ours, by_our_host=True)
    event = _EVENT_PATH.fullmatch(urlsplit(bare).path)
    if event:
        return _named(unquote(event[1]), unquote(event[2]), f"an API address with {_shown(path)}")
    return _unclear(f"our own host, but no address of a message or file: {_shown(path)}")


def _media(match: re.Match[str] | None, text: str, ours: Ours, *, by_our_host: bool) -> Reading:
    if match is None:
        return _unclear(f"a media address that cannot be read: {_shown(text)}")
    server, identifier = match[1], match[2]
    if not by_our_host and server.lower() != ours.server_name.lower():
        return Reading(None, Outcome.NOT_OURS, f"{server} is not the provider's homeserver")
    why = f"media {identifier} of {server}"
    return Reading(Named(media=f"mxc://{server}/{identifier}", by_our_host=by_our_host), Outcome.FOUND, why)


def _decoded(text: str) -> str | None:
    """Percent escapes read once, as clients do; ``None`` for a broken one."""
    if _ESCAPES_WHOLE.fullmatch(text) is None:
        return None
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


def _unclear(why: str) -> Reading:
    return Reading(None, Outcome.UNKNOWN, f"{why}; a person must read it")


def _shown(text: str) -> str:
    return ascii(text[:200])
