"""``comity assess`` on certificates of Regulation (EU) 2023/1543: recognised, judged, printed; four exit codes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from comity import law
from comity.cli import assess
from support.vectors import changed

EPOC: Any = law.instrument("eu-eevidence-production").vectors
EPOC_PR: Any = law.instrument("eu-eevidence-preservation").vectors
RECEIVED = "2026-09-01T09:30:00+02:00"


def run(tmp_path: Path, order: object, *words: str) -> int:
    file, profile = tmp_path / "order.json", tmp_path / "provider.yaml"
    file.write_bytes(order if isinstance(order, bytes) else json.dumps(order).encode())
    profile.write_text(yaml.safe_dump(EPOC["provider"]))
    parser = argparse.ArgumentParser()
    assess.register(parser.add_subparsers(required=True), None)
    args = parser.parse_args(["assess", str(file), "--received", RECEIVED, "--provider", str(profile), *words])
    return int(args.run(args))


def test_a_sound_certificate_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, EPOC["order"], "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["instrument"], printed["answer"], printed["proposed"]) == (
        "eu-eevidence-production",
        "execute",
        "comply",
    )
    due = {one["id"]: one["due_at"] for one in printed["deadlines"]}
    assert due["produce"] == "2026-09-11T21:59:59Z"
    assert all(finding["citations"][0].startswith("2023/1543 A") for finding in printed["findings"])
    assert run(tmp_path, EPOC_PR["order"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["instrument"] == "eu-eevidence-preservation"


def test_the_text_shows_both_times_and_every_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, EPOC["order"]) == 0
    said = capsys.readouterr().out
    assert "2026-09-11T21:59:59Z (2026-09-11T23:59:59+02:00)" in said
    assert "[secondary source]" in said
    assert "Part by part" not in said


def test_parts_with_their_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = changed(
        EPOC["order"], {"set": {"F": {"a": ["USER_INFORMATION"], "c": ["log files"]}, "G.threshold": ["THREE_YEARS"]}}
    )
    assert run(tmp_path, order) == 10
    said = capsys.readouterr().out
    assert "+ identifier 1, subscriber" in said
    assert "x identifier 1, traffic: NOT_ISSUED_OR_VALIDATED" in said
    assert "(2023/1543 Art 4; 2023/1543 Art 16(4)(a))" in said


def test_a_prosecutor_who_asks_for_traffic_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = changed(EPOC["order"], {"set": {"F": {"c": ["log files"]}, "G.threshold": ["THREE_YEARS"]}})
    assert run(tmp_path, order, "--json") == 11
    printed = json.loads(capsys.readouterr().out)
    assert printed["proposed"] == "refuse"
    (bar,) = [finding for finding in printed["findings"] if finding["outcome"] == "fails"]
    assert bar["citations"] == ["2023/1543 Art 4", "2023/1543 Art 16(4)(a)"]
    routes = {route["route"]: route for route in printed["routes"]}
    assert routes["refuse"]["lawful"] == "yes"
    assert routes["produce_within_ten_days"]["citations"] == bar["citations"]


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (b"{", "line 1"),
        (b"[]", "object"),
        ({"A": {"issuing_state": "DE"}}, "instrument"),
        ({**EPOC["order"], "instrument": "eu-evidence"}, "instrument"),
        ({**EPOC["order"], "events": []}, "events"),
        ({**EPOC["order"], "events": {"produced_at": "yesterday"}}, "events.produced_at"),
    ],
)
def test_unusable_input_names_the_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], order: object, field: str
) -> None:
    assert run(tmp_path, order) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert field in said.err
    assert "Traceback" not in said.err


def test_a_steering_character_in_an_account_cannot_paint_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = changed(EPOC["order"], {"set": {"E.identifiers": [{"type": "USER_ID", "value": "a\x1b[2Jb"}]}})
    assert run(tmp_path, order) == 10
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "a hidden character U+001B at place 2" in " ".join(said.split())
