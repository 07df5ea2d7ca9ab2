"""The log as files for anyone: tiles, entry bundles and the newest signed checkpoint in a directory.

Everything here is derived from the database and can be written again at any time (``log fsck`` compares).
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from comity.casefile.audit import durable, store
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import LogBroken
from comity.casefile.audit.merkle import leaf_hash
from comity.casefile.audit.note import Note
from comity.casefile.audit.policy import policy
from comity.casefile.audit.store import Connection, Head
from comity.casefile.audit.tiles import HEIGHT, WIDTH, Tile, encode_bundle, tiles_between

CHECKPOINT = "checkpoint"
_FRESH = timedelta(seconds=10)


def published(folder: Path) -> Checkpoint | None:
    """The checkpoint in the directory, form checked, signature not; ``None`` when nothing was published yet."""
    data = durable.read(folder / CHECKPOINT)
    return None if data is None else Checkpoint.parse(Note.parse(data).text)


def tile_content(conn: Connection, tile: Tile) -> tuple[bytes, bytes | None]:
    """What the files of a tile hold: its hashes, and at level 0 the entry bundle."""
    start, end = tile.start, tile.start + tile.width
    if tile.level:
        hashes, bundle = store.nodes(conn, HEIGHT * tile.level, start, end), None
    else:
        rows = store.leaves(conn, start, end)
        hashes, entries = [value for _, value, _ in rows], [data for _, _, data in rows]
        if hashes != [leaf_hash(data) for data in entries]:
            raise LogBroken(f"A leaf between {start} and {end} does not hash to what was put into the tree.")
        bundle = encode_bundle(entries)
    if len(hashes) != tile.width:
        raise LogBroken(f"{tile.path()}: {len(hashes)} of {tile.width} hashes are there.")
    return b"".join(hashes), bundle


def publish(conn: Connection, folder: Path) -> int:
    """Bring the directory up to the newest checkpoint that may be shown, with its cosignatures; gives its size.

    Raises ``ImmutableDiffers`` when a file that must not change would, ``LogBroken`` when the directory knows a
    checkpoint that the database does not: a database restored from an old backup must not grow a second history.
    """
    old = _known(conn, published(folder))
    head = _to_show(conn, old)
    if head is None or head.note is None:
        return old
    note = store.witnessed(conn, head)
    if head.frontier.size == old:
        if durable.read(folder / CHECKPOINT) != note:  # a witness answered since
            durable.replace(folder / CHECKPOINT, note)
        return old
    new = head.frontier.size
    for tile in tiles_between(old, new):
        hashes, bundle = tile_content(conn, tile)
        if bundle is not None:
            durable.write_immutable(folder / tile.bundle_path(), bundle)
        durable.write_immutable(folder / tile.path(), hashes)
        if tile.width == WIDTH:
            _drop_partial(folder, tile)  # whoever still reads the old checkpoint finds the same hashes in the full tile
    # Every file that the new checkpoint needs is on the disk; the old checkpoint still stands. A crash here leaves
    # files that nobody is pointed to yet; the next run finds them identical.
    durable.replace(folder / CHECKPOINT, note)
    # The new checkpoint stands, and with it everything it needs.
    return new


def _to_show(conn: Connection, old: int) -> Head | None:
    """The newest signed checkpoint; where witnesses are required, the newest that they have cosigned.

    Where they are only asked, one that all of them have cosigned is preferred as long as it is fresh, since in a log
    that grows all the time the very newest never is. What is shown never shrinks.
    """
    asked, newest = policy(), store.newest_signed(conn)
    if newest is None or not asked.keys:
        return newest
    chosen = store.newest_cosigned(conn, asked.required or len(asked.names), asked.key_ids)
    if not asked.required and (chosen is None or newest.at.since(chosen.at) > _FRESH):
        chosen = newest
    if chosen is None or chosen.frontier.size >= old:
        return chosen
    return store.head_at(conn, old)


def _known(conn: Connection, older: Checkpoint | None) -> int:
    if older is None or older.size == 0:
        return 0
    head = store.head_at(conn, older.size)
    if head is None or head.root != older.root:
        raise LogBroken(f"A checkpoint of {older.size} leaves was published that the database does not have.")
    return older.size


def _drop_partial(folder: Path, tile: Tile) -> None:
    paths = [tile.path()] if tile.level else [tile.path(), tile.bundle_path()]
    for path in paths:
        shutil.rmtree(folder / f"{path}.p", ignore_errors=True)
