"""Encryption to the key that is enrolled for an authority, as a stream through a process of its own.

X.509: CMS AuthEnvelopedData with AES-256-GCM (RFC 5083, RFC 5084) by the machine's ``openssl``; RSA by OAEP with
SHA-256, elliptic curves by ECDH. age: X25519 (age-encryption.org/v1). OpenPGP: RFC 9580. The key of an authority comes
from the register; what cannot be used is refused before anything is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from comity.casefile.clock import Instant
from comity.execution.disclosure.errors import NotPacked, UnusableRecipient

_PIECE = 1 << 20
_PLACES = "/usr/bin:/bin:/usr/local/bin"
_CHILD = (sys.executable, "-I", "-m", "comity.execution.disclosure.child.encrypt")
_OPENSSL = ("cms", "-encrypt", "-binary", "-stream", "-outform", "DER", "-aes-256-gcm")
_OAEP = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")


class KeyKind(StrEnum):
    """The kinds of keys an authority can enrol to be encrypted to."""

    X509 = "x509"
    AGE = "age"
    OPENPGP = "openpgp"


SUFFIX = {KeyKind.X509: ".p7m", KeyKind.AGE: ".age", KeyKind.OPENPGP: ".pgp"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key: a certificate (PEM or DER), an age recipient, or an OpenPGP certificate."""

    kind: KeyKind
    key: bytes

    @property
    def shown(self) -> str:
        """Kind and SHA-256, for entries and people."""
        return f"{self.kind.value} {hashlib.sha256(self.key).hexdigest()}"


def check(recipient: Recipient, at: Instant) -> None:
    """Refuse (``UnusableRecipient``) a key that nobody can be encrypted to at this instant."""
    if recipient.kind is KeyKind.X509:
        _check_certificate(_certificate(recipient.key), at)
    elif recipient.kind is KeyKind.AGE:
        _check_age(recipient.key)
    else:
        _check_openpgp(recipient.key)


def _certificate(key: bytes) -> x509.Certificate:
    try:
        pem = key.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(key) if pem else x509.load_der_x509_certificate(key)
    except ValueError as error:
        raise UnusableRecipient("it is no certificate") from error


def _check_certificate(certificate: x509.Certificate, at: Instant) -> None:
    """RSA or ECDH, valid, and meant for it (Implementing Regulation (EU) 2025/1550, annex 6)."""
    if not certificate.not_valid_before_utc <= at.utc <= certificate.not_valid_after_utc:
        raise UnusableRecipient("the certificate is not valid now")
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise UnusableRecipient("the certificate's key is neither RSA nor ECDH")
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < 2048:
        raise UnusableRecipient("an RSA key has 2048 bits or more")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.key_encipherment or usage.data_encipherment or usage.key_agreement):
        raise UnusableRecipient("the certificate is not meant for encryption")


def _check_age(key: bytes) -> None:
    import pyrage  # noqa: PLC0415 -- loaded by whom it concerns

    try:
        pyrage.x25519.Recipient.from_str(key.decode("ascii").strip())
    except (pyrage.RecipientError, UnicodeDecodeError) as error:
        raise UnusableRecipient("it is no age recipient (age1…)") from error


def _check_openpgp(key: bytes) -> None:
    import pysequoia  # noqa: PLC0415 -- loaded by whom it concerns

    try:
        certificate = pysequoia.Cert.from_bytes(key)
        pysequoia.encrypt(b"a trial", recipients=[certificate])
    except Exception as error:
        raise UnusableRecipient("it is no OpenPGP certificate that can be encrypted to") from error


def encrypt(recipient: Recipient, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The stream, encrypted; raises ``NotPacked`` when it broke off, whatever part was given before.

    ``chunks`` is read in the caller's thread, whose database connection it may use.
    """
    with ExitStack() as stack:
        key = stack.enter_context(_nameless(_as_file(recipient)))
        process = stack.enter_context(
            subprocess.Popen(  # noqa: S603 -- fixed programs and arguments; the key is a file
                _command(recipient, f"/proc/self/fd/{key.fileno()}"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8", "PATH": "/nonexistent"},
                pass_fds=(key.fileno(),),
                bufsize=0,
                pipesize=_PIECE,
            )
        )
        pipes = _Pipes(process)
        stack.callback(pipes.end)
        stack.callback(process.kill)
        for chunk in chunks:
            pipes.fed.put(chunk)
            yield from pipes.ready()
        pipes.fed.put(None)
        yield from iter(pipes.came.get, None)
        if process.wait() != 0:
            raise NotPacked("the encrypting program failed")


class _Pipes:
    """Feeds the process and takes what comes out, each in a thread; little waits on either side."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        self.fed: queue.Queue[bytes | None] = queue.Queue(4)
        self.came: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._feed, self._take)]
        for thread in self._threads:
            thread.start()

    def ready(self) -> Iterator[bytes]:
        """What came out so far."""
        while not self.came.empty():
            piece = self.came.get()
            if piece is None:  # it ended early; whoever waits for the end shall find it again
                self.came.put(None)
                return
            yield piece

    def end(self) -> None:
        """Wait for both threads, once the process has ended."""
        self.fed.put(None)
        for thread in self._threads:
            thread.join()

    def _feed(self) -> None:
        with contextlib.suppress(BrokenPipeError, ValueError):
            for chunk in iter(self.fed.get, None):
                view = memoryview(chunk)
                while view:
                    view = view[self._in.write(view) or 0 :]
            self._in.close()
            return
        for _ in iter(self.fed.get, None):
            pass  # the process is gone: nobody who feeds shall wait for it

    def _take(self) -> None:
        while piece := self._out.read(_PIECE):
            self.came.put(piece)
        self.came.put(None)


def _as_file(recipient: Recipient) -> bytes:
    return _certificate(recipient.key).public_bytes(Encoding.PEM) if recipient.kind is KeyKind.X509 else recipient.key


def _command(recipient: Recipient, where: str) -> list[str]:
    if recipient.kind is not KeyKind.X509:
        return [*_CHILD, recipient.kind.value, where]
    program = shutil.which("openssl", path=_PLACES)
    if program is None:
        raise NotPacked("the program openssl is not installed")
    rsa_key = isinstance(_certificate(recipient.key).public_key(), rsa.RSAPublicKey)
    return [program, *_OPENSSL, "-recip", where, *(_OAEP if rsa_key else ())]


def _nameless(body: bytes) -> IO[bytes]:
    made = os.fdopen(os.memfd_create("comity-recipient"), "w+b")
    made.write(body)
    made.flush()
    made.seek(0)
    return made
