"""An authority's machine that takes messages over real TLS, and fails in every way that a machine can."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comity.casefile.clock import Instant
from comity.hi1 import Answer, ErrorCode, Hi1Error, read, write
from comity.hi1.message import Encoding
from comity.hi1.writing import Envelope

_ELSE = b"00000000-0000-4000-8000-000000000000"


class TlsMachine:
    """Listens on the loopback; ``next`` says how it meets the messages to come, one word each, then it takes them."""

    def __init__(self, folder: Path) -> None:
        self.taken: list[bytes] = []
        self.next: list[str] = []
        self.certificate = folder / "machine.pem"
        self.key = folder / "machine.key"
        _issue(self.certificate, self.key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}/in"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def meet(self, body: bytes) -> tuple[int, bytes, str]:
        """Status, answer and where to, or an empty answer with status 0: hang up."""
        how = self.next.pop(0) if self.next else "take"
        known = body in self.taken
        if how in ("take", "take and hang up"):
            self.taken.append(body)
        failure = {"busy": ErrorCode.TRANSIENT, "refuse": ErrorCode.IMPROPER_VALUE}.get(how)
        said: Any = Hi1Error(failure, "message", how) if failure else {"Identifier": "x"}
        said = Hi1Error(ErrorCode.OBJECT_EXISTS, "ObjectIdentifier", "is there") if known else said
        answers = {
            "hang up": (0, b"", ""),
            "take and hang up": (0, b"", ""),
            "down": (503, b"", ""),
            "redirect": (307, b"", f"{self.url}/elsewhere"),
            "words": (200, b"thank you", ""),
            "another's": (200, _answer(body, said).replace(read(body, Encoding.XML).transaction.encode(), _ELSE), ""),
            "endless": (200, b"x" * (2 * 1024 * 1024), ""),
        }
        return answers.get(how) or (200, _answer(body, said), "")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        machine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer, elsewhere = machine.meet(body)
                if not status:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                if elsewhere:
                    self.send_header("Location", elsewhere)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler


def _answer(body: bytes, said: Any) -> bytes:
    asked = read(body, Encoding.XML)
    at = Instant.parse("2026-09-01T10:00:00Z")
    head = Envelope(asked.receiver, asked.sender, asked.transaction, at, "V1.22.1", "EU", "v1.3.1")
    return write(head, (Answer(0, asked.actions[0].verb.value, said),), Encoding.XML)


def _issue(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a court's machine")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2060, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
