"""Draw, blacken, write pixels: nothing of the file but what can be seen outside of the regions comes out."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, PdfImagePlugin, PngImagePlugin  # noqa: F401 -- loaded before the process is confined

from comity.confinement.confine import Confines, confine

_DOTS = 150 / 72
_MOST_PIXELS = 100_000_000
_MOST_PAGES = 2_000
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
        is_pdf = question["media_type"] == "application/pdf"
        drawn = _pdf(body, question["regions"]) if is_pdf else _picture(body, question)
    except (MemoryError, RecursionError):
        return 3
    except Exception:  # noqa: BLE001 -- whatever a hostile file makes a library raise is one answer
        return 4
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


def _picture(body: bytes, question: dict[str, Any]) -> bytes:
    """A picture's pixels as PNG, upright as it is seen, on white where it is transparent."""
    if any(one["page"] != 1 for one in question["regions"]):
        raise ValueError("a picture has one page")
    with Image.open(io.BytesIO(body)) as opened:
        if opened.width * opened.height > _MOST_PIXELS or getattr(opened, "n_frames", 1) != 1:
            raise ValueError("too large, or more than one picture")
        turned = _upright(opened).convert("RGBA")
    shown = Image.new("RGB", turned.size, "white")
    shown.paste(turned, mask=turned.getchannel("A"))
    _black(shown, question["regions"], 1)
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """As viewers show it: regions were marked on that."""
    from PIL import ImageOps  # noqa: PLC0415 -- small

    return ImageOps.exif_transpose(picture)


def _pdf(body: bytes, regions: list[dict[str, Any]]) -> bytes:
    """Every page as a picture, also those without a region: nothing of the old file is carried along."""
    document = pypdfium2.PdfDocument(body)
    document.init_forms()
    if not 0 < len(document) <= _MOST_PAGES or any(one["page"] > len(document) for one in regions):
        raise ValueError("no such page")
    pages = _pages(document, regions)
    out = io.BytesIO()
    next(pages).save(
        out, "PDF", save_all=True, append_images=pages, resolution=150, quality=90, title="", producer="Comity"
    )
    return out.getvalue()


def _pages(document: Any, regions: list[dict[str, Any]]) -> Iterator[Image.Image]:
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        if width * height * _DOTS * _DOTS > _MOST_PIXELS:
            raise ValueError("a page is too large")
        shown = page.render(scale=_DOTS).to_pil().convert("RGB")
        _black(shown, regions, number + 1)
        yield shown


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


if __name__ == "__main__":
    sys.exit(main())
