"""The three small protocols that a provider's systems answer: content, messages to its users, records about them.

Rules that hold for every adapter: only hosts that the provider owns are contacted, their base URLs are settings, and a
URL from an order is mapped, never dereferenced. Every writing call carries an idempotency key (the identifier of the
entry that ordered it); the same key with the same arguments gives the same effect again and does nothing twice, the
same key with other arguments is refused. Failures are those of ``comity.platform.errors``. All methods are synchronous
and may be called from several threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from comity.casefile.clock import Instant
from comity.casefile.documents.disclosure import Category, Identifier, Preservation, Scope

EVERYWHERE = "*"
"""The territory that means the whole world."""
UNION = "EU"
"""The territory that means all Member States of the European Union."""


class Outcome(StrEnum):
    """What became of a URL. Only ``FOUND`` lets anything be done; ``UNKNOWN`` is never taken for *no*."""

    FOUND = "found"
    ABSENT = "absent"
    """The URL is ours and there is nothing under it."""
    NOT_OURS = "not_ours"
    """The URL names another host, or none."""
    UNKNOWN = "unknown"
    """The platform could not say (down, too slow, unintelligible)."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """A URL of an order, as the platform understands it."""

    outcome: Outcome
    item: str | None
    """The platform's own stable reference of the item; set exactly when ``outcome`` is found."""
    why: str
    """For a person: which part of the URL decided."""
    again: bool = False
    """The outcome is unknown only because the platform did not answer now; the same question may be answered soon."""


@dataclass(frozen=True, slots=True)
class Media:
    """One picture, film or file that belongs to an item."""

    name: str
    media_type: str
    size: int
    """Octets."""
    sha256: str
    """Hexadecimal."""
    url: str
    """Where the public finds it."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an item is, without its bytes."""

    item: str
    account: str
    """The content provider's account (2021/784 Art 2(2)), by the platform's own identifier."""
    kind: str
    """The platform's word for it, for instance ``post``."""
    created_at: Instant
    title: str
    media: tuple[Media, ...]
    urls: tuple[str, ...]
    """Every public URL under which the item or a part of it is found, its page first."""
    disabled_in: tuple[str, ...]
    """Territories in which it is disabled now: country codes, ``EU``, ``*``; empty when it is available."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to be preserved. ``chunks`` is read once, to its end, before the next part is asked for."""

    name: str
    media_type: str
    chunks: Iterator[bytes]
    """Raises ``Unintelligible`` at its end when size or digest differ from what the platform announced."""


@dataclass(frozen=True, slots=True)
class LegalNote:
    """What a visitor may learn about a removal (RFC 7725). Where nobody may learn anything, there is no note."""

    blocked_by: str
    """URL of the entity that blocks, for the ``blocked-by`` link."""
    reference: str | None = None
    """A reference shown on the page, or none."""


class State(StrEnum):
    """Whether an item can be seen."""

    AVAILABLE = "available"
    DISABLED = "disabled"
    """In at least one territory."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a writing call brought about. A repetition with the same key gives an equal value."""

    state: State
    already: bool
    """True when nothing had to be changed: the item was so before the first call with this key."""
    at: Instant
    """When the platform brought it about, by the platform's clock."""
    disabled_in: tuple[str, ...]
    """Territories in which the item is disabled afterwards."""
    detail: str
    """For a person."""


@dataclass(frozen=True, slots=True)
class StrangerView:
    """What somebody without account or secret sees."""

    status: int | None
    """HTTP status of the item's page, or none when there was no answer."""
    gone: bool | None
    """True: neither the page nor any part of it is shown. False: something is still shown. None: could not be seen."""
    detail: str
    """For a person: what was fetched, from which territory, with which result."""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice as its reader sees it: plain text, no mark-up."""

    subject: str
    text: str
    language: str
    """BCP 47."""
    link: str | None = None
    """Where the reader can go on (complaint, copy of the decision)."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A notice lies in the user's inbox. A repetition with the same key gives an equal value."""

    message: str
    """The platform's identifier of it."""
    at: Instant


def cannot_undo(content: Content) -> str:
    """What an adapter says of measures that it cannot take back; nothing where all of them can be."""
    return str(getattr(content, "cannot_undo", ""))


class Content(Protocol):
    """The provider's items."""

    def resolve(self, url: str) -> Resolution:
        """Find the item behind a URL; never raises for what a URL contains nor for a platform that is down."""
        ...

    def describe(self, item: str) -> Description:
        """Say what an item is, disabled or not. Raises ``Absent`` when there is none."""
        ...

    def fetch(self, item: str) -> Iterator[Part]:
        """Give everything that 2021/784 Art 6 preserves: the item, its media, and the related data the platform has.

        Related data: account, times, access data (log-ins and their addresses). Works on disabled items too.
        """
        ...

    def disable(self, item: str, *, territories: tuple[str, ...], key: str, legal: LegalNote | None) -> Effect:
        """Make an item and all its parts invisible in territories (country codes, ``EU``, ``*``); delete nothing.

        With a note a visitor there sees 451 and the note (RFC 7725). Without one (``None``) the item answers exactly
        like one that never existed, to strangers and to its owner: nothing tells that a demand exists. Disabling
        again with a note puts it in the place of silence, as when secrecy ends; disabling silently what is openly
        disabled changes nothing, since the change itself would tell.
        """
        ...

    def restore(self, item: str, *, territories: tuple[str, ...], key: str) -> Effect:
        """Lift what was disabled for exactly these territories; the item then stands as it stood before."""
        ...

    def seen_by_stranger(self, url: str, territory: str | None) -> StrangerView:
        """Look at an item as anybody would from a territory (``None``: from here); never raises."""
        ...


class Messages(Protocol):
    """The provider's way to its users."""

    def notify(self, account: str, notice: NoticeText, *, key: str) -> Delivered:
        """Put a notice into a user's inbox, once. Raises ``Absent`` for an account that does not exist."""
        ...

    def language(self, account: str) -> str | None:
        """The language that an account reads (BCP 47), or none where the platform does not know or cannot say."""
        ...


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One thing that the platform knows of one account."""

    category: Category
    identifier: Identifier
    """The identifier that was asked for, as the platform itself spells it."""
    at: Instant | None
    """When it happened or was so; none only where the platform does not know, and then it is not given on."""
    fields: Mapping[str, str | int | float | bool | None]
    ended_at: Instant | None = None
    """When a session ended."""
    file: Part | None = None
    """A file that belongs to a row of content; ``chunks`` is read before the next row is asked for."""


@dataclass(frozen=True, slots=True)
class Held:
    """The platform keeps records from its own deletion, or does so no longer. Equal for the same key."""

    holds: bool
    at: Instant
    detail: str


class Records(Protocol):
    """What the platform holds about its users.

    Each question is asked by the grant (or by a preservation, of which nobody sees anything), never by a query. An
    adapter raises ``NotGranted`` for a category that is not in it and gives only what it names; Comity cuts the answer
    to the grant again and reports what was too much. Rows come as a stream, in any order; an unknown account has none.
    """

    name: str
    """By which an excess is reported."""

    def subscriber(self, scope: Scope) -> Iterator[RecordRow]:
        """Who the user is, as registered; as it stood when the demand arrived, where the platform can tell."""
        ...

    def identification(self, scope: Scope) -> Iterator[RecordRow]:
        """From where the account was used: addresses with source ports and times, to identify the user."""
        ...

    def traffic(self, scope: Scope) -> Iterator[RecordRow]:
        """Log-ins, messages without what they say, and locations, of these whatever categories are granted."""
        ...

    def content(self, scope: Scope) -> Iterator[RecordRow]:
        """What the account itself wrote and stored."""
        ...

    def hold(self, preservation: Preservation, *, key: str) -> Held:
        """Keep these records from every deletion, the user's own too, without any sign of it outside.

        Raises ``Cannot`` where the platform has no such measure: then what there is now is copied into custody.
        """
        ...

    def release(self, preservation: Preservation, *, key: str) -> Held:
        """End what ``hold`` began under this key; what was to be deleted meanwhile may go."""
        ...
