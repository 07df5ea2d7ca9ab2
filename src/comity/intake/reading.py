"""From any bytes to a reading: the form as far as it can be read, the signatures' facts, every fault."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import strict_json
from comity.casefile.documents.demand import Fault, Hint, Reading
from comity.intake.confined import Confined
from comity.intake.faults import FAULTS, fault
from comity.intake.form import from_fields, from_layout, looks_like_an_order
from comity.intake.labels import layout_labels
from comity.intake.message import Part
from comity.intake.reports import Report

_RESERVED = ("channel", "content")


@dataclass(frozen=True)
class Signature:
    """What cryptography says about one signature. Whose certificate it is, only the registry knows."""

    method: str
    """``pades``, ``cms`` or ``openpgp``."""
    intact: bool
    covers: str
    """``whole``, ``added_after`` or ``part``."""
    fingerprint: str | None
    """SHA-256 of the certificate's DER bytes, or the OpenPGP certificate's own fingerprint, in hexadecimal."""
    signed_at: Instant | None
    """The signer's claim."""
    error: str = ""
    unknown: bool = False
    """None of the enrolled certificates made it, so that nobody can say whether it is intact."""

    @property
    def sound(self) -> bool:
        """Intact and over every byte: worth asking whose certificate it is."""
        return self.intact and self.covers == "whole"


@dataclass(frozen=True)
class Read:
    """A message as read."""

    form: dict[str, Any] = field(default_factory=dict)
    reading: Reading = Reading.NONE
    faults: tuple[Fault, ...] = ()
    signatures: tuple[Signature, ...] = ()
    """Every signature over the bytes that the form was read from, the outermost first."""
    author: str | None = None
    """The mailbox that the message claims to come from."""
    reply_to: str | None = None
    sent_at: Instant | None = None
    automatic: bool = False
    parts: tuple[Part, ...] = ()
    """Files inside the message that are kept as exhibits of their own; the order first."""
    references: tuple[str, ...] = ()
    """Message-IDs that a mail answers, the nearest first."""
    report: Report | None = None
    """What a mail reports about the delivery of another one."""
    text: str = ""
    """The first words of a mail; only the signed ones where words were signed."""
    dkim: tuple[tuple[str, str], ...] = ()
    relays_say: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    """What the way of a mail suggests about its sender."""
    reference: str = ""
    """The demand's own reference, where the channel names it beside the form."""

    @property
    def order(self) -> bool:
        """Whether enough of the form was read to call the message an order."""
        return looks_like_an_order(self.form)


def read_json(body: bytes) -> Read:
    """An order as JSON, as the API takes it. What a sender says about the channel or the content is put aside."""
    try:
        form = strict_json.loads(body)
    except strict_json.UnusableJson as error:
        return Read(faults=(fault(f"json_{error.rule}", _field(error.field), error.why),))
    return reserved(Read(form=form, reading=Reading.FORM))


def read_document(body: bytes, reader: Confined) -> Read:
    """An order as PDF: fields of a form, else printed labels, else nothing; with its signature's facts."""
    if len(body) > reader.limits.bytes:
        return Read(faults=(fault("pdf_oversize", "document", f"{len(body)} bytes"),))
    answer = reader.read_pdf(body, layout_labels())
    if "failed" in answer:
        code = f"pdf_{answer['failed']}"
        return Read(faults=(fault(code if code in FAULTS else "pdf_reader_died", "document", str(answer.get("why"))),))
    try:
        return reserved(_document(answer))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # The child is alone with a hostile document: its answer is not trusted to have any shape.
        return Read(faults=(fault("pdf_reader_died", "document", type(error).__name__),))


def read_typed(form: Mapping[str, Any]) -> Read:
    """A paper order as a member of staff typed it in."""
    return reserved(Read(form=dict(form), reading=Reading.FORM))


def _document(answer: Mapping[str, Any]) -> Read:
    faults = [fault(f"pdf_{code}", "document", str(detail)) for code, detail in answer["faults"]]
    signatures = tuple(signature_from("pades", item) for item in answer["signatures"])
    if not signatures and int(answer.get("images", 0)):
        faults.append(fault("signature_image", "issuer.stamp_signature", f"{int(answer['images'])} pictures"))
    if answer["fields"]:
        return Read(from_fields(answer["fields"]), Reading.FORM, tuple(faults), signatures)
    form = from_layout(answer["values"], answer["boxes"])
    if looks_like_an_order(form):
        faults.append(fault("pdf_layout", "document"))
        return Read(form, Reading.LAYOUT, tuple(faults), signatures)
    others = [found for found in faults if found.code != "signature_image"]
    if not others and int(answer.get("characters", 0)) < 40:
        faults.append(fault("pdf_no_text", "document"))
    return Read({}, Reading.NONE, tuple(faults), signatures)


def signature_from(method: str, report: Mapping[str, Any]) -> Signature:
    """A signature as the confined process reports it; raises where the report has no such shape."""
    if method == "openpgp":
        return _openpgp(report)
    certificate = report.get("certificate")
    fingerprint = None
    if isinstance(certificate, str):
        try:
            fingerprint = hashlib.sha256(base64.b64decode(certificate, validate=True)).hexdigest()
        except binascii.Error:
            fingerprint = None
    return Signature(
        method=method,
        intact=report["intact"] is True and fingerprint is not None,
        covers=str(report["covers"]),
        fingerprint=fingerprint,
        signed_at=_instant(report.get("signed_at")),
        error=str(report.get("error", ""))[:300],
    )


def _openpgp(report: Mapping[str, Any]) -> Signature:
    mark = str(report.get("openpgp") or "").lower()
    fingerprint = mark if re.fullmatch(r"[0-9a-f]{16,64}", mark) else None
    return Signature(
        method="openpgp",
        intact=report["intact"] is True and fingerprint is not None,
        covers=str(report["covers"]),
        fingerprint=fingerprint,
        signed_at=_instant(report.get("signed_at")),
        error=str(report.get("error", ""))[:300],
        unknown=report.get("unknown") is True,
    )


def _instant(value: object) -> Instant | None:
    try:
        return Instant.parse(str(value)) if value else None
    except InvalidInstant:
        return None


def _clean(value: Any) -> Any:
    """The same with no half characters, which no encoding can hold; a document's reader produces them."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def reserved(read: Read) -> Read:
    """Take away the keys that only the channel may fill; the exhibit still shows them."""
    read = replace(read, form=_clean(read.form))
    written = [key for key in _RESERVED if key in read.form]
    if not written:
        return read
    form = {key: value for key, value in read.form.items() if key not in _RESERVED}
    return replace(read, form=form, faults=read.faults + tuple(fault("key_reserved", key) for key in written))


def _field(name: str) -> str:
    return "message" if name == "message" else name
