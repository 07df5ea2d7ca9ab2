"""The stranger's tool for packages: one file that needs nothing of ours; every way in which a package can be wrong."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.casefile.audit import verifier_package
from comity.casefile.audit.checkpoint import Checkpoint
from comity.casefile.audit.keys import LogKeys
from comity.casefile.audit.merkle import MemoryTree, leaf_hash
from comity.casefile.audit.proof_file import ProofFile

FILE = Path(verifier_package.__file__)
PROOF, MANIFEST = "bag/data/decision.tlog-proof", "META-INF/ASiCManifest.xml"
Verify = Callable[..., tuple[int, str, str]]


def entry(number: int) -> bytes:
    return (
        f'{{"at":"2026-11-23T01:13:00.{number:06d}Z","commitment":"{"0" * 64}",'
        f'"entry":"{number:032x}","kind":"decided","v":1}}'
    ).encode()


def proof_of(keys: LogKeys, number: int = 5, size: int = 11, *, root: bytes | None = None) -> bytes:
    tree = MemoryTree(leaf_hash(entry(i)) for i in range(size))
    head = keys.sign(Checkpoint(keys.origin, size, root or tree.root()), 1)
    return ProofFile(number, tuple(tree.inclusion(number, size)), head, entry(number)).encode()


def bag_list(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha512(body).hexdigest()}  {name}\n" for name, body in files.items()).encode()


def row(name: str, body: bytes) -> str:
    value = base64.b64encode(hashlib.sha512(body).digest()).decode()
    return (
        f'<asic:DataObjectReference URI="{name}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>'
        f"<ds:DigestValue>{value}</ds:DigestValue></asic:DataObjectReference>"
    )


def listed(files: dict[str, bytes]) -> bytes:
    spaces = 'xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    rows = "".join(row(name, body) for name, body in files.items())
    return f"<asic:ASiCManifest {spaces}>{rows}</asic:ASiCManifest>".encode()


def package(keys: LogKeys, **changed: bytes) -> dict[str, bytes]:
    """A sound package, or one whose lists are right about other bytes."""
    data = {"data/1/records.jsonl": b"{}\n"}
    if changed.get("proof") != b"":
        data["data/decision.tlog-proof"] = changed.get("proof", proof_of(keys))
    tags = {"bagit.txt": b"BagIt-Version: 1.0\n", "manifest-sha512.txt": bag_list(data)}
    bag = {**data, **tags, "tagmanifest-sha512.txt": bag_list(tags)}
    files = {f"bag/{name}": body for name, body in bag.items()}
    return {"mimetype": b"x", **files, MANIFEST: listed(files), "META-INF/signature.p7s": b"signed"}


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], keys: LogKeys, tmp_path: Path) -> Verify:
    """Lay a package down as a folder or pack it, and run the verifier: exit status, what it proved, what failed."""

    def run(files: dict[str, bytes], *, packed: bool = False, vkeys: list[str] | None = None) -> tuple[int, str, str]:
        place = tmp_path / "package"
        if packed:
            with zipfile.ZipFile(place, "w") as made:
                for name, body in files.items():
                    made.writestr(name, body)
        else:
            for name, body in files.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(body)
        given = [key.encode() for key in keys.verifiers] if vkeys is None else vkeys
        status = verifier_package.main([str(place), *(f"--vkey={key}" for key in given)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def refuses(answer: tuple[int, str, str], why: str) -> None:
    status, _, failed = answer
    assert status == 1
    assert re.search(why, failed), failed
    assert failed.startswith("FAILED: ")


@pytest.mark.parametrize("packed", [True, False])
def test_a_sound_package_is_proven(verify: Verify, keys: LogKeys, packed: bool) -> None:
    status, said, failed = verify(package(keys), packed=packed)
    assert (status, failed) == (0, "")
    assert [line.split(":")[0] for line in said.splitlines()[:4]] == ["proven"] * 4
    assert "stands in that log at 5" in said
    assert "openssl cms -verify" in said


@pytest.mark.parametrize(("number", "size"), [(0, 1), (0, 2), (6, 7), (3, 7), (7, 8), (255, 257), (256, 257)])
def test_every_place_in_every_log_is_found(verify: Verify, keys: LogKeys, number: int, size: int) -> None:
    assert verify(package(keys, proof=proof_of(keys, number, size)))[0] == 0


@pytest.mark.parametrize("name", ["bag/data/1/records.jsonl", "bag/bagit.txt", PROOF, "bag/manifest-sha512.txt"])
def test_a_changed_a_missing_and_an_added_file_are_found(verify: Verify, keys: LogKeys, name: str) -> None:
    files = package(keys)
    refuses(verify({**files, name: files[name] + b" "}, packed=True), f"{name} is not the file that the signed list")
    refuses(verify({one: body for one, body in files.items() if one != name}, packed=True), f"{name} is not the file")
    refuses(verify({**files, f"{name}.more": b""}, packed=True), f"{name}.more does not stand in the signed list")


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("bag/manifest-sha512.txt", lambda body: body + b"nonsense\n", "no such line"),
        ("bag/manifest-sha512.txt", lambda body: body + body, "has it twice"),
        ("bag/manifest-sha512.txt", lambda body: body.split(b"\n", 1)[1], "does not stand in the bag's list"),
        ("bag/tagmanifest-sha512.txt", lambda _: b"", "does not stand in the bag's list of tags"),
        ("bag/tagmanifest-sha512.txt", lambda body: body.replace(b"0", b"1"), "is not the file that the bag's list"),
    ],
)
def test_a_bag_is_whole_or_refused(verify: Verify, keys: LogKeys, name: str, change: Callable, why: str) -> None:
    files = package(keys)
    files[name] = change(files[name])
    files[MANIFEST] = listed({one: body for one, body in files.items() if one.startswith("bag/")})
    refuses(verify(files), why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: b"<a", "not XML"),
        (lambda body: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + body, "declares or comments"),
        (lambda body: body.replace(b"xmlenc#sha512", b"xmlenc#sha256"), "nothing usable"),
        (lambda body: re.sub(rb"<ds:DigestValue>[^<]*", b"<ds:DigestValue>*", body), "nothing usable"),
        (lambda body: re.sub(rb"<ds:DigestValue>[^<]*</ds:DigestValue>", b"", body), "nothing usable"),
        (lambda body: body.replace(b"</asic:ASiC", row("bag/bagit.txt", b"").encode() + b"</asic:ASiC"), "twice"),
        (lambda body: body.replace(b"</asic:ASiC", row("bag/data/2", b"").encode() + b"</asic:ASiC"), "data/2 is not"),
    ],
)
def test_a_list_that_says_something_else_is_refused(verify: Verify, keys: LogKeys, change: Callable, why: str) -> None:
    files = package(keys)
    refuses(verify({**files, MANIFEST: change(files[MANIFEST])}), why)


@pytest.mark.parametrize("gone", [MANIFEST, "bag/manifest-sha512.txt", "bag/tagmanifest-sha512.txt"])
def test_what_has_to_be_there_is_missed(verify: Verify, keys: LogKeys, gone: str) -> None:
    files = package(keys)
    del files[gone]
    files[MANIFEST] = listed({one: body for one, body in files.items() if one.startswith("bag/")})
    if gone == MANIFEST:
        del files[MANIFEST]
    refuses(verify(files), gone)


def test_a_package_without_a_proof_proves_nothing(verify: Verify, keys: LogKeys) -> None:
    refuses(verify(package(keys, proof=b"")), f"there is no {PROOF}")


def swapped(body: bytes) -> bytes:
    lines = body.split(b"\n")
    lines[3], lines[4] = lines[4], lines[3]
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda body: body.replace(b"index 5", b"index 6"), "does not lead"),
        (lambda body: body.replace(b"index 5", b"index 11"), "beyond the 11 entries"),
        (lambda body: body.replace(b"index 5", b"index 05"), "not in its form"),
        (lambda body: body.replace(b"extra ", b"extra A"), "not in its form"),
        (lambda body: body.replace(b"proof@v1", b"proof@v2"), "not in its form"),
        (swapped, "does not lead"),
        (lambda body: re.sub(rb"index 5\n[^\n]*", b"index 5", body), "does not lead"),
        (lambda body: re.sub(rb"(index 5\n[^\n]*\n)", rb"\1" + b"A" * 43 + b"=\n", body), "does not lead"),
        (lambda body: body.replace(b"\n11\n", b"\n12\n"), "signature of .* is wrong"),
        (lambda body: body.split(b"\n\n", 1)[0] + b"\n\nno head\n\n", "holds no checkpoint"),
        (lambda body: body[: body.rindex(b"\n\n") + 2], "no given key has signed"),
        (lambda body: b"\xff" + body, "not in its form"),
    ],
)
def test_a_proof_that_proves_nothing_is_refused(verify: Verify, keys: LogKeys, change: Callable, why: str) -> None:
    refuses(verify(package(keys, proof=change(proof_of(keys)))), why)


def test_a_root_that_is_another_logs_is_refused(verify: Verify, keys: LogKeys) -> None:
    refuses(verify(package(keys, proof=proof_of(keys, root=b"\0" * 32))), "does not lead")


def test_another_logs_key_and_a_retired_one_prove_nothing(verify: Verify, keys: LogKeys) -> None:
    (first, *_rest) = (key.encode() for key in keys.verifiers)
    refuses(verify(package(keys), vkeys=[f"{first}@10"]), "no given key")
    assert verify(package(keys), vkeys=[f"{first}@11"])[0] == 0
    name, number, rest = first.split("+", 2)
    refuses(verify(package(keys), vkeys=[f"another+{number}+{rest}"]), "does not belong")
    refuses(verify(package(keys), vkeys=["x+00000000+AAAA"]), "not an Ed25519 or ML-DSA-44")
    refuses(verify(package(keys), vkeys=[f"{name}+{number}"]), "not an Ed25519")


def test_what_is_no_package_is_refused(verify: Verify, keys: LogKeys, tmp_path: Path) -> None:
    (tmp_path / "package").write_bytes(b"nonsense")
    key = f"--vkey={keys.verifiers[0].encode()}"
    assert verifier_package.main([str(tmp_path / "package"), key]) == 1
    assert verifier_package.main([str(tmp_path / "nowhere"), key]) == 1
    with zipfile.ZipFile(tmp_path / "twice", "w") as made:
        made.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a", b"2")
    assert verifier_package.main([str(tmp_path / "twice"), key]) == 1
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to("/etc/hostname")
    assert verifier_package.main([str(tmp_path / "folder"), key]) == 1


def test_a_damaged_container_is_refused(verify: Verify, keys: LogKeys, tmp_path: Path) -> None:
    verify(package(keys), packed=True)
    whole = bytearray((tmp_path / "package").read_bytes())
    whole[whole.index(b"BagIt-Version")] ^= 1
    (tmp_path / "package").write_bytes(whole)
    assert verifier_package.main([str(tmp_path / "package"), f"--vkey={keys.verifiers[0].encode()}"]) == 1


def test_a_list_of_any_size_is_not_read(verify: Verify, keys: LogKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier_package, "MOST", 100)
    refuses(verify(package(keys)), "far too large")


def test_it_is_one_file_that_needs_nothing_of_ours(keys: LogKeys, verify: Verify, tmp_path: Path) -> None:
    verify(package(keys), packed=True)
    command = [sys.executable, "-I", str(FILE), str(tmp_path / "package"), f"--vkey={keys.verifiers[0].encode()}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    tree = ast.walk(ast.parse(FILE.read_text()))
    names = {one.module for one in tree if isinstance(one, ast.ImportFrom)}
    assert not any(str(name).startswith("comity") for name in names)
