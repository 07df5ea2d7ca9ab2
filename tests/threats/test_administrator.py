"""Whoever rules the database rewrites history, and is found: by the house, by ``log fsck``, by a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from comity.casefile import audit
from comity.casefile.audit import verifier
from comity.casefile.audit.errors import LeafMismatch
from comity.casefile.audit.fsck import Report, fsck
from comity.casefile.audit.merkle import leaf_hash
from comity.casefile.audit.rules import leaf_data
from comity.casefile.audit.sequencer import Sequencer
from comity.casefile.clock import Instant
from comity.casefile.documents import commitment
from comity.casefile.documents.act import Act
from comity.casefile.records.roles import Role
from comity.docket.procedure import Status
from support.failing import House

if TYPE_CHECKING:
    from conftest import Meddler


@pytest.fixture(scope="module")
def case(house: House) -> str:
    """A removal that was carried out and answered."""
    url = house.publish()
    made = house.ordered("ruled", url)
    house.run(made)
    assert house.status(made) is Status.IN_EFFECT
    house.wait_for_the_log()
    return made


@pytest.fixture
def act(case: str) -> str:
    """The entry that says that the item was disabled."""
    acts = [one.entry for one in audit.entries_of(case) if one.kind == "act"]
    return next(one for one in reversed(acts) if audit.find(one, Act).document.state.value == "performed")


def check(house: House) -> Report:
    return fsck(house.keys.verifiers, house.folder / "log", origin=house.keys.origin)


def verify(house: House, folder: Path, *arguments: str) -> int:
    return verifier.main([str(folder), *(f"--vkey={key.encode()}" for key in house.keys.verifiers), *arguments])


def test_the_databases_administrator_edits_history(house: House, meddler: Meddler, act: str) -> None:
    assert check(house).sound
    was = audit.find(act, Act).document.canonical()
    meddler.execute("UPDATE document SET body = %s WHERE id = %s", (was.replace(b"performed", b"failed"), act))
    try:
        with pytest.raises(LeafMismatch):
            audit.find(act, Act)
        assert [str(one) for one in check(house).differences if act in str(one)]
    finally:
        meddler.execute("UPDATE document SET body = %s WHERE id = %s", (was, act))
    assert check(house).sound


def test_a_changed_leaf_is_found_by_fsck_and_no_export_of_it_verifies(
    house: House, meddler: Meddler, act: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = meddler.execute("SELECT data, hash FROM leaf WHERE document = %s", (act,)).fetchone()
    assert row is not None
    forged = bytes(row[0]).replace(b'"acted"', b'"noticed"')
    change = "UPDATE leaf SET data = %s, hash = %s WHERE document = %s"
    meddler.execute(change, (forged, leaf_hash(forged), act))
    try:
        assert not check(house).sound
        audit.export(tmp_path)
        assert verify(house, tmp_path) == 1
        assert "root" in capsys.readouterr().err
        assert verify(house, house.folder / "log") == 0, "what was published before still proves what it proved"
    finally:
        meddler.execute(change, (row[0], row[1], act))


def test_an_entry_that_disappears_is_missed(house: House, meddler: Meddler, act: str) -> None:
    kept = meddler.execute("SELECT * FROM document WHERE id = %s", (act,)).fetchone()
    assert kept is not None
    meddler.execute("DELETE FROM document WHERE id = %s", (act,))
    try:
        assert [str(one) for one in check(house).differences if act in str(one)]
    finally:
        places = ", ".join("%s" for _ in kept)
        meddler.execute(f"INSERT INTO document VALUES ({places})", kept)  # noqa: S608 -- only placeholders
    assert check(house).sound


def test_with_the_keys_stolen_too_an_older_checkpoint_finds_the_rewritten_log(
    house: House, meddler: Meddler, act: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The strongest insider: database and both keys. Everything here agrees again; whoever held a checkpoint knows."""
    older = tmp_path / "older"
    older.write_bytes((house.folder / "log" / "checkpoint").read_bytes())
    house._stop.set()
    house._sequencing.join()
    rewrite(house, meddler, act)
    with Sequencing(house, tmp_path / "rewritten"):
        pass
    assert audit.find(act, Act).document.state.value == "failed", "the house believes it"
    assert verify(house, tmp_path / "rewritten") == 0, "a stranger who never looked before believes it"
    capsys.readouterr()
    assert verify(house, tmp_path / "rewritten", f"--since={older}") == 1
    assert "FORKED" in capsys.readouterr().err
    assert not check(house).sound, "and what was published contradicts it"


class Sequencing:
    """A sequencer of the thief's, with the stolen keys, into a folder of its own."""

    def __init__(self, house: House, folder: Path) -> None:
        place = house.server.parameters(Role.SEQUENCER)
        self._sequencer = Sequencer(lambda: psycopg.connect(**place, autocommit=True), house.keys, folder, house.clock)

    def __enter__(self) -> None:
        while self._sequencer.step().sequenced:
            pass

    def __exit__(self, *_: object) -> None:
        self._sequencer.close()


def rewrite(house: House, meddler: Meddler, act: str) -> None:
    """Change a document and its leaf, forget every checkpoint, and let the log be made anew."""
    row = meddler.execute("SELECT kind, at, salt, body FROM document WHERE id = %s", (act,)).fetchone()
    assert row is not None
    body = bytes(row[3]).replace(b"performed", b"failed")
    data = leaf_data(act, row[0], Instant(row[1]), commitment(bytes(row[2]), body))
    meddler.execute("UPDATE document SET body = %s WHERE id = %s", (body, act))
    meddler.execute("UPDATE leaf SET data = %s, hash = %s WHERE document = %s", (data, leaf_hash(data), act))
    for statement in ("DELETE FROM checkpoint", "DELETE FROM tree_node", "UPDATE leaf SET idx = NULL"):
        meddler.execute(statement)
