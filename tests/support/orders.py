"""Real removal orders for tests and the demonstration: Annex I as JSON, as PDF with fields, as printed PDF, signed.

order()                         -> the form as a dict, keys of Annex I; change anything by keyword
as_json(order())                -> the API body
as_fields_pdf(order())          -> PDF with an AcroForm, one field a key
as_printed_pdf(order())         -> PDF in free layout, typeset by typst
signed_pdf(pdf, authority)      -> PAdES signature of an authority (a test certificate)
mail(pdf, ...)                  -> RFC 5322 message with the PDF attached
signed_mail(pdf, authority)     -> the same as multipart/signed with a detached CMS signature
Authority.named("...")          -> key, certificate and fingerprint to enrol
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import hashlib
import io
import json
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Form = dict[str, Any]
ISSUED_AT = "2026-11-23T02:10:00+01:00"
URL = "https://board.example/posts/1001"

_ORDER: Form = {
    "issuing_member_state": "FR",
    "addressee": "Example Board SAS",
    "contact_point": "orders@board.example",
    "home_member_state": "FR",
    "issued_at": ISSUED_AT,
    "order_reference": "OFAC-2026-000417",
    "content_locations": [{"url": URL, "additional_info": "Video in the first post"}],
    "grounds": ["INCITES"],
    "additional_reasons": "The video glorifies the attack and calls on viewers to commit another one.",
    "nondisclosure": False,
    "home_is_other_member_state": False,
    "issuer": {
        "type": "LAW_ENFORCEMENT",
        "name": "Office central de test",
        "representative": "A. Martin, commissaire",
        "file_no": "PV-2026-1187",
        "address": "101 rue du Test, 92000 Nanterre",
        "tel": "+33140000000",
        "email": "orders@authority.example",
        "date": "2026-11-23",
        "stamp_signature": {"kind": "advanced e-signature", "evidence": "the signature of the file"},
    },
    "followup": {"issuer_contact": "orders@authority.example, +33140000000"},
    "redress": {
        "body": "Tribunal administratif de Test",
        "deadline": {"n": 2, "unit": "months", "from": "notification of the order"},
        "legal_link": "https://legal.authority.example/redress",
    },
}


def order(**changes: Any) -> Form:
    """A complete order of a French authority to Example Board (board.example). ``None`` takes a key away; a dotted
    name is written with two underscores: ``order(issuer__name="...")``."""
    form = copy.deepcopy(_ORDER)
    for name, value in changes.items():
        node = form
        steps = name.split("__")
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        if value is None:
            node.pop(steps[-1], None)
        else:
            node[steps[-1]] = value
    return form


def cross_border_order(**changes: Any) -> Form:
    """The same from a German authority: the home Member State is another one and got its copy (Article 4(1))."""
    german = {
        "issuing_member_state": "DE",
        "home_is_other_member_state": True,
        "copy_sent_to_home_authority": True,
        "order_reference": "BKA-ST-2026-88",
        "issuer__name": "Bundestestamt",
        "issuer__email": "orders@bundestestamt.example",
        "followup__home_authority_contact": "orders@authority.example",
    }
    return order(**(german | changes))


def as_json(form: Form) -> bytes:
    """The body that an API client posts."""
    return json.dumps(form, ensure_ascii=False, indent=1).encode()


# -- authorities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Authority:
    """An authority's signing key and certificate, made for tests."""

    name: str
    email: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def named(
        cls,
        name: str = "Office central de test",
        email: str = "orders@authority.example",
        valid_from: str = "2026-01-01T00:00:00+00:00",
        valid_until: str = "2028-01-01T00:00:00+00:00",
    ) -> Authority:
        """A fresh key with a certificate of its own, always the same one for the same arguments in one process."""
        return _authority(name, email, valid_from, valid_until)

    @property
    def der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM, as staff upload it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER bytes, hexadecimal: the registry's mark."""
        return hashlib.sha256(self.der).hexdigest()


@functools.cache
def _authority(name: str, email: str, valid_from: str, valid_until: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, f"{name} seal")]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test trust service")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime.fromisoformat(valid_from))
        .not_valid_after(dt.datetime.fromisoformat(valid_until))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
        .add_extension(_usage(), critical=True)
        .sign(_trust_service(), hashes.SHA256())
    )
    return Authority(name, email, key, certificate)


@functools.cache
def _trust_service() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _usage() -> x509.KeyUsage:
    wanted = {"digital_signature", "content_commitment"}
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    more = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in wanted for name in names + more})


# -- PDF --------------------------------------------------------------------------------------------------------------


def flat(form: Form, prefix: str = "") -> dict[str, str | bool]:
    """The form as names and values of form fields: lists are numbered, grounds are boxes."""
    found: dict[str, str | bool] = {}
    for key, value in form.items():
        name = f"{prefix}{key}"
        if name == "grounds" and isinstance(value, list):
            found |= {f"grounds.{code}": True for code in value}
        elif isinstance(value, dict):
            found |= flat(value, f"{name}.")
        elif isinstance(value, list):
            for place, item in enumerate(value):
                found |= flat(item, f"{name}.{place}.")
        else:
            found[name] = value if isinstance(value, bool) else str(value)
    return found


def pdf_text(text: str) -> str:
    """A PDF string object: UTF-16 with byte order mark in hexadecimal, so that every character is possible."""
    return "<" + ("\ufeff" + text).encode("utf-16-be").hex() + ">"


def write_pdf(objects: list[str | bytes], root: int = 1) -> bytes:
    """A PDF file of numbered objects, with its cross-reference table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n")
    table = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write(b"".join(f"{place:010d} 00000 n \n".encode() for place in places))
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root {root} 0 R >>\nstartxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def stream(content: bytes, extra: str = "") -> bytes:
    """A stream object's body."""
    return f"<< /Length {len(content)} {extra} >>\nstream\n".encode() + content + b"\nendstream"


def as_fields_pdf(form: Form, catalog: str = "", objects: tuple[str | bytes, ...] = ()) -> bytes:
    """Annex I as an AcroForm. ``catalog`` adds keys to the document's root; ``objects`` follow, numbered from 5."""
    body: list[str | bytes] = [
        "",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "",
        stream(b"BT /F1 11 Tf 60 780 Td (REMOVAL ORDER, Regulation (EU) 2021/784, Article 3) Tj ET"),
        *objects,
    ]
    first = len(body) + 1
    fields = flat(form)
    for place, (name, value) in enumerate(fields.items()):
        box = f"/Type /Annot /Subtype /Widget /Rect [60 {max(20, 740 - place * 18)} 540 {max(34, 754 - place * 18)}]"
        if isinstance(value, bool):
            state = "/Yes" if value else "/Off"
            body.append(f"<< {box} /FT /Btn /T {pdf_text(name)} /V {state} /AS {state} /P 3 0 R >>")
        else:
            shown = f"/V {pdf_text(value)} /DA (/F1 10 Tf 0 g)"
            body.append(f"<< {box} /FT /Tx /T {pdf_text(name)} {shown} /P 3 0 R >>")
    references = " ".join(f"{number} 0 R" for number in range(first, first + len(fields)))
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    body[0] = (
        f"<< /Type /Catalog /Pages 2 0 R {catalog} "
        f"/AcroForm << /Fields [{references}] /DR {font} /DA (/F1 10 Tf 0 g) >> >>"
    )
    body[2] = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {font} "
        f"/Annots [{references}] >>"
    )
    return write_pdf(body)


_PRINTED: tuple[tuple[str, str], ...] = (
    ("SECTION A", ""),
    ("Member State of the issuing competent authority", "issuing_member_state"),
    ("Addressee and, where relevant, legal representative", "addressee"),
    ("Contact point", "contact_point"),
    ("Member State of main establishment or legal representative", "home_member_state"),
    ("Time and date of issuing of the removal order", "issued_at"),
    ("Reference number of the removal order", "order_reference"),
    ("SECTION B", ""),
    ("URL and any additional information enabling identification and exact location", "@locations"),
    ("", "@grounds"),
    ("Additional information for considering the material terrorist content", "additional_reasons"),
    ("SECTION C", ""),
    ("", "@nondisclosure"),
    ("SECTION D", ""),
    ("", "@home"),
    ("SECTION E", ""),
    ("", "@type"),
    ("Name of the issuing authority", "issuer.name"),
    ("Name of its representative and post held (title and grade)", "issuer.representative"),
    ("File No", "issuer.file_no"),
    ("Address", "issuer.address"),
    ("Tel. No", "issuer.tel"),
    ("E-mail", "issuer.email"),
    ("Date", "issuer.date"),
    ("SECTION F", ""),
    ("Contact details of the issuing authority for feedback", "followup.issuer_contact"),
    ("Contact details of the competent authority of the home Member State", "followup.home_authority_contact"),
    ("SECTION G", ""),
    ("Competent body or court to challenge the order", "redress.body"),
    ("Deadline for challenging the decision", "@deadline"),
    ("Link to provisions in national legislation", "redress.legal_link"),
)
_GROUND_TEXTS = {
    "INCITES": "incites the commission of terrorist offences (Article 2, point (7)(a))",
    "SOLICITS_OFFENCE": "solicits a person or a group of persons to commit an offence (Article 2, point (7)(b))",
    "SOLICITS_GROUP": "solicits a person or a group of persons to participate in a group (Article 2, point (7)(c))",
    "INSTRUCTS": "provides instruction on making or using weapons (Article 2, point (7)(d))",
    "THREATENS": "constitutes a threat to commit an offence (Article 2, point (7)(e))",
}
_TYPE_TEXTS = {
    "JUDGE_COURT_INVESTIGATING_JUDGE": "judge, court or investigating judge",
    "LAW_ENFORCEMENT": "law enforcement authority",
    "OTHER_COMPETENT_AUTHORITY": "other competent authority",
}


def as_printed_pdf(form: Form, preamble: str = "") -> bytes:
    """Annex I in free layout, as a word processor prints it; ``preamble`` is typst put before the form."""
    lines = [preamble, '#set page(paper: "a4", margin: 2cm)', "#set text(size: 10pt)"]
    lines.append(_typst("REMOVAL ORDER (Article 3 of Regulation (EU) 2021/784)"))
    values = flat(form)
    for label, name in _PRINTED:
        if name.startswith("@"):
            lines += [_typst(line) for line in _special(form, label, name)]
        elif not name:
            lines.append(_typst(label))
        elif name in values:
            lines.append(_typst(f"{label}: {values[name]}"))
    return bytes(typst.compile("\n\n".join(lines).encode(), format="pdf", timestamp=0))


def _special(form: Form, label: str, name: str) -> list[str]:
    def box(ticked: bool, text: str) -> str:
        return f"[{'x' if ticked else ' '}] {text}"

    if name == "@locations":
        places = form.get("content_locations", [])
        return [f"{label}:"] + [line for item in places for line in (item["url"], item.get("additional_info", ""))]
    if name == "@grounds":
        return [box(code in form.get("grounds", []), text) for code, text in _GROUND_TEXTS.items()]
    if name == "@nondisclosure":
        return [box(form.get("nondisclosure", False), "for reasons of public security the addressee must not inform")]
    if name == "@home":
        where = "the Member State of main establishment or legal representative is other than that of the issuer"
        sent = "a copy of the removal order is sent to the competent authority of that Member State"
        return [
            box(form.get("home_is_other_member_state", False), where),
            box(form.get("copy_sent_to_home_authority", False), sent),
        ]
    if name == "@type":
        return [box(code == form.get("issuer", {}).get("type"), text) for code, text in _TYPE_TEXTS.items()]
    deadline = form.get("redress", {}).get("deadline")
    return [f"{label}: {deadline['n']} {deadline['unit']} from {deadline['from']}"] if deadline else []


def _typst(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#text("{escaped}")'


# -- signatures -------------------------------------------------------------------------------------------------------


def signed_pdf(pdf: bytes, authority: Authority, at: str = ISSUED_AT) -> bytes:
    """The PDF with a PAdES signature (ETSI.CAdES.detached) over the whole file, claiming to be made ``at``."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class AtThatTime(signers.PdfSigner):  # type: ignore[misc]
        def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
            session = super().init_signing_session(*arguments, **options)
            session.system_time = dt.datetime.fromisoformat(at)
            return session

    metadata = signers.PdfSignatureMetadata(
        field_name="Signature", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, name=authority.name
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    sealed = AtThatTime(metadata, signer=_signer(authority)).sign_pdf(writer)
    sealed.seek(0)
    return bytes(sealed.read())


def detached_signature(content: bytes, authority: Authority, at: str = ISSUED_AT, *, detached: bool = True) -> bytes:
    """A CMS signature over ``content``, DER; with ``detached=False`` it carries the content itself."""
    import asyncio

    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    claimed = PdfCMSSignedAttributes(signing_time=dt.datetime.fromisoformat(at))
    signer = _signer(authority)
    made = signer.async_sign_general_data(content, "sha256", detached=detached, signed_attr_settings=claimed)
    return bytes(asyncio.run(made).dump())


def _signer(authority: Authority) -> Any:
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = authority.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(authority.der),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


# -- mail -------------------------------------------------------------------------------------------------------------


def mail(
    attachment: bytes | None,
    sender: str = "Office central de test <orders@authority.example>",
    message_id: str = "<order-1@authority.example>",
    media_type: str = "application/pdf",
    **headers: str,
) -> bytes:
    """A message as it comes over SMTP, lines ended by CR LF, with one attachment or none."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "orders@board.example"
    message["Subject"] = "Removal order OFAC-2026-000417"
    message["Date"] = "Mon, 23 Nov 2026 02:12:30 +0100"
    message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Please find attached a removal order under Article 3 of Regulation (EU) 2021/784.\n")
    if attachment is not None:
        main, _, sub = media_type.partition("/")
        name = "order.pdf" if sub == "pdf" else f"order.{sub}"
        message.add_attachment(attachment, maintype=main, subtype=sub, filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def signed_mail(
    attachment: bytes | None,
    authority: Authority,
    sender: str = "Office central de test <orders@authority.example>",
    message_id: str = "<order-1@authority.example>",
) -> bytes:
    """The same as multipart/signed (RFC 8551): the first part is what is signed, the second the CMS signature."""
    whole = mail(attachment, sender, message_id)
    head, _, body = whole.partition(b"\r\n\r\n")
    outer = [line for line in _unfolded(head) if not line.lower().startswith((b"content-", b"mime-version"))]
    inner = [line for line in _unfolded(head) if line.lower().startswith(b"content-")]
    part = b"\r\n".join(inner) + b"\r\n\r\n" + body
    return assemble_signed(b"\r\n".join(outer), part, detached_signature(part, authority))


def opaque_mail(attachment: bytes, authority: Authority, message_id: str = "<order-1@authority.example>") -> bytes:
    """The same as one CMS signature that carries the mail inside (application/pkcs7-mime), as some programs send it."""
    import base64

    part = mail(attachment, authority.email, message_id)
    headers = b"From: " + authority.email.encode() + b"\r\nMessage-ID: " + message_id.encode()
    kind = b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
    encoded = base64.encodebytes(detached_signature(part, authority, detached=False)).replace(b"\n", b"\r\n")
    return b"\r\n".join([headers, b"MIME-Version: 1.0", kind, b"Content-Transfer-Encoding: base64", b"", encoded])


def assemble_signed(headers: bytes, part: bytes, signature: bytes) -> bytes:
    """Put a signed part and its signature into one message; tests put things together that do not belong."""
    import base64

    kind = b'multipart/signed; protocol="application/pkcs7-signature"; micalg="sha-256"; boundary="signed-1"'
    encoded = b"\r\n".join(
        base64.b64encode(signature)[place : place + 76] for place in range(0, len(base64.b64encode(signature)), 76)
    )
    return b"\r\n".join(
        [
            headers,
            b"MIME-Version: 1.0",
            b"Content-Type: " + kind,
            b"",
            b"--signed-1",
            part,
            b"--signed-1",
            b'Content-Type: application/pkcs7-signature; name="smime.p7s"',
            b"Content-Transfer-Encoding: base64",
            b"",
            encoded,
            b"",
            b"--signed-1--",
            b"",
        ]
    )


def _unfolded(head: bytes) -> list[bytes]:
    lines: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and lines:
            lines[-1] += b"\r\n" + line
        else:
            lines.append(line)
    return lines


# -- hostile documents ------------------------------------------------------------------------------------------------


def pdf_with_script() -> bytes:
    """A complete order whose document runs a script when opened."""
    return as_fields_pdf(order(), catalog="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")


def pdf_with_launch() -> bytes:
    """A complete order that would start a program."""
    return as_fields_pdf(order(), catalog="/AA << /WC << /S /Launch /F (cmd.exe) >> >>")


def pdf_with_file() -> bytes:
    """A complete order with another file inside."""
    names = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>] >> >>"
    return as_fields_pdf(order(), catalog=names, objects=(stream(b"MZ", "/Type /EmbeddedFile"),))


def pdf_with_picture() -> bytes:
    """A complete order with a pasted picture of a signature and no cryptographic one."""
    image = stream(
        b"\0\0\0", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    return as_fields_pdf(order(), catalog="/Extra << /Im1 5 0 R >>", objects=(image,))


def pdf_with_pages(count: int) -> bytes:
    """A document of many pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    pages = ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * count
    return write_pdf(["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>", *pages])


def pdf_nested(levels: int) -> bytes:
    """A document whose root holds lists within lists."""
    deep = "[" * levels + "]" * levels
    return write_pdf([f"<< /Type /Catalog /Pages 2 0 R /Deep {deep} >>", "<< /Type /Pages /Kids [] /Count 0 >>"])


def pdf_chained(length: int) -> bytes:
    """A document of objects that each hold the next one."""
    links = [f"<< /Next {number + 1} 0 R >>" for number in range(3, length + 3)] + ["<< >>"]
    return write_pdf(["<< /Type /Catalog /Pages 2 0 R /Next 3 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", *links])


def pdf_bomb(megabytes: int) -> bytes:
    """A page whose content unpacks to far more than it is."""
    import zlib

    packer = zlib.compressobj(9)
    piece = b"BT /F1 9 Tf (A) Tj ET " * 45_000
    packed = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources {font} >>"
    return write_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            stream(packed, "/Filter /FlateDecode"),
        ]
    )


def pdf_added_after(authority: Authority) -> bytes:
    """A signed order whose address was changed afterwards by an incremental update."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter(io.BytesIO(signed_pdf(as_fields_pdf(order()), authority)), incremental=True)
    for field in writer.root_object["/AcroForm"]["/Fields"]:  # type: ignore[index]
        node = field.get_object()
        if node.get("/T") == "content_locations.0.url":
            node[NameObject("/V")] = TextStringObject("https://board.example/posts/journalist")
    out = io.BytesIO()
    writer.write(out)
    assert PdfReader(io.BytesIO(out.getvalue())).trailer
    return out.getvalue()


def pdf_part_signed(authority: Authority) -> bytes:
    """A signed order whose byte range leaves out more than the signature."""
    import re

    data = signed_pdf(as_fields_pdf(order()), authority)
    match = re.search(rb"/ByteRange \[\s*0 (\d+) (\d+) (\d+)\s*\]", data)
    assert match
    shorter = f"/ByteRange [0 {int(match[1]) - 9} {match[2].decode()} {match[3].decode()}]".encode()
    return data.replace(match[0], shorter.ljust(len(match[0])))


def pdf_flipped(authority: Authority) -> bytes:
    """A signed order with one letter changed."""
    data = signed_pdf(as_fields_pdf(order()), authority)
    return data.replace(b"REMOVAL ORDER", b"REMOVAL 0RDER", 1)


def mime_nested(levels: int) -> bytes:
    """A mail within a mail within a mail."""
    body = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    for level in range(levels):
        name = f"b{level}".encode()
        body = (
            b'Content-Type: multipart/mixed; boundary="' + name + b'"\r\n\r\n--' + name + b"\r\n"
            + body + b"\r\n--" + name + b"--\r\n"
        )  # fmt: skip
    return b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + body
