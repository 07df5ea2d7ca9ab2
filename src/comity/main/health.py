"""``/healthz`` and ``/readyz`` at every door, before anything else is asked: alive, and able to serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def watched(application: Application, ready: Callable[[], bool], *, own: bool = False) -> Application:
    """The door with its two addresses for whoever supervises it; they tell nothing but yes and no.

    ``own``: the door answers ``/healthz`` itself.
    """

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environment.get("PATH_INFO")
        if path not in ("/healthz", "/readyz") or (own and path == "/healthz"):
            return application(environment, start)
        well = path == "/healthz" or ready()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        start("200 OK" if well else "503 Service Unavailable", headers)
        return [b"ok\n" if well else b"wait\n"]

    return answer
