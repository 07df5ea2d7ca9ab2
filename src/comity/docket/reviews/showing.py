"""The content of a detection for whoever reviews it: from custody where it lies there, else from the platform.

Only words that somebody published and pictures are shown; nothing of accounts, log-ins or addresses. Whoever opens what
lies in custody is entered there; whoever has content of the platform shown clearly is entered when the look begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from comity.casefile.evidence import Custody
from comity.docket.parts import Parts
from comity.docket.reviews.errors import NoSuchPicture
from comity.docket.reviews.models import ItemRow
from comity.docket.reviews.views import Content
from comity.platform.errors import PlatformFailure
from comity.platform.protocols import Part

_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_FILMS = "video/"
_WORDS = frozenset({"title", "body", "text", "content", "description", "caption", "topic"})
_NOT_SHOWN = ("account", "access")
_MOST = 64 * 1024
_DEEPEST = 8
PURPOSE = "review of a match"


def content_of(row: ItemRow, parts: Parts, actor: str, *, clear: bool) -> Content:
    """What can be shown of a detection; never raises for a platform that is down or has nothing there any more.

    Not ``clear``: what there is, without a word of it.
    """
    kept = _kept(row.id.hex, parts)
    if kept:
        return _from_custody(row, kept, parts, actor if clear else None)
    try:
        return _from_platform(row, parts, clear=clear)
    except PlatformFailure as failure:
        return Content(missing=f"{failure.code}: {failure}")


def medium(row: ItemRow, name: str, parts: Parts, actor: str) -> tuple[str, Iterator[bytes]]:
    """Media type and bytes of one picture, film or file; raises ``NoSuchPicture``."""
    for one in _kept(row.id.hex, parts):
        if one.exhibit.name == name and _is_medium(one.exhibit.media_type):
            return one.exhibit.media_type, _opened(row, one, parts, actor)
    try:
        for part in parts.content.fetch(row.item):
            if part.name == name and _is_medium(part.media_type):
                return part.media_type, part.chunks
            _drain(part)
    except PlatformFailure as failure:
        raise NoSuchPicture(f"{failure.code}: {failure}") from failure
    raise NoSuchPicture


def first_picture(case: str, parts: Parts) -> str:
    """The name of the first picture of a case in custody; empty where there is none."""
    return next((one.exhibit.name for one in _kept(case, parts) if one.exhibit.media_type in _PICTURES), "")


def _kept(case: str, parts: Parts) -> list[Custody]:
    return [one for one in parts.vault.exhibits(case) if not one.erased]


def _opened(row: ItemRow, one: Custody, parts: Parts, actor: str) -> Iterator[bytes]:
    with parts.work(actor) as work:
        return parts.vault.open(work, row.id.hex, one.exhibit.digest, purpose=PURPOSE)


def _from_custody(row: ItemRow, kept: list[Custody], parts: Parts, actor: str | None) -> Content:
    words: dict[str, None] = {}
    texts = [one for one in kept if _is_text(one.exhibit.name, one.exhibit.media_type) and one.exhibit.size <= _MOST]
    for one in texts if actor else ():
        words |= dict.fromkeys(_words(one.exhibit.media_type, b"".join(_opened(row, one, parts, actor or ""))))
    pictures = tuple(one.exhibit.name for one in kept if one.exhibit.media_type in _PICTURES)
    media = [one.exhibit for one in kept if _is_medium(one.exhibit.media_type)]
    files = tuple(one.name for one in media if one.media_type not in _PICTURES)
    films = tuple(one.name for one in media if one.media_type.startswith(_FILMS))
    return Content(words=tuple(words), texts=bool(texts), pictures=pictures, files=files, films=films, kept=True)


def _from_platform(row: ItemRow, parts: Parts, *, clear: bool) -> Content:
    found = parts.content.describe(row.item)
    words: dict[str, None] = {}
    for part in parts.content.fetch(row.item) if clear else ():
        if not _is_text(part.name, part.media_type):
            if not part.name.startswith(_NOT_SHOWN):
                break  # texts come first; what is large is not read for a page
            _drain(part)
            continue
        words |= dict.fromkeys(_words(part.media_type, _first(part)))
    return Content(
        kind=found.kind,
        created_at=found.created_at,
        words=tuple(words),
        texts=True,
        pictures=tuple(one.name for one in found.media if one.media_type in _PICTURES),
        files=tuple(one.name for one in found.media if one.media_type not in _PICTURES),
        films=tuple(one.name for one in found.media if one.media_type.startswith(_FILMS)),
    )


def _is_text(name: str, media_type: str) -> bool:
    shown = media_type == "application/json" or media_type.startswith("text/plain")
    return shown and not name.startswith(_NOT_SHOWN)


def _is_medium(media_type: str) -> bool:
    return media_type != "application/json" and not media_type.startswith("text/")


def _words(media_type: str, body: bytes) -> list[str]:
    """What people wrote in a part; of JSON the fields in which it stands."""
    text = body.decode("utf-8", "replace")
    if media_type != "application/json":
        return [text] if text.strip() else []
    try:
        return list(_found(json.loads(text)))
    except (ValueError, RecursionError):
        return []


def _found(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _found(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner, name, depth + 1)
    elif isinstance(value, str) and name in _WORDS and value.strip():
        yield value


def _first(part: Part) -> bytes:
    """The beginning of a part, which is read to its end as the platform demands."""
    kept = bytearray()
    for chunk in part.chunks:
        if len(kept) < _MOST:
            kept += chunk[: _MOST - len(kept)]
    return bytes(kept)


def _drain(part: Part) -> None:
    for _ in part.chunks:
        pass
