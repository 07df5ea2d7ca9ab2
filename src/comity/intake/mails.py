"""From a mail to a reading: its signature first, then what is inside what was signed (or inside all of it, unsigned).

What was verified is what is used: where a signature covers the mail, nothing is read but the bytes that it covers;
where it covers only a text inside, only that text counts as signed, and what stands beside it is called unsigned.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from comity.casefile.documents.demand import Fault, Reading
from comity.intake.confined import Answer, Confined
from comity.intake.faults import fault
from comity.intake.form import from_layout, looks_like_an_order
from comity.intake.labels import layout_labels
from comity.intake.mail import Mail, read_content, read_mail
from comity.intake.message import Part
from comity.intake.parts import MailLimits
from comity.intake.reading import Read, Signature, read_document, read_json, reserved, signature_from
from comity.intake.unpacking import container, unpack

_MOST_DOCUMENTS = 5
_MOST_TEXT = 200_000
_SHOWN_TEXT = 4_000
_OPENPGP = re.compile(rb"^-----BEGIN PGP (SIGNED )?MESSAGE-----", re.MULTILINE)
_END = b"-----END PGP SIGNATURE-----"
# How mail programs mark a message that they pass on in the text. Every repetition is bounded: the text is hostile.
_PASSED_ON = re.compile(
    r"^[ \t>]{0,8}(?:-{2,20} ?(?:Forwarded message|Original Message|Message transf.{1,3}r.{1,3}|Message d'origine|"
    r"Weitergeleitete Nachricht|Urspr.{1,3}ngliche Nachricht)|Begin forwarded message|D.{1,3}but du message "
    r"(?:r.{1,3}exp.{1,3}di|transf.{1,3}r)|Anfang der weitergeleiteten)",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKS_OF_AN_ORDER = re.compile(
    r"2021 ?/ ?784|removal order|injonction de (?:retrait|suppression)|entfernungsanordnung", re.IGNORECASE
)
_BROKEN_ANSWER = (KeyError, TypeError, ValueError, IndexError, AttributeError)


@dataclass(frozen=True)
class MailReader:
    """What reading a mail works with."""

    confined: Confined = field(default_factory=Confined)
    limits: MailLimits = field(default_factory=MailLimits)
    certificates: Callable[[], Sequence[bytes]] = tuple
    """Every OpenPGP certificate that the registry enrolled, asked for only where there is such a signature; X.509 ones
    travel inside of signatures."""


@dataclass
class _Opened:
    """A mail on its way to being read."""

    mail: Mail
    whole: Signature | None = None
    """A signature over everything that is read."""
    signed_text: Part | None = None
    text_signature: Signature | None = None
    faults: list[Fault] = field(default_factory=list)


def read_message(body: bytes, reader: MailReader) -> Read:
    """Read a mail. Whatever the bytes are, the answer is a ``Read`` with its faults."""
    mail = read_mail(body, reader.limits)
    opened = _Opened(mail, _whole(mail, reader))
    unpacked = unpack(mail.parts, reader.confined, reader.limits)
    opened.faults += [*mail.faults, *unpacked.faults]
    if opened.whole is None:
        _read_openpgp_text(opened, unpacked.parts, reader)
    candidates = _candidates(opened, unpacked.parts, reader)
    return _chosen(opened, candidates, unpacked.parts)


def _whole(mail: Mail, reader: MailReader) -> Signature | None:
    """The signature over the whole mail, if it has one; an opaque one gives the parts that it carries to the mail."""
    if mail.opaque is not None:
        answer = reader.confined.open_signed(mail.opaque)
        content, signature = _content(answer, "cms", mail.faults)
        if content is not None:
            read_content(content, mail, reader.limits)
        return signature
    if mail.signed is None:
        return None
    signed = mail.signed
    if signed.method == "openpgp":
        answer = reader.confined.check_openpgp(signed.content, signed.signature, reader.certificates())
    else:
        answer = reader.confined.check_detached(signed.content, signed.signature)
    try:
        return signature_from(signed.method, answer["signatures"][0])
    except _BROKEN_ANSWER:
        why = str(answer.get("why") or "cannot be read")
        return Signature(signed.method, intact=False, covers="part", fingerprint=None, signed_at=None, error=why[:300])


def _content(answer: Answer, method: str, faults: list[Fault]) -> tuple[bytes | None, Signature | None]:
    """What a signature carries, exactly, and the signature."""
    if "failed" in answer:
        code = "mail_encrypted" if answer["failed"] == "encrypted" else "mail_signature_form"
        faults.append(fault(code, "message", str(answer.get("why"))))
        return None, None
    try:
        return base64.b64decode(answer["content"], validate=True), signature_from(method, answer["signatures"][0])
    except _BROKEN_ANSWER:
        faults.append(fault("mail_signature_form", "message", "cannot be read"))
        return None, None


def _read_openpgp_text(opened: _Opened, parts: Sequence[Part], reader: MailReader) -> None:
    """A text with an OpenPGP signature inside an unsigned mail: only the signed words are taken from it."""
    part = next((one for one in parts if _is_text(one) and _OPENPGP.search(one.body)), None)
    if part is None:
        return
    content, signature = _content(
        reader.confined.open_openpgp(part.body, reader.certificates()), "openpgp", opened.faults
    )
    if content is None or signature is None:
        return
    opened.signed_text = Part("signed.txt", "text/plain", content, part.passed_on)
    opened.text_signature = signature
    before, after = part.body[: _begin(part.body)], part.body.rpartition(_END)[2]
    more = len(_OPENPGP.findall(part.body)) > 1
    if before.strip() or after.strip() or more:
        opened.faults.append(fault("mail_unsigned_beside", "message", "text around the signed one"))


def _begin(body: bytes) -> int:
    found = _OPENPGP.search(body)
    return found.start() if found else 0


def _candidates(opened: _Opened, parts: Sequence[Part], reader: MailReader) -> list[tuple[Part, Read]]:
    """Everything that may be the order, each as read, with the signatures that cover it."""
    documents = [part for part in parts if is_document(part)]
    if len(documents) > _MOST_DOCUMENTS:
        seen = f"{len(documents)} documents; {_MOST_DOCUMENTS} are read"
        opened.faults.append(fault("mail_too_many_parts", "message", seen))
    if opened.signed_text is not None:
        read = _read_text(opened.signed_text, reader)
        if looks_like_an_order(read.form):
            if documents:
                opened.faults.append(fault("mail_unsigned_beside", "message", f"{len(documents)} documents"))
            signatures = (opened.text_signature,) if opened.text_signature else ()
            return [(opened.signed_text, replace(read, signatures=signatures))]
        opened.faults.append(fault("mail_signature_inside", "message", "the signed text holds no order"))
    outer = (opened.whole,) if opened.whole else ()
    found = [(part, _read_part(part, reader)) for part in documents[:_MOST_DOCUMENTS]]
    found = found or _texts(parts, reader)
    return [(part, replace(read, signatures=outer + read.signatures)) for part, read in found]


def _texts(parts: Sequence[Part], reader: MailReader) -> list[tuple[Part, Read]]:
    """Where no document came, a text that speaks of an order, read by its labels; else nothing."""
    for part in parts:
        if _is_text(part) and _SPEAKS_OF_AN_ORDER.search(_text(part)):
            read = _read_text(part, reader)
            if looks_like_an_order(read.form):
                return [(part, read)]
    return []


def _chosen(opened: _Opened, candidates: list[tuple[Part, Read]], parts: Sequence[Part]) -> Read:
    mail, faults = opened.mail, opened.faults
    orders = [pair for pair in candidates if looks_like_an_order(pair[1].form)]
    if len(orders) > 1:
        faults.append(fault("mail_several_orders", "message", f"{len(orders)} orders"))
    if not candidates:
        faults.append(fault("mail_no_order", "message"))
    part, read = max(candidates, key=_worth, default=(None, Read(signatures=_all_signatures(opened))))
    if part is not None and orders and (part.passed_on or _passes_on(parts)):
        faults.append(fault("mail_forwarded", "message", part.name))
    kept = ([part] if part else []) + [other for other, _read in candidates if other is not part]
    own = any(not other.passed_on for other, _read in candidates)
    automatic = mail.automatic and not orders and not own
    return replace(
        read,
        form={} if automatic else read.form,
        reading=Reading.NONE if automatic else read.reading,
        faults=tuple(faults) + read.faults,
        author=mail.author,
        reply_to=mail.reply_to,
        sent_at=mail.sent_at,
        automatic=automatic,
        parts=tuple(kept),
        references=mail.references,
        report=mail.report,
        text=_shown(opened, parts),
        dkim=mail.dkim,
        relays_say=mail.relays_say,
    )


def _all_signatures(opened: _Opened) -> tuple[Signature, ...]:
    return tuple(one for one in (opened.whole, opened.text_signature) if one is not None)


def _shown(opened: _Opened, parts: Sequence[Part]) -> str:
    """The words of the mail: the signed ones where there is a signature over words alone."""
    part = opened.signed_text or next((one for one in parts if _is_text(one)), None)
    return _text(part)[:_SHOWN_TEXT] if part else ""


def _read_part(part: Part, reader: MailReader) -> Read:
    json = part.media_type == "application/json" or part.name.lower().endswith(".json")
    return read_json(part.body) if json else read_document(part.body, reader.confined)


def _read_text(part: Part, reader: MailReader) -> Read:
    """An order as plain text: JSON, or the labels of Annex I with what follows each."""
    if part.body.lstrip()[:1] == b"{":
        return read_json(part.body)
    answer = reader.confined.read_text(_text(part).encode(), layout_labels())
    try:
        form = from_layout(answer["values"], answer["boxes"])
    except _BROKEN_ANSWER:
        return Read(faults=(fault("not_an_order", "message", str(answer.get("why", ""))),))
    return reserved(Read(form, Reading.LAYOUT, (fault("mail_text_order", "message"),)))


def is_document(part: Part) -> bool:
    """Whether a part may be the order itself."""
    return (
        part.media_type in {"application/pdf", "application/json"}
        or part.name.lower().endswith((".pdf", ".json"))
        or part.body.startswith(b"%PDF-")
    )


def _is_text(part: Part) -> bool:
    return part.media_type == "text/plain" and not container(part) and not is_document(part)


def _text(part: Part) -> str:
    return part.body[:_MOST_TEXT].decode("utf-8", "replace")


def _passes_on(parts: Sequence[Part]) -> bool:
    return any(_is_text(part) and _PASSED_ON.search(_text(part)) for part in parts)


def _worth(pair: tuple[Part, Read]) -> tuple[bool, bool, int]:
    """Which document is the order: one that looks like it, rather one with a sound signature, rather the fuller one."""
    read = pair[1]
    return looks_like_an_order(read.form), any(one.sound for one in read.signatures), len(read.form)
