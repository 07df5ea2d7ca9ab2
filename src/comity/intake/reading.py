"""From any bytes to a reading: the form as far as it can be read, the signatures' facts, every fault."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comity.casefile.clock import Instant, InvalidInstant
from comity.casefile.documents import strict_json
from comity.casefile.documents.demand import Fault, Reading
from comity.intake.confined import Confined
from comity.intake.faults import FAULTS, fault
from comity.intake.form import from_fields, from_layout, looks_like_an_order
from comity.intake.labels import layout_labels
from comity.intake.mail import Mail, MailLimits, read_content, read_mail
from comity.intake.message import Part

_MOST_DOCUMENTS = 5
_RESERVED = ("channel", "content")


@dataclass(frozen=True)
class Signature:
    """What cryptography says about one signature. Whose certificate it is, only the registry knows."""

    method: str
    """``pades`` or ``cms``."""
    intact: bool
    covers: str
    """``whole``, ``added_after`` or ``part``."""
    fingerprint: str | None
    """SHA-256 of the certificate's DER bytes, in hexadecimal."""
    signed_at: Instant | None
    """The signer's claim."""
    error: str = ""

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


def read_json(body: bytes) -> Read:
    """An order as JSON, as the API takes it. What a sender says about the channel or the content is put aside."""
    try:
        form = strict_json.loads(body)
    except strict_json.UnusableJson as error:
        return Read(faults=(fault(f"json_{error.rule}", _field(error.field), error.why),))
    return _reserved(Read(form=form, reading=Reading.FORM))


def read_document(body: bytes, reader: Confined) -> Read:
    """An order as PDF: fields of a form, else printed labels, else nothing; with its signature's facts."""
    if len(body) > reader.limits.bytes:
        return Read(faults=(fault("pdf_oversize", "document", f"{len(body)} bytes"),))
    answer = reader.read_pdf(body, layout_labels())
    if "failed" in answer:
        code = f"pdf_{answer['failed']}"
        return Read(faults=(fault(code if code in FAULTS else "pdf_reader_died", "document", str(answer.get("why"))),))
    try:
        return _reserved(_document(answer))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # The child is alone with a hostile document: its answer is not trusted to have any shape.
        return Read(faults=(fault("pdf_reader_died", "document", type(error).__name__),))


def read_message(body: bytes, reader: Confined, limits: MailLimits | None = None) -> Read:
    """A mail: its signature first, then the documents inside what was signed (or inside all of it, unsigned)."""
    mail = read_mail(body, limits)
    outer = _detached(mail, reader) if mail.opaque is None else _opened(mail, reader, limits)
    documents = [part for part in mail.parts if _is_document(part)]
    faults = list(mail.faults)
    if len(documents) > _MOST_DOCUMENTS:
        faults.append(
            fault("mail_too_many_parts", "message", f"{len(documents)} documents; {_MOST_DOCUMENTS} are read")
        )
    candidates = [(part, _read_part(part, reader)) for part in documents[:_MOST_DOCUMENTS]]
    orders = [pair for pair in candidates if looks_like_an_order(pair[1].form)]
    if len(orders) > 1:
        faults.append(fault("mail_several_orders", "message", f"{len(orders)} orders"))
    if not candidates:
        faults.append(fault("mail_no_order", "message"))
    part, read = max(candidates, key=_worth, default=(None, Read()))
    kept = ([part] if part else []) + [other for other, _read in candidates if other is not part]
    return replace(
        read,
        faults=tuple(faults) + read.faults,
        signatures=((outer,) if outer else ()) + read.signatures,
        author=mail.author,
        reply_to=mail.reply_to,
        sent_at=mail.sent_at,
        automatic=mail.automatic and not orders,
        parts=tuple(kept),
    )


def read_typed(form: Mapping[str, Any]) -> Read:
    """A paper order as a member of staff typed it in."""
    return _reserved(Read(form=dict(form), reading=Reading.FORM))


def _detached(mail: Mail, reader: Confined) -> Signature | None:
    if mail.signed is None:
        return None
    answer = reader.check_detached(mail.signed.content, mail.signed.signature)
    try:
        return _signature("cms", answer["signatures"][0])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return Signature("cms", intact=False, covers="part", fingerprint=None, signed_at=None, error="cannot be read")


def _opened(mail: Mail, reader: Confined, limits: MailLimits | None) -> Signature | None:
    """Open a signature that carries its content; the parts are read from that content alone."""
    answer = reader.open_signed(mail.opaque or b"")
    if "failed" in answer:
        code = "mail_encrypted" if answer["failed"] == "encrypted" else "mail_signature_form"
        mail.faults.append(fault(code, "message", str(answer.get("why"))))
        return None
    try:
        content = base64.b64decode(answer["content"], validate=True)
        signature = _signature("cms", answer["signatures"][0])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        mail.faults.append(fault("mail_signature_form", "message", "cannot be read"))
        return None
    read_content(content, mail, limits)
    return signature


def _read_part(part: Part, reader: Confined) -> Read:
    return read_json(part.body) if part.media_type == "application/json" else read_document(part.body, reader)


def _is_document(part: Part) -> bool:
    return (
        part.media_type in {"application/pdf", "application/json"}
        or part.name.lower().endswith(".pdf")
        or part.body.startswith(b"%PDF-")
    )


def _worth(pair: tuple[Part, Read]) -> tuple[bool, bool, int]:
    """Which document is the order: one that looks like it, rather one with a sound signature, rather the fuller one."""
    read = pair[1]
    return looks_like_an_order(read.form), any(one.sound for one in read.signatures), len(read.form)


def _document(answer: Mapping[str, Any]) -> Read:
    faults = [fault(f"pdf_{code}", "document", str(detail)) for code, detail in answer["faults"]]
    signatures = tuple(_signature("pades", item) for item in answer["signatures"])
    if not signatures and int(answer.get("images", 0)):
        faults.append(fault("signature_image", "issuer.stamp_signature", f"{int(answer['images'])} pictures"))
    if answer["fields"]:
        return Read(from_fields(answer["fields"]), Reading.FORM, tuple(faults), signatures)
    form = from_layout(answer["values"], answer["boxes"])
    if looks_like_an_order(form):
        faults.append(fault("pdf_layout", "document"))
        return Read(form, Reading.LAYOUT, tuple(faults), signatures)
    if not faults and int(answer.get("characters", 0)) < 40:
        faults.append(fault("pdf_no_text", "document"))
    return Read({}, Reading.NONE, tuple(faults), signatures)


def _signature(method: str, report: Mapping[str, Any]) -> Signature:
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


def _reserved(read: Read) -> Read:
    """Take away the keys that only the channel may fill; the exhibit still shows them."""
    read = replace(read, form=_clean(read.form))
    written = [key for key in _RESERVED if key in read.form]
    if not written:
        return read
    form = {key: value for key, value in read.form.items() if key not in _RESERVED}
    return replace(read, form=form, faults=read.faults + tuple(fault("key_reserved", key) for key in written))


def _field(name: str) -> str:
    return "message" if name == "message" else name
