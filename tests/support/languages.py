"""Which texts of the catalogue a page shows in English although it speaks another language."""

from __future__ import annotations

import functools
import sys
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SILENT = {"script", "style", "code", "pre"}


class _Texts(HTMLParser):
    """The texts that a page shows in its own language, each by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("title", "aria-label", "placeholder", "alt") and value:
                self.found.add(value.strip())
        if tag not in _VOID:
            said = dict(attrs)
            own = said.get("lang") if tag != "html" else None
            self._open.append((tag, own is not None or tag in _SILENT))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(other for _, other in self._open):
            self.found.add(" ".join(data.split()))


@functools.cache
def _english(language: str) -> frozenset[str]:
    import translations

    texts = set()
    for message in translations.existing(language):
        plain = isinstance(message.id, str) and message.id and message.id != message.string
        if plain:
            texts.add(" ".join(str(message.id).split()))
    said = {" ".join(str(one.string).split()) for one in translations.existing(language) if one.id}
    return frozenset(texts - said)


def english_left(page: str, language: str) -> set[str]:
    """Texts of the catalogue that stand on the page as they stand in the source, outside of what is marked."""
    reader = _Texts()
    reader.feed(page)
    return reader.found & _english(language)
