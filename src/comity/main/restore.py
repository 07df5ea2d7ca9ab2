"""``comity restore``: a backup into an empty house, and the proof that nothing is missing from it.

The proof looks at the house as it then is, not at what the restoring did: every table is written once more and its
digest compared with the manifest's, every leaf is computed anew from its document and the log's tree from its leaves,
the checkpoint of the manifest must be the one that these leaves have, every exhibit is decrypted and its digest
computed. What differs is named, thing by thing. Then, and not before, the restoring itself is entered, and what is
known to have been erased since the backup is erased again (``aftermath``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from comity.casefile.audit import enter, key_files, publisher
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.fsck import fsck
from comity.casefile.audit.keys import VerifierKey, verify_checkpoint
from comity.casefile.audit.note import Note
from comity.casefile.clock import Clock, Instant, WallClock
from comity.casefile.documents.keys import KEYS_CASE, StoreChange
from comity.casefile.evidence import EvidenceError, Vault
from comity.casefile.evidence.errors import ExhibitMissing
from comity.casefile.evidence.files import ExhibitStore
from comity.casefile.records import dump, unit_of_work
from comity.casefile.records.migrate import migrate, migrate_to
from comity.casefile.records.roles import Role, Server
from comity.main import key_box
from comity.main.aftermath import STANDS_AGAIN, Newest, erase_once_more, shut
from comity.main.backup import KEYS, MANIFEST, SIGNED, TITLE
from comity.main.house import Places, exhibit_keys, exhibit_store, make_keys
from comity.main.opened import opened
from comity.settings import Settings

_BLOCK = 1 << 20
_KEPT = """
SELECT file, until FROM exhibit_hold JOIN exhibit ON exhibit.id = exhibit_hold.exhibit
WHERE state = 'held' AND NOT released
"""
_HELD = "SELECT case_id, encode(digest, 'hex'), file FROM exhibit WHERE state = 'held' ORDER BY file"


class UnusableBackup(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The folder is not a backup that can be restored here."""


@dataclass(frozen=True)
class Wanted:
    """What the operator said."""

    directory: Path
    verify: bool = False
    passphrase_file: str | None = None
    seen: Path | None = None
    """The newest checkpoint that anybody holds."""
    newest: Newest = field(default_factory=Newest)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Wanted:
        """From the command's options."""
        seen, tiles, erasures = (Path(said[name]) if said[name] else None for name in ("seen", "tiles", "erasures"))
        folder, passphrase = Path(said["directory"]), said["passphrase_file"]
        return cls(folder, bool(said["verify"]), passphrase, seen, Newest(tiles, erasures))


def restore(settings: Settings, said: Mapping[str, Any]) -> int:
    """The command: restore, prove if asked, say what is missing by name. Exit code 1 when anything is."""
    wanted = Wanted.of(said)
    folder, verify = wanted.directory, wanted.verify
    manifest = read_manifest(folder, place_keys(settings, folder, wanted.passphrase_file), settings.log_origin)
    make_keys(settings)
    with opened(settings) as server:
        put_back(settings, server, folder, manifest)
        print(f"Restored {manifest['tables']['document']['rows']} documents of {manifest['at']}.")  # noqa: T201 -- the command's answer
        missing = list(missing_rows(server, manifest)) if verify else []
        migrate(server)
        publish(settings, server)
        missing += missing_from(settings, manifest, wanted.seen) if verify else []
        for one in missing:
            print(f"MISSING {one}")  # noqa: T201 -- the same
        if verify:
            print("nothing missing" if not missing else f"{len(missing)} things are missing")  # noqa: T201 -- the same
        proof = "not compared" if not verify else "nothing missing" if not missing else f"{len(missing)} missing"
        say_so(manifest, proof)
        for line in (*erase_once_more(settings, manifest, wanted.newest), shut(server), STANDS_AGAIN):
            print(line)  # noqa: T201 -- the same
    return 1 if missing else 0


def place_keys(settings: Settings, folder: Path, passphrase_file: str | None) -> tuple[VerifierKey, ...]:
    """Put the keys back where the backup has them; gives the log's public keys, which nothing but this folder names."""
    home = Places(settings.home).keys
    if passphrase_file and (folder / KEYS).exists():
        key_box.put_back((folder / KEYS).read_bytes(), key_box.passphrase(Path(passphrase_file)), home)
    keys = key_files.verifiers(home)
    if not keys:
        message = f"the keys are not in {home}: put the folder of keys that you kept there first"
        if (folder / KEYS).exists():
            message = (
                f"the keys are in the backup, encrypted: name their passphrase (--passphrase-file); {home} is empty"
            )
        raise UnusableBackup(message)
    return keys


def read_manifest(folder: Path, keys: tuple[VerifierKey, ...], origin: str) -> dict[str, Any]:
    """The manifest, if keys of the log that the operator holds have signed it; raises ``UnusableBackup``.

    What the backup says of its own keys is only compared, whole: nobody vouches for themselves.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(data)
        theirs = {_whole(VerifierKey.parse(key)) for key in manifest["vkeys"]}
        if manifest["origin"] != origin or not theirs <= {_whole(key) for key in keys}:
            raise UnusableBackup(f"the keys here (COMITY_LOG_ORIGIN {origin}) are not the keys of this backup's log")
        usable = [key for key in keys if key.until is None or int(manifest["size"]) <= key.until]
        text = f"{TITLE}\n{origin}\n{hashlib.sha256(data).hexdigest()}\n"
        notes = [path.read_bytes() for name in (SIGNED, f"{SIGNED}.next") if (path := folder / name).exists()]
        if not any(_signed(note, text, usable) for note in notes):
            raise UnusableBackup("manifest.json is not what the log's keys signed")
    except (OSError, KeyError, TypeError, json.JSONDecodeError, AuditFailure) as error:
        message = f"{folder} holds no backup: {type(error).__name__}"
        raise UnusableBackup(message) from error
    return manifest


def put_back(settings: Settings, server: Server, folder: Path, manifest: dict[str, Any]) -> None:
    """Tables of the backup's version, its rows in one transaction; exhibits, and locks on them."""
    migrate_to(server, manifest["migrations"])
    tables = {name: dump.Written(**written) for name, written in manifest["tables"].items()}
    with psycopg.connect(**server.parameters(Role.OWNER)) as conn:
        dump.load(conn, folder / manifest["database"], tables, manifest["sequences"])
    store = exhibit_store(settings)
    for name in manifest["exhibits"]:
        _bring(store, folder / "exhibits" / name[:2] / name, name)
    with psycopg.connect(**server.parameters(Role.APP)) as conn:
        for file, until in conn.execute(_KEPT).fetchall():
            with suppress(ExhibitMissing):  # named by the proof
                store.keep(file, until=Instant(until) if until else None)


def publish(settings: Settings, server: Server) -> None:
    """Write the log as files again, once the tables are this version's."""
    with psycopg.connect(**server.parameters(Role.APP)) as conn:
        publisher.publish(conn, Places(settings.home).tiles)


def missing_rows(server: Server, manifest: dict[str, Any]) -> Iterator[str]:
    """Every table that is not as it was written, in the version in which it was written."""
    with psycopg.connect(**server.parameters(Role.OWNER)) as conn:
        dump.snapshot(conn)
        now = dump.dump(conn, None)
    for name, written in manifest["tables"].items():
        if name not in now or now[name] != dump.Written(**written):
            found = now[name].rows if name in now else 0
            yield f"table {name}: {found} rows of {written['rows']}, or other ones"


def missing_from(settings: Settings, manifest: dict[str, Any], seen: Path | None = None) -> Iterator[str]:
    """What the log, its checkpoint, state rows and exhibits lack, looked at through Django's connection."""
    from comity.docket.recount import states  # noqa: PLC0415 -- Django first

    keys = key_files.verifiers(Places(settings.home).keys)
    report = fsck(keys, Places(settings.home).tiles, origin=settings.log_origin, states=states())
    yield from (f"log: {difference}" for difference in report.differences)
    yield from _heads(settings, manifest, keys, seen)
    vault = Vault(exhibit_store(settings), exhibit_keys(settings))
    with connection.cursor() as cursor:
        cursor.execute(_HELD)
        held = [(case.hex, str(digest), str(file)) for case, digest, file in cursor.fetchall()]
    for case, digest, file in held:
        try:
            vault.verify(case, digest)
        except EvidenceError as failure:
            yield f"exhibit {digest[:16]} of case {case} (file {file}): {failure}"


def say_so(manifest: dict[str, Any], proof: str, clock: Clock | None = None) -> None:
    """Enter that this house was restored, from what, and what was proven."""
    at = (clock or WallClock()).now()
    detail = f"backup of {manifest['at']}, checkpoint of {manifest['size']} entries: {proof}"
    with unit_of_work(at, "system:operator") as work:
        enter(work, KEYS_CASE, StoreChange(change="restored", detail=detail, at=at))


def _heads(
    settings: Settings, manifest: dict[str, Any], keys: tuple[VerifierKey, ...], seen: Path | None
) -> Iterator[str]:
    published = Places(settings.home).tiles / publisher.CHECKPOINT
    there = published.read_bytes() if published.exists() else b""
    if there.decode() != manifest["checkpoint"]:
        yield f"checkpoint: that of {manifest['size']} entries, as it was signed, is not the newest here"
    if seen is None:
        return
    newest = verify_checkpoint(seen.read_bytes(), keys)
    size = int(manifest["size"])
    if newest.size > size:
        yield f"entries {size} to {newest.size - 1}: entered after this backup, as the checkpoint in {seen.name} shows"
    elif newest.size == size and there and verify_checkpoint(there, keys).root != newest.root:
        yield f"checkpoint: {seen.name} is of another history"


def _bring(store: ExhibitStore, source: Path, name: str) -> None:
    if source.exists():
        with source.open("rb") as file:
            store.put_back(name, iter(lambda: file.read(_BLOCK), b""))


def _signed(data: bytes, text: str, keys: list[VerifierKey]) -> bool:
    note = Note.parse(data)
    known = {(key.name, key.key_id): key for key in keys}
    by = [(known[who], one.value) for one in note.signatures if (who := (one.name, one.key_id)) in known]
    for key, value in by:
        key.verify_text(note.text, value)
    return note.text == text and bool(by)


def _whole(key: VerifierKey) -> tuple[str, int, bytes]:
    """All of a key: its four-byte identifier could be met by trying."""
    return key.name, int(key.type), key.public
