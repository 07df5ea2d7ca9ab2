"""The interface for the provider's own tools, ``/admin/v1``: JSON, a bearer secret, an idempotency key a writing call.

Contract in words: docs/platform.md. It sees every item, barred or not.
"""

from __future__ import annotations

import functools
import hmac
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from board.errors import BadInput, BoardRefusal, NoSuchThing, NotTrusted
from board.store import accounts, bars, posts, views
from board.store.effects import Answer, once
from board.web import inputs, visitors

View = Callable[..., HttpResponse]


def _guarded(method: str) -> Callable[[View], View]:
    """Demand the secret and the method; turn refusals into JSON."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, **names: str) -> HttpResponse:
            try:
                _check_secret(request)
                if request.method != method:
                    return JsonResponse({"code": "method", "message": f"only {method}"}, status=405)
                return view(request, **names)
            except BoardRefusal as error:
                return JsonResponse({"code": error.code, "message": str(error)}, status=error.status)

        return csrf_exempt(guarded)

    return wrap


def _check_secret(request: HttpRequest) -> None:
    scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    secret = visitors.house(request).config.secret
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), secret.encode()):
        raise NotTrusted


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        message = "The body is not JSON."
        raise BadInput(message) from error
    if not isinstance(body, dict):
        message = "The body is not a JSON object."
        raise BadInput(message)
    return body


def _once(request: HttpRequest, body: dict[str, Any], act: Callable[..., Answer]) -> HttpResponse:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    return JsonResponse(once(visitors.house(request).database, key, [request.path, body], act))


@_guarded("GET")
def resolve(request: HttpRequest) -> HttpResponse:
    """Which item a path of the public site shows."""
    found = views.resolve(visitors.house(request).database, request.GET.get("path", ""))
    return JsonResponse({"outcome": "found" if found else "absent", "item": found})


@_guarded("GET")
def items(request: HttpRequest) -> HttpResponse:
    """All posts, a thousand at a time or fewer: their names, and what they say."""
    asked = request.GET.get("most", "")
    most = int(asked) if asked.isdecimal() and 0 < int(asked) < views.PAGE else views.PAGE
    texts = views.texts(visitors.house(request).database, request.GET.get("after", ""), most)
    names = list(texts)
    return JsonResponse({"items": names, "texts": texts, "next": names[-1] if len(names) == most else None})


@_guarded("GET")
def describe(request: HttpRequest, item: str) -> HttpResponse:
    """What an item is."""
    with visitors.house(request).database.snapshot() as connection:
        return JsonResponse(views.describe(connection, item))


@_guarded("GET")
def parts(request: HttpRequest, item: str) -> HttpResponse:
    """Everything to be preserved, as one consistent state; pictures by name and digest."""
    with visitors.house(request).database.snapshot() as connection:
        return JsonResponse({"parts": views.parts(connection, item)})


@_guarded("GET")
def part(request: HttpRequest, item: str, name: str) -> HttpResponse:
    """The bytes of one picture of an item."""
    database = visitors.house(request).database
    with database.snapshot() as connection:
        media = views.describe(connection, item)["media"]
    for one in media:
        if one["name"] == name:
            return HttpResponse(posts.octets(database, one["sha256"]), content_type=one["media_type"])
    raise NoSuchThing


@_guarded("POST")
def disable(request: HttpRequest, item: str) -> HttpResponse:
    """Make an item invisible in territories."""
    body = _json(request)
    territories, note = inputs.territories(body, "legal"), inputs.note(body)
    return _once(request, body, lambda connection: bars.disable(connection, item, territories, note))


@_guarded("POST")
def restore(request: HttpRequest, item: str) -> HttpResponse:
    """Lift it again."""
    body = _json(request)
    territories = inputs.territories(body)
    return _once(request, body, lambda connection: bars.restore(connection, item, territories))


@_guarded("GET")
def account(request: HttpRequest, account: str) -> HttpResponse:
    """What an account reads, where anybody knows."""
    language = accounts.language(visitors.house(request).database, account)
    return JsonResponse({"account": account, "language": language})


@_guarded("POST")
def notify(request: HttpRequest, account: str) -> HttpResponse:
    """Put a message into a user's inbox."""
    body = _json(request)
    letter = inputs.letter(body)
    return _once(request, body, lambda connection: dict(accounts.deliver(connection, account, letter)))


@_guarded("POST")
def publish(request: HttpRequest) -> HttpResponse:
    """Write a post in a user's name, for demonstrations and tests (no idempotency key)."""
    handle, draft = inputs.draft(_json(request))
    database = visitors.house(request).database
    name = posts.publish(database, accounts.by_handle(database, handle), draft, visitors.origin(request))
    return JsonResponse({"item": name, "path": f"/p/{name}"}, status=201)
