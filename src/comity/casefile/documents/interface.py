"""What authorities' machines put with us over HI-1 (TS 103 120), what they were answered, what we tell them."""

from __future__ import annotations

from typing import ClassVar

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Document, Json


class MessageObject(Document):
    """One generation of one object, whole: an authorisation, a task or a document without its body."""

    kind: ClassVar[str] = "message_object"

    case: str
    identifier: str
    """UUID, as its authority's machine chose it."""
    type: str
    """The standard's name, for example ``LDTaskObject``."""
    generation: int
    """1 when it was created, one more with each accepted change."""
    content: Json
    """Its members as sent; those that the receiver sets are made when it is shown."""
    at: Instant


class MessageAnswer(Document):
    """What a message that changes something was answered, byte for byte: the same message again is answered so."""

    kind: ClassVar[str] = "message_answer"

    file: str
    """The case it made or changed; else the file in which its bytes lie."""
    client: str
    transaction: str
    digest: str
    """SHA-256 of the message, in hexadecimal."""
    media_type: str
    answer: str
    """UTF-8 text."""
    at: Instant


class MessageNotice(Document):
    """Something that an authority's machine is told or given: that it goes out, and what became of that."""

    kind: ClassVar[str] = "message_notice"

    case: str
    notice: str
    """Its identifier."""
    change: str
    """``ordered``, ``delivered``, ``failed``, ``given_up``, or ``kept``: no address is set, so that it is fetched."""
    client: str
    endpoint: str
    digest: str
    """SHA-256 of the message as it goes out, of a delivery that arrived of its receipt, in hexadecimal; else empty."""
    because: str
    at: Instant
