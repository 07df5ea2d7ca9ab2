"""BagIt (RFC 8493) inside ASiC-E (EN 319 162-1): what is given, with one list of digests that the provider signs.

``mimetype`` · ``bag/`` a bag with SHA-512 · ``META-INF/ASiCManifest.xml`` every file's digest ·
``META-INF/signature.p7s`` a CAdES signature over that, detached, with a time stamp where the seal has one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from xml.sax.saxutils import quoteattr

from comity.casefile.clock import Instant
from comity.casefile.documents.collection import PackedFile
from comity.execution.disclosure.archive import Archive

MIME_TYPE = "application/vnd.etsi.asic-e+zip"
BAG = "bag/"
_DATA = BAG + "data/"
DIGESTS = "digests-sha512.txt"
_SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
_SAFE = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)


class Sealer(Protocol):
    """The provider's seal, as the composition root joins it."""

    def seal(self, pdf: bytes, *, reason: str, at: Instant) -> bytes:
        """A PDF, sealed (PAdES)."""

    def sign(self, data: bytes, *, at: Instant) -> bytes:
        """A detached CAdES signature over data (DER)."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One file of the bag: its name under ``data/``, and its bytes when they are asked for."""

    name: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Label:
    """What the bag says of itself."""

    organisation: str
    reference: str
    sender: str
    """Our own number of it."""
    at: Instant


def safe(name: str) -> str:
    """A name that is one segment of a path anywhere, and no more than 80 letters."""
    return _SAFE.sub("_", name).strip("._")[-80:] or "file"


def contain(
    label: Label, payload: Iterable[Payload], last: Callable[[bytes], Iterable[Payload]], sealer: Sealer
) -> tuple[Archive, Iterator[bytes]]:
    """The container as a stream, and the archive that knows its files once it is read.

    ``last`` is given the list of digests of everything before it, which itself is a file of the bag, and adds what
    speaks about them: the certificate.
    """
    archive = Archive()
    return archive, _stream(archive, label, payload, last, sealer)


def _stream(
    archive: Archive,
    label: Label,
    payload: Iterable[Payload],
    last: Callable[[bytes], Iterable[Payload]],
    sealer: Sealer,
) -> Iterator[bytes]:
    yield from archive.first("mimetype", MIME_TYPE.encode())
    for one in payload:
        yield from archive.file(_DATA + one.name, one.chunks())
    digests = _digests(archive.files, _DATA)
    yield from archive.file(_DATA + DIGESTS, [digests])
    for one in last(digests):
        yield from archive.file(_DATA + one.name, one.chunks())
    yield from _tags(archive, label)
    manifest = asic_manifest(archive.files)
    yield from archive.file("META-INF/ASiCManifest.xml", [manifest])
    yield from archive.file("META-INF/signature.p7s", [sealer.sign(manifest, at=label.at)])
    yield from archive.end()


def _tags(archive: Archive, label: Label) -> Iterator[bytes]:
    """The tag files of the bag, behind its payload: by then every digest is known."""
    octets, count = sum(one.size for one in archive.files), len(archive.files)
    payload = _digests(archive.files, BAG)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"Source-Organization: {_line(label.organisation)}\nExternal-Identifier: {_line(label.reference)}\n"
            f"Internal-Sender-Identifier: {label.sender}\nBagging-Date: {label.at.z()[:10]}\n"
            f"Payload-Oxum: {octets}.{count}\n"
        ),
        "manifest-sha512.txt": payload.decode(),
    }
    for name, text in tags.items():
        yield from archive.file(BAG + name, [text.encode()])
    own = _digests([one for one in archive.files if not one.name.startswith(_DATA)], BAG)
    yield from archive.file(BAG + "tagmanifest-sha512.txt", [own])


def _digests(files: Iterable[PackedFile], below: str) -> bytes:
    return "".join(f"{one.sha512}  {one.name.removeprefix(below)}\n" for one in files).encode()


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def asic_manifest(files: Iterable[PackedFile]) -> bytes:
    """The list that is signed (EN 319 162-1 clause A.4)."""
    rows = "".join(
        f"<asic:DataObjectReference URI={quoteattr(one.name)}>"
        f'<ds:DigestMethod Algorithm="{_SHA512}"/><ds:DigestValue>{_base64(one.sha512)}</ds:DigestValue>'
        "</asic:DataObjectReference>"
        for one in files
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        '<asic:SigReference URI="META-INF/signature.p7s" MimeType="application/x-pkcs7-signature"/>'
        f"{rows}</asic:ASiCManifest>\n"
    ).encode()


def _base64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
