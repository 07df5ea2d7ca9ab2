"""A bounded walk over a PDF's objects: looks for what would run, open, attach or never end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# ISO 32000-1, 12.6.4: the kinds of action that reach beyond the page.
_RUNS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/SubmitForm": "sends_data",
    "/ImportData": "launch",
    "/Rendition": "script",
    "/GoToE": "embedded_file",
    "/GoToR": "launch",
}
_KEYS = {
    "/JavaScript": "script",
    "/JS": "script",
    "/AA": "script",
    "/Launch": "launch",
    "/EmbeddedFiles": "embedded_file",
    "/EF": "embedded_file",
    "/RichMedia": "script",
    "/XFA": "xfa",
}


@dataclass
class Structure:
    """What the walk saw."""

    faults: list[list[str]] = field(default_factory=list)
    images: int = 0
    signature_fields: bool = False

    def note(self, code: str, detail: str) -> None:
        """One finding of each kind is enough; a file with a thousand scripts has scripts."""
        if code not in (known for known, _detail in self.faults):
            self.faults.append([code, detail])


def survey(reader: PdfReader, limits: dict[str, int]) -> Structure:
    """Visit every object that the document can reach, each once, up to ``objects`` of them and ``depth`` levels."""
    structure = Structure()
    seen: set[tuple[int, int]] = set()
    pending: deque[tuple[Any, int]] = deque([(reader.trailer.raw_get("/Root"), 0)])
    visited = 0
    while pending:
        value, depth = pending.popleft()
        if isinstance(value, IndirectObject):
            name = (value.idnum, value.generation)
            if name in seen:
                continue
            seen.add(name)
            value = value.get_object()
        visited += 1
        if visited > limits["objects"]:
            structure.note("too_many_objects", f"more than {limits['objects']}")
            break
        if depth > limits["depth"]:
            structure.note("too_deep", f"more than {limits['depth']} levels")
            continue
        pending.extend((child, depth + 1) for child in _children(value, structure))
    return structure


def _children(value: Any, structure: Structure) -> list[Any]:
    if isinstance(value, DictionaryObject):
        _look(value, structure)
        return [value.raw_get(key) for key in value if key not in {"/Parent", "/P", "/Prev"}]
    return list(value) if isinstance(value, ArrayObject) else []


def _look(node: DictionaryObject, structure: Structure) -> None:
    for key, code in _KEYS.items():
        if key in node:
            structure.note(code, f"{key} is present")
    kind = node.get("/S")
    if isinstance(kind, str) and kind in _RUNS:
        structure.note(_RUNS[kind], f"an action of kind {kind} is present")
    opening = node.get("/OpenAction")
    if isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo":
        structure.note("script", "/OpenAction runs when the document is opened")
    if node.get("/Subtype") == "/Image":
        structure.images += 1
    if node.get("/FT") == "/Sig" and "/V" in node:
        structure.signature_fields = True


def pages_of(reader: PdfReader, most: int) -> list[DictionaryObject]:
    """The document's pages in order, at most one more than ``most``; a page that names itself is visited once."""
    root: Any = reader.trailer["/Root"]
    pages: list[DictionaryObject] = []
    pending: deque[Any] = deque([root.raw_get("/Pages")])
    seen: set[int] = set()
    while pending and len(pages) <= most:
        node = pending.popleft()
        number = node.idnum if isinstance(node, IndirectObject) else id(node)
        if number in seen:
            continue
        seen.add(number)
        node = node.get_object()
        kids = node.get("/Kids") if isinstance(node, DictionaryObject) else None
        if isinstance(kids, ArrayObject):
            pending.extendleft(reversed(kids[: most + 2]))
        elif isinstance(node, DictionaryObject):
            pages.append(node)
    return pages
