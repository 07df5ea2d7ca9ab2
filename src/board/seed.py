"""A board that looks lived in: posts from a word list, and drawn pictures as real JPEG and PNG files."""

from __future__ import annotations

import hashlib
import math
import sqlite3
from datetime import datetime, timedelta

from django.contrib.auth.hashers import ScryptPasswordHasher
from PIL import Image, ImageDraw

from board.clock import now
from board.pictures import Picture, encode
from board.store.database import Database, new_name
from board.store.posts import ROOMS, attach

_NAMES = (
    "ada bruno carla dario elif franz greta hugo irena jonas karin luca maria nils olga paul quentin rosa sami tilda "
    "umberto vera wanda xenia yann zoe anouk benedikt celine david emma fatou gabor hanna ilse joao katya leo mina noor"
).split()
_OPENINGS = (
    "Looking for|Found|Thoughts on|Who knows|Pictures of|Repairing|Early morning at|Swap|A walk to|Three ideas for"
).split("|")
_THINGS = (
    "the old bridge|a wheel for the cargo bike|tomatoes on a balcony|the Saturday market|a lost umbrella|the night train"
    "|quiet places by the river|the new bus line|bread without kneading|rain barrels|the choir's concert|swifts under"
    " the roof|a bench at the harbour|late apples|the library's reading room|a kite for strong wind"
).split("|")
_SENTENCES = (
    "Has anybody tried this before?|I went there yesterday and stayed until dusk.|The neighbours lent me a ladder, which"
    " helped.|It costs less than one would think.|There is a path behind the mill that few people know.|Please bring"
    " something to drink.|The weather should hold until Sunday.|I kept a list and shall share it here.|Next time I would"
    " start earlier.|Children are welcome, dogs too.|Last year's seeds still came up.|Somebody should write this down"
    " properly.|If you have a better idea, tell me.|The light was remarkable.|We meet at nine at the fountain."
).split("|")
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
    body = " ".join(dice.choose(_SENTENCES) for _ in range(2 + dice.pick(5)))
    room = dice.choose(list(ROOMS))
    connection.execute("INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?)", (name, room, author[0], title, body, at, author[1]))
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
