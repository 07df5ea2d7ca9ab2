"""Access tokens for enrolled clients: OAuth2 client credentials (RFC 6749 section 4.4) and nothing else of OAuth2."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView
from oauthlib.oauth2 import BackendApplicationServer  # type: ignore[import-untyped]  # it ships no types

from comity.api.errors import NoLengthError, TooLargeError, TooManyCallsError
from comity.api.limits import Limiter
from comity.api.problems import response_of
from comity.registry.directory import Directory

LARGEST_TOKEN_CALL = 4096
BURSTS = (20, 60)
"""Tries at once, by client and by address; as many come back each minute."""
_BY_CLIENT = Limiter(burst=BURSTS[0], each_minute=BURSTS[0])
_BY_ADDRESS = Limiter(burst=BURSTS[1], each_minute=BURSTS[1])


class EnrolledClients(OAuth2Validator):  # type: ignore[misc]  # the library ships no types
    """Lets a client have a token only while the registry vouches for it."""

    def validate_grant_type(self, _client_id: str, grant_type: str, client: Any, *_: Any, **__: Any) -> bool:
        """Client credentials only, and only for a client that a second person confirmed and nobody withdrew."""
        if grant_type != "client_credentials":
            return False
        held = Directory().authority_by_client(client.client_id)
        return held is not None and held.confirmed_by is not None and not held.withdrawn


@method_decorator([csrf_exempt, require_POST], name="dispatch")
class Token(TokenView):  # type: ignore[misc]  # the library ships no types
    """The token endpoint. Tries are counted by client and by address before any secret is compared."""

    server_class = BackendApplicationServer
    validator_class = EnrolledClients

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what is too large or too often, then let the library answer."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return response_of(NoLengthError())
        if length > LARGEST_TOKEN_CALL:
            return response_of(TooLargeError(f"At most {LARGEST_TOKEN_CALL} bytes."))
        wait = max(_BY_ADDRESS.wait(request.META.get("REMOTE_ADDR", "")), _BY_CLIENT.wait(_claimed_client(request)))
        if wait:
            return response_of(TooManyCallsError(headers={"Retry-After": str(wait)}))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The library's own token answer; its device flow is not offered here."""
        response: HttpResponse = self.authorization_flow_token_response(request, *args, **kwargs)
        return response


def _claimed_client(request: HttpRequest) -> str:
    """The client that the caller says it is, from either place where RFC 6749 section 2.3.1 lets it stand."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return request.POST.get("client_id", "")
