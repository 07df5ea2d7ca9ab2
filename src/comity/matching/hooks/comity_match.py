"""A module for Synapse that asks Comity's match service about every upload and every message.

Copy this one file to where the homeserver finds modules, and name it in its configuration:

    modules:
      - module: comity_match.ComityMatch
        config:
          url: http://127.0.0.1:8414
          token_file: /etc/matrix-synapse/comity.token
          when_away: accept        # or refuse: what becomes of uploads that nobody could compare
          messages: true           # texts and the addresses in them, too

A match is entered in Comity under the item's own name (mxc://… or the event), and reviewed by a person. An upload is
refused only where the provider's rules in force say ``disable_and_review``. Files in encrypted rooms are encrypted
before they are uploaded: nothing here can compare them.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from synapse.module_api import NOT_SPAM, errors
from twisted.web.client import readBody
from twisted.web.http_headers import Headers

log = logging.getLogger(__name__)
_MOST = 64 * 1024 * 1024
_MOST_ANSWER = 4 * 1024 * 1024
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"OggS", "video/ogg"),
)


def _secret(path: Path) -> str:
    """The token, from a file that only its owner (or, handed over by systemd, only this service) can read."""
    with path.open("rb") as file:
        about = os.fstat(file.fileno())
        handed_over = (about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)) == (0, 0, 0o440)
        if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO) and not handed_over:
            raise ValueError(f"comity_match: {path} can be read or written by others: chmod 600")
        return file.read().decode("ascii").strip()


class ComityMatch:
    """What the homeserver loads."""

    def __init__(self, config: dict[str, Any], api: Any) -> None:
        self._api, self._config = api, config
        self._fine, self._forbidden = NOT_SPAM, errors.Codes.FORBIDDEN
        self._token = _secret(Path(config["token_file"]))
        api.register_spam_checker_callbacks(check_media_file_for_spam=self.check_media)
        if config["messages"]:
            api.register_spam_checker_callbacks(check_event_for_spam=self.check_event)

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        """Check what the operator wrote; a mistake stops the homeserver at its start, with a word about it."""
        known = {"url", "token_file", "when_away", "messages"}
        unknown = set(config) - known
        if unknown:
            raise ValueError(f"comity_match: there is no setting {min(unknown)!r}")
        url = str(config.get("url", ""))
        if not url.startswith(("http://", "https://")):
            raise ValueError("comity_match: url: where the match service listens")
        if "token_file" not in config:
            raise ValueError("comity_match: token_file: the file with the token that `comity match token` printed")
        away = config.get("when_away", "accept")
        if away not in ("accept", "refuse"):
            raise ValueError("comity_match: when_away: accept or refuse")
        messages = bool(config.get("messages", True))
        return {"url": url.rstrip("/"), "token_file": config["token_file"], "when_away": away, "messages": messages}

    async def check_media(self, file: Any, about: Any) -> Any:
        """One upload, or one file that comes from another homeserver; thumbnails and previews are no items."""
        if about.thumbnail is not None or about.url_cache:
            return self._fine
        taken = BytesIO()
        await file.write_chunks_to(lambda chunk: taken.write(chunk) if taken.tell() < _MOST else None)
        data = taken.getvalue()
        item = f"mxc://{about.server_name or self._api.server_name}/{about.file_id}"
        return await self._judged("/v1/match", data, media_type(data), {"item": item})

    async def check_event(self, event: Any) -> Any:
        """One message that somebody sends."""
        body = event.content.get("body")
        if event.type != "m.room.message" or not isinstance(body, str) or not body.strip():
            return self._fine
        about = {"text": body, "item": event.event_id, "account": event.sender, "content_type": "text"}
        return await self._judged("/v1/match", json.dumps(about).encode(), "application/json", {}, key=event.event_id)

    async def _judged(self, path: str, body: bytes, kind: str, query: dict[str, str], key: str | None = None) -> Any:
        if not body:
            return self._fine
        url = f"{self._config['url']}{path}?{urlencode(query)}"
        try:
            answer = await self._ask(url, body, kind, key or query["item"])
        except Exception as failure:  # noqa: BLE001 -- whatever it is, the operator's choice holds
            log.warning("the match service did not answer: %s", type(failure).__name__)
            return self._forbidden if self._config["when_away"] == "refuse" else self._fine
        return self._forbidden if answer.get("measure") == "disable_and_review" else self._fine

    async def _ask(self, url: str, body: bytes, kind: str, key: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind, "Idempotency-Key": key}
        named = Headers({name: [text] for name, text in headers.items()})
        answer = await self._api.http_client.request("POST", url, data=body, headers=named)
        said = await readBody(answer)
        if answer.code == 400:  # it cannot be compared: too short a text, no picture. That is an answer, too
            return {}
        if answer.code != 200 or len(said) > _MOST_ANSWER:
            raise OSError(answer.code)
        return dict(json.loads(said))


def media_type(data: bytes) -> str:
    """What the bytes look like: a client may say anything."""
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return "image/heic" if brand in (b"heic", b"mif1", b"avif") else "video/mp4"
    if data[:4] == b"RIFF":
        return "image/webp" if data[8:12] == b"WEBP" else "video/x-msvideo"
    return next((kind for start, kind in _STARTS if data.startswith(start)), "application/octet-stream")
