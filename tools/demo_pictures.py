"""Pictures for the demo, drawn from numbers: one that is listed, what people make of it, and a great many others."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIZE = (480, 360)


def drawn(number: int) -> Image.Image:
    """A picture that looks like no other: planes, discs and lines where ``number`` puts them."""
    dice = random.Random(number)  # noqa: S311 -- a picture, no secret
    image = Image.new("RGB", SIZE, _colour(dice))
    pen = ImageDraw.Draw(image)
    for _ in range(14):
        x, y, size = dice.randrange(SIZE[0]), dice.randrange(SIZE[1]), dice.randrange(30, 170)
        shape = (x - size, y - size // 2, x + size, y + size // 2)
        (pen.ellipse if dice.random() < 0.5 else pen.rectangle)(shape, fill=_colour(dice))
    for _ in range(6):
        angle, middle = dice.random() * math.tau, (dice.randrange(SIZE[0]), dice.randrange(SIZE[1]))
        ends = [
            (middle[0] + sign * 300 * math.cos(angle), middle[1] + sign * 300 * math.sin(angle)) for sign in (1, -1)
        ]
        pen.line(ends, fill=_colour(dice), width=dice.randrange(3, 16))
    return image.filter(ImageFilter.GaussianBlur(1.5))


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """As a file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def copies(image: Image.Image) -> dict[str, bytes]:
    """What people make of a picture before they put it up again."""
    width, height = image.size
    small = image.resize((width // 2, height // 2))
    narrow = image.crop((width // 100, height // 100, width - width // 100, height - height // 100))
    return {
        "the same file": jpeg(image),
        "saved again, badly": jpeg(image, 20),
        "half as large": jpeg(small),
        "twice as large": jpeg(image.resize((width * 2, height * 2))),
        "brighter": jpeg(ImageEnhance.Brightness(image).enhance(1.25)),
        "without colours": jpeg(image.convert("L").convert("RGB")),
        "blurred": jpeg(image.filter(ImageFilter.GaussianBlur(3))),
        "its edge cut off": jpeg(narrow),
    }
