"""A SoftHSM token of the test's own, with the seal's key in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from comity.casefile.clock import Instant
from comity.delivery import make_seal_file

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "4711-0815"


class Token:
    """A folder that SoftHSM takes for a token; it can be taken out and put back."""

    def __init__(self, folder: Path, at: Instant) -> None:
        self.folder, self.pin = folder, folder / "pin"
        (folder / "tokens").mkdir()
        self.pin.touch(mode=0o600)
        self.pin.write_text(PIN + "\n")
        (folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
        self._run("--init-token", "--free", "--label", "comity", "--so-pin", "12345678", "--pin", PIN)
        make_seal_file(folder / "seal.pem", legal_name="Example Board SAS", country="FR", at=at)
        data = (folder / "seal.pem").read_bytes()
        key = serialization.load_pem_private_key(data, None)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "key.pem").write_bytes(key.private_bytes(*form))
        self._run(
            "--import", str(folder / "key.pem"), "--token", "comity", "--label", "seal", "--id", "01", "--pin", PIN
        )
        self._certify(x509.load_pem_x509_certificate(data).public_bytes(serialization.Encoding.DER))

    @property
    def uri(self) -> str:
        return f"pkcs11:token=comity;object=seal?module-path={quote(str(MODULE))}&pin-source={quote(str(self.pin))}"

    def take_out(self) -> None:
        (self.folder / "tokens").rename(self.folder / "drawer")
        (self.folder / "tokens").mkdir()

    def put_back(self) -> None:
        shutil.rmtree(self.folder / "tokens")
        (self.folder / "drawer").rename(self.folder / "tokens")

    def _certify(self, certificate: bytes) -> None:
        import pkcs11
        from pkcs11.util.x509 import decode_x509_certificate

        library = pkcs11.lib(str(MODULE))
        library.reinitialize()
        with library.get_token(token_label="comity").open(user_pin=PIN, rw=True) as session:
            attributes = {**decode_x509_certificate(certificate), pkcs11.Attribute.TOKEN: True}
            session.create_object({**attributes, pkcs11.Attribute.LABEL: "seal", pkcs11.Attribute.ID: b"\x01"})

    @staticmethod
    def _run(*words: str) -> None:
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, env=dict(os.environ))
