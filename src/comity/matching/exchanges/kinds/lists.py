"""Lists that lie in a file or behind one address: read whole, and read again only when they have changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from comity.casefile.documents.exchange import ExchangeTerms
from comity.matching.exchanges import reaching
from comity.matching.exchanges.batches import Batch, Checkpoint, OpinionGiven, Rows
from comity.matching.exchanges.errors import NothingToTell, NotReached, UnusableAnswer, UnusableExchange
from comity.matching.exchanges.means import Means

MOST_BYTES = 256 * 1024 * 1024
_MOST_FILES = 10_000


class List:
    """A list as one part. A protocol says with ``read`` what its bytes mean."""

    def __init__(self, terms: ExchangeTerms, means: Means) -> None:
        self.settings: Mapping[str, str] = terms.settings
        self.name = terms.name
        self._means = means
        self._where()
        if self.settings.get("whole", "yes") not in ("yes", "no"):
            raise UnusableExchange("settings: whole: yes or no")

    def read(self, name: str, data: bytes, rows: Rows) -> None:
        """Read one file. Raises ``UnusableAnswer``."""
        raise NotImplementedError

    def batches(self, checkpoint: Checkpoint | None) -> Iterator[Batch]:
        """The whole list, or nothing when it is as it was."""
        files = self._files()
        digest = _digest(files)
        if checkpoint is not None and checkpoint.get("digest") == digest:
            return
        rows = Rows()
        for name, data in files:
            self.read(name, data, rows)
        yield rows.batch({"digest": digest}, whole=self.settings.get("whole", "yes") == "yes")

    def tell(self, opinion: OpinionGiven) -> None:
        """A list hears nothing."""
        del opinion
        raise NothingToTell

    def _where(self) -> None:
        if ("path" in self.settings) == ("url" in self.settings):
            raise UnusableExchange("settings: either path or url")

    def _files(self) -> list[tuple[str, bytes]]:
        url = self.settings.get("url")
        if url is not None:
            return [("the list", reaching.get(reaching.Address.of(url), most=MOST_BYTES))]
        return read_files(self._means.file(self.settings["path"]))


def read_files(path: Path) -> list[tuple[str, bytes]]:
    """A file, or the plain files of a folder by name. Raises ``NotReached``, ``UnusableAnswer``."""
    try:
        paths = sorted(one for one in path.iterdir() if not one.name.startswith(".")) if path.is_dir() else [path]
        if len(paths) > _MOST_FILES:
            message = f"more than {_MOST_FILES:,} files"
            raise UnusableAnswer(message)
        found, left = [], MOST_BYTES
        for one in paths:
            data = _read(one, left)
            left -= len(data)
            found.append((one.name, data))
    except OSError as failure:
        message = f"{path.name}: {failure.strerror}"
        raise NotReached(message) from failure
    return found


def _read(path: Path, most: int) -> bytes:
    """A plain file's bytes, never through a link, never of a device or a pipe that gives none."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            message = f"{path.name}: not a plain file"
            raise UnusableAnswer(message)
        data = file.read(most + 1)
    if len(data) > most:
        message = f"more than {MOST_BYTES:,} bytes"
        raise UnusableAnswer(message)
    return data


def _digest(files: list[tuple[str, bytes]]) -> str:
    made = hashlib.sha256()
    for name, data in files:
        made.update(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest() + hashlib.sha256(data).digest())
    return made.hexdigest()


def text_of(name: str, data: bytes) -> str:
    """A file's text in UTF-8, with or without its mark. Raises ``UnusableAnswer``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        message = f"{name}: byte {wrong.start} is not UTF-8"
        raise UnusableAnswer(message) from wrong
    if "\0" in text:
        message = f"{name}: a null byte at character {text.index(chr(0))}"
        raise UnusableAnswer(message)
    return text
