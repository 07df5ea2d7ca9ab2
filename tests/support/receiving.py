"""What an authority does with a package, with tools that are not ours."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pysequoia
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comity.casefile.clock import Instant
from comity.execution.disclosure.encrypting import KeyKind, Recipient


class Authority:
    """Holds the private halves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.age = pyrage.x25519.Identity.generate()
        self.pgp = pysequoia.Tsk.generate("authority@example")

    def certificate(self, sort: str = "rsa", usage: str = "", ends: str = "2030-01-01T00:00:00Z") -> Path:
        key: Any = {
            "rsa": lambda: rsa.generate_private_key(65537, 2048),
            "short": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 -- refused, as it should be
            "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
            "ed": ed25519.Ed25519PrivateKey.generate,
        }[sort]()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, sort)])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(7).not_valid_before(Instant.parse("2020-01-01T00:00:00Z").utc)
        builder = builder.not_valid_after(Instant.parse(ends).utc)
        if usage:
            names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
            names += ["key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
            builder = builder.add_extension(x509.KeyUsage(**{one: one == usage for one in names}), critical=True)
        made = builder.sign(key, None if sort == "ed" else hashes.SHA256())
        (self.folder / f"{sort}.key").write_bytes(pem(key))
        (self.folder / f"{sort}.pem").write_bytes(made.public_bytes(Encoding.PEM))
        return self.folder / f"{sort}.pem"

    def recipient(self, kind: KeyKind, sort: str = "rsa") -> Recipient:
        if kind is KeyKind.X509:
            return Recipient(kind, self.certificate(sort).read_bytes())
        if kind is KeyKind.AGE:
            return Recipient(kind, str(self.age.to_public()).encode())
        return Recipient(kind, bytes(self.pgp.extract_certificate()))

    def decrypted(self, kind: KeyKind, body: bytes, sort: str = "rsa") -> Path:
        out = self.folder / "package.asice"
        if kind is KeyKind.AGE:
            out.write_bytes(pyrage.decrypt(body, [self.age]))
        elif kind is KeyKind.OPENPGP:
            out.write_bytes(pysequoia.decrypt(body, decryptor=self.pgp.decryptor()).bytes)
        else:
            sealed = self.folder / "package.p7m"
            sealed.write_bytes(body)
            command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", str(sealed), "-out", str(out)]
            keys = ["-recip", str(self.folder / f"{sort}.pem"), "-inkey", str(self.folder / f"{sort}.key")]
            subprocess.run([*command, *keys], check=True, capture_output=True)
        return out

    def unpacked(self, archive: Path) -> Path:
        folder = self.folder / "unpacked"
        with zipfile.ZipFile(archive) as opened:
            assert opened.testzip() is None
            first = opened.infolist()[0]
            assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
            opened.extractall(folder)
        return folder


def pem(key: Any) -> bytes:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made
