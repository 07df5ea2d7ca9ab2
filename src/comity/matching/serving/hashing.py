"""Content to signals: what is sent is hashed by the confined decoders and digested here; nothing of it is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.matching.errors import InvalidSignal, TextTooShort
from comity.matching.serving.errors import NotAnswerable
from comity.matching.signals import ContentType, phrases, text, urls, vpdq
from comity.matching.signals.decoders import Decoders
from comity.matching.signals.digests import digests
from comity.matching.signals.minhash import signature
from comity.matching.signals.outcomes import Outcome


@dataclass(frozen=True)
class Hashed:
    """What was computed of content: signals by type (a picture has several views), and what became of it."""

    content_type: ContentType
    signals: Mapping[str, tuple[str, ...]]
    outcome: str = Outcome.HASHED.value
    why: str = ""
    recipes: Mapping[str, str] = field(default_factory=dict)
    quality: int | None = None


_DECODED = frozenset({Outcome.HASHED, Outcome.DAMAGED, Outcome.CUT})


def kind_of(name: str) -> ContentType:
    """A content type by its name. Raises ``NotAnswerable``."""
    try:
        return ContentType(name)
    except ValueError:
        known = ", ".join(one.value for one in ContentType)
        raise NotAnswerable(f"there is no type of content called {name[:30]!r}: {known}") from None


def kind_of_media(media_type: str) -> ContentType:
    """What a media type says that bytes are: a picture, a film, or only a file."""
    head = media_type.partition("/")[0]
    return {"image": ContentType.PHOTO, "video": ContentType.VIDEO}.get(head, ContentType.FILE)


def hashed(decoders: Decoders, kind: ContentType, data: bytes) -> Hashed:
    """The signals of bytes. Raises ``NotAnswerable`` for kinds that are not bytes, and for no bytes at all."""
    if kind in (ContentType.TEXT, ContentType.URL):
        try:
            words = data.decode("utf-8")
        except UnicodeDecodeError:
            raise NotAnswerable("a text is sent in UTF-8") from None
        return of_text(words) if kind is ContentType.TEXT else of_url(words)
    if not data:
        raise NotAnswerable("there is no content")
    both = digests([data])
    signals: dict[str, tuple[str, ...]] = {"sha256": (both.sha256,), "md5": (both.md5,)}
    if kind is ContentType.PHOTO:
        return _picture(decoders, data, signals)
    return _film(decoders, data, signals) if kind is ContentType.VIDEO else Hashed(kind, signals)


def of_text(words: str) -> Hashed:
    """The signals of a text: its own, of one that is long enough its likeness, and the addresses that stand in it."""
    try:
        signals: dict[str, tuple[str, ...]] = {"text": (text.signal(words),)}
    except InvalidSignal as wrong:
        raise NotAnswerable(str(wrong)) from None
    found = phrases.addresses(words)
    signals |= dict.fromkeys(("url", "url_host", "url_path"), found) if found else {}
    try:
        signals["text_likeness"] = (signature(words),)
    except TextTooShort as short:
        return Hashed(ContentType.TEXT, signals, why=str(short))
    return Hashed(ContentType.TEXT, signals)


def of_url(address: str) -> Hashed:
    """The signals of an address: rules for hosts and paths are asked about it too. It is never fetched."""
    try:
        one = urls.canonical(address)
    except InvalidSignal as wrong:
        raise NotAnswerable(str(wrong)) from None
    return Hashed(ContentType.URL, {"url": (one,), "url_host": (one,), "url_path": (one,)})


def _picture(decoders: Decoders, data: bytes, signals: dict[str, tuple[str, ...]]) -> Hashed:
    found = decoders.picture(data)
    recipes = {}
    if found.outcome in _DECODED:
        signals["pdq"], recipes["pdq"] = tuple(dict.fromkeys(view.pdq for view in found.views)), found.recipe
    return Hashed(ContentType.PHOTO, signals, found.outcome.value, found.why, recipes, found.quality)


def _film(decoders: Decoders, data: bytes, signals: dict[str, tuple[str, ...]]) -> Hashed:
    with os.fdopen(os.memfd_create("comity-film"), "w+b") as file:  # a decoder reads a file; this one has no name
        file.write(data)
        file.flush()
        found = decoders.film(file)
    recipes = {}
    if found.outcome in _DECODED:
        signals["vpdq"] = (vpdq.write((one.pdq, one.quality, one.seconds) for one in found.frames),)
        recipes["vpdq"] = found.recipe
    return Hashed(ContentType.VIDEO, signals, found.outcome.value, found.why, recipes)
