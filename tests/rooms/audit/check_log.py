"""Re-verify the whole log after each step, with nothing remembered but what an outsider would remember."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import psycopg

from comity.casefile.audit import Entered, enter
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.merkle import MemoryTree, leaf_hash, root_at, verify_consistency
from comity.casefile.audit.tiles import Tile, decode_bundle, decode_tile, tiles_of
from comity.casefile.clock import FixedClock
from comity.casefile.documents import new_id
from comity.casefile.documents.record import AccessEvent
from comity.casefile.records import unit_of_work


class Writer:
    """Enters documents, each in a unit of work of its own."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.case = new_id()

    def enter(self, count: int = 1) -> list[Entered[AccessEvent]]:
        """Enter so many documents in one unit of work."""
        with unit_of_work(self.clock.now(), "staff:nora") as work:
            return [enter(work, self.case, self.document(number)) for number in range(count)]

    def document(self, number: int = 0) -> AccessEvent:
        """A document as good as any."""
        return AccessEvent(
            case=self.case, by="staff:nora", what=f"exhibit {number}", purpose="review", at=self.clock.now()
        )


class CheckLog:
    """Call it after each step: ``check_log()`` verifies everything and gives how many leaves the log has."""

    def __init__(self, conn: psycopg.Connection[Any], keys: tuple[VerifierKey, ...], folder: Path) -> None:
        self._conn = conn
        self._keys = keys
        self._folder = folder
        self._seen: list[Checkpoint] = []

    def __call__(self, *, full: bool = False) -> int:
        """``full``: a partial tile may have given way to its full one, which must begin with the same hashes."""
        leaves = self._leaves()
        tree = MemoryTree(leaf_hash(data) for data, _ in leaves)
        assert [tree.node(0, i) for i in range(tree.size)] == [value for _, value in leaves]
        for checkpoint in self._signed():
            assert checkpoint.size <= tree.size
            assert checkpoint.root == tree.root(checkpoint.size)
            self._continues(tree, checkpoint)
        self._check_files(tree, full=full)
        return tree.size

    def _leaves(self) -> list[tuple[bytes, bytes]]:
        rows = self._conn.execute(
            "SELECT leaf.idx, leaf.data, leaf.hash, document.salt, document.body FROM leaf"
            " JOIN document ON document.id = leaf.document WHERE leaf.idx IS NOT NULL ORDER BY leaf.idx"
        ).fetchall()
        assert [row[0] for row in rows] == list(range(len(rows)))
        for _, data, _, salt, body in rows:
            assert body is None or hashlib.sha256(salt + body).hexdigest().encode() in data
        return [(row[1], row[2]) for row in rows]

    def _signed(self) -> list[Checkpoint]:
        rows = self._conn.execute("SELECT note FROM checkpoint WHERE note IS NOT NULL ORDER BY size").fetchall()
        return [verify_checkpoint(note, self._keys) for (note,) in rows]

    def _continues(self, tree: MemoryTree, new: Checkpoint) -> None:
        for old in self._seen[-3:]:
            if old.size <= new.size:
                verify_consistency(
                    old.size,
                    new.size,
                    old_root=old.root,
                    new_root=new.root,
                    proof=tree.consistency(old.size, new.size),
                )
        if new not in self._seen:
            self._seen.append(new)

    def _check_files(self, tree: MemoryTree, *, full: bool) -> None:
        path = self._folder / "checkpoint"
        if not path.exists():
            return
        checkpoint = verify_checkpoint(path.read_bytes(), self._keys)
        assert checkpoint.root == tree.root(checkpoint.size)
        nodes: dict[tuple[int, int], bytes] = {}
        for tile in tiles_of(checkpoint.size):
            if full and not (self._folder / tile.path()).exists():
                assert (self._folder / Tile(tile.level, tile.index).path()).exists()
                tile = Tile(tile.level, tile.index)  # noqa: PLW2901 -- the full one is read in its place
            hashes = decode_tile((self._folder / tile.path()).read_bytes(), tile.width)
            nodes.update({(8 * tile.level, tile.start + i): value for i, value in enumerate(hashes)})
            if tile.level == 0:
                entries = decode_bundle((self._folder / tile.bundle_path()).read_bytes(), tile.width)
                assert [leaf_hash(entry) for entry in entries] == hashes
        small = MemoryTree(nodes[0, i] for i in range(checkpoint.size))
        assert root_at(checkpoint.size, small.node) == checkpoint.root
        for (level, index), value in nodes.items():
            assert tree.node(level, index) == value
