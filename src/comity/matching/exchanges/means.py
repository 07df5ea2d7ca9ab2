"""What exchanges work with, joined by the composition root: where secrets and files lie, what lists are tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comity.casefile.records.private import ReadableByOthers, read_private
from comity.matching.banks.importing import Sample
from comity.matching.exchanges.errors import NoSecret, UnusableExchange


def _no_sample() -> Sample | None:
    return None


@dataclass(frozen=True)
class Means:
    """Folders, and a recent sample of what the platform holds, if there is one."""

    secrets: Path | None = None
    """Each secret in a file of its own, its owner's only."""
    files: Path | None = None
    """Lists of the kinds that read files; nothing outside is read."""
    sample: Callable[[], Sample | None] = _no_sample

    def secret(self, name: str) -> str:
        """The secret in the file of that name; raises ``NoSecret``."""
        if self.secrets is None:
            raise NoSecret
        try:
            text = read_private(self.secrets / name).decode("utf-8").strip()
        except ReadableByOthers as open_to_others:
            raise NoSecret(str(open_to_others)) from open_to_others
        except OSError as failure:
            raise NoSecret(f"secret {name}: {failure.strerror} (in {self.secrets})") from failure
        except UnicodeDecodeError as failure:
            raise NoSecret(f"secret {name}: it is not UTF-8") from failure
        if not text:
            raise NoSecret(f"secret {name}: the file is empty")
        return text

    def file(self, name: str) -> Path:
        """A file or folder in ``files``; raises ``UnusableExchange`` for what lies elsewhere."""
        if self.files is None:
            raise UnusableExchange
        root = self.files.resolve()
        try:
            found = (root / name).resolve()
        except (OSError, RuntimeError, ValueError):
            found = root
        if found == root or not found.is_relative_to(root):
            raise UnusableExchange(f"settings: path: a file or folder in {root}")
        return found
