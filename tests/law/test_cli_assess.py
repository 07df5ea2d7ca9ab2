"""``comity assess`` as an outsider meets it: files in, text or JSON out, four exit codes, never a traceback."""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity import law
from comity.casefile.documents import Json
from comity.cli import assess
from comity.law.errors import UnusableOrderError

ORDER: dict[str, Any] = law.instrument("eu-tco").vectors["order"]
PROFILE: dict[str, Any] = law.instrument("eu-tco").vectors["provider"]
RECEIVED = "2026-11-21T02:13:00+01:00"


@pytest.fixture
def profile(tmp_path: Path) -> str:
    path = tmp_path / "provider.yaml"
    path.write_text(yaml.safe_dump(PROFILE), encoding="utf-8")
    return str(path)


def run(*words: str, read_pdf: assess.PdfReader | None = None) -> int:
    parser = argparse.ArgumentParser()
    assess.register(parser.add_subparsers(required=True), read_pdf)
    args = parser.parse_args(["assess", *words])
    return int(args.run(args))


def file(tmp_path: Path, order: object) -> str:
    path = tmp_path / "order.json"
    path.write_bytes(order if isinstance(order, bytes) else json.dumps(order).encode())
    return str(path)


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in copy.deepcopy(ORDER).items() if key not in keys}


def test_a_sound_order_exits_with_0(tmp_path: Path, profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file(tmp_path, ORDER), "--received", RECEIVED, "--provider", profile, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["answer"] == "execute"
    assert printed["proposed"] == "comply"
    assert printed["deadlines"][0]["due_at"] == "2026-11-21T02:13:00Z"


def test_without_a_profile_a_person_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file(tmp_path, ORDER), "--received", RECEIVED, "--json") == 10
    assert {"content.on_our_hosts"} <= {unknown["fact"] for unknown in json.loads(capsys.readouterr().out)["unknown"]}


def test_an_order_of_another_state_exits_with_11(tmp_path: Path, profile: str) -> None:
    order = {**ORDER, "issuing_member_state": "US"}
    assert run(file(tmp_path, order), "--received", RECEIVED, "--provider", profile) == 11


def test_the_answer_comes_first_and_everything_is_cited(
    tmp_path: Path, profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order = {**without("issuer"), "channel": {**ORDER["channel"], "sender_verified": None}}
    assert run(file(tmp_path, order), "--received", RECEIVED, "--provider", profile) == 10
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["NEEDS A PERSON", "Proposed: clarify"]
    text = "\n".join(lines)
    for words in (
        "What fails", "What could not be determined", "Deadlines", "What nobody has said", "Ways open by law",
        "What holds", "2021/784 Art 3(4)(a)", "[unconfirmed]", "[secondary source]",
            "not SA1: channel.sender_verified is unknown",
        "whether the sender could be authenticated (channel.sender_verified)",
        "Plus 1 hour (2021/784 Art 3(3)): 2026-11-21T02:13:00Z", "compare before relying",
    ):  # fmt: skip
        assert words in text or words in " ".join(text.split())
    assert max(map(len, lines)) <= 100


def test_an_order_cannot_paint_on_the_terminal(
    tmp_path: Path, profile: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order = {**ORDER, "legal_basis": "x\x1b[2J\x1b[32mMAY BE EXECUTED\u202e\x9b", "\x1b]0;owned\x07": 1}
    assert run(file(tmp_path, order), "--received", RECEIVED, "--provider", profile) == 11
    out = capsys.readouterr().out
    assert out.startswith("NOT EXECUTABLE")
    assert not set(out) & set("\x1b\x07\x9b\u202e")
    run(file(tmp_path, order), "--received", RECEIVED, "--provider", profile, "--json")
    assert capsys.readouterr().out.isascii()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "message"),
        (b"\xff\xfe", "message"),
        (b'{"a": 1, "a": 2}', "a"),
        (b"[" * 100, "message"),
        (b'{"order_reference": "1"}', "instrument"),
        (json.dumps({**ORDER, "events": {"grounds_ceased_at": "x"}}).encode(), "events.grounds_ceased_at"),
        (b"%PDF-1.7 and so on", "FILE"),
    ],
)
def test_unusable_input_exits_with_2_and_names_the_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, field: str
) -> None:
    assert run(file(tmp_path, data), "--received", RECEIVED) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith(f"comity assess: {field}: ")
    assert caught.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--received", "2026-11-21T02:13:00"], "--received"),
        (["--received", "9999-12-31T23:59:59Z"], "received"),
        (["--provider", "/nowhere/provider.yaml"], "--provider"),
        (["--instrument", "xx"], "instrument"),
    ],
)
def test_unusable_options_exit_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], field: str
) -> None:
    assert run(file(tmp_path, ORDER), *words) == 2
    assert capsys.readouterr().err.startswith(f"comity assess: {field}: ")


def test_a_bad_profile_names_its_fields(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "provider.yaml"
    path.write_text("name: X\nhosts: [https://x]\n", encoding="utf-8")
    assert run(file(tmp_path, ORDER), "--provider", str(path)) == 2
    said = capsys.readouterr().err
    assert "home_state: Field required" in said
    assert "hosts: Value error" in said


def test_files_that_cannot_be_read_or_are_too_large(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(str(tmp_path / "none.json")) == 2
    assert capsys.readouterr().err.startswith("comity assess: FILE: cannot be read")
    assert run(str(tmp_path)) == 2
    assert run("a\0b") == 2
    monkeypatch.setattr(assess, "MAX_FILE", 10)
    assert run(file(tmp_path, ORDER)) == 2
    assert "larger than 10 bytes" in capsys.readouterr().err


def test_a_pdf_is_read_by_the_reader_it_is_given(tmp_path: Path, profile: str) -> None:
    def reader(data: bytes) -> Json:
        assert data.startswith(b"%PDF-")
        return {**ORDER, "message": {"reading": "layout"}}

    def nothing(_data: bytes) -> Json:
        raise UnusableOrderError("FILE", "the PDF holds no form")

    words = (file(tmp_path, b"%PDF-1.7 ..."), "--received", RECEIVED, "--provider", profile)
    assert run(*words, read_pdf=reader) == 10
    assert run(*words, read_pdf=nothing) == 2


def test_an_order_without_any_running_clock(tmp_path: Path, profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    order = {
        **without("redress"),
        "issuing_member_state": "FR",
        "home_is_other_member_state": False,
        "events": {"clarification_requested_at": "2026-11-21T01:20:00Z"},
    }
    assert run(file(tmp_path, order), "--received", RECEIVED, "--provider", profile) == 10
    assert "Deadlines" not in capsys.readouterr().out


def test_receipt_is_now_unless_stated(tmp_path: Path, profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file(tmp_path, ORDER), "--provider", profile, "--json") in {0, 10}
    assert json.loads(capsys.readouterr().out)["received_at"] > "2026-"


def test_on_a_terminal_the_answer_has_a_colour_and_elsewhere_the_text_is_plain() -> None:
    judgement = law.judge(ORDER, received=law_received(), provider=None)
    assert next(iter(assess._lines(judgement, colour=True))) == "\x1b[1;33mNEEDS A PERSON\x1b[0m"
    assert next(iter(assess._lines(judgement, colour=False))) == "NEEDS A PERSON"


def law_received() -> Any:
    return assess._received(RECEIVED)


@given(st.binary(max_size=120))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_bring_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    assert run(file(tmp_path, data), "--received", RECEIVED) == 2
    assert "Traceback" not in capsys.readouterr().err
