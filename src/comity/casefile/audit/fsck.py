"""Check the whole log from within: rebuild everything from documents and leaves and report every difference.

What ``comity-verify`` proves to outsiders is what was published; this also sees the documents and the tables:

 1. Each document has a leaf, and the leaf says what the trigger would have written; an erased document, whose
    commitment cannot be recomputed, must be named by an entry of kind ``erasure`` in its case.
 2. Each leaf hashes to its hash; indices run without gap from 0.
 3. The stored subtrees are those over the leaves, none missing, none more.
 4. Each checkpoint has the root of its size, and known keys signed it; so did witnesses where they are said to.
 5. The published files are those that the tables give.
 6. Each state row names an entry that exists, fits and is of its case; what its owner can recount equals the row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.pq import TransactionStatus

from comity.casefile.audit import durable, publisher, store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import cosignatures
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.merkle import MemoryTree, leaf_hash
from comity.casefile.audit.policy import policy
from comity.casefile.audit.rules import leaf_data
from comity.casefile.audit.states import States, faults
from comity.casefile.audit.store import Connection, Head, StoredEntry
from comity.casefile.audit.tiles import HEIGHT, Tile, encode_bundle, tiles_of
from comity.casefile.documents import commitment

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be."""

    what: str
    """Stable code: ``commitment``, ``leaf_data``, ``no_leaf``, ``no_document``, ``erased_unsaid``, ``leaf_hash``,
    ``index_gap``, ``subtree``, ``checkpoint_root``, ``signature``, ``cosignature``, ``file``, ``published``, and those
    of ``states``."""
    where: str
    """The entry's identifier where there is one, else the index, size, subtree or path."""

    def __str__(self) -> str:
        return f"{self.what}: {self.where}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was wrong. Sound only when nothing was."""

    entries: int
    leaves: int
    erased: int
    checkpoints: int
    files: int
    waiting: int
    """Entries whose leaf has no index yet, and checkpoints not yet signed: normal while the log is in use."""
    differences: tuple[Difference, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def fsck(
    keys: Sequence[VerifierKey],
    publish_dir: Path | None = None,
    *,
    origin: str,
    conn: Connection | None = None,
    states: States | None = None,
) -> Report:
    """Check the log named ``origin``; with ``publish_dir``, its published files too. Reads only, in one snapshot.

    ``states`` says what state rows should be (step 6). Its recount reads through the application's connection.
    """
    if conn is None:
        with store.application() as default:
            return fsck(keys, publish_dir, origin=origin, conn=default, states=states)
    # Read first: what is published never runs ahead of the tables, so that a log in use is not reported as wrong.
    published = durable.read(publish_dir / publisher.CHECKPOINT) if publish_dir else None
    first = conn.info.transaction_status is TransactionStatus.IDLE
    with conn.transaction():
        if first:
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _Check(conn, tuple(keys), origin).run(publish_dir, published, states or States())


class _Check:
    """One run, and what it has seen so far."""

    def __init__(self, conn: Connection, keys: tuple[VerifierKey, ...], origin: str) -> None:
        self.conn = conn
        self._keys = keys
        self._origin = origin
        self._found: list[Difference] = []
        self._tree = MemoryTree()
        self._gap = False

    def run(self, folder: Path | None, published: bytes | None, states: States) -> Report:
        """All six steps."""
        entries, erased, waiting = self._documents()
        self._leaves()
        self._subtrees()
        checkpoints, unsigned = self._checkpoints()
        files = self._files(folder, published) if folder and published is not None else 0
        for fault in faults(self.conn, states):
            self._differs(*fault)
        return Report(entries, self._tree.size, erased, checkpoints, files, waiting + unsigned, tuple(self._found))

    def _differs(self, what: str, where: object) -> None:
        self._found.append(Difference(what, str(where)))

    # --- 1 ----------------------------------------------------------------------------------------------------------

    def _documents(self) -> tuple[int, int, int]:
        count = waiting = 0
        named: set[tuple[str, str]] = set()
        erased: list[StoredEntry] = []
        for stored in store.all_entries(self.conn, _BATCH):
            count += 1
            waiting += stored.index is None
            named.update((stored.case, one) for one in _named_by(stored))
            if stored.body is None or stored.salt is None:
                erased.append(stored)
            self._document(stored)
        for stored in erased:
            if (stored.case, stored.entry) not in named:
                self._differs("erased_unsaid", stored.entry)
        for entry in store.leaves_without_document(self.conn):
            self._differs("no_document", entry)
        return count, len(erased), waiting

    def _document(self, stored: StoredEntry) -> None:
        if stored.data is None:
            self._differs("no_leaf", stored.entry)
            return
        said = _commitment_in(stored.data)
        if stored.body is not None and stored.salt is not None:
            found = commitment(stored.salt, stored.body)
            if found != said:
                self._differs("commitment", stored.entry)
        if said is None or stored.data != leaf_data(stored.entry, stored.kind, stored.at, said):
            self._differs("leaf_data", stored.entry)
        if stored.hash != leaf_hash(stored.data):
            self._differs("leaf_hash", stored.entry)

    # --- 2, 3 -------------------------------------------------------------------------------------------------------

    def _leaves(self) -> None:
        while rows := store.leaves_from(self.conn, self._tree.size, _BATCH):
            expected = range(self._tree.size, self._tree.size + len(rows))
            if [index for index, _ in rows] != list(expected):
                self._differs("index_gap", next(e for e, (i, _) in zip(expected, rows, strict=True) if e != i))
                self._gap = True  # what comes after it belongs to a tree that cannot be rebuilt
                return
            self._tree.extend(leaf_hash(data) for _, data in rows)

    def _subtrees(self) -> None:
        size = self._tree.size
        expected = ((level, index) for level in range(1, size.bit_length()) for index in range(size >> level))
        wanted = next(expected, None)
        for level, index, value in store.all_nodes(self.conn):
            while wanted is not None and wanted < (level, index):
                self._differs("subtree", f"{wanted[0]}/{wanted[1]} is missing")
                wanted = next(expected, None)
            if wanted == (level, index):
                if self._tree.node(level, index) != value:
                    self._differs("subtree", f"{level}/{index}")
                wanted = next(expected, None)
            elif not self._gap:
                self._differs("subtree", f"{level}/{index} is not of this tree")
        for level, index in [wanted, *expected] if wanted is not None else []:
            self._differs("subtree", f"{level}/{index} is missing")

    # --- 4 ----------------------------------------------------------------------------------------------------------

    def _checkpoints(self) -> tuple[int, int]:
        count = unsigned = newest = 0
        for head in store.all_heads(self.conn):
            count += 1
            newest = head.frontier.size
            self._checkpoint(head)
            if head.note is None:
                unsigned += 1
            elif not self._signed(head.note, head.body):
                self._differs("signature", head.frontier.size)
        self._cosignatures()
        if newest != self._tree.size:
            self._differs("checkpoint_root", f"the newest covers {newest} of {self._tree.size} leaves")
        return count, unsigned

    def _cosignatures(self) -> None:
        for size, body, signature in store.all_cosignatures(self.conn):
            try:
                cosignatures(Checkpoint.parse(body), (signature,), policy().keys)
            except AuditFailure:
                self._differs("cosignature", f"{size} {signature.name}")

    def _checkpoint(self, head: Head) -> None:
        expected = self._expected(head.frontier.size)
        found = (head.root, head.frontier.root, head.body)
        if expected is None or found != (expected.root, expected.root, expected.text()):
            self._differs("checkpoint_root", head.frontier.size)

    def _signed(self, note: bytes, body: str) -> bool:
        try:
            return verify_checkpoint(note, self._keys).text() == body
        except AuditFailure:
            return False

    # --- 5 ----------------------------------------------------------------------------------------------------------

    def _files(self, folder: Path, published: bytes) -> int:
        try:
            checkpoint = verify_checkpoint(published, self._keys)
        except AuditFailure:
            self._differs("published", publisher.CHECKPOINT)
            return 1
        if checkpoint != self._expected(checkpoint.size):
            self._differs("published", publisher.CHECKPOINT)
            return 1
        count = 1
        for tile in tiles_of(checkpoint.size):
            for path, full, content in self._contents(tile):
                count += 1
                if not _holds(folder, path, full, content):
                    self._differs("file", path)
        return count

    def _expected(self, size: int) -> Checkpoint | None:
        return Checkpoint(self._origin, size, self._tree.root(size)) if size <= self._tree.size else None

    def _contents(self, tile: Tile) -> Iterator[tuple[str, str, bytes]]:
        """For each file of a tile: its path, the path it has once it is full, and what it must hold."""
        full = Tile(tile.level, tile.index)
        span = range(tile.start, tile.start + tile.width)
        yield tile.path(), full.path(), b"".join(self._tree.node(HEIGHT * tile.level, index) for index in span)
        if tile.level == 0:
            rows = store.leaves(self.conn, span.start, span.stop)
            yield tile.bundle_path(), full.bundle_path(), encode_bundle([data for _, _, data in rows])


def _holds(folder: Path, path: str, full: str, content: bytes) -> bool:
    """Whether the file is there with this content; or, its partial tile tidied away, begins with it once full."""
    data = durable.read(folder / path)
    if data is None and path != full:
        return (durable.read(folder / full) or b"").startswith(content)
    return data == content


def _named_by(stored: StoredEntry) -> list[str]:
    """The entries that an erasure certificate names; nothing for any other document."""
    if stored.kind != "erasure" or stored.body is None:
        return []
    try:
        named = json.loads(stored.body).get("documents", [])
    except (ValueError, AttributeError):
        return []
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _commitment_in(data: bytes) -> bytes | None:
    """The commitment that a leaf carries, if it is a leaf of ours at all."""
    try:
        return bytes.fromhex(json.loads(data)["commitment"])
    except (ValueError, KeyError, TypeError):
        return None
