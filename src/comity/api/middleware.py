"""The one middleware of this door: security headers, and no answer that is not JSON. No session, no cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from comity.api.problems import plain

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_FIRST_FAILURE = 400


class ApiHeaders:
    """Set the headers on every answer; turn a failure without a body of ours into a problem (RFC 9457)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one call."""
        response = self._get_response(request)
        if response.status_code >= _FIRST_FAILURE and "json" not in response.headers.get("Content-Type", ""):
            kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
            response = plain(response.status_code, kept)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
