"""A demand as HI-1 carries it: the certificate that the objects of one message make, and the documents beside them.

The objects are what the machine said and come first. The document that came with them may fill only what objects cannot
carry; where it says something else than they do, that is a fault and a person looks at both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from comity import hi1
from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault, Reading
from comity.hi1 import ErrorCode, Hi1Error
from comity.hi1.bodies import PDF, Body, body_of, holds_section_m
from comity.hi1.certificates import INSTRUMENTS, Certificate, certificate
from comity.hi1.reading import encoding_of
from comity.hi1.sealed import read_sealed
from comity.intake.confined import Confined
from comity.intake.faults import fault
from comity.intake.message import Incoming, Part
from comity.intake.ports import Registry
from comity.intake.reading import Read, Signature, read_document, reserved
from comity.intake.rules import certificate_fault
from comity.registry.rules import NotAuthenticated, SignatureFacts

_BESIDE = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M")
"""Sections of a certificate that a document may fill, as far as the objects say nothing."""
_HIDDEN = "M"
_MOST_DOCUMENTS = 8
"""Each PDF is read in a process of its own, while the machine waits for its answer."""
_MOST_DIFFERENCES = 20
_SEAL = "Signature"
SEALS = ("xmldsig", "xades")
"""Kinds of signatures that stand inside a message itself, not in a document beside it."""
_SECTION_M = {"received": True}
"""That it came, and nothing of what it says: no provider may read it."""


def read_machine(message: Incoming, reader: Confined) -> Read:
    """Any bytes that came over HI-1, as a reading; what cannot be read is a fault with the standard's code."""
    try:
        found = read_sealed(message.body, encoding_of(message.media_type))
        return read_objects(found, reader)
    except Hi1Error as error:
        return Read(faults=(refused(error),))


def read_objects(message: hi1.Message, reader: Confined) -> Read:
    """The certificate of a message that was read; raises ``Hi1Error`` where its objects make none."""
    found = certificate(message.created)
    if len(found.documents) > _MOST_DOCUMENTS:
        raise Hi1Error(ErrorCode.TOO_LARGE, "DocumentObject", f"more than {_MOST_DOCUMENTS} documents in one message")
    bodies = [body_of(one, f"DocumentObject[{place}]") for place, one in enumerate(found.documents, 1)]
    return reserved(_together(message, found, bodies, reader))


def sealed(message: hi1.Message) -> tuple[Signature, ...]:
    """The facts of the signature inside a message, where somebody verified it."""
    found = message.signature
    if found is None:
        return ()
    mark = hashlib.sha256(found.certificate).hexdigest() if found.certificate else None
    return (Signature(found.method, found.intact, "whole", mark, found.signed_at, found.error),)


def seal_fault(signature: Signature, registry: Registry, authority: str, at: Instant) -> Fault | None:
    """Why the signature inside a message says nothing for ``authority``, whose client brought it; the first reason."""
    if not signature.sound:
        return fault("signature_broken", _SEAL, signature.error)
    mark = signature.fingerprint or ""
    held = registry.authority_by_certificate(mark)
    wrong = certificate_fault(signature, held, at)
    if wrong is not None or held is None:
        return wrong
    if held.authority.id != authority:
        return fault("sender_is_another_authority", _SEAL, f"signed by {held.authority.name[:80]}")
    facts = SignatureFacts(signature.method, intact=True, covers_whole_file=True)
    answer = registry.authenticate_signature(mark, facts, at)
    return fault("hi1_signature", _SEAL, answer.why) if isinstance(answer, NotAuthenticated) else None


def refused(error: Hi1Error) -> Fault:
    """What is wrong with a message, as a fault."""
    return fault("hi1_refused", error.field, f"{int(error.number)}: {error.why}")


def _together(message: hi1.Message, found: Certificate, bodies: Sequence[Body], reader: Confined) -> Read:
    form: dict[str, Any] = {**found.form, "instrument": INSTRUMENTS[found.kind]}
    faults = [fault("hi1_signature", "Signature")] if message.signed and message.signature is None else []
    signatures = list(sealed(message))
    for place, body in enumerate(bodies, 1):
        read = _document(body, reader, f"DocumentObject[{place}]")
        faults += [*read.faults, *_differences(form, read.form)]
        signatures += read.signatures
        form = _filled(form, read.form)
    return Read(
        form=form,
        reading=Reading.FORM,
        faults=tuple(faults),
        signatures=tuple(signatures),
        sent_at=message.at,
        parts=tuple(Part(body.name, body.media_type, body.data) for body in bodies),
        reference=found.reference,
    )


def _document(body: Body, reader: Confined, field: str) -> Read:
    """What a document says: of a PDF its fields and its signatures, of the Commission's XML whether Section M came."""
    if body.media_type == PDF:
        read = read_document(body.data, reader)
        known = read.form if read.reading is Reading.FORM else {}
        return Read(form=_without_secrets(known), faults=read.faults, signatures=read.signatures)
    try:
        hidden = holds_section_m(body)
    except Hi1Error as error:
        return Read(faults=(fault("hi1_document", field, error.why),))
    return Read(form={_HIDDEN: _SECTION_M} if hidden else {})


def _without_secrets(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, _HIDDEN: _SECTION_M} if form.get(_HIDDEN) else form


def _filled(form: dict[str, Any], beside: dict[str, Any]) -> dict[str, Any]:
    """The form, with what a document adds to it."""
    added = {name: beside[name] for name in _BESIDE if isinstance(beside.get(name), dict) and beside[name]}
    return {**form, **{name: {**said, **form.get(name, {})} for name, said in added.items()}}


def _differences(form: dict[str, Any], beside: dict[str, Any]) -> tuple[Fault, ...]:
    found = [
        fault("form_differs_document", name, f"the objects say {one[:60]}, the document {other[:60]}")
        for name, one, other in _pairs(form, beside)
        if " ".join(one.split()).casefold() != " ".join(other.split()).casefold()
    ]
    return tuple(found[:_MOST_DIFFERENCES])


def _pairs(form: dict[str, Any], beside: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Fields that both say in words."""
    for section in _BESIDE:
        ours, theirs = form.get(section), beside.get(section)
        if not isinstance(ours, dict) or not isinstance(theirs, dict):
            continue
        for key in sorted(ours.keys() & theirs.keys()):
            if isinstance(ours[key], str) and isinstance(theirs[key], str):
                yield f"{section}.{key}", ours[key], theirs[key]
