"""A board that looks lived in: posts from a word list, and drawn pictures as real JPEG and PNG files."""

from __future__ import annotations

import hashlib
import math
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import ScryptPasswordHasher
from PIL import Image, ImageDraw

from board.clock import now
from board.pictures import Picture, encode
from board.store.database import Database, new_name
from board.store.posts import ROOMS, attach

_WORDS = (Path(__file__).parent / "words.txt").read_text("utf-8").split("\n\n")
_NAMES, _OPENINGS, _THINGS, _SENTENCES = (paragraph.strip().split("\n") for paragraph in _WORDS)
_PICTURES = 36


class _Dice:
    """Repeatable choices: equal seeds give equal boards."""

    def __init__(self) -> None:
        self._count = 0

    def pick(self, upto: int) -> int:
        self._count += 1
        digest = hashlib.blake2b(self._count.to_bytes(8, "big"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % upto

    def choose(self, options: list[str]) -> str:
        return options[self.pick(len(options))]


def seed(database: Database, count: int, password: str | None) -> None:
    """Write ``count`` posts by forty people, every third with a picture, unless the board has posts already.

    ``password`` is every seeded account's; without one nobody can log in as them.
    """
    hashed = _hashed(password)
    dice = _Dice()
    pictures = [_draw(number, dice) for number in range(_PICTURES)]
    with database.write() as connection:
        if connection.execute("SELECT 1 FROM post LIMIT 1").fetchone() is not None:
            return
        end = datetime.fromisoformat(now())
        people = [_person(connection, handle, hashed, end) for handle in _NAMES]
        for number in range(count):
            at = _text(end - timedelta(minutes=7 * (count - number), seconds=dice.pick(400)))
            name = _post(connection, people[dice.pick(len(people))], at, dice)
            for place in range((0, 0, 1, 0, 0, 2)[number % 6]):
                attach(connection, name, place, pictures[dice.pick(_PICTURES)])


def _hashed(password: str | None) -> str:
    # One salt for all: these accounts share one password anyway, and a few thousand posts should take a second.
    return ScryptPasswordHasher().encode(password, new_name("s")) if password else "!"


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _person(connection: sqlite3.Connection, handle: str, password: str, end: datetime) -> tuple[str, str]:
    account, at = new_name("a"), _text(end - timedelta(days=400))
    address = f"198.51.100.{_NAMES.index(handle) + 1}"
    connection.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (account, handle, password, at))
    connection.execute("INSERT INTO access VALUES (?, ?, 'joined', ?, 'Mozilla/5.0')", (account, at, address))
    return account, address


def _post(connection: sqlite3.Connection, author: tuple[str, str], at: str, dice: _Dice) -> str:
    name = new_name("p")
    title = f"{dice.choose(_OPENINGS)} {dice.choose(_THINGS)}"
    first, stride = dice.pick(len(_SENTENCES)), (1, 2, 4, 7)[dice.pick(4)]  # no sentence twice: 15 has no such factor
    body = " ".join(_SENTENCES[(first + stride * step) % len(_SENTENCES)] for step in range(2 + dice.pick(5)))
    room = dice.choose(list(ROOMS))
    connection.execute(
        "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?)", (name, room, author[0], title, body, at, author[1])
    )
    connection.execute("INSERT INTO access VALUES (?, ?, 'posted', ?, 'Mozilla/5.0')", (author[0], at, author[1]))
    return name


def _draw(number: int, dice: _Dice) -> Picture:
    """A landscape: sky, sun, three ranges of hills; every fourth with a transparent frame, hence a PNG."""
    width, height = 480, 320
    image = Image.new("RGBA", (width, height), _colour(dice, 150))
    pen = ImageDraw.Draw(image)
    left, top, radius = dice.pick(width), dice.pick(120), 20 + dice.pick(30)
    pen.ellipse((left, top, left + 2 * radius, top + 2 * radius), fill=(250, 220, 140, 255))
    for layer in range(3):
        phase, steep = dice.pick(628) / 100, 0.008 + dice.pick(12) / 1000
        base, tall = 150 + 50 * layer, 20 + dice.pick(40)
        ridge = [(x, base + round(tall * math.sin(x * steep + phase))) for x in range(0, width + 8, 8)]
        pen.polygon([*ridge, (width, height), (0, height)], fill=_colour(dice, 120 - 35 * layer))
    if number % 4 == 0:
        pen.rectangle((0, 0, width - 1, height - 1), outline=(0, 0, 0, 0), width=8)
        return encode(image)
    return encode(image.convert("RGB"))


def _colour(dice: _Dice, light: int) -> tuple[int, int, int, int]:
    return (light + dice.pick(70), light + dice.pick(90), light + dice.pick(100), 255)
