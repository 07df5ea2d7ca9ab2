"""Reports on deliveries (RFC 6522, RFC 3464): what became of a mail of ours. Anybody can write one: no proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

IDENTIFIER = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>", re.ASCII)
_MOST_PARTS = 20
_MOST_TEXT = 300


@dataclass(frozen=True)
class Report:
    """What a report says about one recipient of one message."""

    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded`` (RFC 3464 section 2.3.3)."""
    recipient: str
    """In lower case."""
    status: str
    """Like ``5.1.1`` (RFC 3463)."""
    said: str
    """The other server's own words."""
    about: str
    """The Message-ID of the message that it is about, with its angle brackets; empty where it names none."""


def identifiers(*headers: str) -> tuple[str, ...]:
    """Message-IDs in the order in which they stand, each once, at most fifty."""
    found = dict.fromkeys(match for header in headers for match in IDENTIFIER.findall(header[:8_000]))
    return tuple(found)[:50]


def report_in(message: Message) -> Report | None:
    """The report that a multipart/report carries; of several recipients the first that failed."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = _parts(message)
    about = next((one for part in parts if (one := _about(part))), "")
    recipients = [
        _recipient(group, about)
        for part in parts
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}
        for group in _groups(part)
        if group.get("Final-Recipient") or group.get("Original-Recipient")
    ]
    return next((one for one in recipients if one.action == "failed"), recipients[0] if recipients else None)


def _parts(message: Message) -> list[Message]:
    inside = message.get_payload()
    return [part for part in inside[:_MOST_PARTS] if isinstance(part, Message)] if isinstance(inside, list) else []


def _groups(part: Message) -> list[Message]:
    """The groups of fields: the parser makes a message of each."""
    return _parts(part)


def _recipient(group: Message, about: str) -> Report:
    address = str(group.get("Final-Recipient") or group.get("Original-Recipient") or "")
    return Report(
        action=_line(group.get("Action")).lower(),
        recipient=_line(address.partition(";")[2] or address).lower(),
        status=_line(group.get("Status"))[:20],
        said=_line(str(group.get("Diagnostic-Code") or "").partition(";")[2]),
        about=about,
    )


def _about(part: Message) -> str:
    """The identifier of the message that is returned whole or by its header."""
    kind = part.get_content_type()
    if kind in {"message/rfc822", "message/global"}:
        inside = _parts(part)
        named = inside[0].get("Message-ID") if inside else None
    elif kind in {"text/rfc822-headers", "message/global-headers"}:
        body = part.get_payload(decode=True)
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
        match = re.search(r"^message-id:\s*(\S+)", text[:64_000], re.IGNORECASE | re.MULTILINE)
        named = match[1] if match else None
    else:
        return ""
    found = IDENTIFIER.search(str(named or ""))
    return found[0] if found else ""


def _line(value: object) -> str:
    text = str(value or "")[:1_000].encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())[:_MOST_TEXT]
