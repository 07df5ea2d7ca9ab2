"""From the platform's rows to the lines of a data set: cut, counted, files beside them, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from comity.casefile.documents.disclosure import Scope
from comity.casefile.evidence import Vault
from comity.casefile.evidence.service import Staged
from comity.casefile.records import UnitOfWork
from comity.execution.disclosure import dataset, rules
from comity.execution.disclosure.errors import TooMuch
from comity.platform import RecordRow

MOST_ROWS = 50_000_000
MOST_FILES = 100_000
_BATCH = 32
"""Files that wait for custody at once; each holds an open file."""


class Gathering:
    """One attempt. ``lines`` is read once; afterwards the other names say what came of it."""

    def __init__(
        self, number: str, scope: Scope, vault: Vault, work: Callable[[], AbstractContextManager[UnitOfWork]]
    ) -> None:
        self._number, self._scope, self._vault, self._work = number, scope, vault, work
        self._tally = rules.Tally()
        self._waiting: list[Staged] = []
        self.rows = 0
        self.files: list[str] = []

    @property
    def cut(self) -> dict[str, int]:
        """What was cut, by reason."""
        return self._tally.counts

    def lines(self, head: bytes, answers: Iterable[tuple[str, Iterable[RecordRow]]]) -> Iterator[bytes]:
        """The head, then a line for each row inside the grant."""
        yield head
        for question, rows in answers:
            for row in rows:
                line = self._line(question, row)
                if line:
                    yield line
        self._take_in()

    def _line(self, question: str, row: RecordRow) -> bytes:
        made = rules.cut(self._scope.terms, rules.ASKED_FOR[question], row)
        self._tally.add(made.reasons)
        if made.row is None:
            return b""
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise TooMuch(f"more than {MOST_ROWS} rows")
        return dataset.line(dataset.row_of(self.rows, made.row, self._file(made.row)))

    def _file(self, row: RecordRow) -> dataset.FileLine | None:
        if row.file is None:
            return None
        staged = self._vault.stage(self._number, row.file.chunks, media_type=row.file.media_type, name=row.file.name)
        self._waiting.append(staged)
        found = staged.exhibit
        if found.digest not in self.files:
            self.files.append(found.digest)
        if len(self.files) > MOST_FILES:
            raise TooMuch(f"more than {MOST_FILES} files")
        if len(self._waiting) >= _BATCH:
            self._take_in()
        return dataset.FileLine(name=found.name, media_type=found.media_type, size=found.size, sha256=found.digest)

    def _take_in(self) -> None:
        """Files into custody, unseen; what a broken attempt leaves is the same file at the next."""
        if self._waiting:
            with self._work() as unit:
                self._vault.admit_all(unit, self._waiting, purpose="collected with a data set")
            self._waiting.clear()
