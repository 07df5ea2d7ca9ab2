"""Pages of a PDF as pictures: pixels that a person reads beside the form, and that a machine may guess letters from."""

from __future__ import annotations

import base64
import io
from typing import Any

import pypdfium2

_EDGE = 1_754
"""Pixels of the longer edge: A4 at 150 dots an inch."""


def draw_pages(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """``pages``: PNG (base64) of the first ``pictures`` pages, grey; ``of``: how many pages there are.

    Forms and annotations are not drawn: a scan has none, and what they show depends on who shows them.
    """
    document = pypdfium2.PdfDocument(data)
    try:
        drawn = [_drawn(document[number]) for number in range(min(len(document), limits["pictures"]))]
        return {"pages": drawn, "of": len(document)}
    finally:
        document.close()


def _drawn(page: Any) -> str:
    width, height = page.get_size()
    scale = _EDGE / max(width, height, 1.0)
    picture = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False).to_pil()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return base64.b64encode(out.getvalue()).decode()
