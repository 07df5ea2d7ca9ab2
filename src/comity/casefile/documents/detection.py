"""What matching found: content of the platform that lies within the threshold of a listed signal. Never an order."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Value


class Source(StrEnum):
    """How the content came to be compared."""

    UPLOAD = "upload"
    """The platform asked while somebody uploaded it."""
    HUNT = "hunt"
    """A hunt through what the platform stores."""


class ListedMatch(Value):
    """One listed signal within the threshold, with everything that a reviewer and the person concerned may ask."""

    bank: str
    bank_version: int
    """Of the bank when it was compared; every change of a bank counts."""
    entry: int
    """The bank's item (``bank_content_id``)."""
    member: str
    """Who listed it: an exchange's member, or the provider."""
    signal_type: str
    listed: str
    """The listed signal, in the type's one spelling."""
    distance: float
    threshold: float
    """In force for this comparison, in the type's unit."""
    shadow: bool = False
    """The bank is only being tried: nothing follows from it."""


class SoughtMatch(Value):
    """One signal within the threshold that a person's hunt sought and no bank lists."""

    signal_type: str
    sought: str
    """In the type's one spelling."""
    distance: float
    threshold: float


class Detection(Document):
    """One item of the platform matched signals of one type. A case without a demand starts with it."""

    kind: ClassVar[str] = "detection"

    case: str
    source: Source
    item: str
    """The platform's reference of the item, or of the upload that is not an item yet."""
    url: str | None
    """Where the public finds it, as far as the platform said so."""
    account: str | None
    """Who stored it, as far as the platform said so."""
    content_type: str
    """``photo``, ``video``, ``text``, ``url`` or ``file``."""
    signal_type: str
    signal: str
    """Of the content."""
    recipe: str | None
    """How the signal was made, where that can differ."""
    matches: tuple[ListedMatch, ...]
    """Nearest first."""
    capped: bool = False
    """There were more matches than are listed."""
    hunt: str | None = None
    """The entry of the hunt that found it."""
    sought: tuple[SoughtMatch, ...] = ()
    """What the hunt sought, where it came from no bank; nearest first."""
    at: Instant
