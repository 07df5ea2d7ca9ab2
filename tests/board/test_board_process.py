from __future__ import annotations

import ast
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from support.board import RunningBoard, picture

ROOT = Path(__file__).parents[2] / "src" / "board"
NOTE = {"blocked_by": "https://board.example/legal"}


def _disable(board: RunningBoard, item: str, key: str, **changes: object) -> object:
    body = {"territories": ["EU"], "legal": NOTE, **changes}
    return board.admin("POST", f"/items/{item}/disable", json=body, headers={"Idempotency-Key": key})


def test_the_board_knows_nothing_of_comity() -> None:
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, file
                names = [node.module or ""]
            assert not any(name.split(".")[0] == "comity" for name in names), file


def test_what_was_confirmed_survives_a_kill(board: RunningBoard) -> None:
    items = [board.publish("dario", title=f"Kept {number}", pictures=(picture(),)) for number in range(5)]
    first = {item: _disable(board, item, f"kill-{item}").json() for item in items[:3]}
    board.kill()
    board.start()
    for item in items[:3]:
        assert board.look(f"/p/{item}").status_code == 451
        assert _disable(board, item, f"kill-{item}").json() == first[item]
    for item in items[3:]:
        assert board.look(f"/p/{item}").status_code == 200


def test_killed_in_the_middle_of_many_effects_nothing_is_half_done(board: RunningBoard) -> None:
    items = [board.publish("elif", title=f"Many {number}") for number in range(40)]
    confirmed: list[str] = []

    def work() -> None:
        for item in items:
            try:
                answer = _disable(board, item, f"half-{item}")
            except Exception:
                return
            if answer.status_code == 200:
                confirmed.append(item)

    thread = threading.Thread(target=work)
    thread.start()
    while len(confirmed) < 10:
        time.sleep(0.002)
    board.kill()
    thread.join()
    board.start()
    for item in confirmed:
        assert board.look(f"/p/{item}").status_code == 451
    for item in items:
        assert _disable(board, item, f"half-{item}").json()["disabled_in"] == ["EU"]


def test_one_key_from_many_threads_acts_once(board: RunningBoard) -> None:
    item = board.publish("franz")
    answers: list[dict[str, object]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(_disable(board, item, "together").json())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["already"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/items"),
        ("GET", "/resolve?path=/p/x"),
        ("GET", "/items/pabc"),
        ("GET", "/items/pabc/parts"),
        ("POST", "/items/pabc/disable"),
        ("POST", "/items/pabc/restore"),
        ("POST", "/accounts/aabc/messages"),
        ("POST", "/posts"),
    ],
)
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic {}", "{}", "Bearer {}x", "Bearer \u00e9"])
def test_nothing_without_the_secret(board: RunningBoard, method: str, path: str, given: str) -> None:
    header = given.replace("{}", board.secret).encode("latin-1")
    answer = board.admin(method, path, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_trusted"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        json.dumps({"territories": ["EU"]}).encode(),
        json.dumps({"territories": [], "legal": None}).encode(),
        json.dumps({"territories": "EU", "legal": None}).encode(),
        json.dumps({"territories": ["eu"], "legal": None}).encode(),
        json.dumps({"territories": [1], "legal": None}).encode(),
        json.dumps({"territories": ["EU"], "legal": False}).encode(),
        json.dumps({"territories": ["EU"], "legal": {}}).encode(),
        json.dumps({"territories": ["EU"], "legal": None, "delete": True}).encode(),
        json.dumps({"territories": ["EU"], "legal": {"blocked_by": "https://a/\n"}}).encode(),
        json.dumps({"territories": ["EU"], "legal": {"blocked_by": "https://a", "reference": "\ud800"}}).encode(),
        json.dumps({"territories": ["EU"], "legal": {"blocked_by": "https://a", "reference": "x" * 201}}).encode(),
    ],
)
def test_a_misshapen_body_changes_nothing(board: RunningBoard, body: bytes) -> None:
    item = board.publish("greta")
    headers = {"Idempotency-Key": f"bad-{item}"}
    answer = board.admin("POST", f"/items/{item}/disable", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert board.look(f"/p/{item}").status_code == 200
    assert _disable(board, item, f"bad-{item}").status_code == 200


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 129])
def test_a_writing_call_needs_a_key(board: RunningBoard, key: str | None) -> None:
    item = board.publish("hugo")
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"territories": ["EU"], "legal": None}
    assert board.admin("POST", f"/items/{item}/disable", json=body, headers=headers).status_code == 422
    assert board.look(f"/p/{item}").status_code == 200


def test_the_wrong_method_does_nothing(board: RunningBoard) -> None:
    item = board.publish("irena")
    for path in (f"/items/{item}/disable", f"/items/{item}/restore"):
        assert board.admin("GET", path).status_code == 405
    assert board.admin("DELETE", f"/items/{item}").status_code == 405
    assert board.look(f"/p/{item}").status_code == 200


def test_a_body_without_end_is_cut(board: RunningBoard) -> None:
    answer = board.admin("POST", "/posts", content=b"x" * (37 * 1024 * 1024))
    assert answer.status_code == 413


def _start(tmp_path: Path, *more: str, secret: str = "s" * 40) -> subprocess.CompletedProcess[str]:
    (tmp_path / "secret").write_text(secret)
    command = [sys.executable, "-m", "board", "--data", str(tmp_path / "d"), "--secret-file", str(tmp_path / "secret")]
    return subprocess.run([*command, *more], capture_output=True, text=True, timeout=90, check=False)


def test_a_few_thousand_posts_are_seeded_quickly_and_once(tmp_path: Path) -> None:
    started = time.monotonic()
    assert _start(tmp_path, "--seed", "3000").returncode == 0
    assert time.monotonic() - started < 60
    import sqlite3

    connection = sqlite3.connect(tmp_path / "d" / "board.sqlite")
    statement = "SELECT (SELECT count(*) FROM post), (SELECT count(*) FROM octets), (SELECT count(*) FROM picture)"
    counted = connection.execute(statement).fetchone()
    connection.close()
    assert counted == (3000, 36, 1500)
    assert _start(tmp_path, "--seed", "10").returncode == 0


@pytest.mark.parametrize(
    ("more", "secret"), [((), "short"), (("--territory", "EU"), "s" * 40), (("--territory", "xx"), "s" * 40)]
)
def test_an_unsafe_start_is_refused_in_one_line(tmp_path: Path, more: tuple[str, ...], secret: str) -> None:
    done = _start(tmp_path, *more, secret=secret)
    assert done.returncode == 2
    assert done.stderr.startswith("board: ")
    assert done.stderr.count("\n") == 1
    assert "s" * 40 not in done.stderr


def test_a_header_from_elsewhere_is_not_believed(tmp_path: Path) -> None:
    from support.board import free_port

    board = RunningBoard(tmp_path, free_port(), country_header_from="192.0.2.1").start()
    try:
        assert board.look("/", "US").headers["Content-Territory"] == "FR"
        with board.adapter() as adapter:
            assert adapter.seen_by_stranger(f"{board.url}/p/pzzzzzzzzzzzzzzzz", "US").gone is None
            assert adapter.seen_by_stranger(f"{board.url}/p/pzzzzzzzzzzzzzzzz", None).gone is True
    finally:
        board.stop()
