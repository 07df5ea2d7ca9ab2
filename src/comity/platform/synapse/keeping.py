"""What is given to be preserved (2021/784 Art 6): the content, and the related data that the homeserver has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import rfc8785

from comity.platform.errors import Absent
from comity.platform.protocols import Part
from comity.platform.synapse.client import ADMIN, Client, path
from comity.platform.synapse.contents import File, Message

_JSON = "application/json"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", re.ASCII)


def of_message(client: Client, message: Message, server_name: str) -> Iterator[Part]:
    """The event as it was written, every edited version, its author's files, and what is known of the author."""
    yield _event(client, "event.json", message.event.event_id)
    for number, edit in enumerate(message.edits, start=1):
        yield _event(client, f"edit-{number}.json", edit.event_id)
    for file in message.files:
        yield _file(client, file)
    if message.event.sender.partition(":")[2].lower() == server_name.lower():
        yield from _account(client, message.event.sender)


def of_files(client: Client, files: Iterable[File]) -> Iterator[Part]:
    """The bytes of files, and nothing else."""
    for file in files:
        yield _file(client, file)


def of_file(client: Client, file: File) -> Iterator[Part]:
    """A file, what the media repository says of it, and what is known of who uploaded it."""
    yield _text("media.json", rfc8785.dumps(file.info.model_dump()))
    yield _file(client, file)
    if file.info.user_id is not None:
        yield from _account(client, file.info.user_id)


def _event(client: Client, name: str, event: str) -> Part:
    """The homeserver's own bytes: every field that is hashed and signed between homeservers is in them."""
    return _text(name, client.raw(path(f"{ADMIN}/fetch_event", event)))


def _file(client: Client, file: File) -> Part:
    told = file.info.media_type or ""
    media_type = told if _MEDIA_TYPE.fullmatch(told) else "application/octet-stream"
    size = file.info.media_length or 0
    chunks = client.download(file.server, file.identifier, size=size, sha256=file.info.sha256)
    return Part(f"media-{file.identifier}", media_type, chunks)


def _account(client: Client, user: str) -> Iterator[Part]:
    """The account and where it was last used from; an account that is gone has none."""
    sources = {"account.json": path("/_synapse/admin/v2/users", user), "access.json": path(f"{ADMIN}/whois", user)}
    for name, where in sources.items():
        try:
            yield _text(name, client.raw(where))
        except Absent:
            continue


def _text(name: str, body: bytes) -> Part:
    return Part(name, _JSON, iter((body,)))
