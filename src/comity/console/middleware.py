"""What guards every address of the console: headers that keep content inert, and a log-in with two factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.console.door import StaffRequest, docket, refused
from comity.console.errors import NotStaffError

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; "
    "object-src 'none'; media-src 'none'; frame-src 'none'; worker-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SANDBOX = "sandbox; default-src 'none'"
"""For bytes that came from outside: no script, no style, no form, no origin."""

_OPEN = frozenset(
    {"asset", "account_login", "account_logout", "mfa_authenticate", "mfa_login_webauthn", "set_language"}
)
"""Names of addresses that a stranger may call; empty would mean nobody could log in, anything else asks who you are."""
_ENROLMENT = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_change_password",
    }
)
"""What a person without a second factor may reach: the set-up of one."""
_ACCOUNT = _ENROLMENT | {
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_remove_webauthn",
}
"""Own account: no place on the staff list is needed to keep it."""


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
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        return response


class StrongLogin:
    """Let in members of staff who proved two factors (or a passkey with user verification), and nobody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the judgement is made once the address is known."""
        return self._next(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Judge by the address's name: open, own account, or staff only."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in _OPEN:
            return None
        if not isinstance(request.user, User):
            return _elsewhere(request, redirect_to_login(request.get_full_path()))
        if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
            return None if name in _ENROLMENT else _elsewhere(request, HttpResponseRedirect(reverse("mfa_index")))
        return self._staff_only(request, request.user, name)

    def _staff_only(self, request: HttpRequest, user: User, name: str | None) -> HttpResponse | None:
        member = docket().member(user.pk)
        if member is not None:
            cast("StaffRequest", request).member = member
            return None
        if name in _ACCOUNT:
            return None
        failure = NotStaffError()
        return refused(request, code=failure.code, message=str(failure))


def _elsewhere(request: HttpRequest, redirect: HttpResponseRedirect) -> HttpResponse:
    """Send a whole page elsewhere; a fragment that HTMX asked for makes its page go there."""
    if request.headers.get("HX-Request") != "true":
        return redirect
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = redirect.url
    return response
