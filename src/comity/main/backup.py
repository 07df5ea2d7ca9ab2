"""``comity backup``: everything that cannot be made again, as of one moment, with a signed list of what it is.

    DIR/manifest.json        what is in it: tables, sequences, migrations, exhibits, the newest checkpoint, digests
    DIR/manifest.note        SHA-256 of manifest.json, signed by the log's keys
    DIR/database-…/          one file a table, from one snapshot
    DIR/exhibits/            exhibits as they lie in the store: encrypted, each under its random name
    DIR/log/                 the published log
    DIR/erasures/            certificates of erasure, for whoever restores an older backup
    DIR/keys.sealed          only when asked: the folder of keys, encrypted with a passphrase

Order: the snapshot, then the exhibits it names (they are on the disk before their rows), then the manifest, whose
replacement makes the new backup the backup. Killed before, the former one stands. Exhibits are never copied twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from comity.casefile.audit import erasures, key_files, publisher
from comity.casefile.audit.note import Note
from comity.casefile.clock import Clock, WallClock
from comity.casefile.documents import new_id
from comity.casefile.evidence.errors import ExhibitMissing
from comity.casefile.evidence.files import ExhibitStore
from comity.casefile.records import dump
from comity.casefile.records.private import replace_private, sync_folder
from comity.casefile.records.roles import Role, Server
from comity.main import key_box
from comity.main.house import Places, exhibit_store
from comity.main.opened import opened
from comity.settings import Settings

MANIFEST, SIGNED, KEYS = "manifest.json", "manifest.note", "keys.sealed"
TITLE = "comity backup v1"
_EXHIBITS = "SELECT file, encode(digest, 'hex') FROM exhibit WHERE state = 'held' ORDER BY file"
_HEAD = "SELECT size, convert_from(note, 'UTF8') FROM checkpoint WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1"
_STILL = "SELECT file FROM exhibit WHERE state = 'held' AND file = ANY(%s)"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a backup holds, and how much of it was new."""

    documents: int
    exhibits: int
    copied: int
    size: int
    keys: bool


def backup(settings: Settings, directory: str, passphrase_file: str | None = None) -> int:
    """The command: back up into ``directory`` and say what is in it, and what is not."""
    passphrase = key_box.passphrase(Path(passphrase_file)) if passphrase_file else None
    with opened(settings) as server:
        report = back_up(settings, server, Path(directory), passphrase=passphrase)
    print(  # noqa: T201 -- the command's answer
        f"{report.documents} documents, {report.exhibits} exhibits ({report.copied} new), checkpoint of {report.size} "
        f"entries, in {directory}"
    )
    if not report.keys:
        print(  # noqa: T201 -- the same
            f"The keys are NOT in it. Keep {Places(settings.home).keys} elsewhere: without it exhibits cannot be read "
            "and the log cannot go on. (--passphrase-file FILE puts them in, encrypted.)"
        )
    return 0


def back_up(
    settings: Settings, server: Server, directory: Path, *, clock: Clock | None = None, passphrase: bytes | None = None
) -> Report:
    """Back up; raises whatever the database, the store or the disk refuses, and then the former backup stands."""
    at = (clock or WallClock()).now()
    for folder in (directory, directory / "exhibits", directory / "log"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = directory / f"database-{new_id()}"
    database.mkdir(mode=0o700)
    with psycopg.connect(**server.parameters(Role.OWNER)) as conn:
        dump.snapshot(conn)
        tables = dump.dump(conn, database)
        files = [(str(file), str(digest)) for file, digest in conn.execute(_EXHIBITS).fetchall()]
        head = conn.execute(_HEAD).fetchone() or (0, "")
        migrations = sorted(f"{app}.{name}" for app, name in conn.execute("SELECT app, name FROM django_migrations"))
        publisher.publish(conn, directory / "log")
        erasures.export(conn, directory / "erasures")
    with psycopg.connect(**server.parameters(Role.OWNER), autocommit=True) as conn:
        exhibits, copied = _copy(conn, exhibit_store(settings), directory / "exhibits", files)
        sequences = dump.sequences(conn)
    manifest = {
        "at": at.z(),
        "checkpoint": head[1],
        "database": database.name,
        "exhibits": exhibits,
        "migrations": migrations,
        "origin": settings.log_origin,
        "sequences": sequences,
        "size": head[0],
        "tables": {name: asdict(written) for name, written in tables.items()},
        "vkeys": [key.encode() for key in key_files.verifiers(Places(settings.home).keys)],
    }
    if passphrase is not None:
        replace_private(directory / KEYS, key_box.closed(Places(settings.home).keys, passphrase))
    _finish(settings, directory, manifest)
    return Report(tables["document"].rows, len(exhibits), copied, head[0], (directory / KEYS).exists())


def _copy(
    conn: psycopg.Connection[tuple[object, ...]], store: ExhibitStore, folder: Path, files: Iterable[tuple[str, str]]
) -> tuple[dict[str, str], int]:
    """Copy what is not there; gives SHA-256 of each file by name. One erased since the snapshot is left out."""
    known = _known(folder.parent)
    found: dict[str, str] = {}
    copied = 0
    for name, _ in files:
        path = folder / name[:2] / name
        if name in known and path.exists():
            found[name] = known[name]
            continue
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            found[name] = _copied(store, name, path)
        except ExhibitMissing:
            if conn.execute(_STILL, [[name]]).fetchone():
                raise
            continue
        copied += 1
    for path in folder.glob("*/*"):
        if path.name not in found:
            path.unlink()  # erased since the last backup: it is erased here too
    for part in folder.iterdir():
        sync_folder(part)
    return found, copied


def _copied(store: ExhibitStore, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    started = path.with_name(f".{name}")
    with store.open(name) as source, started.open("wb") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
    started.rename(path)
    return digest.hexdigest()


def _known(directory: Path) -> dict[str, str]:
    with suppress(OSError, ValueError, KeyError):
        return dict(json.loads((directory / MANIFEST).read_bytes())["exhibits"])
    return {}


def _finish(settings: Settings, directory: Path, manifest: dict[str, object]) -> None:
    data = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    text = f"{TITLE}\n{settings.log_origin}\n{hashlib.sha256(data).hexdigest()}\n"
    keys = key_files.load(Places(settings.home).keys, settings.log_origin)
    note = Note(text, tuple(key.sign_text(text) for key in keys.signing)).encode()
    sync_folder(directory / str(manifest["database"]))
    replace_private(directory / f"{SIGNED}.next", note)
    replace_private(directory / MANIFEST, data)
    (directory / f"{SIGNED}.next").rename(directory / SIGNED)
    sync_folder(directory)
    for old in directory.glob("database-*"):
        if old.name != manifest["database"]:
            shutil.rmtree(old)
