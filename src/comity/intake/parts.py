"""The leaves of a mail, within limits, and whether each came inside a message that was passed on."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32

from comity.casefile.documents.demand import Fault
from comity.intake.faults import fault
from comity.intake.message import Part

ZIP = ("application/zip", "application/x-zip-compressed")
WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
_ARCHIVES = (
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/x-rar-compressed",
    "application/gzip",
    "application/x-tar",
)
_ARCHIVE_NAMES = (".7z", ".rar", ".gz", ".tgz", ".tar", ".iso", ".img")
_LONGEST_NAME = 120
# Each of these makes the standard library's parser raise what it promises not to (bpo-27321 and its kin).
BROKEN = (ValueError, LookupError, AttributeError, TypeError, RecursionError, binascii.Error)


@dataclass(frozen=True)
class MailLimits:
    """How much of a mail is read. What lies beyond stays in the kept bytes."""

    bytes: int = 25 * 1024 * 1024
    header_bytes: int = 64 * 1024
    boundaries: int = 12
    parts: int = 40
    separators: int = 400
    depth: int = 4
    """Archives in messages in archives: so many levels are opened."""


def read_parts(data: bytes, faults: list[Fault], limits: MailLimits) -> list[Part]:
    """Leaves of the mail. The limits are checked on the bytes first: taking apart what is nested is what costs."""
    if len(re.findall(rb"boundary\s*=", data, re.IGNORECASE)) > limits.boundaries:
        faults.append(fault("mail_too_deep", "message", f"more than {limits.boundaries} levels"))
        return []
    if data.count(b"\r\n--") > limits.separators:
        faults.append(fault("mail_too_many_parts", "message", f"more than {limits.separators} separators"))
        return []
    found: list[Part] = []
    pending: list[tuple[Message, bool]] = [(message_from_bytes(data, policy=compat32), False)]
    taken = 0
    while pending:
        part, passed_on = pending.pop()
        if taken >= limits.parts:
            faults.append(fault("mail_too_many_parts", "message", f"more than {limits.parts}"))
            break
        taken += 1
        kind = part.get_content_type()
        if part.is_multipart():
            if taken > 1 and kind == "multipart/signed":
                faults.append(fault("mail_signature_inside", "message"))
            inside = passed_on or kind == "message/rfc822"
            found += _encoded_message(part) if kind == "message/rfc822" else []
            children = part.get_payload()
            # Pushed in reverse, so that the leaves come in the order in which they stand.
            stack = reversed(children) if isinstance(children, list) else ()
            pending += [(child, inside) for child in stack if isinstance(child, Message)]
        else:
            found += _leaf(part, faults, passed_on=passed_on)
    return found


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text of one line, nothing in it that cannot be printed."""
    try:
        text = str(make_header(decode_header(value)))
    except (ValueError, LookupError, binascii.Error):
        text = value
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _leaf(part: Message, faults: list[Fault], *, passed_on: bool) -> list[Part]:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or not body:
        return []
    kind = part.get_content_type()
    name = decoded(str(part.get_filename() or ""))[:_LONGEST_NAME]
    if kind in _ARCHIVES or name.lower().endswith(_ARCHIVE_NAMES):
        faults.append(fault("mail_archive", "message", name))
    if kind.startswith("text/") and not name:
        _check_charset(part, body, faults)
    return [Part(name or kind, kind, body, passed_on)]


def _encoded_message(part: Message) -> list[Part]:
    """A message that was attached in an encoding, which RFC 2046 section 5.2.1 forbids and some programs do."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        return []
    inside = part.get_payload()
    text = inside[0].as_bytes() if isinstance(inside, list) and inside and isinstance(inside[0], Message) else b""
    try:
        body = base64.b64decode(text.strip(), validate=False)
    except binascii.Error:
        return []
    return [Part("message.eml", "message/rfc822", body, passed_on=True)] if body else []


def _check_charset(part: Message, body: bytes, faults: list[Fault]) -> None:
    charset = part.get_content_charset() or "utf-8"
    try:
        body.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        faults.append(fault("mail_charset", "message", charset[:40]))
