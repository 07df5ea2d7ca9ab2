"""The overseer's witness, attacked over real HTTP: it never vouches for two histories, whatever happens to it."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comity.cli.witness as program
from comity.casefile.audit.errors import AuditFailure
from comity.casefile.audit.merkle import MemoryTree, leaf_hash, verify_consistency
from comity.cli import cosigning
from support.witness import MemoryLog, RunningWitness

Start = Callable[..., RunningWitness]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    made: list[RunningWitness] = []

    def begin(*logs: MemoryLog, name: str = "witness.example/w1", extra: tuple[str, ...] = ()) -> RunningWitness:
        vkeys = [vkey for log in logs for vkey in log.vkeys]
        made.append(RunningWitness(tmp_path / f"witness{len(made)}", vkeys, name, *extra))
        return made[-1]

    yield begin
    for one in made:
        one.stop()


def test_it_cosigns_a_log_that_grows_with_both_keys(start: Start) -> None:
    log = MemoryLog()
    witness = start(log)
    sizes = [0, 1, 2, 3, 7, 8, 20, 300]
    for old, size in pairwise(sizes):
        log.grow(size - old)
        assert log.cosigned(witness.post(log.submission(old)), witness) == 2
    assert witness.stop() == 0


def test_a_lost_answer_is_asked_for_again(start: Start) -> None:
    log = MemoryLog().grow(5)
    witness = start(log)
    witness.post(log.submission(0))  # and the answer is lost
    again = witness.post(log.submission(0))
    assert (again.status_code, again.text, again.headers["content-type"]) == (409, "5\n", "text/x.tlog.size")
    assert log.cosigned(witness.post(log.submission(5)), witness) == 2


def test_the_same_name_and_keys_after_a_restart(start: Start) -> None:
    log = MemoryLog().grow(5)
    witness = start(log)
    before = witness.vkeys
    witness.post(log.submission(0))
    witness.stop()
    witness.start()
    assert witness.vkeys == before
    assert log.cosigned(witness.post(log.grow(4).submission(5)), witness) == 2


def test_killed_at_any_moment_it_never_goes_back(start: Start) -> None:
    log = MemoryLog().grow(1)
    witness = start(log)
    seen = 0
    for _ in range(4):
        for _ in range(5):
            log.grow(3)
            answer = witness.post(log.submission(seen))
            seen = log.tree.size
            assert log.cosigned(answer, witness) == 2
        log.grow(2)
        killer = threading.Timer(0.002, witness.kill)
        killer.start()
        try:
            witness.post(log.submission(seen))  # lost, done, or done and lost
        except OSError:
            pass
        except Exception as failure:
            assert "httpx" in type(failure).__module__  # noqa: PT017 -- connection refused, reset or cut off
        killer.join()
        witness.start()
        fork = MemoryLog().grow(seen - 1, "another ")
        assert witness.post(fork.submission(0)).status_code == 409
        known = int(witness.post(log.submission(0)).text)
        assert known in (seen, log.tree.size)  # what was vouched for is remembered, whatever was lost
        seen = known
        fork.grow(50, "another ")
        assert witness.post(fork.submission(seen)).status_code == 422


def test_a_fork_is_refused_and_kept_as_evidence(start: Start) -> None:
    log = MemoryLog().grow(8)
    witness = start(log)
    witness.post(log.submission(0))
    for size, status in ((8, 409), (9, 422), (12, 422)):
        fork = MemoryLog().grow(7).grow(size - 7, "another ")
        assert witness.post(fork.submission(8 if size > 7 else size)).status_code == status
    evidence = sorted((witness.folder / "evidence").iterdir())
    assert len(evidence) == 3
    for file in evidence:  # both heads, each signed by the log: nobody can deny having signed two histories
        assert file.read_bytes().startswith(log.checkpoint(8).text().encode())
    assert witness.stop() == 0
    assert witness.said.count("REFUSED log.example/comity") == 3


@pytest.mark.parametrize("old", [0, 3, 8])
def test_going_back_is_refused(start: Start, old: int) -> None:
    log = MemoryLog().grow(8)
    witness = start(log)
    witness.post(log.submission(0))
    answer = witness.post(log.submission(min(old, 5), 5))
    assert (answer.status_code, answer.text) == (409, "8\n")
    assert log.cosigned(witness.post(log.submission(8)), witness) == 2


def test_two_logs_do_not_touch_each_other(start: Start) -> None:
    one, two = MemoryLog("one.example/log").grow(5), MemoryLog("two.example/log").grow(9, "two ")
    witness = start(one, two)
    assert one.cosigned(witness.post(one.submission(0)), witness) == 2
    assert two.cosigned(witness.post(two.submission(0)), witness) == 2
    witness.kill()
    witness.start()
    assert one.cosigned(witness.post(one.grow(1).submission(5)), witness) == 2
    assert two.cosigned(witness.post(two.grow(1).submission(9)), witness) == 2


def test_a_log_that_is_not_watched_is_not_found(start: Start) -> None:
    witness = start(MemoryLog())
    assert witness.post(MemoryLog("other.example/log").grow(1).submission(0)).status_code == 404


def test_a_log_signed_by_another_key_is_forbidden(start: Start) -> None:
    log = MemoryLog().grow(3)
    witness = start(log)
    signed, others = log.note().split(b"\n\n"), MemoryLog("log.example/comity2").grow(3).note().split(b"\n\n")
    assert witness.post(b"old 0\n\n" + signed[0] + b"\n\n" + others[1]).status_code == 403  # unknown key
    larger = log.grow(1).note().split(b"\n\n")
    assert witness.post(b"old 0\n\n" + signed[0] + b"\n\n" + larger[1]).status_code == 403  # of another checkpoint
    both = larger[1] + signed[1]
    assert witness.post(b"old 0\n\n" + signed[0] + b"\n\n" + both).status_code == 403  # a right one beside it


def test_the_old_size_may_not_be_larger(start: Start) -> None:
    log = MemoryLog().grow(3)
    witness = start(log)
    assert witness.post(b"old 4\n\n" + log.note()).status_code == 400


def test_the_first_submission_needs_no_proof_and_takes_none(start: Start) -> None:
    log = MemoryLog().grow(3)
    witness = start(log)
    line = base64.b64encode(bytes(32)) + b"\n"
    assert witness.post(b"old 0\n" + line + b"\n" + log.note()).status_code == 422
    assert witness.post(log.submission(0)).status_code == 200


def test_any_other_path_and_length(start: Start) -> None:
    log = MemoryLog().grow(3)
    witness = start(log)
    assert witness.post(log.submission(0), "/").status_code == 404
    assert witness.post(b"x" * (65 * 1024)).status_code == 413
    host, _, port = witness.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), 30) as raw:
        raw.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        assert b" 411 " in raw.recv(100)


def test_a_flood_is_slowed_and_nobody_else_is(start: Start) -> None:
    log = MemoryLog().grow(3)
    witness = start(log, extra=("--rate", "2"))
    answers = [witness.post(log.submission(0)).status_code for _ in range(40)]
    assert 429 in answers
    assert answers[:10].count(429) == 0


def test_people_see_keys_and_heads(start: Start) -> None:
    import httpx

    log = MemoryLog().grow(3)
    witness = start(log)
    witness.post(log.submission(0))
    page = httpx.get(witness.url, timeout=30, trust_env=False).text
    assert all(vkey in page for vkey in witness.vkeys)
    assert log.checkpoint().text() in page
    assert httpx.get(f"{witness.url}/x", timeout=30, trust_env=False).status_code == 404


def test_keys_without_their_state_never_sign_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = MemoryLog()
    arguments = ["--folder", str(tmp_path), "--name", "w", "--log", log.vkeys[0]]
    os.close(program.Witness(tmp_path, "w", [cosigning.read_key(log.vkeys[0])])._held)
    assert (tmp_path / "witness.key").stat().st_mode & 0o077 == 0
    (tmp_path / "state.json").unlink()
    assert program.main(arguments) == 2
    assert "must never sign again" in capsys.readouterr().err


def test_a_folder_is_held_by_one_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = MemoryLog()
    held = program.Witness(tmp_path, "w", [cosigning.read_key(log.vkeys[0])])
    assert program.main(["--folder", str(tmp_path), "--name", "w", "--log", log.vkeys[0]]) == 2
    assert "another witness holds" in capsys.readouterr().err
    os.close(held._held)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 256])
def test_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        program.Witness(tmp_path, name, [])


@pytest.mark.parametrize("vkey", ["", "x", "a+b+c", MemoryLog().vkeys[0][:-4] + "AAAA", "n+00000000+BAAA"])
def test_what_is_no_key_of_a_log_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError, match="not an Ed25519"):
        cosigning.read_key(vkey)


@given(st.binary(max_size=300) | st.from_regex(rb"old [0-9]{1,3}\n([A-Za-z0-9+/=]{0,44}\n){0,3}\n[a-z.\n0-9]{0,80}"))
def test_no_bytes_break_it(body: bytes) -> None:
    try:
        cosigning.read_submission(body)
    except cosigning.Refused as refused:
        assert refused.status == 400  # noqa: PT017 -- either is right, nothing else is


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.data())
def test_its_verifier_and_ours_judge_every_proof_alike(old: int, more: int, data: st.DataObject) -> None:
    tree = MemoryTree(leaf_hash(bytes([number])) for number in range(old + more))
    proof = tree.consistency(old, old + more) if old and more else []
    if data.draw(st.booleans()):
        proof = data.draw(st.lists(st.sampled_from([*proof, bytes(32)]), max_size=8))
    new = cosigning.Checkpoint("o", old + more, tree.root(), b"")
    theirs = cosigning.consistent(old, tree.root(old), new, proof)
    if old == 0:
        assert theirs == (not proof)
        return
    try:
        verify_consistency(old, old + more, old_root=tree.root(old), new_root=tree.root(), proof=proof)
        ours = True
    except AuditFailure:
        ours = False
    assert theirs == ours


def test_it_runs_without_the_provider_s_software(tmp_path: Path) -> None:
    """The two files, an interpreter and `cryptography`: nothing else of ours or of anybody is imported."""
    package = tmp_path / "comity" / "cli"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    for file in (program.__file__, cosigning.__file__):
        shutil.copy(str(file), package)
    code = (
        "import sys; before = set(sys.modules); sys.path.insert(0, sys.argv[1]); import comity.cli.witness;"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    foreign = [name for name in eval(found) if not name.startswith("_")]  # noqa: S307 -- our own output
    assert set(foreign) <= {"comity", "cryptography", "cffi"}
