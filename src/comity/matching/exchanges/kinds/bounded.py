"""What the ``threatexchange`` library's clients speak through: one host, no redirections, so many bytes, no proxies.

The library reads whatever comes, follows what leads elsewhere with its token, and fails with whatever it stumbles over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter

from comity.matching.exchanges.errors import ExchangeFailure, NotReached, UnusableAnswer
from comity.matching.exchanges.reaching import MOST_BYTES, Address, must_be_fine

T = TypeVar("T")
_PAUSE, _ALL = 30.0, 300.0
_PIECE = 65_536


class _Adapter(HTTPAdapter):
    def __init__(self, base: Address) -> None:
        self._base = base
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send it, and read the whole answer within the limits."""
        del args
        if Address(request.url or "").origin != self._base.origin or "@" in (request.url or "").split("/")[2]:
            message = "the exchange leads to another host"
            raise UnusableAnswer(message)
        options |= {"stream": True, "timeout": _PAUSE, "proxies": {}}
        try:
            answer = super().send(request, **options)
            with closing(answer):
                must_be_fine(answer.status_code, answer.headers.get("retry-after"))
                _read(answer)
        except requests.RequestException as failure:
            raise NotReached(f"{self._base.origin[1]}: {type(failure).__name__}") from failure
        return answer


def _read(answer: requests.Response) -> None:
    pieces, size, until = [], 0, time.monotonic() + _ALL
    for piece in answer.iter_content(_PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise UnusableAnswer(f"an answer of more than {MOST_BYTES:,} bytes")
        if time.monotonic() > until:
            raise NotReached(f"an answer that takes longer than {_ALL:.0f} seconds")
        pieces.append(piece)
    answer._content = b"".join(pieces)  # noqa: SLF001 -- where the library looks for what was read already
    answer._content_consumed = True  # noqa: SLF001 -- the same


def session(base: Address) -> requests.Session:
    """A session that reaches ``base``'s host and port only."""
    made = requests.Session()
    made.trust_env = False
    made.adapters.clear()
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter(base))
    return made


def guarded(parts: Iterator[T]) -> Iterator[T]:
    """The same; whatever the library stumbles over is an answer that is not its protocol. Nothing of it is repeated."""
    while True:
        try:
            part = next(parts)
        except StopIteration:
            return
        except ExchangeFailure:
            raise
        except Exception as failure:  # the library names none of its failures
            raise UnusableAnswer(f"the answer is not its protocol ({type(failure).__name__})") from failure
        yield part
