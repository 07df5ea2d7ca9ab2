"""Style and scripts, each under an address that carries its digest: cacheable for ever, replaced by a new address."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

# Only what stands here is served; the scripts of others come whole from the packages that ship them.
_FILES: dict[str, tuple[str, str, str]] = {
    "console.css": ("comity.console", "static/console/console.css", "text/css"),
    "workload.css": ("comity.console", "static/console/workload.css", "text/css"),
    "console.js": ("comity.console", "static/console/console.js", "text/javascript"),
    "mark.svg": ("comity.console", "static/console/mark.svg", "image/svg+xml"),
    "htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js", "text/javascript"),
    "webauthn-json.js": ("allauth", "mfa/static/mfa/js/webauthn-json.js", "text/javascript"),
    "webauthn.js": ("allauth", "mfa/static/mfa/js/webauthn.js", "text/javascript"),
    "onload.js": ("allauth", "account/static/account/js/onload.js", "text/javascript"),
}


@dataclass(frozen=True)
class Asset:
    """A file of the console with its digest and its compressed form."""

    body: bytes
    packed: bytes
    media_type: str
    digest: str


@functools.cache
def asset(name: str) -> Asset:
    """Read one of the files named above; ``KeyError`` for any other name."""
    package, path, media_type = _FILES[name]
    body = resources.files(package).joinpath(path).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, mtime=0), media_type, digest)


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
