"""A change of the key-encryption keys: what is wrapped by which, everything wrapped anew, the old key retired.

Killed anywhere, nothing is lost and the repetition goes on where it stopped: an exhibit's row names the key that wraps
it, and changes in one transaction with its entry. A key goes only after the database has proven, in the transaction
that enters its retirement, that no exhibit depends on it; from then on the database takes nothing that it wrapped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import OperationalError, transaction

from comity.casefile.clock import Clock
from comity.casefile.evidence import store
from comity.casefile.evidence.errors import ExhibitErased, InvalidKey, KeyInUse
from comity.casefile.evidence.keys import KeyEncryptionKeys, new_line
from comity.casefile.evidence.service import Vault
from comity.casefile.records import UnitOfWork, unit_of_work
from comity.casefile.records.private import read_private, replace_private
from comity.casefile.records.work import must_be_open

_BATCH = 50


def add_key(path: Path, identifier: str) -> None:
    """Write a fresh key as the newest line of the file; one of that name that is there already stays as it is."""
    known = KeyEncryptionKeys.from_file(path)
    if identifier in known.identifiers:
        return
    text = read_private(path).decode("ascii")
    longer = text.rstrip("\n") + "\n" + new_line(identifier)
    KeyEncryptionKeys.parse(longer)
    replace_private(path, longer.encode("ascii"))


def remove_key(path: Path, identifier: str) -> None:
    """Take a key's line out of the file; the newest is refused, one that is gone already is no fault."""
    known = KeyEncryptionKeys.from_file(path)
    if identifier not in known.identifiers:
        return
    if identifier == known.newest:
        raise InvalidKey("the newest key wraps whatever comes: introduce another first")
    lines = read_private(path).decode("ascii").splitlines(keepends=True)
    kept = "".join(line for line in lines if line.split()[:1] != [identifier])
    with path.open("r+b") as old:
        replace_private(path, kept.encode("ascii"))
        length = old.seek(0, os.SEEK_END)
        old.seek(0)
        old.write(bytes(length))  # what now has no name held the key
        old.flush()
        os.fsync(old.fileno())


def wrapped_by() -> dict[str, int]:
    """How many held exhibits each key wraps."""
    return store.kek_counts()


def rewrap_all(vault: Vault, clock: Clock, actor: str, because: str) -> Iterator[int]:
    """Wrap every held exhibit's key by the newest key, some in each unit of work; gives how many after each."""
    while waiting := store.wrapped_by_others(vault.newest_key, _BATCH):
        with unit_of_work(clock.now(), actor) as work:
            done = sum(_one(vault, work, one, because) for one in waiting)
        yield done


def retire(work: UnitOfWork, identifier: str, entry: str) -> None:
    """Have the database prove that no exhibit depends on a key, and refuse it from now on; raises ``KeyInUse``."""
    must_be_open(work)
    try:
        with transaction.atomic():
            store.insert_retired(identifier, entry)
    except OperationalError as error:
        raise KeyInUse(f"{identifier} wraps {wrapped_by().get(identifier, 0)} exhibits") from error


def retired() -> frozenset[str]:
    """The keys that are retired."""
    return store.retired_keys()


def _one(vault: Vault, work: UnitOfWork, one: tuple[str, str], because: str) -> bool:
    try:
        return vault.rewrap(work, *one, because=because)
    except ExhibitErased:  # since we looked
        return False
