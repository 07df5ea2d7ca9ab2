"""What every call goes through before the docket hears of it: token, scope, size, type, key. Cheapest first."""

from __future__ import annotations

import email.utils
import hashlib
import re
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from ninja.security import HttpBearer
from pydantic import BaseModel, ValidationError

from comity.api.commands import Commands, Message
from comity.api.errors import (
    FieldFault,
    IncompleteError,
    NoLengthError,
    NoScopeError,
    NoTokenError,
    NotTrustedError,
    TooLargeError,
    UnusableBodyError,
    UnusableKeyError,
    WrongMediaTypeError,
)
from comity.casefile.clock import Instant
from comity.casefile.documents.strict_json import UnusableJson, loads
from comity.registry.store_credentials import Bearer, bearer

FILE, READ = "orders:file", "orders:read"
JSON, PDF = "application/json", "application/pdf"
LARGEST = {JSON: 1_000_000, PDF: 4 * 1024 * 1024}
_LONGEST_TOKEN = 512
_KEY = re.compile(r"[!-~]{1,128}", re.ASCII)

Body = TypeVar("Body", bound=BaseModel)


class Token(HttpBearer):
    """An access token in the ``Authorization`` header (RFC 6750 section 2.1), looked up in one query."""

    def __call__(self, request: HttpRequest) -> Bearer:
        """The bearer; raises ``NoTokenError`` for every reason alike."""
        found = super().__call__(request)
        if found is None:
            raise NoTokenError(headers={"WWW-Authenticate": 'Bearer realm="comity"'})
        return cast("Bearer", found)

    def authenticate(self, _request: HttpRequest, token: str) -> Bearer | None:
        """Look the token up."""
        if not 0 < len(token) <= _LONGEST_TOKEN or not token.isascii():
            return None
        return bearer(token, commands().clock.now())


def commands() -> Commands:
    """The docket that the composition root put there."""
    return cast("Commands", settings.COMITY_DOCKET)


def caller(request: HttpRequest, scope: str) -> Bearer:
    """Who calls, if granted ``scope``."""
    who = cast("Bearer", request.auth)  # type: ignore[attr-defined]  # ninja puts there what Token returned
    if scope not in who.scopes:
        challenge = f'Bearer realm="comity", error="insufficient_scope", scope="{scope}"'
        raise NoScopeError(f"The token lacks the scope {scope}.", headers={"WWW-Authenticate": challenge})
    return who


def trusted(request: HttpRequest, scope: str) -> Bearer:
    """The same, for what is handed out or moved: the authority and its client must be confirmed now.

    An order itself is taken even from a suspended authority or a client in its cooling period, since nothing that
    arrives is lost; intake then finds the sender unverified and a person gets it.
    """
    who = caller(request, scope)
    if not who.trusted:
        raise NotTrustedError
    return who


def message(request: HttpRequest, who: Bearer, *types: str) -> Message:
    """The call's bytes as they came, with the instant of receipt; nothing of them is parsed."""
    media_type = (request.content_type or "").lower()
    if media_type not in types:
        raise WrongMediaTypeError(f"Send {' or '.join(types)}.")
    body = _read(request, LARGEST[media_type])
    return Message(
        authority=who.authority,
        client=who.client,
        body=body,
        media_type=media_type,
        idempotency_key=_key(request, body),
        received=commands().clock.now(),
        sent=_sent(request),
        peer=request.META.get("REMOTE_ADDR", ""),
    )


def parsed(taken: Message, form: type[Body]) -> Body:
    """A body of ours (not an order) as its model; raises ``UnusableBodyError`` naming every field that is wrong."""
    try:
        return form.model_validate(loads(taken.body))
    except UnusableJson as error:
        raise UnusableBodyError(faults=(FieldFault(error.field, error.rule, error.why),)) from error
    except ValidationError as error:
        faults = tuple(_fault(item) for item in error.errors(include_url=False, include_context=False))
        raise UnusableBodyError(faults=faults) from error


def _fault(item: Any) -> FieldFault:
    return FieldFault(".".join(str(part) for part in item["loc"])[:200] or "message", item["type"], item["msg"])


def _read(request: HttpRequest, most: int) -> bytes:
    text = request.META.get("CONTENT_LENGTH") or ""
    if not text.isdecimal():
        raise NoLengthError
    if int(text) == 0:
        raise UnusableBodyError("The body is empty.")
    if int(text) > most:
        raise TooLargeError(f"At most {most} bytes of this type.")
    try:
        body = request.body
    except UnreadablePostError as error:
        raise IncompleteError from error
    if len(body) != int(text):
        raise IncompleteError
    return body


def _key(request: HttpRequest, body: bytes) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return f"sha256:{hashlib.sha256(body).hexdigest()}"
    if not _KEY.fullmatch(key):
        raise UnusableKeyError
    return key


def _sent(request: HttpRequest) -> Instant | None:
    """The ``Date`` of the call (RFC 9110 section 6.6.1), which is a claim and may be missing or nonsense."""
    try:
        moment = email.utils.parsedate_to_datetime(request.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return None
    return Instant(moment) if moment.utcoffset() is not None else None
