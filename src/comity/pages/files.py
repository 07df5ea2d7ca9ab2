"""Style and scripts, each under an address that carries its digest: cacheable for ever, replaced by a new address."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

_BASE = ("comity.pages", "static/base.css")


@dataclass(frozen=True)
class Source:
    """Where a file comes from: package and path of each part; the parts follow one another in what is served."""

    media_type: str
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def style(cls, package: str, path: str) -> Source:
        """A door's own style sheet, behind the one that every door shares."""
        return cls("text/css", (_BASE, (package, path)))

    @classmethod
    def plain(cls, media_type: str, package: str, path: str) -> Source:
        """A file as it stands in a package, ours or another's."""
        return cls(media_type, ((package, path),))


@dataclass(frozen=True)
class File:
    """What is served, with its digest and its compressed form."""

    body: bytes
    packed: bytes
    media_type: str
    digest: str


class Files:
    """The files of one door. Only what stands in its table is served, under the door's address named ``asset``."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._read: dict[str, File] = {}

    def file(self, name: str) -> File:
        """Read a file of the table, once; ``KeyError`` for any other name."""
        source = self._sources[name]
        if name not in self._read:
            body = b"".join(resources.files(package).joinpath(path).read_bytes() for package, path in source.parts)
            digest = hashlib.sha256(body).hexdigest()[:16]
            self._read[name] = File(body, gzip.compress(body, mtime=0), source.media_type, digest)
        return self._read[name]

    def address(self, name: str) -> str:
        """The address of a file as it is now."""
        return reverse("asset", args=(self.file(name).digest, name))

    def serve(self, request: HttpRequest, digest: str, name: str) -> HttpResponse:
        """Give a file by digest and name; an old digest is gone."""
        if name not in self._sources or self.file(name).digest != digest:
            raise Http404
        found = self.file(name)
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        body = found.packed if packed else found.body
        response = HttpResponse(body, content_type=f"{found.media_type}; charset=utf-8")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
