"""A mail's parts, within limits; from the signed bytes alone where there are signed bytes. Nothing is rendered."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from comity.casefile.clock import Instant
from comity.casefile.documents.demand import Fault
from comity.intake.faults import fault
from comity.intake.message import Part

_SINGLE = ("from", "sender", "reply-to", "to", "subject", "date", "message-id", "content-type", "mime-version")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_ARCHIVES = (
    "application/zip",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/gzip",
    "application/x-tar",
)
_ARCHIVE_NAMES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".iso", ".img")
_LONGEST_HEADER = 4_000
_LONGEST_NAME = 120


@dataclass(frozen=True)
class MailLimits:
    """How much of a mail is read. What lies beyond stays in the kept bytes."""

    bytes: int = 25 * 1024 * 1024
    header_bytes: int = 64 * 1024
    boundaries: int = 12
    parts: int = 40
    separators: int = 400


@dataclass(frozen=True)
class SignedMail:
    """A multipart/signed mail: exactly the bytes that were signed, and the signature."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass
class Mail:
    """What stands in a mail."""

    author: str | None = None
    """The one address of From, in lower case."""
    reply_to: str | None = None
    sent_at: Instant | None = None
    identifier: str | None = None
    subject: str = ""
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
        if mail.opaque is None:
            _read_parts(mail.signed.content if mail.signed else data, mail, limits)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, binascii.Error) as error:
        # The standard library's parser promises not to raise, and does (bpo-27321 and its kin).
        mail.faults.append(fault("mail_headers", "message", type(error).__name__))
    return mail


def read_content(content: bytes, mail: Mail, limits: MailLimits | None = None) -> None:
    """Add the parts of a content that a signature carried to its mail."""
    try:
        _read_parts(re.sub(rb"\r\n|\r|\n", b"\r\n", content), mail, limits or MailLimits())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, binascii.Error) as error:
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


def _addresses(headers: Message, name: str) -> list[tuple[str, str]]:
    """Pairs of shown name and address. Encoded words are decoded in the shown name only (RFC 2047 section 5)."""
    raw = [str(value)[:_LONGEST_HEADER] for value in headers.get_all(name, [])[:2]]
    found = []
    for shown, address in getaddresses(raw):
        if _ADDRESS.fullmatch(address) and address.isprintable():
            found.append((_decoded(shown), address.lower()))
    return found


def _text(headers: Message, name: str) -> str:
    value = headers.get(name)
    return _decoded(str(value)[:_LONGEST_HEADER]) if value is not None else ""


def _decoded(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (ValueError, LookupError, binascii.Error):
        text = value
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


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
    if second.get_content_type() not in {"application/pkcs7-signature", "application/x-pkcs7-signature"}:
        mail.faults.append(fault("mail_signature_form", "message", f"signature of type {second.get_content_type()}"))
        return None
    return SignedMail(content, signature if isinstance(signature, bytes) else b"")


def _opaque(headers: Message, data: bytes) -> bytes | None:
    if headers.get_content_type() not in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return None
    payload = message_from_bytes(data, policy=compat32).get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _read_parts(data: bytes, mail: Mail, limits: MailLimits) -> None:
    """Leaves of the mail. The limits are checked on the bytes first: taking apart what is nested is what costs."""
    if len(re.findall(rb"boundary\s*=", data, re.IGNORECASE)) > limits.boundaries:
        mail.faults.append(fault("mail_too_deep", "message", f"more than {limits.boundaries} levels"))
        return
    if data.count(b"\r\n--") > limits.separators:
        mail.faults.append(fault("mail_too_many_parts", "message", f"more than {limits.separators} separators"))
        return
    for number, part in enumerate(message_from_bytes(data, policy=compat32).walk()):
        if number >= limits.parts:
            mail.faults.append(fault("mail_too_many_parts", "message", f"more than {limits.parts}"))
            return
        if part.is_multipart():
            if number and part.get_content_type() == "multipart/signed":
                mail.faults.append(fault("mail_signature_inside", "message"))
        else:
            _read_leaf(part, mail)


def _read_leaf(part: Message, mail: Mail) -> None:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or not body:
        return
    kind = part.get_content_type()
    name = _decoded(str(part.get_filename() or ""))[:_LONGEST_NAME]
    if kind in _ARCHIVES or name.lower().endswith(_ARCHIVE_NAMES):
        mail.faults.append(fault("mail_archive", "message", name))
    if kind.startswith("text/") and not name:
        _check_charset(part, body, mail)
    mail.parts.append(Part(name or kind, kind, body))


def _check_charset(part: Message, body: bytes, mail: Mail) -> None:
    charset = part.get_content_charset() or "utf-8"
    try:
        body.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        mail.faults.append(fault("mail_charset", "message", charset[:40]))
