"""A time-stamping authority: a real ``openssl ts`` behind a small HTTP server."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[own]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/own.pem
signer_key = {folder}/own.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Stamper:
    """Certificates of its own, an address, and faults on demand."""

    def __init__(self, folder: Path, name: str = "Test TSA") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.config = folder / "tsa.cnf"
        self.config.write_text(_CONFIG.format(folder=folder, name=name))
        (folder / "serial").write_text("01\n")
        self._certificates()
        self.fault = ""
        """``silent`` (503), ``other`` (stamps something else), ``junk``, ``late`` (an old answer), ``refuses``."""
        self.asked = 0
        self._kept = b""
        stamper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, data = stamper.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"

    @property
    def chain(self) -> bytes:
        """What whoever believes it is given."""
        return (self.folder / "root.pem").read_bytes() + (self.folder / "own.pem").read_bytes()

    def answer(self, query: bytes) -> tuple[int, bytes]:
        self.asked += 1
        if self.fault == "silent":
            return 503, b""
        if self.fault == "junk":
            return 200, b"\x30\x03junk"
        if self.fault == "late" and self._kept:
            return 200, self._kept
        if self.fault == "other":
            query = self._run("-query", "-digest", "ab" * 32, "-sha256")
        if self.fault == "refuses":
            query = self._run("-query", "-digest", "ab" * 20, "-sha1")
        (self.folder / "query").write_bytes(query)
        self._kept = self._run("-reply", "-config", str(self.config), "-queryfile", str(self.folder / "query"))
        return 200, self._kept

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _run(self, *arguments: str) -> bytes:
        return subprocess.run(["openssl", "ts", *arguments], capture_output=True, check=False).stdout

    def _certificates(self) -> None:
        def openssl(*arguments: str) -> None:
            subprocess.run(["openssl", *arguments], capture_output=True, check=True, cwd=self.folder)

        new = ("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "tsa.cnf")
        openssl(*new, "-x509", "-days", "30", "-extensions", "root", "-keyout", "root.key", "-out", "root.pem")
        openssl(*new, "-subj", "/CN=Stamper", "-keyout", "own.key", "-out", "own.csr")
        signed = ("-in", "own.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "30", "-out", "own.pem")
        openssl("x509", "-req", *signed, "-extfile", "tsa.cnf", "-extensions", "own")
