"""The seal: whole documents only, every changed byte refused, nothing fetched."""

from __future__ import annotations

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from answer_samples import AT, DONE, typeset, who
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from comity.delivery.errors import NotSealed, UnsafeSetting, UnusableSeal
from comity.delivery.rules import answers
from comity.delivery.seal import Seal, make_seal_file
from comity.delivery.typesetting import Typesetter


@pytest.fixture(scope="module")
def seal_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("seal") / "seal.pem"
    make_seal_file(path, legal_name="Example Board SAS", country="FR", at=AT)
    return path


@pytest.fixture(scope="module")
def form() -> bytes:
    return typeset(Typesetter(), answers(who(), [DONE], AT)[0])


@pytest.fixture(scope="module")
def sealed(seal_file, form) -> bytes:
    return Seal.from_file(seal_file).seal(form, reason="Annex II", at=AT)


def verdict(pdf: bytes, seal: Seal | None = None):
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(
        trust_roots=[signature.signer_cert], allow_fetching=False, moment=AT.utc, revocation_mode="soft-fail"
    )
    return validate_pdf_signature(signature, context)


def accepted(pdf: bytes) -> bool:
    try:
        return bool(verdict(pdf).bottom_line)
    except Exception:  # a reader may refuse the damaged file altogether
        return False


def test_a_sealed_form_verifies_whole(sealed, form, seal_file):
    status = verdict(sealed)
    assert status.bottom_line
    assert "Example Board SAS" in Seal.from_file(seal_file).owner
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signer_reported_dt == AT.utc
    assert "Example Board SAS" in status.signing_cert.subject.human_friendly
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert sealed.startswith(form)


def test_a_changed_byte_is_refused(sealed, form):
    signature_starts = sealed.index(b"/Contents <")
    for at in [*range(200, len(form), 4001), signature_starts + 900]:
        damaged = bytearray(sealed)
        damaged[at] ^= 1
        assert not accepted(bytes(damaged)), at


def test_an_appended_change_is_refused(sealed):
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = generic.TextStringObject("fr")
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    assert not verdict(output.getvalue()).bottom_line


def test_what_is_no_pdf_is_not_sealed(seal_file):
    with pytest.raises(NotSealed):
        Seal.from_file(seal_file).seal(b"not a PDF", reason="x", at=AT)


def test_unusable_files_are_refused(tmp_path, seal_file):
    with pytest.raises(UnusableSeal):
        Seal.from_file(tmp_path / "none")
    for content in (b"", b"junk", b"-----BEGIN PRIVATE KEY-----\n", b"\x30\x82"):
        path = tmp_path / "seal"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(UnusableSeal):
            Seal.from_file(path)
    open_to_all = tmp_path / "open"
    open_to_all.write_bytes(seal_file.read_bytes())
    open_to_all.chmod(0o644)
    with pytest.raises(UnusableSeal, match="chmod 600"):
        Seal.from_file(open_to_all)


def test_a_certificate_of_another_key_is_refused(tmp_path, seal_file):
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = seal_file.read_bytes().partition(b"-----BEGIN CERTIFICATE")
    path = tmp_path / "mixed"
    path.write_bytes(other + certificate[1] + certificate[2])
    path.chmod(0o600)
    with pytest.raises(UnusableSeal, match="not that of the key"):
        Seal.from_file(path)


def test_a_fresh_seal_never_overwrites_one(seal_file):
    with pytest.raises(FileExistsError):
        make_seal_file(seal_file, legal_name="Other", country="FR", at=AT)
    assert seal_file.stat().st_mode & 0o077 == 0


def test_pkcs12_is_read_too(tmp_path, seal_file, form):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    data = seal_file.read_bytes()
    packed = pkcs12.serialize_key_and_certificates(
        b"seal",
        load_pem_private_key(data, None),
        x509.load_pem_x509_certificate(data),
        None,
        serialization.BestAvailableEncryption(b"open sesame"),
    )
    path = tmp_path / "seal.p12"
    path.write_bytes(packed)
    path.chmod(0o600)
    assert verdict(Seal.from_file(path, passphrase=b"open sesame").seal(form, reason="x", at=AT)).bottom_line
    with pytest.raises(UnusableSeal):
        Seal.from_file(path, passphrase=b"wrong")


class Authority(BaseHTTPRequestHandler):
    """A time-stamping authority on this machine (RFC 3161 over HTTP)."""

    stamper = None
    status = 200

    def do_POST(self) -> None:
        import asyncio

        question = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = asyncio.run(self.stamper.async_request_tsa_response(question)).dump()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def authority(monkeypatch):
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = rsa.generate_private_key(65537, 2048)
    monkeypatch.setattr(
        Authority,
        "stamper",
        DummyTimeStamper(
            asn1_x509.Certificate.load(_certificate_for_stamps(key)),
            keys.PrivateKeyInfo.load(
                key.private_bytes(
                    serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            ),
            SimpleCertificateStore(),
            fixed_dt=AT.utc,
        ),
    )
    server = HTTPServer(("127.0.0.1", 0), Authority)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def _certificate_for_stamps(key) -> bytes:
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time of this machine")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(AT.utc - timedelta(days=1))
        .not_valid_after(AT.utc + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def test_a_time_stamp_is_put_in_when_an_authority_is_set(seal_file, form, authority):
    stamped = Seal.from_file(seal_file, timestamp_url=authority).seal(form, reason="x", at=AT)
    status = verdict(stamped)
    assert status.intact
    assert status.valid
    assert status.timestamp_validity.timestamp == AT.utc


def test_without_the_authority_s_answer_nothing_is_sealed(seal_file, form, authority, monkeypatch):
    monkeypatch.setattr(Authority, "status", 503)
    with pytest.raises(NotSealed):
        Seal.from_file(seal_file, timestamp_url=authority).seal(form, reason="x", at=AT)
    with pytest.raises(NotSealed):
        Seal.from_file(seal_file, timestamp_url="http://127.0.0.1:9/").seal(form, reason="x", at=AT)
    with pytest.raises(UnsafeSetting):
        Seal.from_file(seal_file, timestamp_url="http://stamps.example/")
