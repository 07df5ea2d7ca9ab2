"""What belongs to a message: its edited versions and its own files. Reads only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.platform.errors import Absent, Cannot
from comity.platform.synapse import answers
from comity.platform.synapse.addresses import MXC
from comity.platform.synapse.client import ADMIN, Client, path

_MOST_FILES = 64
_DEEPEST = 24
_PAGES, _PAGE = 20, 500
_IN_TEXT = re.compile(r'src="(mxc://[^"]{3,500})"', re.ASCII)


@dataclass(frozen=True, slots=True)
class File:
    """One file in the media repository."""

    uri: str
    info: answers.MediaInfo

    @property
    def server(self) -> str:
        """The homeserver on which it was uploaded."""
        return split(self.uri)[0]

    @property
    def identifier(self) -> str:
        """Its name on that server."""
        return split(self.uri)[1]

    def by(self, sender: str) -> bool:
        """Whether it is the sender's own: what somebody else uploaded is not part of this person's message."""
        if self.info.user_id is not None:
            return self.info.user_id == sender
        return self.server.lower() == sender.partition(":")[2].lower()


@dataclass(frozen=True, slots=True)
class Message:
    """A message with everything that is the author's own in it."""

    event: answers.Event
    """As it was written, even when it is redacted."""
    redacted: bool
    edits: tuple[answers.Event, ...]
    files: tuple[File, ...]
    foreign: tuple[str, ...]
    """Files that it shows but that are not its author's."""
    neighbours: tuple[answers.Event, ...]
    """Events of the same author beside it in the room."""
    more: tuple[str, ...] = ()
    """What was not looked at, in words: then nobody may say that all of it is gone."""


def split(uri: str) -> tuple[str, str]:
    """Server and name of an ``mxc://`` URI."""
    match = MXC.fullmatch(uri)
    if match is None:
        raise Cannot(f"{uri[:100]!a} is not a media address")
    return match[1], match[2]


def event_of(client: Client, event: str) -> answers.Event:
    """An event as it was written."""
    return client.get(answers.Fetched, path(f"{ADMIN}/fetch_event", event)).event


def file_of(client: Client, uri: str) -> File:
    """What the media repository knows of a file."""
    return File(uri, client.get(answers.Media, path(f"{ADMIN}/media", *split(uri))).media_info)


def message(client: Client, event: str) -> Message:
    """A message, its edits and its files."""
    original = event_of(client, event)
    room, own = original.room_id, json.dumps({"senders": [original.sender]})
    around = client.get(
        answers.Context, path(f"{ADMIN}/rooms", room, "context", event), {"limit": "100", "filter": own}
    )
    edits, whole = _edits(client, original, around)
    found = dict.fromkeys(uri for one in (original, *edits) for uri in _addresses(one.content, 0))
    files = [file for uri in list(found)[:_MOST_FILES] if (file := known(client, uri))]
    more = [] if whole else ["more exists: its author wrote so much since that not all edited versions were looked for"]
    if len(found) > _MOST_FILES:
        more.append(f"more exists: it names {len(found)} files, and the first {_MOST_FILES} of them were looked at")
    return Message(
        event=original,
        redacted=around.event.redacted,
        edits=edits,
        files=tuple(file for file in files if file.by(original.sender)),
        foreign=tuple(file.uri for file in files if not file.by(original.sender)),
        neighbours=tuple(around.events_before + around.events_after),
        more=tuple(more),
    )


def is_redacted(client: Client, event: answers.Event) -> bool:
    """Whether the members of its room see it empty."""
    where = path(f"{ADMIN}/rooms", event.room_id, "context", event.event_id)
    return client.get(answers.Context, where, {"limit": "0"}).event.redacted


def _edits(client: Client, original: answers.Event, around: answers.Context) -> tuple[tuple[answers.Event, ...], bool]:
    """Later versions by the same author, which would stay readable beside the original; and whether these are all."""
    where = path(f"{ADMIN}/rooms", original.room_id, "messages")
    only = json.dumps({"senders": [original.sender], "types": ["m.room.message", "m.room.encrypted"]})
    seen: dict[str, answers.Event] = {}
    page = answers.Messages(chunk=around.events_after, end=around.end)
    for _ in range(_PAGES):
        seen |= {one.event_id: one for one in page.chunk if one.replaces == original.event_id}
        if page.end is None:
            return tuple(seen.values()), True
        query = {"from": page.end, "dir": "f", "limit": str(_PAGE), "filter": only}
        page = client.get(answers.Messages, where, query)
    seen |= {one.event_id: one for one in page.chunk if one.replaces == original.event_id}
    return tuple(seen.values()), page.end is None


def _addresses(value: Any, depth: int) -> Iterator[str]:
    """Every ``mxc://`` address in an event's content."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _addresses(inner, depth + 1)
    elif isinstance(value, str):
        candidates = [value, *_IN_TEXT.findall(value)] if len(value) < 100_000 else []
        yield from (one for one in candidates if MXC.fullmatch(one))


def known(client: Client, uri: str) -> File | None:
    """A file, if the media repository still has it."""
    try:
        return file_of(client, uri)
    except Absent:
        return None
