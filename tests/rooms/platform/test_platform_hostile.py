"""A platform that lies, dawdles or points elsewhere: a real server that says whatever a test wants."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from comity.platform import LegalNote, NoticeText, Outcome
from comity.platform.board import Board, BoardSettings
from comity.platform.errors import NotTrusted, PlatformFailure, Refused, Unintelligible, Unreachable

Say = Callable[[BaseHTTPRequestHandler], None]
EFFECT = {"state": "disabled", "already": False, "at": "2026-11-23T01:13:00Z", "disabled_in": ["EU"], "detail": ""}


class Liar:
    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.say: Say = answer(200, b"{}")

    def adapter(self, **more: object) -> Board:
        return Board(BoardSettings(self.url, "s" * 40, timeout=1.0, **more))  # type: ignore[arg-type]


def answer(status: int, body: bytes, **headers: str) -> Say:
    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return say


@pytest.fixture
def liar() -> Iterator[Liar]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            told.asked.append((self.command, self.path, dict(self.headers)))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client had heard enough
                told.say(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Liar(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(liar: Liar, status: int) -> None:
    liar.say = answer(status, b"", Location=f"{liar.url}/elsewhere")
    with liar.adapter() as adapter:
        with pytest.raises(Unintelligible):
            adapter.describe("p1")
        with pytest.raises(Unintelligible):
            adapter.disable("p1", territories=("EU",), key="k", legal=None)
        assert adapter.resolve(f"{liar.url}/p/x").outcome is Outcome.UNKNOWN
    assert all("elsewhere" not in path for _, path, _ in liar.asked)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 200_000,
        b"\xff",
        json.dumps({**EFFECT, "disabled_in": []}).encode(),
        json.dumps({**EFFECT, "disabled_in": ["FR"]}).encode(),
        json.dumps({**EFFECT, "state": "available"}).encode(),
        json.dumps({**EFFECT, "state": "deleted"}).encode(),
        json.dumps({**EFFECT, "already": "no"}).encode(),
        json.dumps({**EFFECT, "at": "2026-11-23T01:13:00"}).encode(),
        json.dumps({key: value for key, value in EFFECT.items() if key != "at"}).encode(),
    ],
)
def test_a_confirmation_that_confirms_nothing_is_not_believed(liar: Liar, body: bytes) -> None:
    liar.say = answer(200, body)
    with liar.adapter() as adapter, pytest.raises(Unintelligible):
        adapter.disable("p1", territories=("EU",), key="k", legal=LegalNote("https://x.example"))


def test_a_restoration_that_restores_nothing_is_not_believed(liar: Liar) -> None:
    liar.say = answer(200, json.dumps(EFFECT).encode())
    with liar.adapter() as adapter:
        with pytest.raises(Unintelligible):
            adapter.restore("p1", territories=("EU",), key="k")
        assert adapter.restore("p1", territories=("US",), key="k").disabled_in == ("EU",)


def test_a_compressed_answer_is_refused_unread(liar: Liar) -> None:
    liar.say = answer(200, gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip")
    with liar.adapter() as adapter, pytest.raises(Unintelligible):
        adapter.describe("p1")


def test_an_endless_answer_is_cut(liar: Liar) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    liar.say = endless
    with liar.adapter(max_answer=1_000_000) as adapter, pytest.raises(Unintelligible):
        adapter.describe("p1")


def test_a_trickle_is_given_up(liar: Liar) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(400):
            handler.wfile.write(b" ")
            time.sleep(0.1)

    liar.say = trickle
    started = time.monotonic()
    with liar.adapter() as adapter, pytest.raises(Unreachable):
        adapter.describe("p1")
    assert time.monotonic() - started < 30, "long before the trickle ends"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", ".hidden", "a\\b", "a\n", "x" * 101])
def test_a_part_with_a_dangerous_name_is_refused(liar: Liar, name: str) -> None:
    part = {"name": name, "media_type": "image/png", "size": 1, "sha256": "0" * 64, "text": "x"}
    liar.say = answer(200, json.dumps({"parts": [part]}).encode())
    with liar.adapter() as adapter, pytest.raises(Unintelligible):
        list(adapter.fetch("p1"))


@pytest.mark.parametrize("change", [{"size": 2}, {"sha256": "0" * 64}])
def test_a_part_that_is_not_what_was_announced_is_refused(liar: Liar, change: dict[str, object]) -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of b"x"
    part = {"name": "a", "media_type": "text/plain", "size": 1, "sha256": digest, "text": "x"}
    with liar.adapter() as adapter:
        liar.say = answer(200, json.dumps({"parts": [part]}).encode())
        assert [b"".join(one.chunks) for one in adapter.fetch("p1")] == [b"x"]
        liar.say = answer(200, json.dumps({"parts": [{**part, **change}]}).encode())
        with pytest.raises(Unintelligible):
            [b"".join(one.chunks) for one in adapter.fetch("p1")]


def test_another_item_than_asked_for_is_refused(liar: Liar) -> None:
    described = {"item": "p2", "account": "a1", "kind": "post", "created_at": "2026-11-23T01:13:00Z", "title": ""}
    liar.say = answer(200, json.dumps({**described, "media": [], "paths": ["/p/p2"], "disabled_in": []}).encode())
    with liar.adapter() as adapter:
        assert adapter.describe("p2").item == "p2"
        with pytest.raises(Unintelligible):
            adapter.describe("p1")


@pytest.mark.parametrize("path", ["//evil.test/x", "https://evil.test/", "/a/../b", "/a b", "x"])
def test_a_path_that_leads_elsewhere_is_refused(liar: Liar, path: str) -> None:
    described = {"item": "p1", "account": "a1", "kind": "post", "created_at": "2026-11-23T01:13:00Z", "title": ""}
    liar.say = answer(200, json.dumps({**described, "media": [], "paths": [path], "disabled_in": []}).encode())
    with liar.adapter() as adapter, pytest.raises(Unintelligible):
        adapter.describe("p1")


@pytest.mark.parametrize(
    ("status", "failure"), [(400, Refused), (403, NotTrusted), (418, Refused), (204, Unintelligible)]
)
def test_every_status_has_its_failure(liar: Liar, status: int, failure: type[PlatformFailure]) -> None:
    liar.say = answer(status, b'{"message": "\\u001b[31mred"}' if status != 204 else b"")
    with liar.adapter() as adapter, pytest.raises(failure) as caught:
        adapter.notify("a1", NoticeText("s", "t", "en"), key="k")
    assert str(caught.value).isprintable()
    assert not caught.value.retry


def test_a_stranger_carries_no_secret(liar: Liar) -> None:
    liar.say = answer(404, b"", Content_Territory="FR")
    with liar.adapter() as adapter:
        adapter.seen_by_stranger(f"{liar.url}/p/x", "FR")
    liar.say = answer(200, b'{"outcome": "absent", "item": null}', Content_Territory="FR")
    with liar.adapter() as adapter:
        assert adapter.seen_by_stranger(f"{liar.url}/p/x", "FR").gone is False
    for _, path, headers in liar.asked:
        assert ("Authorization" in headers) == path.startswith("/admin/")


def test_proxies_of_the_environment_are_not_used(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, liar.url)
    with Board(BoardSettings("http://localhost:9", "s" * 40, timeout=0.5)) as adapter, pytest.raises(Unreachable):
        adapter.describe("p1")
    assert liar.asked == []
