"""Packages in the hands of an authority that has nothing of ours: programs of Debian and one file of the verifier."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bagit
import pytest
from test_packaging import authority, collected, package_of, packed, seal, whole

from comity.casefile.audit import verifier_package
from comity.casefile.audit.key_files import generate
from comity.execution.disclosure.encrypting import KeyKind, Recipient
from support.receiving import Authority

__all__ = ["authority", "seal"]


def run(*command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], check=check, capture_output=True, text=True, timeout=60)


class Age:
    """``age``, as an officer uses it."""

    kind = KeyKind.AGE

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "officer.key"
        run("age-keygen", "-o", self.secret)
        self.public = run("age-keygen", "-y", self.secret).stdout.encode()

    def opened(self, file: Path, to: Path) -> subprocess.CompletedProcess[str]:
        return run("age", "-d", "-i", self.secret, "-o", to, file, check=False)


class Sq:
    """``sq``, as an officer uses it."""

    kind = KeyKind.OPENPGP

    def __init__(self, folder: Path) -> None:
        self.secret = folder / "officer.pgp"
        run("sq", "key", "generate", "--userid", "Officer <officer@authority.example>", "--export", self.secret)
        run("sq", "key", "extract-cert", "--output", folder / "officer.cert", self.secret)
        self.public = (folder / "officer.cert").read_bytes()

    def opened(self, file: Path, to: Path) -> subprocess.CompletedProcess[str]:
        return run("sq", "decrypt", "--recipient-key", self.secret, "--output", to, file, check=False)


@pytest.mark.parametrize("program", [Age, Sq])
def test_debians_programs_open_what_is_encrypted_to_their_keys(room, seal, authority, tmp_path, program) -> None:
    theirs = program(tmp_path)
    made = packed(room, seal, Recipient(theirs.kind, theirs.public), whole(collected(room)))
    sealed, container = tmp_path / "package.sealed", tmp_path / "package.asice"
    sealed.write_bytes(package_of(room, made))
    done = theirs.opened(sealed, container)
    assert done.returncode == 0, done.stderr
    folder = authority.unpacked(container)
    bagit.Bag(str(folder / "bag")).validate()
    assert b"192.0.2.1" in (folder / "bag" / "data" / "1" / "records.jsonl").read_bytes()


@pytest.mark.parametrize("program", [Age, Sq])
@pytest.mark.parametrize("at", [40, 0.5, -1])
def test_they_refuse_one_that_was_changed_or_cut(room, seal, tmp_path, program, at) -> None:
    theirs = program(tmp_path)
    made = packed(room, seal, Recipient(theirs.kind, theirs.public), whole(collected(room)))
    body = bytearray(package_of(room, made))
    body[int(len(body) * at) if isinstance(at, float) else at] ^= 1
    for number, changed in enumerate((bytes(body), bytes(body[:-20]))):
        sealed = tmp_path / f"changed-{number}"
        sealed.write_bytes(changed)
        assert theirs.opened(sealed, tmp_path / f"out-{number}").returncode != 0


@pytest.mark.parametrize("program", [Age, Sq])
def test_another_officers_key_opens_nothing(room, seal, tmp_path, program) -> None:
    (tmp_path / "other").mkdir()
    theirs, other = program(tmp_path), program(tmp_path / "other")
    made = packed(room, seal, Recipient(theirs.kind, theirs.public), whole(collected(room)))
    (tmp_path / "package").write_bytes(package_of(room, made))
    assert other.opened(tmp_path / "package", tmp_path / "out").returncode != 0


@pytest.fixture
def unpacked(room, seal, authority) -> Path:
    made = packed(room, seal, authority.recipient(KeyKind.AGE), whole(collected(room)))
    return authority.unpacked(authority.decrypted(KeyKind.AGE, package_of(room, made)))


def test_the_bag_and_the_certificates_seal_are_checked_by_programs(unpacked: Path) -> None:
    run(Path(sys.executable).with_name("bagit.py"), "--validate", unpacked / "bag")
    said = run("pdfsig", unpacked / "bag" / "data" / "certificate.pdf").stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    certificate = unpacked / "bag" / "data" / "certificate.pdf"
    body = bytearray(certificate.read_bytes())
    body[len(body) // 3] ^= 1
    certificate.write_bytes(body)
    assert "Signature is Valid" not in run("pdfsig", certificate, check=False).stdout
    assert run(Path(sys.executable).with_name("bagit.py"), "--validate", unpacked / "bag", check=False).returncode != 0


def verified(log: Path, package: Path) -> subprocess.CompletedProcess[str]:
    """One file, by a Python that does not know our software."""
    keys = (log / "log.vkeys").read_text().split()
    options = [f"--vkey={key}" for key in keys]
    return run(sys.executable, "-I", verifier_package.__file__, package, *options, check=False)


def test_the_verifier_proves_a_real_package_packed_and_unpacked(unpacked: Path, authority: Authority) -> None:
    for package in (unpacked, authority.folder / "package.asice"):
        done = verified(authority.folder / "log", package)
        assert (done.returncode, done.stderr) == (0, "")
        assert "the decision's entry stands in that log at " in done.stdout
        assert done.stdout.count("proven: ") == 4


@pytest.mark.parametrize("name", ["records.jsonl", "records.csv", "decision.tlog-proof", "certificate.pdf"])
def test_the_verifier_finds_one_changed_byte(unpacked: Path, tmp_path: Path, name: str) -> None:
    (file,) = unpacked.rglob(name)
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)
    done = verified(tmp_path / "log", unpacked)
    assert done.returncode == 1
    assert done.stderr.startswith(f"FAILED: {file.relative_to(unpacked)} is not the file")


def test_another_logs_key_proves_nothing(unpacked: Path, tmp_path: Path) -> None:
    generate(tmp_path / "other", "log.example/comity")
    assert "no given key" in verified(tmp_path / "other", unpacked).stderr
