"""A digest computed beside whoever passes the bytes on, on another core."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Self


class Sha512:
    """SHA-512 of a stream. A few chunks wait at most; as a context manager its thread always ends."""

    def __init__(self) -> None:
        self._digest = hashlib.sha512()
        self._waiting: queue.Queue[bytes | None] = queue.Queue(4)
        self._thread = threading.Thread(target=self._compute, name="digest", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def update(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._waiting.put(chunk)

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same stream."""
        for chunk in chunks:
            self.update(chunk)
            yield chunk

    def hexdigest(self) -> str:
        """Of everything that was taken; nothing is taken afterwards."""
        self._end()
        return self._digest.hexdigest()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _compute(self) -> None:
        for chunk in iter(self._waiting.get, None):
            self._digest.update(chunk)
