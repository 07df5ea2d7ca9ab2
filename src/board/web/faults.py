"""Failures made on purpose, so that others can test what happens half-way. Only with ``--faults FILE``.

The file holds a JSON list; it is read again whenever it changes, and then counts anew::

    [{"kind": "disable", "times": 1, "how": "close", "after": true}]

``kind``: resolve, items, describe, parts, part, disable, restore, language, notify, page · ``how``: error (HTTP 500),
hang (silence for ``seconds``, default 30, then 500), close (the connection breaks off) · ``after``: whether the effect
happens first.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path

_KINDS = (
    ("resolve", "GET", re.compile(r"/admin/v1/resolve")),
    ("items", "GET", re.compile(r"/admin/v1/items")),
    ("parts", "GET", re.compile(r"/admin/v1/items/[^/]+/parts")),
    ("part", "GET", re.compile(r"/admin/v1/items/[^/]+/parts/[^/]+")),
    ("describe", "GET", re.compile(r"/admin/v1/items/[^/]+")),
    ("disable", "POST", re.compile(r"/admin/v1/items/[^/]+/disable")),
    ("restore", "POST", re.compile(r"/admin/v1/items/[^/]+/restore")),
    ("language", "GET", re.compile(r"/admin/v1/accounts/[^/]+")),
    ("notify", "POST", re.compile(r"/admin/v1/accounts/[^/]+/messages")),
    ("page", "GET", re.compile(r"/(?!admin/).*")),
)


@dataclass(slots=True)
class Fault:
    """One kind of failure and how often it still happens."""

    kind: str
    times: int = 1
    how: str = "error"
    after: bool = False
    seconds: float = 30.0


class Faults:
    """The faults of a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._left: list[Fault] = []

    def due(self, method: str, path: str) -> Fault | None:
        """The failure that this exchange meets, counted down."""
        kind = next((k for k, m, pattern in _KINDS if m == method and pattern.fullmatch(path)), None)
        with self._lock:
            self._reread()
            for fault in self._left:
                if fault.kind == kind and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def _reread(self) -> None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            self._left, self._stamp = [], None
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._left = [Fault(**row) for row in json.loads(self._file.read_text("utf-8"))]
            self._stamp = stamp
