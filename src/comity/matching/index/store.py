"""The only reader and writer of an index's folder: which files are in force, what they say, one writer at a time."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from comity.matching.index import journal, manifest, segment
from comity.matching.index.contents import Contents, Part, Words64
from comity.matching.index.errors import FolderOwned, JournalDamaged, ManifestDamaged, NotAcknowledged
from comity.matching.index.files import sync_folder
from comity.matching.index.journal import Disk, Kind, Record
from comity.matching.index.manifest import Listed, Manifest

_TRIES = 20
_COUNTER = 8


class Changes:
    """A counter in a shared page: it differs whenever something was written since a process last looked."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        path = folder / "changes"
        there = path.stat().st_size if path.exists() else 0
        if there != _COUNTER and not write:
            raise ManifestDamaged(path.name)
        if there != _COUNTER:
            path.write_bytes(bytes(_COUNTER))
        self._page = np.memmap(path, dtype=np.uint64, mode="r+" if write else "r", shape=(1,))

    def tell(self) -> None:
        """Something was written."""
        self._page[0] += np.uint64(1)

    def now(self) -> int:
        """A value that was never seen before whenever something was written since."""
        return int(self._page[0])


class Files:
    """An index's files as one process sees them; ``load`` brings its contents to what they say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = Manifest(generation=0, next=1, segments=[], journals=[0])
        self.contents = Contents()
        self._readers: list[journal.Reader] = []

    def load(self) -> None:
        """Read the manifest and what it names; files that are mapped already are not read again."""
        for _ in range(_TRIES):
            found = manifest.read(self.folder)
            if found is None:
                raise ManifestDamaged("there is none")
            try:
                parts = self._segments(found)
                readers = [journal.Reader(manifest.journal_path(self.folder, n), n) for n in found.journals]
                self.contents, self._readers, self.manifest = self._replayed(parts, readers), readers, found
            except FileNotFoundError:  # a compaction replaced it between two lines of ours
                continue
            return
        raise ManifestDamaged("it names files that are not there")

    def follow(self) -> None:
        """Take over what another process wrote since."""
        found = manifest.read(self.folder)
        try:
            if found == self.manifest:
                _replay(self.contents, self._readers[-1])
                return
        except JournalDamaged:  # or it was being written while we read; if not, reading it again says so
            self.contents = Contents(self.contents.segments)
        self.load()

    def _segments(self, found: Manifest) -> tuple[Part, ...]:
        mapped = {part.segment: part.table for part in self.contents.segments}
        return tuple(
            Part(
                mapped.get(listed.number) or segment.load(manifest.segment_path(self.folder, listed.number)),
                segment=listed.number,
                since=listed.since,
            )
            for listed in found.segments
        )

    def _replayed(self, parts: tuple[Part, ...], readers: list[journal.Reader]) -> Contents:
        contents = Contents(parts)
        for reader in readers:
            _replay(contents, reader)
        return contents


def _replay(contents: Contents, reader: journal.Reader) -> None:
    for record in reader.records():
        if record.kind == Kind.ADD:
            contents.add(record.numbers, record.hashes)
        elif record.kind == Kind.REMOVE:
            contents.remove(record.numbers, reader.number)
        else:
            contents.remove_from(record.segment, record.numbers)


class OwnFiles(Files):
    """The same for the one process that writes."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Own the folder, finish what a crash left, and load. Raises ``FolderOwned``."""
        super().__init__(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._disk = disk
        self._lock = _locked(folder)
        try:
            if manifest.read(folder) is None:
                journal.create(manifest.journal_path(folder, 0), 0, [])
                manifest.write(folder, self.manifest)
            self.changes = Changes(folder, write=True)
            self.load()
            self._writer = journal.Writer(self._readers[-1], disk)
            manifest.remove_others(folder, self.manifest)
            self.changes.tell()
        except BaseException:
            os.close(self._lock)
            raise

    def append(self, record: Record) -> None:
        """Have a change on the disk. Where that fails, readers are told to forget what they may have seen of it."""
        try:
            self._writer.append(record)
        except NotAcknowledged:
            with suppress(OSError):
                self._put_in_force(self.manifest.segments, self.manifest.journals)
            raise

    @property
    def journal_bytes(self) -> int:
        """What would be read at the next opening."""
        return self._writer.length

    def rotate(self) -> int:
        """Begin a new journal, which remembers what was removed from each segment; its number."""
        number = self.manifest.next
        carried = [
            Record(Kind.REMOVED, part.dead, segment=part.segment or 0)
            for part in self.contents.segments
            if len(part.dead)
        ]
        path = manifest.journal_path(self.folder, number)
        journal.create(path, number, carried)
        reader = journal.Reader(path, number)
        for _ in reader.records():
            pass
        writer = journal.Writer(reader, self._disk)
        try:
            self._put_in_force(self.manifest.segments, [*self.manifest.journals, number])
        except BaseException:
            writer.close()
            raise
        self._writer.close()
        self._writer = writer
        return number

    def segment_number(self) -> int:
        """A number for a new segment."""
        number = self.manifest.next
        self.manifest = self.manifest.model_copy(update={"next": number + 1})
        return number

    def build(self, number: int, numbers: Words64, hashes: Words64, since: int) -> Part:
        """Write a segment; nobody sees it before it is put in force."""
        path = manifest.segment_path(self.folder, number)
        segment.build(path, numbers, hashes)
        return Part(segment.load(path), segment=number, since=since)

    def put_in_force(self, parts: tuple[Part, ...], first_journal: int) -> None:
        """These segments, and journals from ``first_journal`` on, are the index; others are deleted."""
        listed = [Listed(number=part.segment or 0, since=part.since) for part in parts]
        self._put_in_force(listed, [number for number in self.manifest.journals if number >= first_journal])
        manifest.remove_others(self.folder, self.manifest)
        sync_folder(self.folder)

    def _put_in_force(self, segments: list[Listed], journals: list[int]) -> None:
        number = max(self.manifest.next, journals[-1] + 1)
        new = Manifest(generation=self.manifest.generation + 1, next=number, segments=segments, journals=journals)
        manifest.write(self.folder, new)
        self.manifest = new
        self.changes.tell()

    def close(self) -> None:
        """Let another process write."""
        self._writer.close()
        os.close(self._lock)


def _locked(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise FolderOwned(str(folder)) from error
    return handle
