"""Draw, blacken, write pixels: nothing of the file but what can be seen outside of the regions comes out."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, PdfImagePlugin, PngImagePlugin  # noqa: F401 -- loaded before the process is confined

from comity.confinement.confine import Confines, confine

_DOTS = 150 / 72
_MOST_PIXELS = 100_000_000
_MOST_PAGES = 2_000
_LONGEST_EDGE = 1600
"""Pixels, of what people look at."""
_GRID = 16
"""Pixels. A JPEG's blocks are that large at most: the rest of a block that is partly black would tell of the part."""


def main() -> int:
    """Read the question, confine, draw."""
    logging.disable(logging.CRITICAL)
    stream = sys.stdin.buffer
    question: dict[str, Any] = json.loads(stream.readline(1 << 20))
    Image.init()
    confine(Confines(**question["confines"]))
    body = stream.read()
    try:
        kind = "pdf" if question["media_type"] == "application/pdf" else "picture"
        drawn = _ANSWERS[question["what"], kind](body, question)
    except (MemoryError, RecursionError):
        return 3
    except Exception:  # noqa: BLE001 -- whatever a hostile file makes a library raise is one answer
        return 4
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


def _picture(body: bytes, question: dict[str, Any]) -> bytes:
    """A picture's pixels as PNG."""
    if any(one["page"] != 1 for one in question["regions"]):
        raise ValueError("a picture has one page")
    shown = _seen(body)
    _black(shown, question["regions"], 1)
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()


def _seen(body: bytes) -> Image.Image:
    """A picture upright as it is seen, on white where it is transparent."""
    with Image.open(io.BytesIO(body)) as opened:
        if opened.width * opened.height > _MOST_PIXELS or getattr(opened, "n_frames", 1) != 1:
            raise ValueError("too large, or more than one picture")
        turned = _upright(opened).convert("RGBA")
    shown = Image.new("RGB", turned.size, "white")
    shown.paste(turned, mask=turned.getchannel("A"))
    return shown


def _upright(picture: Image.Image) -> Image.Image:
    """As viewers show it: regions were marked on that."""
    from PIL import ImageOps  # noqa: PLC0415 -- small

    return ImageOps.exif_transpose(picture)


def _pdf(body: bytes, question: dict[str, Any]) -> bytes:
    """Every page as a picture, also those without a region: nothing of the old file is carried along."""
    document, regions = _document(body), question["regions"]
    if any(one["page"] > len(document) for one in regions):
        raise ValueError("no such page")
    pages = _pages(document, regions)
    out = io.BytesIO()
    next(pages).save(
        out, "PDF", save_all=True, append_images=pages, resolution=150, quality=90, title="", producer="Comity"
    )
    return out.getvalue()


def _document(body: bytes) -> Any:
    document = pypdfium2.PdfDocument(body)
    document.init_forms()
    if not 0 < len(document) <= _MOST_PAGES:
        raise ValueError("no pages, or too many")
    return document


def _pages(document: Any, regions: list[dict[str, Any]]) -> Iterator[Image.Image]:
    for number in range(len(document)):
        shown = _sheet(document, number)
        _black(shown, regions, number + 1)
        yield shown


def _sheet(document: Any, number: int) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    if width * height * _DOTS * _DOTS > _MOST_PIXELS:
        raise ValueError("a page is too large")
    drawn: Image.Image = page.render(scale=_DOTS).to_pil()
    return drawn.convert("RGB")


def _page(body: bytes, question: dict[str, Any]) -> bytes:
    """One page for people to look at."""
    document, number = _document(body), question["page"]
    if not 1 <= number <= len(document):
        raise ValueError("no such page")
    return _small(_sheet(document, number - 1))


def _look(body: bytes, question: dict[str, Any]) -> bytes:
    """A picture for people to look at."""
    if question["page"] != 1:
        raise ValueError("a picture has one page")
    return _small(_seen(body))


def _small(shown: Image.Image) -> bytes:
    shown.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=82)
    return out.getvalue()


def _count(body: bytes, _question: dict[str, Any]) -> bytes:
    return str(len(_document(body))).encode()


def _black(picture: Image.Image, regions: list[dict[str, Any]], page: int) -> None:
    draw = ImageDraw.Draw(picture)
    for one in regions:
        if one["page"] == page:
            left, top = int(one["left"] * picture.width), int(one["top"] * picture.height)
            right, bottom = int(one["right"] * picture.width), int(one["bottom"] * picture.height)
            outward = (
                left // _GRID * _GRID,
                top // _GRID * _GRID,
                (right // _GRID + 1) * _GRID - 1,
                (bottom // _GRID + 1) * _GRID - 1,
            )
            draw.rectangle(outward, fill="black")


_ANSWERS: dict[tuple[str, str], Callable[[bytes, dict[str, Any]], bytes]] = {
    ("blacken", "pdf"): _pdf,
    ("blacken", "picture"): _picture,
    ("page", "pdf"): _page,
    ("page", "picture"): _look,
    ("count", "pdf"): _count,
}


if __name__ == "__main__":
    sys.exit(main())
