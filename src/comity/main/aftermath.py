"""What a restoring does about the time since the backup: erases again, shuts what was open, says what nobody knows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError

from comity.casefile.audit import erasures, key_files
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.note import Note
from comity.casefile.clock import Clock, WallClock
from comity.casefile.evidence.again import erase_again
from comity.casefile.records import unit_of_work
from comity.casefile.records.roles import Role, Server
from comity.main.house import Places, exhibit_store
from comity.settings import Settings

log = structlog.get_logger("comity")
_ACTOR = "system:operator"
_MINUTE = 60.0
_SESSIONS = "DELETE FROM portal_session"
_TOKENS = "TRUNCATE oauth2_provider_accesstoken, oauth2_provider_refreshtoken, oauth2_provider_grant CASCADE"
STANDS_AGAIN = (
    "Whatever was suspended, withdrawn, refused or ended since the backup stands again as it stood then: look at "
    "officers, overseers, authorities, staff, standing rules and night rules before the doors open."
)


@dataclass(frozen=True)
class Newest:
    """What the operator still has of the house that was: its published log, its certificates of erasure."""

    tiles: Path | None = None
    erasures: Path | None = None


def keep_erasures(settings: Settings, server: Server, stop: threading.Event) -> None:
    """Every minute, lay the certificates of erasure that are in the log beside it."""
    while not stop.is_set():
        try:
            with psycopg.connect(**server.parameters(Role.APP)) as conn:
                erasures.export(conn, Places(settings.home).erasures)
        except (psycopg.Error, OSError) as failure:
            log.warning("certificates of erasure wait", failure=type(failure).__name__)
        stop.wait(_MINUTE)


def erase_once_more(
    settings: Settings, manifest: dict[str, Any], newest: Newest, clock: Clock | None = None
) -> Iterator[str]:
    """Carry out every erasure since the backup that is known; say, a line each, what was done and what is not known."""
    if newest.tiles is None:
        yield (
            "UNKNOWN: what was erased after this backup is here again. Name the newest published log and the "
            "certificates of erasure (--tiles DIR --erasures DIR), or see to it by hand."
        )
        return
    try:
        after = _after(settings, manifest, newest.tiles)
    except (OSError, AuditFailure, ValueError) as failure:
        why = f"the log in {newest.tiles} cannot be used ({failure})"
        yield f"UNKNOWN: what was erased after this backup is here again: {why}"
        return
    found = erasures.read(newest.erasures, after) if newest.erasures and newest.erasures.is_dir() else []
    yield from _each(settings, found, clock or WallClock())
    said = sum(one.certificate is not None for one in found)
    recorded = sum(leaf.get("kind") == "recorded" for leaf in after.leaves.values())
    if recorded > said:
        yield (
            f"UNKNOWN: {recorded} entries after this backup could be certificates of erasure, and {said} are known. "
            "What the others erased, if they did, is here again."
        )


def _after(settings: Settings, manifest: dict[str, Any], tiles: Path) -> erasures.Later:
    keys = key_files.verifiers(Places(settings.home).keys)
    size, text = int(manifest["size"]), str(manifest["checkpoint"])
    root = Checkpoint.parse(Note.parse(text.encode()).text).root if text else b""
    return erasures.later(tiles, keys, settings.log_origin, size, root)


def _each(settings: Settings, found: list[erasures.Found], clock: Clock) -> Iterator[str]:
    files = exhibit_store(settings)
    for one in found:
        if one.certificate is None:
            yield f"UNKNOWN: the certificate {one.entry} cannot be used: {one.why_not}"
            continue
        try:
            with unit_of_work(clock.now(), _ACTOR) as work:
                done = erase_again(work, files, one.certificate)
        except DatabaseError as failure:
            reason = str(failure).split("\n", 1)[0]
            yield f"UNKNOWN: what the certificate {one.entry} erased is here again and could not be erased: {reason}"
            continue
        if done is not None:
            counts = f"{len(done.exhibits)} exhibits and {len(done.documents)} documents"
            yield f"Erased again: {counts} of case {done.case}."


def shut(server: Server, clock: Clock | None = None) -> str:
    """Make void whatever was open when the backup was made: sessions, access tokens, one-time codes; says how much."""
    from comity.registry import officers, officers_store  # noqa: PLC0415 -- Django first

    with psycopg.connect(**server.parameters(Role.OWNER)) as conn:
        sessions = conn.execute(_SESSIONS).rowcount
        conn.execute(_TOKENS)
    with unit_of_work((clock or WallClock()).now(), _ACTOR) as work:
        codes = officers_store.open_codes()
        for code in codes:
            entry = officers.note(work, code.holder, f"{code.kind}_code_void", "", {"purpose": code.purpose})
            officers_store.spend_code(code.id, entry=entry)
    return f"Made void: {sessions} sessions, {len(codes)} one-time codes, every access token."
