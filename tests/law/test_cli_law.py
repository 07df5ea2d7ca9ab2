"""``comity law matrix`` as an outsider meets it, and every law's word in ``comity assess``."""

from __future__ import annotations

import argparse
import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from comity import law
from comity.cli import assess, laws

AT = ["--at", "2026-11-23T00:00:00Z"]


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    laws.register(commands)
    assess.register(commands)
    args = parser.parse_args(words)
    return int(args.run(args))


def test_a_part_of_the_matrix_is_printed_with_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("law", "matrix", "--instrument", "eu-eevidence-production", "--home", "US", *AT) == 0
    out = capsys.readouterr().out
    assert "eu-eevidence-production (stored)" in out
    assert "object_art17       FR, DE, IE, EU → US: CONTENT [" in out
    assert "6.2: 35]" in out
    assert max(map(len, out.splitlines())) <= 100


def test_an_open_cell_names_what_it_hangs_on(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--instrument", "eu-eevidence-production", "--home", "FR", "--category", "TRAFFIC", "--emergency", "no")
    assert run("law", "matrix", *words, *AT) == 0
    assert "hold or comply" in (out := capsys.readouterr().out)
    assert "without emergency" in out
    assert "hangs on demand.notified" in " ".join(out.split())


def test_other_assumptions_give_other_routes(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--instrument", "eu-eevidence-production", "--home", "IE", "--issuer", "FR", "--category", "CONTENT")
    assert run("law", "matrix", *words, "--us-reach", "holder", "--emergency", "yes", "--json", *AT) == 0
    (cell,) = json.loads(capsys.readouterr().out)
    assert (cell["routes"], cell["matrix"], cell["mode"]) == (["object_art17"], [28], "STORED")
    assert run("law", "matrix", *words, "--mode", "REALTIME_METADATA", "--json", *AT) == 0
    assert {tuple(cell["routes"]) for cell in json.loads(capsys.readouterr().out)} == {("refer_eio",)}


def test_a_moment_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("law", "matrix", "--at", "yesterday") == 2
    assert capsys.readouterr().err.startswith("comity law: --at: ")


def test_now_is_the_usual_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("law", "matrix", "--instrument", "fr-csi", "--issuer", "US", "--home", "FR") == 0
    assert "refuse" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--home", "XX"], ["--instrument", "xx"], ["--emergency", "perhaps"]])
def test_what_the_matrix_does_not_know_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("law", "matrix", *words)


def test_an_assessment_prints_every_law_category_by_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors: Any = law.instrument("us-sca").vectors
    order = copy.deepcopy(vectors["order"])
    order |= {"categories": ["SUBSCRIBER", "CONTENT"], "process": "WARRANT", "court": "N.D. Cal. 26-mj-117"}
    del order["circumstances"]["person_of"]
    (tmp_path / "order.json").write_text(json.dumps(order), encoding="utf-8")
    (tmp_path / "provider.yaml").write_text(yaml.safe_dump(vectors["provider"]), encoding="utf-8")
    words = (str(tmp_path / "order.json"), "--received", vectors["received"], "--provider")
    assert run("assess", *words, str(tmp_path / "provider.yaml")) == 10
    out = capsys.readouterr().out
    text = " ".join(out.split())
    for said in (
        "Every law that applies, category by category", "subscriber: Comply, until 2026-12-20T10:00:00Z",
        "content: Undetermined between comply and motion_2703h", "binds: us process",
        "hangs on to which state the person belongs (person.of)", "if contested: motion in the issuing court",
        "not voluntary (US",
    ):  # fmt: skip
        assert said in text
    assert max(map(len, out.splitlines())) <= 100
    assert run("assess", *words, str(tmp_path / "provider.yaml"), "--json") == 10
    routes = {route["route"]: route["lawful"] for route in json.loads(capsys.readouterr().out)["routes"]}
    assert (routes["comply.subscriber"], routes["motion_2703h.content"]) == ("yes", "undetermined")


def test_a_law_without_ways_of_its_own_prints_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors: Any = law.instrument("gdpr-48").vectors
    (tmp_path / "order.json").write_text(json.dumps(vectors["order"]), encoding="utf-8")
    assert run("assess", str(tmp_path / "order.json"), "--received", vectors["received"]) == 11
    assert "Ways open by law" not in capsys.readouterr().out
