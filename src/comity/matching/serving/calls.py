"""What a call is and what an answer is, and how the one comes out of the other's bytes. No word of what is asked."""

from __future__ import annotations

import io
import json as json_text
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from comity.matching.serving.errors import NotAnswerable, ServingFailure, TooLarge
from comity.matching.serving.tokens import Caller

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
JSON, PLAIN = b"application/json", b"text/plain; charset=utf-8"
_MOST_FIELDS = 50
_MOST_FIELD_BYTES = 1 << 20


@dataclass(slots=True)
class Call:
    """One call, whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    caller: Caller
    body: bytes = b""
    names: tuple[str, ...] = ()
    """What stood in the path's places."""
    asked: int = 0
    """Signals asked about; for the record of calls."""
    found: int = 0

    @property
    def media_type(self) -> str:
        """What the body says it is, without parameters."""
        return self.headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises ``NotAnswerable``."""
        try:
            found = json_text.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise NotAnswerable("the body is not JSON") from None
        if not isinstance(found, dict):
            raise NotAnswerable("the body is not a JSON object")
        return found


@dataclass(slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes
    media_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Upload:
    """A file that came in a form: its field, what it says it is, its bytes; and the form's other fields."""

    field: str
    media_type: str
    data: bytes
    fields: Mapping[str, str]


def said(content: Any, status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(
        status, json_text.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    )


def failed(failure: ServingFailure | Exception, status: int, code: str) -> Answer:
    """A failure as clients of such services read it."""
    answer = said({"message": str(failure), "code": code}, status)
    if status in (429, 503):
        answer.headers = ((b"retry-after", b"1"),)
    if status == 401:
        answer.headers = ((b"www-authenticate", b"Bearer"),)
    return answer


def queried(raw: bytes) -> dict[str, str]:
    """The query's fields; the last of a name wins. Raises ``NotAnswerable``."""
    try:
        return dict(
            parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except ValueError:
        raise NotAnswerable("the query cannot be read") from None


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], most: int) -> bytes:
    """The body, no longer than ``most`` bytes. Raises ``TooLarge``."""
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise TooLarge
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise NotAnswerable("the caller went away")
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def uploaded(call: Call) -> Upload:
    """The one file of a form, in memory only. Raises ``NotAnswerable`` for none, for several, or for nonsense."""
    from django.core.exceptions import SuspiciousOperation  # noqa: PLC0415 -- only for forms
    from django.core.files.uploadhandler import MemoryFileUploadHandler  # noqa: PLC0415 -- the same
    from django.http.multipartparser import MultiPartParser, MultiPartParserError  # noqa: PLC0415 -- the same

    class InMemory(MemoryFileUploadHandler):
        """No temporary file, however large: the body is in memory already."""

        def handle_raw_input(self, *_: Any, **__: Any) -> None:
            """Take it."""
            self.activated = True

    meta = {
        "CONTENT_TYPE": call.headers.get(b"content-type", b"").decode("latin-1"),
        "CONTENT_LENGTH": str(len(call.body)),
    }
    try:
        fields, files = MultiPartParser(meta, io.BytesIO(call.body), [InMemory()]).parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        raise NotAnswerable("the form cannot be read") from None
    found = [(name, one) for name, some in files.lists() for one in some]
    if len(found) != 1:
        raise NotAnswerable("send exactly one file")
    name, sent = found[0]
    texts = {str(key): str(value)[:_MOST_FIELD_BYTES] for key, value in fields.items()}
    return Upload(str(name), str(sent.content_type or ""), sent.read(), texts)
