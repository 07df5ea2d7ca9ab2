"""Style and script, each under an address that carries its digest. Only what stands in the table is served."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

_FILES: dict[str, tuple[str, str, str]] = {
    "portal.css": ("comity.portal", "static/portal/portal.css", "text/css"),
    "portal.js": ("comity.portal", "static/portal/portal.js", "text/javascript"),
    "mark.svg": ("comity.portal", "static/portal/mark.svg", "image/svg+xml"),
    "htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js", "text/javascript"),
}


@dataclass(frozen=True)
class Asset:
    """A file with its digest and its compressed form."""

    body: bytes
    packed: bytes
    media_type: str
    digest: str


@functools.cache
def asset(name: str) -> Asset:
    """Read one of the files named above; ``KeyError`` for any other name."""
    package, path, media_type = _FILES[name]
    body = resources.files(package).joinpath(path).read_bytes()
    return Asset(body, gzip.compress(body, mtime=0), media_type, hashlib.sha256(body).hexdigest()[:16])


def address(name: str) -> str:
    """The address of a file as it is now."""
    return reverse("asset", args=(asset(name).digest, name))


def serve(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Give a file by digest and name; an old digest is gone."""
    if name not in _FILES or asset(name).digest != digest:
        raise Http404
    found = asset(name)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packed else found.body, content_type=f"{found.media_type}; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
