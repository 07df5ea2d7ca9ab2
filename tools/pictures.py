"""Pictures of pages: of a whole page for a folder, and small ones for ``docs/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
_SIZE = {"width": 1240, "height": 1120}


def take(browser: Any, folder: Path, looks: dict[str, dict[str, Any]], pages: dict[str, str], **context: Any) -> None:
    """Photograph pages (name and address) in every look; ``context`` says who looks, and where."""
    folder.mkdir(parents=True, exist_ok=True)
    for look, options in looks.items():
        opened = browser.new_context(**context, **options)
        page = opened.new_page()
        for name, address in pages.items():
            page.goto(address)
            page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
        opened.close()


def for_docs(browser: Any, name: str, address: str, *, height: int = _SIZE["height"], **context: Any) -> None:
    """Photograph the upper part of a page as ``docs/NAME.png``, in few colours and so in few bytes."""
    from PIL import Image

    opened = browser.new_context(viewport={**_SIZE, "height": height}, color_scheme="light", **context)
    page = opened.new_page()
    page.goto(address)
    target = DOCS / f"{name}.png"
    page.screenshot(path=target)
    few = Image.open(target).convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    opened.close()
