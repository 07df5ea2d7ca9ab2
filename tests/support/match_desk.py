"""The match service's application in this process, called without a network."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

from comity.matching.serving.app import App
from comity.matching.serving.keeper import Keeper, Kept
from comity.matching.serving.means import Limits
from comity.matching.serving.running import application
from comity.matching.serving.tokens import new_token
from support.match_shelf import CLOCK, Shelf


class Desk:
    """The application, called without a network."""

    def __init__(self, app: App, token: str) -> None:
        self.app, self.token = app, token

    def call(self, method: str, path: str, body: bytes = b"", query: bytes = b"", **headers: str) -> tuple[int, bytes]:
        given = {"authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        scope = {"type": "http", "method": method, "path": path, "query_string": query}
        scope["headers"] = [(name.encode(), text.encode("utf-8", "replace")) for name, text in given.items()]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        return sent[0]["status"], sent[1]["body"]


def opened(home: Path, **limits: Any) -> Desk:
    """One bank of one signal, and a caller who may ask."""
    shelf = Shelf()
    shelf.bank("ONE")
    shelf.add("ONE", pdq="0" * 63 + "1")
    kept = Kept(home / "match")
    Keeper(kept, shelf).step()
    kept.close()
    token, line = new_token("all", "read")
    (home / "tokens").touch(mode=0o600)
    (home / "tokens").write_text(line)
    return Desk(application(home, home / "tokens", CLOCK, limits=dataclasses.replace(Limits(), **limits)), token)
