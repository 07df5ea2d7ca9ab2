"""Whatever is sent, the service answers with a word of its own: never a failure of ours, never an empty connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from comity.matching.serving.running import application
from comity.matching.serving.tokens import new_token
from support.match_desk import Desk, opened
from support.match_shelf import CLOCK

PATHS = ("/v1/match", "/v1/match/batch", "/v1/hash", "/m/lookup", "/h/hash", "/m/raw_lookup")
KINDS = ("application/json", "text/plain", "image/jpeg", "multipart/form-data; boundary=x", "application/octet-stream")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = opened(tmp_path_factory.mktemp("desk"))
    yield made
    made.app.close()


def fine(status: int, body: bytes) -> None:
    assert status < 500, (status, body)
    told = json.loads(body)
    assert status == 200 or told["message"]


@given(path=st.sampled_from(PATHS), kind=st.sampled_from(KINDS), body=st.binary(max_size=300))
def test_any_bytes(desk: Desk, path: str, kind: str, body: bytes) -> None:
    fine(*desk.call("POST", path, body, content_type=kind))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda of: st.lists(of, max_size=4) | st.dictionaries(st.text(max_size=10), of, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from(["signals", "text", "url", "banks", "threshold", "item", "account", "type", "content_type"])


@given(path=st.sampled_from(PATHS[:3]), fields=st.dictionaries(_NAMES, _JSON, max_size=5))
def test_any_fields(desk: Desk, path: str, fields: dict[str, Any]) -> None:
    body = json.dumps(fields).encode()
    fields.pop("item", None)  # entering needs a database
    fine(*desk.call("POST", path, json.dumps(fields).encode(), content_type="application/json"))
    assert body


@given(path=st.sampled_from(PATHS), query=st.text(max_size=100))
def test_any_query(desk: Desk, path: str, query: str) -> None:
    fine(*desk.call("GET", path, query=query.encode()))


@given(
    name=st.sampled_from(["signal", "type", "signal_type", "banks", "threshold", "seed", "url"]),
    text=st.text(max_size=60),
)
def test_any_value_of_a_field(desk: Desk, name: str, text: str) -> None:
    from urllib.parse import urlencode

    fields = {"signal": "0" * 64, "type": "pdq", "signal_type": "pdq"} | {name: text}
    for path in ("/v1/match", "/m/lookup", "/m/raw_lookup"):
        fine(*desk.call("GET", path, query=urlencode(fields, errors="replace").encode()))


@given(path=st.text(max_size=60), method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]))
def test_any_path(desk: Desk, path: str, method: str) -> None:
    status, _ = desk.call(method, f"/{path}")
    assert status < 500


def test_a_body_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    desk = opened(tmp_path, body_bytes=1_000)
    assert desk.call("POST", "/v1/match", b"x" * 1_001)[0] == 413
    assert desk.call("POST", "/v1/match", b"x", content_length="1001")[0] == 413
    desk.app.close()


def test_a_caller_who_asks_too_often_is_told_to_wait(tmp_path: Path) -> None:
    desk = opened(tmp_path, calls_a_second=3.0)
    statuses = [desk.call("GET", "/v1/status")[0] for _ in range(10)]
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
    desk.app.close()


def test_more_than_can_be_answered_is_refused_at_once(tmp_path: Path) -> None:
    desk = opened(tmp_path, waiting=1)
    assert desk.app._waiting.acquire(blocking=False)
    status, body = desk.call("POST", "/v1/hash", b"{}", content_type="application/json")
    assert (status, json.loads(body)["code"]) == (503, "too_busy")
    desk.app.close()


def test_a_folder_that_no_keeper_filled_is_not_loaded(tmp_path: Path) -> None:
    token, line = new_token("all", "read")
    (tmp_path / "tokens").touch(mode=0o600)
    (tmp_path / "tokens").write_text(line)
    desk = Desk(application(tmp_path, tmp_path / "tokens", CLOCK), token)
    assert desk.call("GET", "/status") == (503, b"INDEX-NOT-LOADED")
    assert desk.call("GET", "/m/lookup", query=b"signal_type=pdq&signal=" + b"0" * 64)[0] == 503
    assert desk.call("GET", "/status/live")[0] == 200
    desk.app.close()


def test_tokens_that_others_may_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(new_token("all", "read")[1])
    (tmp_path / "tokens").chmod(0o644)
    with pytest.raises((OSError, ValueError), match="tokens"):
        application(tmp_path, tmp_path / "tokens", CLOCK)
