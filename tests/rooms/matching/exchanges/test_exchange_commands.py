"""``comity exchange``: what is set up, a list imported, a bank written."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from comity.cli.command import main
from comity.main import exchanging
from comity.settings import Settings
from support.exchanges import BANK, House, digest


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command over this test's database, which is open already."""

    @contextmanager
    def standing(_settings: Settings) -> Any:
        yield None

    monkeypatch.setattr(exchanging, "opened", standing)
    names = ("exchange_list", "exchange_import", "exchange_export")

    def program(name: str) -> Callable[..., int]:
        return lambda *given: int(getattr(exchanging, name)(Settings(), *given))

    programs: dict[str, Any] = {name: program(name) for name in names} | {"read_pdf": dict}
    return lambda *arguments: main(["exchange", *arguments], programs)


def test_what_was_imported_is_exported(
    run: Callable[..., int], house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "list.csv", tmp_path / "out.json"
    source.write_text(f"type,signal\nsha256,{digest(1)}\nsha256,no\n")
    said = ("--member", "A Centre", "--because", "a letter")
    assert run("import", BANK, str(source), "--type", "csv", *said) == 0
    assert "list.csv, row 3" in capsys.readouterr().out
    assert run("import", BANK, str(source), "--type", "csv", *said) == 0
    assert "0 listed" in capsys.readouterr().out
    assert house.signals() == {("sha256", digest(1))}
    assert run("export", BANK, "--file", str(out), "--because", "asked") == 0
    assert run("export", BANK, "--because", "asked") == 0
    assert json.loads(capsys.readouterr().out) == json.loads(out.read_text())
    assert run("import", BANK, str(out), *said) == 0
    assert "1 listed" in capsys.readouterr().out


def test_what_is_wrong_is_one_line_and_changes_nothing(
    run: Callable[..., int], house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from comity.matching.banks.errors import UnknownBank
    from comity.matching.errors import MatchingFailure

    source = tmp_path / "list.json"
    source.write_text("{}")
    said = ("--member", "A Centre", "--because", "a letter")
    assert run("import", BANK, str(source), *said) == 2
    assert run("import", BANK, str(tmp_path / "absent"), *said) == 1
    source.write_text('{"type": "bundle", "objects": []}')
    assert run("import", BANK, str(source), *said) == 2
    source.write_text("sha256 no\n")
    assert run("import", BANK, str(source), "--type", "file", "--member", "", "--because", "x") == 2
    assert "comity exchange: member" in capsys.readouterr().err
    with pytest.raises(MatchingFailure):
        run("export", "NOWHERE", "--file", str(tmp_path / "out"), "--because", "asked")
    with pytest.raises(UnknownBank):
        run("export", "NOWHERE", "--because", "asked")
    assert not (tmp_path / "out").exists()
    assert house.signals() == set()


def test_the_list_says_what_needs_a_person(
    run: Callable[..., int], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.write("list.txt", f"sha256 {digest(1)}\n")
    house.set_up("file", settings={"path": "list.txt"})
    house.fetch()
    assert run("list") == 0
    assert "them  file  LIST  in order" in capsys.readouterr().out
    house.set_up("file", "others", settings={"path": "absent.txt"})
    house.fetch("others")
    assert run("list") == 1
    assert "absent.txt: No such file" in capsys.readouterr().out


def test_a_list_that_would_match_much_waits_after_the_command_too(
    run: Callable[..., int],
    house: House,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from comity.matching.serving.recent import Recent

    recent = Recent(tmp_path / "match" / "recent")
    for number in range(30):
        recent.keep({"sha256": digest(number)})
    source = tmp_path / "list.txt"
    source.write_text("".join(f"sha256 {digest(number)}\n" for number in range(30)))
    settings = Settings(home=tmp_path)
    assert exchanging.exchange_import(settings, BANK, str(source), ("file", "A Centre", "a letter")) == 1
    assert "waits for a person" in capsys.readouterr().out
    assert house.signals() == set()
    assert run("list") == 1
    assert "would match 30" in capsys.readouterr().out
