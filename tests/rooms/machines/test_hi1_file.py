"""The operator's file of HI-1: read whole, or refused with the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.docket.machines import UnusableMachines, from_file
from comity.hi1 import Party
from comity.hi1.message import Encoding
from comity.main.web import django_options
from comity.settings import Settings, UnusableSettings

WHOLE = """
path: /machines/hi1
we: {country: IE, identifier: EXAMPLE-BOARD}
clients:
  - {client: abc, country: FR, identifier: TJ-PARIS, endpoint: "https://hi1.tj.example/in", encoding: json}
  - {client: def, country: DE, identifier: AG-TEST}
"""


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "hi1.yaml").write_text(WHOLE)
    file = from_file(tmp_path / "hi1.yaml")
    machines = file.machines()
    assert file.path == "/machines/hi1"
    assert (machines["abc"].party, machines["abc"].encoding) == (Party("FR", "TJ-PARIS"), Encoding.JSON)
    assert (machines["def"].endpoint, machines["def"].encoding) == ("", Encoding.XML)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("we: [", "is not YAML"),
        ("", "we"),
        (WHOLE + "colour: red", "colour"),
        (WHOLE.replace("https://hi1", "http://hi1"), "https://"),
        (WHOLE.replace("https://hi1", "https://me:secret@hi1"), "credentials"),
        (WHOLE.replace("/machines/hi1", "/v1/orders"), "path"),
        (WHOLE.replace("/machines/hi1", "/"), "path"),
        (WHOLE.replace("/machines/hi1", "no slash"), "path"),
        (WHOLE.replace("country: IE", "country: ie"), "we.country"),
        (WHOLE + "#" + "x" * 300_000, "longer"),
        (WHOLE.replace("def", "abc"), "stands twice"),
        (WHOLE.replace("DE, identifier: AG-TEST", "FR, identifier: TJ-PARIS"), "stands twice"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "hi1.yaml").write_text(text)
    with pytest.raises(UnusableMachines, match=words):
        from_file(tmp_path / "hi1.yaml").machines()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableMachines, match="cannot be read"):
        from_file(tmp_path / "none.yaml")


def test_the_door_is_where_the_file_says_and_nowhere_without_one(tmp_path: Path) -> None:
    (tmp_path / "hi1.yaml").write_text(WHOLE)

    def where(settings: Settings, door: str = "api") -> object:
        return django_options(settings, database={}, secret_key="x", door=door).get("COMITY_HI1_PATH")

    assert where(Settings()) == ""
    assert where(Settings(hi1=tmp_path / "hi1.yaml")) == "/machines/hi1"
    assert where(Settings(hi1=tmp_path / "hi1.yaml"), "console") is None
    (tmp_path / "hi1.yaml").write_text("we: 7")
    with pytest.raises(UnusableSettings, match="COMITY_HI1"):
        where(Settings(hi1=tmp_path / "hi1.yaml"))


def test_the_means_are_joined_from_the_file(tmp_path: Path) -> None:
    from comity.main.machines import machines_of

    assert machines_of(Settings()).path == ""
    (tmp_path / "hi1.yaml").write_text(WHOLE)
    found = machines_of(Settings(hi1=tmp_path / "hi1.yaml"))
    assert (found.us, found.schemas, found.way is None) == (Party("IE", "EXAMPLE-BOARD"), None, False)
    for more in (f"schemas: {tmp_path}", f"trusted: {tmp_path}/none.pem", f"certificate: {tmp_path}/hi1.yaml"):
        (tmp_path / "hi1.yaml").write_text(WHOLE + more)
        with pytest.raises(UnusableSettings, match="COMITY_HI1"):
            machines_of(Settings(hi1=tmp_path / "hi1.yaml"))
