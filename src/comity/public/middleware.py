"""What guards every address of the public door: inert answers, and a limit to how fast one address may ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comity.casefile.clock import Clock, WallClock

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COMPLAINTS_A_MINUTE = 10
"""Opening or filing a complaint, for one network address. Tiles and checkpoints are for machines: no limit."""
_ADDRESSES = 20_000
_LIMITED = "/complaint/"


class SecurityHeaders:
    """Headers on every answer, and ``429`` for whoever tries tokens one after another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse], clock: Clock | None = None) -> None:
        self._next = get_response
        self._limit = Limit(COMPLAINTS_A_MINUTE, clock or WallClock())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or ask to come back later."""
        asker = str(request.META.get("REMOTE_ADDR", ""))
        if request.path.startswith(_LIMITED) and not self._limit.allows(asker):
            response = HttpResponse("Too many at once. Wait a minute and try again.\n", "text/plain", 429)
            response.headers["Retry-After"] = "60"
        else:
            response = self._next(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("X-Robots-Tag", "noindex" if request.path.startswith(_LIMITED) else "all")
        return response


class Limit:
    """At most ``most`` in a minute for one address, counted in this process; forgets the longest idle first."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, asker: str) -> bool:
        """Count one more; say whether it is still within the limit."""
        minute = int(self._clock.now().utc.timestamp()) // 60
        with self._lock:
            began, count = self._seen.pop(asker, (minute, 0))
            count = count + 1 if began == minute else 1
            self._seen[asker] = (minute, count)
            while len(self._seen) > _ADDRESSES:
                self._seen.popitem(last=False)
        return count <= self._most
