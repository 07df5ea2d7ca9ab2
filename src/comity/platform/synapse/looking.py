"""Finding what an address names, and looking at it: as the administrator, as a stranger. Changes nothing."""

from __future__ import annotations

import json
from urllib.parse import quote

from comity.platform import checks
from comity.platform.errors import Absent
from comity.platform.protocols import EVERYWHERE, Description, Media, Outcome, StrangerView
from comity.platform.synapse import answers, contents
from comity.platform.synapse.addresses import Named, Ours
from comity.platform.synapse.client import ADMIN, CLIENT, Client, path
from comity.platform.synapse.contents import File
from comity.platform.synapse.settings import SynapseSettings

_GONE = frozenset({403, 404, 410, 451})
_USERS = "/_synapse/admin/v2/users"
Found = tuple[Outcome, str | None, str]


def find(client: Client, named: Named, ours: Ours) -> Found:
    """The item that is named, if the homeserver has it; and words on what decided."""
    if named.event:
        return _find_event(client, named, ours)
    item, where = named.media or named.user, path(f"{ADMIN}/media", *contents.split(named.media)) if named.media else ""
    if named.user:
        if not ours.serves(named.user):
            return Outcome.NOT_OURS, None, "; the user is of another homeserver"
        where = path(_USERS, named.user)
    if named.room:
        item = _room(client, named.room, ours) or ""
        where = path(f"{ADMIN}/rooms", item)
    try:
        if item:
            client.raw(where)
            return Outcome.FOUND, item, ""
    except Absent:
        pass
    foreign = ":" in named.room and not ours.serves(named.room)
    return (Outcome.NOT_OURS if foreign else Outcome.ABSENT), None, "; the homeserver has nothing there"


def _find_event(client: Client, named: Named, ours: Ours) -> Found:
    """An event counts only in the room under which it is quoted."""
    alias = named.room.startswith("#")
    foreign = ":" in named.room and not ours.serves(named.room)
    try:
        event = contents.event_of(client, named.event)
    except Absent:
        return (Outcome.NOT_OURS if foreign else Outcome.ABSENT), None, "; the homeserver has no such message"
    if alias and foreign:
        return Outcome.UNKNOWN, None, "; the room's alias is of another server; a person must read it"
    room = _room(client, named.room, ours)
    if room is None:
        return Outcome.UNKNOWN, None, "; the message exists, but the room's alias does not; a person must read it"
    if room != event.room_id:
        return Outcome.UNKNOWN, None, "; the message stands in another room than the address says"
    return Outcome.FOUND, event.event_id, ""


def _room(client: Client, room: str, ours: Ours) -> str | None:
    """A room's identifier. Aliases of other servers are not looked up: that would contact them."""
    if room.startswith("!"):
        return room
    if not ours.serves(room):
        return None
    try:
        return client.get(answers.Room, path(f"{CLIENT}/directory/room", room)).room_id
    except Absent:
        return None


def is_gone(client: Client, item: str) -> bool:
    """Whether an item is disabled now."""
    if item.startswith("$"):
        return contents.is_redacted(client, contents.event_of(client, item))
    return contents.file_of(client, item).info.quarantined_by is not None


def describe(client: Client, sort: str, item: str, settings: SynapseSettings) -> Description:
    """What a message or a file is."""
    base = settings.public_url
    gone = (EVERYWHERE,) if is_gone(client, item) else ()
    if sort == "media":
        file = contents.file_of(client, item)
        media = _media(file, base)
        created, account = answers.instant(file.info.created_ts), file.info.user_id or file.server
        return Description(item, account, "file", created, media.name, (media,), (media.url,), gone)
    message = contents.message(client, item)
    event, files = message.event, tuple(_media(file, base) for file in message.files)
    link = f"https://matrix.to/#/{quote(event.room_id, safe='')}/{quote(item, safe='')}"
    return Description(
        item=item,
        account=event.sender,
        kind=str(event.content.get("msgtype", event.type))[:100],
        created_at=answers.instant(event.origin_server_ts),
        title=str(event.content.get("body", ""))[:100],
        media=files,
        urls=(link, *(file.url for file in files)),
        disabled_in=gone,
    )


def _media(file: File, base: str) -> Media:
    return Media(
        name=file.info.upload_name or file.identifier,
        media_type=file.info.media_type or "application/octet-stream",
        size=file.info.media_length or 0,
        sha256=file.info.sha256 or "",
        url=base + path("/_matrix/client/v1/media/download", file.server, file.identifier),
    )


def view(client: Client, item: str, files: list[str]) -> StrangerView:
    """What a stranger sees of an item and of its files; gone only when nothing of it is shown."""
    views = [_view_of_event(client, item)] if item.startswith("$") else []
    views += [one for uri in files for one in _views_of_file(client, uri)]
    return checks.together(views)


def not_whole(seen: StrangerView, more: tuple[str, ...]) -> StrangerView:
    """The same view where something was not looked at: shown stays shown, but gone is no more than unknown."""
    if not more:
        return seen
    return StrangerView(seen.status, False if seen.gone is False else None, "; ".join((seen.detail, *more)))


def _view_of_event(client: Client, item: str) -> StrangerView:
    """With an ordinary account; where that may not enter the room, with the eyes of its members."""
    event = contents.event_of(client, item)
    where = path(f"{CLIENT}/rooms", event.room_id, "event", item)
    status, body = client.look(where, account=True)
    if status == 200:
        shown = _has_content(body)
        return StrangerView(status, not shown, f"the message: {'shown' if shown else 'empty'} to an ordinary account")
    if status not in _GONE:
        return StrangerView(status, None, f"the message: an ordinary account gets HTTP {status}")
    gone = contents.is_redacted(client, event)
    return StrangerView(status, gone, f"the message: {'empty' if gone else 'shown'} to the members of its room")


def _has_content(body: bytes) -> bool | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return True
    return not isinstance(event, dict) or bool(event.get("content"))


def _views_of_file(client: Client, uri: str) -> list[StrangerView]:
    server, identifier = contents.split(uri)
    small = {"width": "96", "height": "96", "method": "scale"}
    ways = (
        ("/_matrix/client/v1/media/download", None, True),
        ("/_matrix/client/v1/media/thumbnail", small, True),
        ("/_matrix/media/v3/download", None, False),
    )
    return [_view_of(client, path(way, server, identifier), query, account=known) for way, query, known in ways]


def _view_of(client: Client, where: str, query: dict[str, str] | None, *, account: bool) -> StrangerView:
    status, _ = client.look(where, query, account=account)
    gone = True if status in _GONE else False if status < 400 else None
    return StrangerView(status, gone, f"GET {where} with{'' if account else 'out'} account: {status}")
