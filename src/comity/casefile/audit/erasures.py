"""Certificates of erasure as files beside the published log, so that a restored backup can be made to forget again.

A file is private (it names a case and what was in it) and proves itself: its salt and body are those to which the leaf
in the published log commits. Derived from the database, written again at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import LogBroken
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.merkle import Frontier, leaf_hash
from comity.casefile.audit.publisher import CHECKPOINT
from comity.casefile.audit.store import Connection
from comity.casefile.audit.tiles import decode_bundle, tiles_of
from comity.casefile.documents.record import ErasureCertificate
from comity.casefile.records.private import read_private, replace_private

_LATER: LiteralString = """
SELECT leaf.idx, encode(uuid_send(document.id), 'hex'), document.salt, document.body
FROM document JOIN leaf ON leaf.document = document.id
WHERE document.kind = 'erasure' AND document.body IS NOT NULL AND leaf.idx > %s ORDER BY leaf.idx
"""


@dataclass(frozen=True)
class Later:
    """What a published log holds after a size: its newest checkpoint, and the leaves by entry."""

    checkpoint: Checkpoint
    leaves: Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """A certificate in a folder: what it says, or why it cannot be believed."""

    entry: str
    certificate: ErasureCertificate | None
    why_not: str = ""


def export(conn: Connection, folder: Path) -> int:
    """Write every certificate that has its place in the log and is not there yet; gives how many."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    last = max((int(path.name[:12]) for path in folder.glob("*-*.json")), default=-1)
    rows = conn.execute(_LATER, [last]).fetchall()
    for index, entry, salt, body in rows:
        said = {"body": bytes(body).decode(), "entry": entry, "index": index, "salt": bytes(salt).hex()}
        replace_private(folder / f"{index:012d}-{entry}.json", (json.dumps(said, sort_keys=True) + "\n").encode())
    return len(rows)


def later(folder: Path, keys: tuple[VerifierKey, ...], origin: str, size: int, root: bytes) -> Later:
    """Read a published log through, and prove that the tree of ``size`` leaves and ``root`` is its beginning.

    Raises ``LogBroken`` where it is another history or a file is not what the checkpoint says, and as reading and
    ``verify_checkpoint`` do.
    """
    newest = verify_checkpoint((folder / CHECKPOINT).read_bytes(), keys)
    if newest.origin != origin:
        raise LogBroken(f"The log in {folder} is that of {newest.origin}.")
    if newest.size < size:
        raise LogBroken(f"The log in {folder} ends before this backup does: it is not the newest.")
    frontier, leaves = Frontier(), dict[str, dict[str, Any]]()
    for tile in (tile for tile in tiles_of(newest.size) if tile.level == 0):
        data = decode_bundle((folder / tile.bundle_path()).read_bytes(), tile.width)
        cut = min(max(size - tile.start, 0), tile.width)
        for part in (data[:cut], data[cut:]):
            if frontier.size == size and frontier.root != root:
                raise LogBroken(f"The log in {folder} has another history than this backup.")
            frontier, _ = frontier.extend([leaf_hash(one) for one in part])
        leaves |= {str(leaf["entry"]): leaf for leaf in map(json.loads, data[cut:])}
    if frontier.root != newest.root or (size == newest.size and newest.root != root):
        raise LogBroken(f"The leaves in {folder} are not those of its checkpoint.")
    return Later(newest, leaves)


def read(folder: Path, after: Later) -> list[Found]:
    """The certificates in a folder that the log entered after the backup, oldest first."""
    known = (_certificate(path, after) for path in sorted(folder.glob("*-*.json")))
    return [found for found in known if found is not None]


def _certificate(path: Path, after: Later) -> Found | None:
    entry = path.stem.rpartition("-")[2]
    leaf = after.leaves.get(entry)
    if leaf is None:
        return None  # in the backup already, or younger than the log that was given
    try:
        said = json.loads(read_private(path))
        body = str(said["body"]).encode()
        salt = bytes.fromhex(said["salt"])
        if hashlib.sha256(salt + body).hexdigest() != leaf["commitment"]:
            return Found(entry, None, "it is not what the log committed to")
        return Found(entry, ErasureCertificate.from_canonical(body))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        return Found(entry, None, type(failure).__name__)
