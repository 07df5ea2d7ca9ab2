"""Who vouches for a log beside the provider: the stranger's second tool, and the public page that shows the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from check_log import Writer
from django.test import RequestFactory, override_settings

from comity.casefile.audit import verifier_witnesses as verifier
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.cosignature import WitnessKey
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.policy import Policy, policy, require
from comity.casefile.audit.sequencer import Sequencer
from comity.cli.cosigning import Cosigner, read_checkpoint
from comity.docket.shown_log import LogDesk

FILE = Path(verifier.__file__)
ANNA, BEN = Cosigner("anna.example", bytes(range(64))), Cosigner("ben.example", bytes(range(1, 65)))
Verify = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, keys: LogKeys) -> Path:
    """A log whose head Anna has cosigned by both her keys, Ben not; with one stamped text."""
    note = keys.sign(Checkpoint(keys.origin, 5, b"r" * 32), 1)
    (tmp_path / "checkpoint").write_bytes(note + ANNA.cosign(read_checkpoint(note), 1_700_000_000).encode())
    (tmp_path / "stamps").mkdir()
    (tmp_path / "stamps" / "4.txt").write_text(Checkpoint(keys.origin, 4, b"q" * 32).text())
    return tmp_path


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], keys: LogKeys) -> Verify:
    def run(folder: Path, *witnesses: str, quorum: int | None = None) -> tuple[int, str, str]:
        words = [str(folder), "--vkey", keys.verifiers[0].encode(), "--vkey", keys.verifiers[1].encode()]
        words += [word for key in witnesses for word in ("--witness", key)]
        status = verifier.main(words + (["--quorum", str(quorum)] if quorum is not None else []))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_whoever_cosigned_is_named_with_their_time(verify: Verify, folder: Path) -> None:
    status, proven, _ = verify(folder, *ANNA.vkeys())
    assert status == 0
    assert "anna.example has cosigned, by its clock at 2023-11-14 22:13:20 UTC" in proven
    assert "1 witnesses have cosigned this checkpoint, 1 are asked for" in proven
    assert f"openssl ts -verify -in {folder}/stamps/4.tsr -data {folder}/stamps/4.txt" in proven


@pytest.mark.parametrize("one", [0, 1])
def test_either_kind_of_key_is_enough(verify: Verify, folder: Path, one: int) -> None:
    assert verify(folder, ANNA.vkeys()[one])[0] == 0


def test_two_keys_of_one_witness_are_one_witness(verify: Verify, folder: Path) -> None:
    assert verify(folder, *ANNA.vkeys(), quorum=2)[0] == 1
    assert verify(folder, *ANNA.vkeys(), *BEN.vkeys(), quorum=1)[0] == 0


def test_too_few_witnesses_fail(verify: Verify, folder: Path) -> None:
    status, _, failed = verify(folder, *ANNA.vkeys(), *BEN.vkeys())
    assert (status, failed) == (1, "FAILED: 1 of 2 witnesses have cosigned: anna.example\n")
    assert verify(folder, *BEN.vkeys())[2] == "FAILED: 0 of 1 witnesses have cosigned: none\n"
    for quorum in (0, 3, -1):
        assert "a quorum is between" in verify(folder, *ANNA.vkeys(), *BEN.vkeys(), quorum=quorum)[2]


@pytest.mark.parametrize("what", ["size", "root", "time"])
def test_a_cosignature_of_anything_else_fails(verify: Verify, folder: Path, keys: LogKeys, what: str) -> None:
    other = Checkpoint(keys.origin, 6 if what == "size" else 5, (b"x" if what == "root" else b"r") * 32)
    at = 0 if what == "time" else 1_700_000_000
    note = keys.sign(Checkpoint(keys.origin, 5, b"r" * 32), 1)
    lines = ANNA.cosign(read_checkpoint(keys.sign(other, 1)), at)
    (folder / "checkpoint").write_bytes(note + lines.encode())
    status, _, failed = verify(folder, *ANNA.vkeys())
    assert status == 1
    assert "cosignature of anna.example" in failed


def test_the_log_is_no_witness_of_its_own(verify: Verify, folder: Path, keys: LogKeys) -> None:
    assert "is no witness" in verify(folder, keys.verifiers[1].encode())[2]  # ML-DSA-44: the same type for both
    assert "not a verifier key of a witness" in verify(folder, keys.verifiers[0].encode())[2]
    assert "does not belong" in verify(folder, ANNA.vkeys()[0].replace("anna", "otto"))[2]
    own = Cosigner(keys.origin, bytes(64))
    assert "is no witness" in verify(folder, *own.vkeys())[2]


@pytest.mark.parametrize("damage", ["origin", "size", "name", "bytes"])
def test_a_stamped_text_of_another_log_fails(verify: Verify, folder: Path, keys: LogKeys, damage: str) -> None:
    size = 9 if damage == "size" else 4
    text = Checkpoint("other.example" if damage == "origin" else keys.origin, size, b"q" * 32).text()
    (folder / "stamps" / "4.txt").unlink()
    name = {"size": "9.txt", "name": "3.txt"}.get(damage, "4.txt")
    (folder / "stamps" / name).write_bytes(b"\xff" if damage == "bytes" else text.encode())
    status, _, failed = verify(folder, *ANNA.vkeys())
    assert status == 1
    assert "no head of this log" in failed


@pytest.mark.parametrize("data", [b"", b"x", b"\xff\n\n\n", b"a\n1\nx\n\n"])
def test_no_checkpoint_fails(verify: Verify, folder: Path, data: bytes) -> None:
    (folder / "checkpoint").write_bytes(data)
    assert verify(folder, *ANNA.vkeys())[0] == 1


def test_it_is_one_short_file_with_one_dependency(folder: Path, keys: LogKeys) -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith("comity") for name in named)
    words = ["--vkey", keys.verifiers[0].encode(), "--witness", ANNA.vkeys()[0]]
    alone = subprocess.run(
        [sys.executable, "-I", str(FILE), str(folder), *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert alone.returncode == 0, alone.stderr


def test_the_public_page_verifies_a_checkpoint_once(
    writer: Writer, sequencer: Sequencer, keys: LogKeys, publish_dir: Path
) -> None:
    writer.enter()
    sequencer.step()
    desk = LogDesk(SimpleNamespace(tiles=publish_dir, vkeys=tuple(key.encode() for key in keys.verifiers)))  # type: ignore[arg-type]  # what the page asks for
    first = desk.log_shown()
    assert first is not None
    assert desk.log_shown() is first
    assert [one.name for one in first.signatures] == [keys.origin, keys.origin]
    writer.enter()
    sequencer.step()
    second = desk.log_shown()
    assert second is not None
    assert second.size == first.size + 1
    head = publish_dir / "checkpoint"
    head.write_text(head.read_text().replace(f"\n{second.size}\n", f"\n{second.size + 7}\n"))
    forged = desk.log_shown()
    assert forged is not None
    assert forged.signatures == ()


@pytest.mark.parametrize(
    ("witnesses", "says"),
    [((0, 0), "No witness is asked"), ((0, 1), "nothing waits for them"), ((1, 1), "before 1 witness has cosigned")],
)
def test_the_public_page_says_how_many_witnesses_there_are(
    writer: Writer, sequencer: Sequencer, keys: LogKeys, publish_dir: Path, witnesses: tuple[int, int], says: str
) -> None:
    from comity.public import pages

    writer.enter()
    sequencer.step()
    before, (required, asked) = policy(), witnesses
    require(Policy(required, tuple(WitnessKey.parse(key) for key in ANNA.vkeys()) if asked else ()))
    try:
        desk = LogDesk(SimpleNamespace(tiles=publish_dir, vkeys=tuple(key.encode() for key in keys.verifiers)))  # type: ignore[arg-type]  # the same
        with override_settings(COMITY_DOCKET=desk, ROOT_URLCONF="comity.public.urls", ALLOWED_HOSTS=["*"]):
            page = pages.log(RequestFactory().get("/log")).content.decode()
    finally:
        require(before)
    assert says in page
    assert "before 0 witness" not in page
    assert ("comity-verify-witnesses" in page) is bool(asked)
