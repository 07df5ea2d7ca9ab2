"""The provider's electronic seal, on a PDF (PAdES) or beside any bytes (CAdES): baseline B-B, stamped B-T.

Key and certificate are the provider's own files, or in a token (``token``). ECDSA on P-256 is preferred: quick, and
every common PDF reader checks it. Sealing reads nothing from the network but, where one is set, the time-stamping
authority. A file that is replaced is followed: the next answer bears the new seal, older ones stay as they are.
"""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import httpx
from asn1crypto import keys, tsp
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers, timestamps
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from comity.casefile.clock import Instant
from comity.casefile.records.private import ReadableByOthers, read_private
from comity.delivery.errors import NotSealed, UnsafeSetting, UnusableSeal
from comity.delivery.token import TokenKey, TokenPlace

_FIELD = "Seal"
_ROOM = 16_384
"""Hexadecimal digits kept for the signature and its chain; as many again for a time stamp."""
_STAMP_SECONDS = 10.0
_STAMP_BYTES = 1 << 20
# AttributeError: pyHanko stumbles over its own words about a stamp that answers another question.
_REFUSALS = (PdfError, SigningError, httpx.HTTPError, ValueError, AttributeError)


class Holder(Protocol):
    """Whoever holds the key."""

    def signing(self) -> AbstractContextManager[signers.Signer]:
        """A signer for one seal."""


class Seal:
    """One key with its certificate chain, ready to seal."""

    def __init__(self, holder: Holder, timestamp_url: str | None = None) -> None:
        self._holder = holder
        self._stamper = _Stamper(timestamp_url) if timestamp_url else None

    @classmethod
    def from_file(cls, path: Path, *, timestamp_url: str | None = None, passphrase: bytes | None = None) -> Seal:
        """Follow a PEM file (key, certificate, then its chain) or a PKCS #12 file, which its owner alone can read."""
        return cls(_FileKey(path, passphrase), timestamp_url)

    @classmethod
    def from_token(cls, uri: str, *, timestamp_url: str | None = None) -> Seal:
        """Seal by a PKCS #11 token, which is opened at each seal; ``UnsafeSetting`` for a URI that is none."""
        return cls(TokenKey(TokenPlace.parse(uri)), timestamp_url)

    @property
    def certificate(self) -> bytes:
        """The certificate (DER) with which the next answer is sealed. A token must be there: ``SealAway``."""
        with self._holder.signing() as signer:
            found = signer.signing_cert
            return bytes(found.dump()) if found else b""

    @property
    def owner(self) -> str:
        """The subject of the certificate, for people."""
        return str(Certificate.load(self.certificate).subject.human_friendly)

    def seal(self, pdf: bytes, *, reason: str, at: Instant) -> bytes:
        """The same PDF, sealed: an increment at its end whose signature covers every byte and permits no change.

        ``at`` is the claimed time of sealing. Raises ``NotSealed``; ``SealAway`` when the key may be there later.
        """
        metadata = signers.PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        try:
            with self._holder.signing() as held:
                signer = _SignerAt(metadata, held, timestamper=self._stamper)
                signer.at = at
                room = _ROOM * (2 if self._stamper else 1)
                output = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=room)
        except _REFUSALS as error:
            raise NotSealed(type(error).__name__) from error
        return bytes(output.getbuffer())

    def sign(self, data: bytes, *, at: Instant) -> bytes:
        """A detached CAdES signature (DER) over bytes: baseline B-B, with an RFC 3161 stamp B-T.

        ``at`` is the claimed time of signing. Raises ``NotSealed``; ``SealAway`` when the key may be there later.
        """
        attributes = signers.pdf_cms.PdfCMSSignedAttributes(signing_time=at.original)
        try:
            with self._holder.signing() as held:
                made = asyncio.run(
                    held.async_sign_general_data(
                        data, "sha256", use_cades=True, timestamper=self._stamper, signed_attr_settings=attributes
                    )
                )
        except _REFUSALS as error:
            raise NotSealed(type(error).__name__) from error
        return bytes(made.dump())


class _FileKey:
    """A key in a file; read again when the file is another one."""

    def __init__(self, path: Path, passphrase: bytes | None) -> None:
        self._path, self._passphrase = path, passphrase
        self._mark, self._signer = self._read()

    @contextmanager
    def signing(self) -> Iterator[signers.Signer]:
        """The signer of the file as it is now; while it cannot be read, the one known."""
        try:
            if _mark(self._path) != self._mark:
                self._mark, self._signer = self._read()
        except OSError:
            pass
        yield self._signer

    def _read(self) -> tuple[tuple[int, int], signers.SimpleSigner]:
        try:
            mark = _mark(self._path)
            return mark, _signer(read_private(self._path), self._passphrase)
        except ReadableByOthers as error:
            raise UnusableSeal("others can read the file: chmod 600") from error
        except (OSError, ValueError, TypeError) as error:
            raise UnusableSeal(type(error).__name__) from error


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


class _SignerAt(signers.PdfSigner):
    """Claims the time it is given, not the machine's."""

    at: Instant

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 -- theirs
    ) -> PdfSigningSession:
        """A session at ``at``."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at.original
        return session


class _Stamper(timestamps.TimeStamper):
    """Asks one RFC 3161 authority, over HTTPS unless it is this machine; follows no redirection."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko types some of itself only
        self._url = httpx.URL(url)
        if self._url.scheme != "https" and self._url.host not in {"127.0.0.1", "localhost", "::1"}:
            raise UnsafeSetting("a time-stamping authority is asked over HTTPS")

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """One question, one answer, at most ten seconds and one megabyte."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        async with httpx.AsyncClient(timeout=_STAMP_SECONDS, follow_redirects=False, trust_env=False) as client:
            reply = await client.post(self._url, content=req.dump(), headers=headers)
        if reply.status_code != httpx.codes.OK or len(reply.content) > _STAMP_BYTES:
            raise SigningError("no time stamp")
        return tsp.TimeStampResp.load(reply.content)


def make_seal_file(path: Path, *, legal_name: str, country: str, at: Instant, days: int = 825) -> None:
    """Write a fresh P-256 key and a certificate that it signed itself: to begin with, until a trusted one is bought."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, legal_name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{legal_name[:48]}, seal"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(secrets.token_bytes(16), "big") | 1)
        .not_valid_before(at.utc - timedelta(minutes=5))
        .not_valid_after(at.utc + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


def _for_signatures() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signer(data: bytes, passphrase: bytes | None) -> signers.SimpleSigner:
    if data.lstrip().startswith(b"-----BEGIN"):
        key = load_private_key_from_pemder_data(data, passphrase)
        first, *chain = load_certs_from_pemder_data(data)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the same
        store.register_multiple(chain)
        _must_match(key, first)
        return signers.SimpleSigner(first, key, store)
    packed: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(data, other_certs=[], passphrase=passphrase)
    return packed


def _must_match(key: keys.PrivateKeyInfo, certificate: Certificate) -> None:
    public = load_der_private_key(key.dump(), None).public_key()
    shown = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if shown != certificate.public_key.dump():
        raise UnusableSeal("the certificate is not that of the key")


# pyHanko tells its own debugging at length; of a seal nothing belongs in the log.
logging.getLogger("pyhanko").setLevel(logging.ERROR)
