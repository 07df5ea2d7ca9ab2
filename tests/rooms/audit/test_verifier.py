"""The stranger's tool: one file, run as a program of its own, on exported files only."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from check_log import Writer
from workshop import Workshop

from comity.casefile.audit import Entered, entries_of, export, verifier
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.errors import LogBroken
from comity.casefile.audit.keys import KeyType, LogKeys, SigningKey
from comity.casefile.audit.merkle import MemoryTree, leaf_hash
from comity.casefile.audit.note import Note, Signature, encode_base64
from comity.casefile.audit.tiles import encode_bundle, tiles_of
from comity.casefile.documents import commitment
from comity.casefile.documents.record import AccessEvent

FILE = Path(verifier.__file__)
Verify = Callable[..., tuple[int, str, str]]


def leaf(number: int, commitment: str = "00" * 32) -> bytes:
    return (
        f'{{"at":"2026-11-23T01:13:00.{number:06d}Z","commitment":"{commitment}",'
        f'"entry":"{number:032x}","kind":"acted","v":1}}'
    ).encode()


def write_log(folder: Path, entries: list[bytes], keys: LogKeys, root: bytes | None = None) -> None:
    """A log as files, made without the database."""
    tree = MemoryTree(map(leaf_hash, entries))
    for tile in tiles_of(len(entries)):
        span = range(tile.start, tile.start + tile.width)
        put(folder / tile.path(), b"".join(tree.node(8 * tile.level, i) for i in span))
        if not tile.level:
            put(folder / tile.bundle_path(), encode_bundle([entries[i] for i in span]))
    put(folder / "checkpoint", keys.sign(Checkpoint(keys.origin, len(entries), root or tree.root()), 1))


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], keys: LogKeys) -> Verify:
    """Run the verifier with the log's keys (or others): exit status, what it proved, what failed."""

    def run(folder: Path, *arguments: str | Path, vkeys: list[str] | None = None) -> tuple[int, str, str]:
        given = [key.encode() for key in keys.verifiers] if vkeys is None else vkeys
        status = verifier.main([str(folder), *(f"--vkey={key}" for key in given), *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path: Path, keys: LogKeys) -> Path:
    write_log(tmp_path / "log", [leaf(i) for i in range(600)], keys)
    return tmp_path / "log"


def refuses(answer: tuple[int, str, str], why: str) -> None:
    status, _, failed = answer
    assert status == 1
    assert re.search(why, failed), failed
    assert failed.startswith("FAILED: ")
    assert "Traceback" not in failed


# --- a real log, from the database to the stranger ------------------------------------------------------------------


@pytest.fixture
def entered(workshop: Workshop, writer: Writer) -> list[Entered[AccessEvent]]:
    sequencer = workshop.sequencer()
    made = writer.enter(5)
    sequencer.step()
    return made


def opened(administrator: psycopg.Connection[Any], entry: str, file: Path) -> str:
    row = administrator.execute("SELECT salt, body FROM document WHERE id = %s", (entry,)).fetchone()
    assert row is not None
    file.write_bytes(row[1])
    return bytes(row[0]).hex()


def test_a_stranger_needs_one_file_and_no_comity(
    workshop: Workshop, entered: list[Entered[AccessEvent]], administrator: psycopg.Connection[Any], tmp_path: Path
) -> None:
    export(tmp_path / "exported")
    salt = opened(administrator, entered[3].entry, tmp_path / "document.json")
    shutil.copy(FILE, tmp_path / "alone.py")
    command = [sys.executable, "-I", str(tmp_path / "alone.py"), "exported"]
    command += [word for key in workshop.keys.verifiers for word in ("--vkey", key.encode())]
    command += ["--entry", "3", "--document", "document.json", "--salt", salt, "--since", "exported/checkpoint"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("proven: ") for line in lines)
    assert "Ed25519" in lines[0]
    assert "ML-DSA-44" in lines[0]
    assert entered[3].entry in lines[-2]


def test_it_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    roots = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    roots |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= 300


def test_the_numbered_list_and_the_code_agree() -> None:
    text = FILE.read_text(encoding="utf-8")
    listed = [int(number) for number in re.findall(r"^ (\d)\. ", text, re.MULTILINE)]
    done = [int(number) for number in re.findall(r"# step (\d)", text)]
    assert listed == done == list(range(1, 9))


def test_a_document_changed_in_the_database_is_found(
    workshop: Workshop, entered: list[Entered[AccessEvent]], administrator: psycopg.Connection[Any], tmp_path: Path,
    verify: Verify,
) -> None:  # fmt: skip
    administrator.execute("ALTER TABLE document DISABLE TRIGGER ALL")
    administrator.execute("UPDATE document SET body = body || ' ' WHERE id = %s", (entered[2].entry,))
    salt = opened(administrator, entered[2].entry, tmp_path / "document.json")
    arguments = ("--entry", "2", "--document", tmp_path / "document.json", "--salt", salt)
    refuses(verify(workshop.folder, *arguments), "not what entry 2 commits to")


def test_a_leaf_changed_in_the_database_is_found_in_what_is_exported_next(
    entered: list[Entered[AccessEvent]], administrator: psycopg.Connection[Any], tmp_path: Path, verify: Verify
) -> None:
    """The careful forger changes document, leaf and hash together; the signed root remains."""
    for table in ("document", "leaf"):
        administrator.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
    administrator.execute("UPDATE document SET at = at + interval '1 hour' WHERE id = %s", (entered[2].entry,))
    administrator.execute(
        "UPDATE leaf SET data = convert_to(replace(convert_from(data, 'UTF8'), 'T01', 'T02'), 'UTF8') WHERE idx = 2"
    )
    with pytest.raises(LogBroken):
        export(tmp_path / "careless")
    administrator.execute("UPDATE leaf SET hash = sha256(decode('00', 'hex') || data)")
    export(tmp_path / "careful")
    refuses(verify(tmp_path / "careful"), "another root")


def test_an_erased_document_leaves_a_log_that_verifies(
    workshop: Workshop, entered: list[Entered[AccessEvent]], administrator: psycopg.Connection[Any], writer: Writer,
    verify: Verify,
) -> None:  # fmt: skip
    administrator.execute("ALTER TABLE document DISABLE TRIGGER ALL")
    administrator.execute("UPDATE document SET salt = NULL, body = NULL")
    assert {row.body for row in entries_of(writer.case)} == {None}
    assert verify(workshop.folder)[0] == 0


# --- files that somebody changed ------------------------------------------------------------------------------------


def test_a_good_log_is_proven_line_by_line(folder: Path, verify: Verify) -> None:
    status, proven, failed = verify(folder)
    assert (status, failed) == (0, "")
    assert len(proven.splitlines()) == 5
    assert "all 1 upper tiles" in proven


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257])
def test_logs_of_awkward_sizes_are_proven(tmp_path: Path, keys: LogKeys, verify: Verify, size: int) -> None:
    write_log(tmp_path, [leaf(i) for i in range(size)], keys)
    assert verify(tmp_path)[0] == 0


def test_a_log_of_three_levels_of_tiles_is_proven(tmp_path: Path, keys: LogKeys, verify: Verify) -> None:
    write_log(tmp_path, [leaf(i) for i in range(66_000)], keys)
    assert "all 3 upper tiles" in verify(tmp_path)[1]
    changed = tmp_path / "tile/2/000.p/1"
    changed.write_bytes(bytes(32))
    refuses(verify(tmp_path), "tile 0 of level 2")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("tile/0/000", "entry 255 does not hash"),
        ("tile/0/002.p/88", "entry 599 does not hash"),
        ("tile/1/000.p/2", "tile 0 of level 1"),
        ("tile/entries/000", "entry 255 does not hash"),
    ],
)
def test_a_flipped_bit_is_found(folder: Path, verify: Verify, path: str, why: str) -> None:
    data = (folder / path).read_bytes()
    (folder / path).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refuses(verify(folder), why)


@pytest.mark.parametrize("path", ["tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/88", "checkpoint"])
@pytest.mark.parametrize("change", ["remove", "cut", "more"])
def test_a_file_missing_cut_or_lengthened_is_found(folder: Path, verify: Verify, path: str, change: str) -> None:
    data = (folder / path).read_bytes()
    (folder / path).unlink()
    if change != "remove":
        (folder / path).write_bytes(data[:-1] if change == "cut" else data + b"\x00\x00")
    status, _, failed = verify(folder)
    assert status == 1
    assert failed.startswith("FAILED: ")


def test_a_full_tile_may_stand_in_for_a_partial_one(tmp_path: Path, keys: LogKeys, verify: Verify) -> None:
    entries = [leaf(i) for i in range(256)]
    write_log(tmp_path, entries[:200], keys)
    older = (tmp_path / "checkpoint").read_bytes()
    write_log(tmp_path, entries, keys)
    (tmp_path / "checkpoint").write_bytes(older)
    for kind in ("0", "entries"):
        shutil.rmtree(tmp_path / f"tile/{kind}/000.p")
    assert verify(tmp_path)[0] == 0


def test_a_root_that_the_leaves_do_not_have_is_refused(tmp_path: Path, keys: LogKeys, verify: Verify) -> None:
    write_log(tmp_path, [leaf(0), leaf(1)], keys, root=b"x" * 32)
    refuses(verify(tmp_path), "another root")


@pytest.mark.parametrize(
    "odd",
    [
        b"{}",
        leaf(3) + b" ",
        leaf(3).replace(b"acted", b"executed"),
        leaf(3).replace(b'"v":1', b'"v":2'),
        leaf(3).replace(b"{", b'{"who":"me",'),
        leaf(3).replace(b"Z", b"+01:00"),
        leaf(3).replace(b"2026", "٢٠٢٦".encode()),
    ],
)
def test_an_entry_out_of_form_is_refused(tmp_path: Path, keys: LogKeys, verify: Verify, odd: bytes) -> None:
    write_log(tmp_path, [leaf(0), odd], keys)
    refuses(verify(tmp_path), "entry 1 is not in canonical form")


def test_an_identifier_that_stands_twice_is_refused(tmp_path: Path, keys: LogKeys, verify: Verify) -> None:
    write_log(tmp_path, [leaf(0), leaf(1), leaf(0, "11" * 32)], keys)
    refuses(verify(tmp_path), "entries 0 and 2")


# --- forks ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def older(tmp_path: Path, folder: Path, keys: LogKeys) -> Path:
    """A checkpoint of the first 100 entries, kept by the auditor."""
    root = MemoryTree(leaf_hash(leaf(i)) for i in range(100)).root()
    put(tmp_path / "older", keys.sign(Checkpoint(keys.origin, 100, root), 1))
    return tmp_path / "older"


def test_a_log_that_continues_an_older_checkpoint_is_proven(folder: Path, older: Path, verify: Verify) -> None:
    assert "continues the older checkpoint of 100 entries" in verify(folder, "--since", older)[1]


def test_a_fork_is_found(tmp_path: Path, keys: LogKeys, older: Path, verify: Verify) -> None:
    """Everything signed and consistent in itself, but entry 42 is another than the auditor once saw."""
    entries = [leaf(i) for i in range(600)]
    entries[42] = leaf(42, "11" * 32)
    write_log(tmp_path / "fork", entries, keys)
    assert verify(tmp_path / "fork")[0] == 0
    refuses(verify(tmp_path / "fork", "--since", older), "FORKED")


def test_a_log_that_lost_entries_is_found(tmp_path: Path, keys: LogKeys, older: Path, verify: Verify) -> None:
    write_log(tmp_path / "short", [leaf(i) for i in range(99)], keys)
    refuses(verify(tmp_path / "short", "--since", older), "fewer than the 100")


def test_an_older_checkpoint_of_another_log_or_signer_is_refused(
    tmp_path: Path, folder: Path, keys: LogKeys, verify: Verify
) -> None:
    signed = keys.sign(Checkpoint("other.example/log", 100, b"x" * 32), 1)
    refuses(verify(folder, "--since", tmp_path / "nothing"), "cannot read")
    put(tmp_path / "other", signed)
    refuses(verify(folder, "--since", tmp_path / "other"), "another log")
    stranger = LogKeys(keys.origin, (SigningKey(keys.origin, KeyType.ED25519, b"x" * 32),))
    put(tmp_path / "other", stranger.sign(Checkpoint(keys.origin, 100, b"x" * 32), 1))
    refuses(verify(folder, "--since", tmp_path / "other"), "no given key")


# --- keys and signatures --------------------------------------------------------------------------------------------


def test_one_key_of_either_type_is_enough(folder: Path, keys: LogKeys, verify: Verify) -> None:
    for key in keys.verifiers:
        assert verify(folder, vkeys=[key.encode()])[0] == 0


@pytest.mark.parametrize("kind", list(KeyType))
def test_the_key_of_a_stranger_is_refused(folder: Path, keys: LogKeys, verify: Verify, kind: KeyType) -> None:
    stranger = SigningKey(keys.origin, kind, b"x" * 32).verifier.encode()
    refuses(verify(folder, vkeys=[stranger]), "no given key has signed")


@pytest.mark.parametrize("which", [0, 1])
def test_one_wrong_signature_is_enough_to_refuse(folder: Path, keys: LogKeys, verify: Verify, which: int) -> None:
    note = Note.parse((folder / "checkpoint").read_bytes())
    signatures = list(note.signatures)
    old = signatures[which]
    signatures[which] = Signature(old.name, old.key_id, old.value[:-1] + bytes([old.value[-1] ^ 1]))
    (folder / "checkpoint").write_bytes(Note(note.text, tuple(signatures)).encode())
    refuses(verify(folder), "is wrong")
    assert verify(folder, vkeys=[keys.verifiers[1 - which].encode()])[0] == 0


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "nonsense",
        "name+00000000+AAAA",
        f"name+00000000+{encode_base64(bytes([1]) + bytes(32))}",
        f"name+00000000+{encode_base64(bytes([4]) + bytes(32))}",
        f"+00000000+{encode_base64(bytes([1]) + bytes(32))}",
    ],
)
def test_a_malformed_key_is_refused(folder: Path, verify: Verify, vkey: str) -> None:
    refuses(verify(folder, vkeys=[vkey]), "verifier key|does not belong")


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\xff",
        b"log.example/comity\n600\n",
        b"log.example/comity\n600\nAAAA\n\n\xe2\x80\x94 x AAAA\n",
        b"log.example/comity\n0600\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 x AAAA\n",
        b"log.example/comity\n600\n" + b"A" * 42 + b"B=\n\n\xe2\x80\x94 x AAAA\n",
        b"log.example/comity\n600\n" + b"A" * 43 + b"=\n\n- x AAAA\n",
        b"log.example/comity\n600\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 x AAA\n",
        b"log.example/comity\n600\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 x AAAA",
        b"log.example/comity\n600\n" + b"A" * 43 + b"=\nextension\n\n\xe2\x80\x94 x AAAA\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(folder: Path, verify: Verify, note: bytes) -> None:
    (folder / "checkpoint").write_bytes(note)
    refuses(verify(folder), "not a checkpoint|not a signature line")


# --- one entry ------------------------------------------------------------------------------------------------------


def test_a_document_is_opened_with_its_salt(tmp_path: Path, keys: LogKeys, verify: Verify) -> None:
    put(tmp_path / "document", b"the document")
    write_log(tmp_path, [leaf(0), leaf(1, commitment(b"salt" * 8, b"the document").hex())], keys)
    arguments = ("--document", tmp_path / "document", "--salt", (b"salt" * 8).hex())
    assert "is the document of entry 1" in verify(tmp_path, "--entry", "1", *arguments)[1]
    refuses(verify(tmp_path, "--entry", "0", *arguments), "not what entry 0 commits to")


def test_it_runs_as_a_program(folder: Path, keys: LogKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["comity-verify", str(folder), "--vkey", keys.verifiers[0].encode()])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(FILE), run_name="__main__")
    assert end.value.code == 0


def test_one_entry_is_shown_without_its_document(folder: Path, verify: Verify) -> None:
    assert leaf(599).decode() in verify(folder, "--entry", "599")[1]


@pytest.mark.parametrize("number", ["600", "-1"])
def test_an_entry_that_is_not_there_is_refused(folder: Path, verify: Verify, number: str) -> None:
    refuses(verify(folder, f"--entry={number}"), "there is no entry")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--document", "x", "--salt", "00"], "needed together"),
        (["--entry", "1", "--document", "x"], "needed together"),
        (["--entry", "1", "--salt", "00"], "needed together"),
        (["--entry", "1", "--document", "/nonexistent", "--salt", "0"], "not hexadecimal"),
        (["--entry", "1", "--document", "/nonexistent", "--salt", ""], "not hexadecimal"),
        (["--entry", "1", "--document", "/nonexistent", "--salt", "00"], "cannot read"),
        (["--entry", "1", "--document", "/dev/null", "--salt", "00"], "not what entry 1 commits to"),
    ],
)
def test_a_commitment_opens_only_with_document_and_salt(
    folder: Path, verify: Verify, arguments: list[str], why: str
) -> None:
    refuses(verify(folder, *arguments), why)
