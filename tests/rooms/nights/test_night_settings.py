"""The ways that an operator sets up, and those that are refused by name."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from comity.casefile.clock import Instant
from comity.docket.calling import Call
from comity.docket.nights.ways import Push
from comity.main.callers import night_means
from comity.main.nighttime import configured
from comity.settings import Settings, UnusableSettings


def settings(folder: Path, **values: object) -> Settings:
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "keys" / "sessions.key").write_text("k" * 48)
    (folder / "keys" / "sessions.key").chmod(0o600)
    return Settings(home=folder, **values)


def test_without_a_way_nobody_is_called_and_no_watch_runs(tmp_path):
    bare = settings(tmp_path)
    assert not configured(bare)
    assert night_means(bare).ways == {}


def test_every_way_that_is_set_up_is_there(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text("a secret of enough letters\n")
    full = settings(
        tmp_path,
        nights_push_url="https://push.board.example",
        nights_push_token_file=secret,
        nights_webhook_url="http://127.0.0.1:1/hook",
        nights_webhook_secret_file=secret,
        nights_mail_from="nights@board.example",
        mail_relay="127.0.0.1:25",
    )
    assert configured(full)
    assert set(night_means(full).ways) == {"push", "webhook", "email"}
    assert "secret" not in repr(night_means(full).key)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"nights_push_url": "http://push.board.example"}, "HTTPS"),
        (
            {"nights_push_url": "https://push.board.example", "nights_push_token_file": Path("/nowhere")},
            "cannot be read",
        ),
        ({"nights_webhook_url": "https://pages.board.example"}, "COMITY_NIGHTS_WEBHOOK_SECRET_FILE"),
        ({"nights_mail_from": "nights@board.example"}, "COMITY_MAIL_RELAY"),
        ({"nights_mail_from": "nobody", "mail_relay": "127.0.0.1:25"}, "COMITY_NIGHTS"),
    ],
)
def test_a_way_that_could_not_work_stops_the_start(tmp_path, values, named):
    with pytest.raises(UnusableSettings, match=named):
        night_means(settings(tmp_path, **values))


def test_a_short_secret_is_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text("short")
    weak = settings(tmp_path, nights_webhook_url="https://pages.board.example", nights_webhook_secret_file=secret)
    with pytest.raises(UnusableSettings, match="sixteen"):
        night_means(weak)


def test_a_secret_that_others_can_read_is_not_used(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret of enough letters")
    secret.chmod(0o644)
    known = settings(tmp_path, nights_push_url="https://push.board.example", nights_push_token_file=secret)
    with pytest.raises(UnusableSettings, match="chmod 600"):
        night_means(known)


def test_a_server_that_trickles_its_answer_holds_up_no_page():
    def serve(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line:
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            with suppress(OSError):
                while not over.wait(0.05):
                    line.sendall(b"x")

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve, args=(listening,))
        serving.start()
        answer: list[str] = []
        call = Call("0" * 32, "topic-anna", 7, None, "https://console.example/", Instant.parse("2026-11-23T01:13:00Z"))
        push = Push(f"http://127.0.0.1:{listening.getsockname()[1]}")
        calling = threading.Thread(target=lambda: answer.append(push.call(call)), daemon=True)
        calling.start()
        calling.join(60)
        over.set()
        serving.join()
    assert answer == ["HTTP 200"]
