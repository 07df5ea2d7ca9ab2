"""What lies inside attachments: zip archives, winmail.dat, mails attached to mails. Opened in the confined process."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comity.casefile.documents.demand import Fault
from comity.intake.confined import Confined
from comity.intake.faults import FAULTS, fault
from comity.intake.message import Part
from comity.intake.parts import BROKEN, WINMAIL, ZIP, MailLimits, read_parts

_ZIP_MAGIC = b"PK\x03\x04"
_WINMAIL_MAGIC = b"\x78\x9f\x3e\x22"
_OFFICE = ("application/vnd.", "application/msword", "application/java", "application/epub")
_TYPES = {".pdf": "application/pdf", ".json": "application/json", ".eml": "message/rfc822", ".txt": "text/plain"}
_MOST_OPENED = 8


@dataclass
class Unpacked:
    """Every leaf, those inside of others too, and what stood in the way."""

    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    opened: int = 0
    size: int = 0
    """Bytes that came out of containers, of all of them together."""


def unpack(parts: list[Part], reader: Confined, limits: MailLimits) -> Unpacked:
    """Open what can be opened, ``depth`` levels deep, at most ``parts`` leaves and a few containers in all."""
    unpacked = Unpacked()
    pending = [(part, 0) for part in reversed(parts)]
    while pending:
        part, depth = pending.pop()
        kind = container(part)
        if kind and depth >= limits.depth:
            unpacked.faults.append(fault("mail_too_deep", "message", f"more than {limits.depth} levels: {part.name}"))
        elif kind and unpacked.opened >= _MOST_OPENED:
            unpacked.faults.append(fault("mail_too_many_parts", "message", f"more than {_MOST_OPENED} containers"))
        elif kind:
            unpacked.opened += 1
            inside = _within(unpacked, part, _opened(part, kind, reader, unpacked.faults, limits), reader)
            pending += [(one, depth + 1) for one in reversed(inside)]
        if len(unpacked.parts) >= limits.parts:
            unpacked.faults.append(fault("mail_too_many_parts", "message", f"more than {limits.parts}"))
            break
        unpacked.parts.append(part)
    return unpacked


def _within(unpacked: Unpacked, part: Part, inside: list[Part], reader: Confined) -> list[Part]:
    """What came out of one more container, or nothing where all of them together would hold more than one may."""
    size = sum(len(one.body) for one in inside)
    if unpacked.size + size > reader.limits.unpacked:
        said = f"{part.name}: with what was unpacked before more than {reader.limits.unpacked} bytes"
        unpacked.faults.append(fault("archive_too_large", "message", said))
        return []
    unpacked.size += size
    return inside


def container(part: Part) -> str:
    """``zip``, ``winmail``, ``message``, or nothing. What a part is called counts less than how it begins."""
    name = part.name.lower()
    if part.media_type in WINMAIL or name == "winmail.dat" or part.body.startswith(_WINMAIL_MAGIC):
        return "winmail"
    if part.media_type in ZIP or name.endswith(".zip"):
        return "zip"
    if part.body.startswith(_ZIP_MAGIC) and not part.media_type.startswith(_OFFICE):
        return "zip"
    return "message" if part.media_type == "message/rfc822" or name.endswith(".eml") else ""


def _opened(part: Part, kind: str, reader: Confined, faults: list[Fault], limits: MailLimits) -> list[Part]:
    if kind == "message":
        return _message(part, faults, limits)
    if len(part.body) > reader.limits.bytes:
        faults.append(fault("archive_too_large", "message", f"{part.name}: {len(part.body)} bytes"))
        return []
    answer = reader.open_zip(part.body) if kind == "zip" else reader.open_winmail(part.body)
    broken = "archive_broken" if kind == "zip" else "winmail_broken"
    if "failed" in answer:
        code = "archive_too_large" if answer["failed"] == "too_costly" else broken
        faults.append(fault(code, "message", f"{part.name}: {answer.get('why')}"))
        return []
    try:
        faults += [_fault(code, str(detail), broken) for code, detail in answer["faults"]]
        return [_file(found, part) for found in answer["files"]]
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        # The child is alone with a hostile file: its answer is not trusted to have any shape.
        faults.append(fault(broken, "message", type(error).__name__))
        return []


def _message(part: Part, faults: list[Fault], limits: MailLimits) -> list[Part]:
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", part.body)
    try:
        inside = read_parts(data, faults, limits)
    except BROKEN as error:
        faults.append(fault("mail_headers", "message", type(error).__name__))
        return []
    return [replace(one, passed_on=True) for one in inside]


def _file(found: Mapping[str, Any], outer: Part) -> Part:
    name = "".join(mark for mark in str(found["name"]) if mark.isprintable())[:120]
    ending = name.lower()[name.rfind(".") :] if "." in name else ""
    media_type = _TYPES.get(ending) or _media_type(found.get("type"))
    body = base64.b64decode(found["body"], validate=True)
    return Part(name or media_type, media_type, body, outer.passed_on)


def _media_type(said: object) -> str:
    return (
        said
        if isinstance(said, str) and re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", said)
        else "application/octet-stream"
    )


def _fault(code: object, detail: str, broken: str) -> Fault:
    return fault(str(code) if code in FAULTS else broken, "message", detail)
