"""A mail's parts, within limits; from the signed bytes alone where there are signed bytes. Nothing is rendered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault
from comity.intake.faults import fault
from comity.intake.message import Part
from comity.intake.parts import BROKEN, MailLimits, decoded, read_parts
from comity.intake.reports import Report, identifiers, report_in

_SINGLE = ("from", "sender", "reply-to", "to", "subject", "date", "message-id", "content-type", "mime-version")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?", re.ASCII)
_LONGEST_HEADER = 4_000
_MOST_SIGNATURES = 5
_SIGNATURES = {
    "application/pkcs7-signature": "cms",
    "application/x-pkcs7-signature": "cms",
    "application/pgp-signature": "openpgp",
}


@dataclass(frozen=True)
class SignedMail:
    """A multipart/signed mail: exactly the bytes that were signed, and the signature."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    method: str = "cms"
    """``cms`` (RFC 8551) or ``openpgp`` (RFC 3156)."""


@dataclass
class Mail:
    """What stands in a mail."""

    author: str | None = None
    """The one address of From, in lower case."""
    reply_to: str | None = None
    sent_at: Instant | None = None
    identifier: str | None = None
    subject: str = ""
    references: tuple[str, ...] = ()
    """Message-IDs that it answers, the nearest first. Anybody may write any."""
    report: Report | None = None
    dkim: tuple[tuple[str, str], ...] = ()
    """Domain and selector of each DKIM signature, as it names them."""
    relays_say: tuple[str, ...] = ()
    """Authentication-Results lines, the newest first; only our own relay's are worth anything."""
    automatic: bool = False
    """It says of itself that a machine sent it as an answer (RFC 3834), or it reports on a delivery (RFC 6522)."""
    signed: SignedMail | None = None
    opaque: bytes | None = field(default=None, repr=False)
    """A CMS signature that carries the mail inside (application/pkcs7-mime); the confined reader opens it."""
    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_mail(data: bytes, limits: MailLimits | None = None) -> Mail:
    """Take a mail apart. Whatever the bytes are, the answer is a ``Mail`` with its faults."""
    limits = limits or MailLimits()
    mail = Mail()
    if len(data) > limits.bytes:
        mail.faults.append(fault("mail_too_large", "message", f"{len(data)} bytes"))
        return mail
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    head, _, body = data.partition(b"\r\n\r\n")
    if len(head) > limits.header_bytes:
        mail.faults.append(fault("mail_headers", "message", f"{len(head)} bytes of header lines"))
        return mail
    try:
        headers = message_from_bytes(head + b"\r\n\r\n", policy=compat32)
        _read_headers(headers, mail)
        mail.signed = _signed(headers, body, mail)
        mail.opaque = _opaque(headers, data)
        if headers.get_content_type() == "multipart/encrypted":
            mail.faults.append(fault("mail_encrypted", "message", str(headers.get_param("protocol"))[:80]))
        elif mail.opaque is None:
            mail.parts += read_parts(mail.signed.content if mail.signed else data, mail.faults, limits)
            mail.report = report_in(message_from_bytes(data, policy=compat32)) if mail.automatic else None
    except BROKEN as error:
        mail.faults.append(fault("mail_headers", "message", type(error).__name__))
    return mail


def read_content(content: bytes, mail: Mail, limits: MailLimits | None = None) -> None:
    """Add the parts of a content that a signature carried to its mail."""
    try:
        mail.parts += read_parts(re.sub(rb"\r\n|\r|\n", b"\r\n", content), mail.faults, limits or MailLimits())
    except BROKEN as error:
        mail.faults.append(fault("mail_headers", "message", type(error).__name__))


def domain_of(address: str | None) -> str:
    """The domain of an address in lower case, or nothing."""
    return address.rpartition("@")[2].rstrip(".").lower() if address and "@" in address else ""


def _read_headers(headers: Message, mail: Mail) -> None:
    for name in _SINGLE:
        if len(headers.get_all(name, [])) > 1:
            mail.faults.append(fault("mail_header_repeated", name))
    _read_author(headers, mail)
    mail.subject = _text(headers, "Subject")[:300]
    mail.identifier = _text(headers, "Message-ID")[:300] or None
    mail.sent_at = _date(_text(headers, "Date"))
    nearest = identifiers(*(str(value) for value in headers.get_all("In-Reply-To", [])[:2]))
    thread = identifiers(*(str(value) for value in headers.get_all("References", [])[:2]))
    mail.references = tuple(dict.fromkeys((*nearest, *reversed(thread))))
    mail.relays_say = tuple(
        str(value)[:_LONGEST_HEADER] for value in headers.get_all("Authentication-Results", [])[:10]
    )
    mail.dkim = tuple(filter(None, map(_dkim, headers.get_all("DKIM-Signature", [])[:_MOST_SIGNATURES])))
    answer = _text(headers, "Auto-Submitted").lower()
    precedence = _text(headers, "Precedence").lower()
    kind = headers.get_content_type()
    mail.automatic = (
        answer.startswith(("auto-replied", "auto-notified"))
        or precedence in {"auto_reply", "bulk", "junk"}
        or kind == "multipart/report"
        or "X-Autoreply" in headers
    )


def _read_author(headers: Message, mail: Mail) -> None:
    authors = _addresses(headers, "From")
    if len(authors) == 1 and len(headers.get_all("From", [])) == 1:
        shown, mail.author = authors[0]
        pretended = _ADDRESS.search(shown)
        if pretended and domain_of(pretended[0]) != domain_of(mail.author):
            mail.faults.append(fault("mail_display_name", "from", f"{pretended[0]} shown for {mail.author}"))
    else:
        mail.faults.append(fault("mail_from_many", "from", f"{len(authors)} authors"))
    answers = _addresses(headers, "Reply-To")
    mail.reply_to = answers[0][1] if len(answers) == 1 else mail.author
    if answers and mail.author and any(domain_of(to) != domain_of(mail.author) for _shown, to in answers):
        mail.faults.append(fault("mail_reply_elsewhere", "reply-to", answers[0][1]))
        mail.reply_to = mail.author


def _dkim(value: object) -> tuple[str, str] | None:
    """Domain (``d=``) and selector (``s=``) of a DKIM signature (RFC 6376 section 3.5)."""
    pairs = (tag.partition("=") for tag in str(value)[:_LONGEST_HEADER].split(";"))
    tags = {name.strip(): "".join(said.split()).lower() for name, _, said in pairs}
    domain, selector = tags.get("d", ""), tags.get("s", "")
    return (domain, selector) if _HOST.fullmatch(domain) and _HOST.fullmatch(selector) else None


def _addresses(headers: Message, name: str) -> list[tuple[str, str]]:
    """Pairs of shown name and address. Encoded words are decoded in the shown name only (RFC 2047 section 5)."""
    raw = [str(value)[:_LONGEST_HEADER] for value in headers.get_all(name, [])[:2]]
    found = []
    for shown, address in getaddresses(raw):
        if _ADDRESS.fullmatch(address) and address.isprintable():
            found.append((decoded(shown), address.lower()))
    return found


def _text(headers: Message, name: str) -> str:
    value = headers.get(name)
    return decoded(str(value)[:_LONGEST_HEADER]) if value is not None else ""


def _date(value: str) -> Instant | None:
    """The sender's claim of when it was sent; without an offset (``-0000`` included) it is no claim."""
    try:
        return Instant(parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _signed(headers: Message, body: bytes, mail: Mail) -> SignedMail | None:
    """Split a multipart/signed by its boundary, so that the signed part is exactly the bytes that were signed."""
    if headers.get_content_type() != "multipart/signed":
        return None
    boundary = headers.get_boundary()
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        mail.faults.append(fault("mail_signature_form", "message", "no usable boundary"))
        return None
    # A delimiter ends its line or closes (RFC 2046 section 5.1.1); an inner boundary may begin with the outer one.
    pieces = re.split(rb"\r\n--" + re.escape(boundary.encode("ascii")) + rb"(?=[ \t]*\r\n|--)", b"\r\n" + body)
    if len(pieces) != 4 or not pieces[3].startswith(b"--"):
        mail.faults.append(fault("mail_signature_form", "message", f"{max(0, len(pieces) - 2)} parts instead of two"))
        return None
    content, part = (piece[piece.index(b"\r\n") + 2 :] if b"\r\n" in piece else b"" for piece in pieces[1:3])
    second = message_from_bytes(part, policy=compat32)
    signature = second.get_payload(decode=True)
    method = _SIGNATURES.get(second.get_content_type())
    if method is None:
        mail.faults.append(fault("mail_signature_form", "message", f"signature of type {second.get_content_type()}"))
        return None
    return SignedMail(content, signature if isinstance(signature, bytes) else b"", method)


def _opaque(headers: Message, data: bytes) -> bytes | None:
    if headers.get_content_type() not in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return None
    payload = message_from_bytes(data, policy=compat32).get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
