"""Mail as it really comes: signed with OpenPGP, forwarded, wrapped in archives and winmail.dat, bounced."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache

import pysequoia

from support import orders

FROM = "Office central de test <orders@authority.example>"
CRLF = EmailMessage().policy.clone(linesep="\r\n")


@dataclass(frozen=True)
class PgpKey:
    """An OpenPGP key pair."""

    secret: pysequoia.Tsk

    @classmethod
    @cache
    def named(cls, user: str = "Office central de test <orders@authority.example>") -> PgpKey:
        return cls(pysequoia.Tsk.generate(user))

    @property
    def public(self) -> bytes:
        return str(self.secret.extract_certificate()).encode()

    @property
    def binary(self) -> bytes:
        return bytes(self.secret.extract_certificate())

    @property
    def fingerprint(self) -> str:
        return self.secret.extract_certificate().fingerprint.lower()

    def detached(self, content: bytes) -> bytes:
        return pysequoia.sign(self.secret.signer(), content, mode=pysequoia.SignatureMode.DETACHED)

    def clear(self, text: bytes) -> bytes:
        return pysequoia.sign(self.secret.signer(), text, mode=pysequoia.SignatureMode.CLEAR)

    def message(self, content: bytes) -> bytes:
        return pysequoia.sign(self.secret.signer(), content)

    def encrypted(self, content: bytes) -> bytes:
        return pysequoia.encrypt(recipients=[self.secret.extract_certificate()], bytes=content)


def pgp_mail(attachment: bytes | None, key: PgpKey, sender: str = FROM, **headers: str) -> bytes:
    """multipart/signed by RFC 3156: the first part is exactly what is signed."""
    whole = orders.mail(attachment, sender, **headers)
    head, _, body = whole.partition(b"\r\n\r\n")
    lines = orders._unfolded(head)
    outer = [line for line in lines if not line.lower().startswith((b"content-", b"mime-version"))]
    inner = [line for line in lines if line.lower().startswith(b"content-")]
    part = b"\r\n".join(inner) + b"\r\n\r\n" + body
    return pgp_assembled(b"\r\n".join(outer), part, key.detached(part))


def pgp_assembled(headers: bytes, part: bytes, signature: bytes) -> bytes:
    """Put a part and a signature together; tests put together what does not belong."""
    kind = b'multipart/signed; protocol="application/pgp-signature"; micalg="pgp-sha512"; boundary="pgp-1"'
    return b"\r\n".join(
        [
            headers,
            b"MIME-Version: 1.0",
            b"Content-Type: " + kind,
            b"",
            b"--pgp-1",
            part,
            b"--pgp-1",
            b'Content-Type: application/pgp-signature; name="signature.asc"',
            b"",
            signature.replace(b"\n", b"\r\n"),
            b"--pgp-1--",
            b"",
        ]
    )


def text_mail(text: bytes, *attachments: tuple[str, str, bytes], **headers: str) -> bytes:
    """A plain message with a text and attachments (name, media type, bytes)."""
    message = EmailMessage()
    message["From"] = headers.pop("sender", FROM)
    message["To"] = "orders@board.example"
    message["Subject"] = "Removal order"
    message["Date"] = "Mon, 23 Nov 2026 02:12:30 +0100"
    message["Message-ID"] = headers.pop("message_id", "<text-1@authority.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text.decode("utf-8"), cte="8bit")
    for name, media_type, body in attachments:
        main, _, sub = media_type.partition("/")
        if main == "message":
            message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        else:
            message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message.as_bytes(policy=CRLF)


def forwarded(
    inner: bytes, text: str = "For your attention.\n", sender: str = "Chief <chief@authority.example>"
) -> bytes:
    """A message with another one attached as message/rfc822."""
    return b"\r\n".join(
        [
            b"From: " + sender.encode(),
            b"To: orders@board.example",
            b"Subject: Fwd: Removal order",
            b"Message-ID: <forward-1@authority.example>",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/mixed; boundary="fwd"',
            b"",
            b"--fwd",
            b"Content-Type: text/plain",
            b"",
            text.encode(),
            b"--fwd",
            b"Content-Type: message/rfc822",
            b"",
            inner,
            b"--fwd--",
            b"",
        ]
    )


def zipped(**files: bytes) -> bytes:
    """An archive; ``__`` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "."), body)
    return out.getvalue()


def winmail(*files: tuple[str, bytes], text: bytes = b"", long_names: bool = True) -> bytes:
    """A winmail.dat (TNEF) with these attachments."""
    data = struct.pack("<IH", 0x223E9F78, 1)
    if text:
        data += _attribute(1, 0x0002800C, text + b"\0")
    for name, body in files:
        short = name[:8].encode("latin-1") + b"\0"
        data += _attribute(2, 0x00069002, bytes(14)) + _attribute(2, 0x00018010, short)
        data += _attribute(2, 0x0006800F, body)
        if long_names:
            data += _attribute(2, 0x00069005, _long_name(name))
    return data


def _attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _long_name(name: str) -> bytes:
    value = (name + "\0").encode("utf-16-le")
    named = struct.pack("<HH", 0x0003, 0x8001) + bytes(16) + struct.pack("<II", 0, 7) + struct.pack("<I", 1)
    long = struct.pack("<HHII", 0x001F, 0x3707, 1, len(value)) + value + bytes(-len(value) % 4)
    return struct.pack("<I", 2) + named + long


def bounce(
    about: str, recipient: str = "orders@authority.example", action: str = "failed", returned: bytes | None = None
) -> bytes:
    """A report on a delivery (RFC 3464) with the original's header, or all of it."""
    original = (
        returned or b"From: orders@board.example\r\nMessage-ID: " + about.encode() + b"\r\nSubject: Annex III\r\n"
    )
    kind = b"message/rfc822" if returned else b"text/rfc822-headers"
    return b"\r\n".join(
        [
            b"From: MAILER-DAEMON@relay.example",
            b"To: orders@board.example",
            b"Subject: Undelivered Mail Returned to Sender",
            b"Message-ID: <bounce-1@relay.example>",
            b"Auto-Submitted: auto-replied",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"',
            b"",
            b"--dsn",
            b"Content-Type: text/plain",
            b"",
            b"I'm sorry to have to inform you that your message could not be delivered.",
            b"--dsn",
            b"Content-Type: message/delivery-status",
            b"",
            b"Reporting-MTA: dns; relay.example",
            b"",
            b"Final-Recipient: rfc822; " + recipient.encode(),
            b"Action: " + action.encode(),
            b"Status: 5.1.1",
            b"Diagnostic-Code: smtp; 550 5.1.1 No such mailbox",
            b"",
            b"--dsn",
            b"Content-Type: " + kind,
            b"",
            original,
            b"--dsn--",
            b"",
        ]
    )


def with_base64_message(inner: bytes) -> bytes:
    """A message attached in base64, which RFC 2046 forbids and some programs do."""
    body = base64.encodebytes(inner).replace(b"\n", b"\r\n")
    return (
        b"From: a@authority.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--x--\r\n"
    )


@cache
def scan() -> bytes:
    """A complete order as a scanner gives it: pictures of its pages, no letter in it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(orders.as_printed_pdf(orders.order()))
    pages = [page.render(scale=2.0, grayscale=True).to_pil() for page in document]
    document.close()
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=144)
    return out.getvalue()
