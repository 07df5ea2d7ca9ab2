"""The address of HI-1: a message in, its answer out. It reads nothing of either but their length and type.

The token says who calls; the names inside a message are compared with it further in. An answer has the status 200 even
where it says that something is wrong (TS 103 120 clause 9.3); another status means that the message did not get in.
"""

from __future__ import annotations

from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comity.api.calls import FILE, READ, Token, caller, commands
from comity.api.client_certificates import shown
from comity.api.errors import (
    IncompleteError,
    NoLengthError,
    ProblemError,
    TooLargeError,
    UnusableBodyError,
    WrongMediaTypeError,
)
from comity.api.problems import response_of
from comity.docket.hi1.views import MachineCall
from comity.hi1 import Hi1Error
from comity.hi1.message import Encoding
from comity.hi1.reading import encoding_of

LARGEST = 16 * 1024 * 1024
"""As many bytes as the reader of messages takes."""
_PIECE = 1 << 16


class Machines(Protocol):
    """The docket, as far as HI-1 may reach it."""

    def take_message(self, call: MachineCall) -> bytes:
        """Do what a message says, or nothing of it, and answer in its own encoding."""


def routes(where: str) -> list[URLPattern]:
    """The one address, where the operator opened the door; else none."""
    return [path(where.removeprefix("/"), take, name="hi1")] if where else []


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take one message."""
    try:
        call = _call(request)
    except ProblemError as error:
        return response_of(error)
    answer = cast("Machines", settings.COMITY_DOCKET).take_message(call)
    return HttpResponse(answer, content_type=f"{call.encoding.value}; charset=utf-8")


def _call(request: HttpRequest) -> MachineCall:
    """The call with its bytes as they came; a message may file and read, so that its token must allow both."""
    request.auth = Token()(request)  # type: ignore[attr-defined]  # where ninja puts it for the other addresses
    caller(request, FILE)
    who = caller(request, READ)
    encoding = _encoding(request)
    body = _body(request)
    found = shown(request, getattr(settings, "COMITY_HI1_PROXY", None))
    return MachineCall(
        authority=who.authority,
        client=who.client,
        trusted=who.trusted,
        body=body,
        encoding=encoding,
        received=commands().clock.now(),
        peer=request.META.get("REMOTE_ADDR", ""),
        certificate=found.certificate,
        connection=found.noted,
    )


def _encoding(request: HttpRequest) -> Encoding:
    try:
        return encoding_of(request.META.get("CONTENT_TYPE", ""))
    except Hi1Error as error:
        raise WrongMediaTypeError(error.why) from error


def _body(request: HttpRequest) -> bytes:
    """The body, as it is announced: Django's own limit is that of smaller calls."""
    text = request.META.get("CONTENT_LENGTH") or ""
    if not text.isdecimal():
        raise NoLengthError
    if int(text) == 0:
        raise UnusableBodyError("The body is empty.")
    if int(text) > LARGEST:
        raise TooLargeError(f"At most {LARGEST} bytes.")
    found = bytearray()
    try:
        while piece := request.read(_PIECE):
            found += piece
    except UnreadablePostError as error:
        raise IncompleteError from error
    if len(found) != int(text):
        raise IncompleteError
    return bytes(found)
