"""What guards every address of the portal: inert answers, its own sessions, one gate for each kind of account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.portal import sessions
from comity.portal.door import PortalRequest, absent, docket, now
from comity.portal.kinds import KINDS, Kind
from comity.portal.sessions import COOKIE, DEVICE_COOKIE, ENROLLING, FULL, UNSURE

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_OPEN = frozenset({"front", "apply", "applied", "enrol", "sign_in", "sign_out", "asset", "set_language"})
"""Names of addresses that a stranger may call; what stands nowhere needs a session."""
_STAGES = {"register": ENROLLING, "step_up": UNSURE}
"""Addresses that belong to one stage of a session."""


class SecurityHeaders:
    """Say on every answer that nothing inline runs, nothing foreign loads, nothing is kept by caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the page itself did not set."""
        response = self._next(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        permissions = "camera=(), microphone=(), geolocation=(), payment=(), publickey-credentials-get=(self)"
        response.headers.setdefault("Permissions-Policy", permissions)
        return response


class Gate:
    """Find the session, then let each kind of account to its own pages and to nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Complete the request; the judgement is made once the address is known."""
        asked = cast("PortalRequest", request)
        asked.address = _address(request)
        asked.where = sessions.place(
            device=request.COOKIES.get(DEVICE_COOKIE, "")[:200],
            address=asked.address,
            browser=request.headers.get("User-Agent", ""),
        )
        asked.signed_in = sessions.find(request.COOKIES.get(COOKIE, "")[:200], asked.where, now())
        return self._next(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Judge by the address's name and namespace."""
        asked, match = cast("PortalRequest", request), request.resolver_match
        name, space = (match.url_name or "", match.namespace) if match else ("", "")
        if not space and name in _OPEN:
            return None
        if asked.signed_in is None:
            return _elsewhere(request, reverse("sign_in"))
        if not space and _STAGES.get(name) == ENROLLING:
            return None if asked.signed_in.stage == ENROLLING else absent(request)
        return self._behind(asked, KINDS.get(asked.signed_in.kind), name, space)

    def _behind(self, request: PortalRequest, kind: Kind | None, name: str, space: str) -> HttpResponse | None:
        session = request.signed_in
        assert session is not None  # asked before
        found = docket().account(session.kind, session.holder, session.passkey) if session.stage != ENROLLING else None
        if kind is None or found is None:
            sessions.end(session.mark)
            return _elsewhere(request, reverse("sign_in"))
        request.account = found
        cooling = found.cooling_until is not None
        if not space:
            stage = "cooling" if cooling else session.stage
            return None if _STAGES.get(name, name) == stage else _elsewhere(request, reverse(kind.home))
        if space.partition(":")[0] != kind.namespace:
            return absent(request)
        if cooling:
            return _elsewhere(request, reverse("cooling"))
        if session.stage != FULL and name not in kind.unsure:
            return _elsewhere(request, reverse("step_up"))
        return None


def _address(request: HttpRequest) -> str:
    """The caller's network address: the peer, or what the last of our own proxies wrote down."""
    proxies = int(getattr(settings, "COMITY_PORTAL_PROXIES", 0))
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(named) >= proxies:
        return named[-proxies][:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Send a whole page elsewhere; a fragment that HTMX asked for makes its page go there."""
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response
