"""An order as an officer typed it in the portal, and the signed document beside it: both are read, neither wins.

The form is what the order says, since the officer proved possession of a passkey for it. The document goes through the
same confined reading and the same verification as one that came by e-mail; where it says something else than the form,
that is a fault, and a person looks at both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents.demand import Fault, Reading
from comity.intake.confined import Confined
from comity.intake.faults import fault
from comity.intake.message import Incoming, Part
from comity.intake.reading import Read, read_document, read_json

_SIGNATURE = "issuer.stamp_signature"
_MOST_DIFFERENCES = 20


def read_portal(message: Incoming, reader: Confined) -> Read:
    """The form, with what the attached document adds: its signatures, its faults, and where the two differ."""
    read = read_json(message.body)
    attached = message.portal.attached if message.portal else None
    if attached is None:
        return read
    document = read_document(attached, reader)
    return replace(
        read,
        faults=(*read.faults, *document.faults, *differences(read.form, document)),
        signatures=document.signatures,
        parts=(Part("signed order.pdf", "application/pdf", attached),),
    )


def differences(form: Mapping[str, Any], document: Read) -> tuple[Fault, ...]:
    """A fault for each field in which the document says something else than the form.

    A printed page shows less than a form holds, so of one only what could be found on it is compared.
    """
    if document.reading is Reading.NONE:
        return (fault("form_differs_document", "document", "nothing could be read from the document"),)
    typed, printed = dict(_fields(form)), dict(_fields(document.form))
    names = typed.keys() | printed.keys() if document.reading is Reading.FORM else typed.keys() & printed.keys()
    found = []
    for name in sorted(names):
        one, other = typed.get(name, ""), printed.get(name, "")
        if one != other:
            seen = f"the form says {one[:60] or 'nothing'}, the document {other[:60] or 'nothing'}"
            found.append(fault("form_differs_document", name, seen))
    return tuple(found[:_MOST_DIFFERENCES])


def _fields(form: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Fields by dotted name, as texts that can be compared; what is empty or *no* is not there."""
    for key, value in form.items():
        name = f"{prefix}{key}"
        if name == _SIGNATURE:
            continue
        if isinstance(value, Mapping):
            yield from _fields(value, f"{name}.")
            continue
        text = _comparable(value)
        if text:
            yield name, text


def _comparable(value: object) -> str:
    if isinstance(value, list):
        parts = [item.get("url", "") if isinstance(item, Mapping) else item for item in value]
        return " | ".join(sorted(_comparable(part) for part in parts))
    if isinstance(value, bool) or value is None:
        return "yes" if value else ""
    text = " ".join(str(value).split())
    try:
        return Instant.parse(text).z()
    except InvalidInstant:
        return text.casefold()
