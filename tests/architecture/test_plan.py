"""The picture in docs/plan.md, the import contracts and the folders are the same house."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "comity"


def _contract(name: str) -> list[set[str]]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    layers = parser[f"importlinter:contract:{name}"]["layers"].strip().splitlines()
    return [{room.strip() for room in layer.split("|")} for layer in layers]


def _floors(picture: str) -> list[set[str]]:
    floors = []
    for line in picture.splitlines():
        match = re.match(r"\s*│(.*)│", line)
        if match:
            floors.append({room.strip() for room in match[1].split("│") if room.strip()})
    return floors


def _pictures() -> list[list[set[str]]]:
    text = (ROOT / "docs" / "plan.md").read_text()
    block = text.split("```")[1]
    house, record = block.split("inside the case file")
    return [_floors(house), _floors(record)]


def test_the_picture_is_the_contract():
    house, record = _pictures()
    assert house == _contract("floors")
    assert record == _contract("record")


def test_every_room_in_the_picture_exists_unless_it_is_in_parentheses():
    for floor in _pictures()[0]:
        for room in floor:
            exists = (PACKAGE / room.strip("()")).is_dir() or (PACKAGE / f"{room.strip('()')}.py").is_file()
            assert exists != room.startswith("("), room


def test_every_folder_has_its_place_and_its_plaque():
    rooms = {room.strip("()") for floor in _pictures()[0] for room in floor}
    for folder in PACKAGE.iterdir():
        if folder.is_dir() and folder.name not in ("__pycache__", "locale"):  # texts of every door, and no code
            assert folder.name in rooms, f"{folder.name} has no place in docs/plan.md"
            plaque = (folder / "__init__.py").read_text()
            assert plaque.lstrip().startswith('"""'), f"{folder.name} has no plaque"
