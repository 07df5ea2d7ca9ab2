"""What an account stored: a letter of two pages, a picture, a text; each names somebody who is no party."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import typst
from PIL import Image, ImageDraw

from comity.platform import RecordRow
from support.records import upload

SECRET = "Bernadette Soubirous"
INSIDE = "2026-11-12T10:00:00Z"
CONTENT: dict[str, Any] = {
    "I.type": "JUDGE_COURT_OR_INVESTIGATING_JUDGE", "F": {"d": ["uploads"]}, "G.threshold": ["THREE_YEARS"],
}  # fmt: skip


@cache
def letter() -> bytes:
    """Two pages; on the first one the name stands in the upper half."""
    source = (
        f"#set page(width: 200pt, height: 200pt, margin: 0pt)\n#place(dx: 50pt, dy: 60pt)[{SECRET}]\n#pagebreak()\nend"
    )
    return bytes(typst.compile(source.encode(), format="pdf"))  # type: ignore[arg-type]


@cache
def picture() -> bytes:
    """White, with a red square in its middle."""
    shown = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(shown).rectangle((80, 30, 120, 70), fill="red")
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()


def rows() -> Iterator[RecordRow]:
    """Three uploads."""
    yield upload(INSIDE, letter(), name="letter.pdf", media_type="application/pdf", file_name=f"{SECRET}.pdf")
    yield upload(INSIDE, picture())
    yield upload(INSIDE, SECRET.encode() * 9, name="note.txt", media_type="text/plain")


LETTER, PICTURE, NOTE = (hashlib.sha256(one).hexdigest() for one in (letter(), picture(), SECRET.encode() * 9))
"""What these files are called."""
