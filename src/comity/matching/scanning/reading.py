"""One stored item becomes fingerprints, or reasons why not. Its bytes are in memory only, and only while hashed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from comity.casefile.clock import Instant
from comity.matching.catalogue import Fingerprint
from comity.matching.catalogue.fingerprints import RULES
from comity.matching.errors import DecoderDidNotStart, DecodersClosed, MatchingFailure, MissingLibraries
from comity.matching.serving import hashing
from comity.matching.signals import ContentType
from comity.matching.signals.decoders import Decoders
from comity.matching.signals.outcomes import Outcome

MOST_BYTES = 512 * 1024 * 1024
"""Of one part; larger ones are counted as ``too_large``."""


class Part(Protocol):
    """One picture, film or file of an item (``platform.protocols.Part``)."""

    @property
    def media_type(self) -> str:
        """What the platform says it is."""

    @property
    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""


class Described(Protocol):
    """What an item is (``platform.protocols.Description``)."""

    @property
    def account(self) -> str:
        """Whose it is."""

    @property
    def urls(self) -> tuple[str, ...]:
        """Where the public finds it, its page first."""


class Listed(Protocol):
    """An item in a page (``platform.listings.ListedItem``)."""

    @property
    def item(self) -> str:
        """The platform's own reference."""

    @property
    def text(self) -> str | None:
        """Its text, if it has one."""


class Page(Protocol):
    """Some items (``platform.listings.Page``)."""

    @property
    def items(self) -> tuple[Listed, ...]:
        """In the platform's order."""

    @property
    def cursor(self) -> str | None:
        """Where the next page begins; none after the last."""


class Stored(Protocol):
    """What a scan asks of the platform (``platform.listings.Listing`` with ``describe``)."""

    def listed(self, cursor: str | None, most: int) -> Page:
        """A page of everything that is stored."""

    def describe(self, item: str) -> Described:
        """What an item is."""

    def files(self, item: str) -> Iterable[Part]:
        """Its pictures, films and files, without the related data that would be preserved."""


@dataclass
class Read:
    """What came of an item."""

    fingerprints: list[Fingerprint] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


def read(stored: Stored, decoders: Decoders, listed: Listed, at: Instant) -> Read:
    """Fingerprints of an item's text and parts. Failures of the platform go through; those of content are counted."""
    outcome, described = Read(), stored.describe(listed.item)

    def take(content: hashing.Hashed) -> None:
        if content.outcome != Outcome.HASHED.value:
            outcome.unread[content.outcome] += 1
        outcome.fingerprints += [
            Fingerprint(
                item=listed.item,
                url=next(iter(described.urls), None),
                account=described.account or None,
                content_type=content.content_type.value,
                signal_type=kind,
                signal=signal,
                recipe=content.recipes.get(kind) or None,
                seen_at=at,
            )
            for kind, signals in content.signals.items()
            if kind not in RULES
            for signal in signals
        ]

    if listed.text:
        _try(outcome, lambda: take(hashing.of_text(listed.text or "")))
    for part in stored.files(listed.item):
        data = _bytes(part)
        if data is None:
            outcome.unread[Outcome.TOO_LARGE.value] += 1
        else:
            _try(outcome, lambda part=part, data=data: take(_hashed(decoders, part, data)))  # type: ignore[misc]
    return outcome


def _hashed(decoders: Decoders, part: Part, data: bytes) -> hashing.Hashed:
    kind = hashing.kind_of_media(part.media_type)
    return hashing.hashed(decoders, kind if kind in _DECODED else ContentType.FILE, data)


_DECODED = frozenset({ContentType.PHOTO, ContentType.VIDEO})


def _try(outcome: Read, take: Callable[[], None]) -> None:
    try:
        take()
    except (MissingLibraries, DecoderDidNotStart, DecodersClosed):
        raise  # it is this machine that lacks something, not the content
    except MatchingFailure as failure:
        outcome.unread[failure.code] += 1


def _bytes(part: Part) -> bytes | None:
    """All of a part, read to its end; ``None`` when it is larger than is hashed."""
    pieces: list[bytes] = []
    size = 0
    for piece in part.chunks:
        size += len(piece)
        if size <= MOST_BYTES:
            pieces.append(piece)
    return b"".join(pieces) if size <= MOST_BYTES else None
