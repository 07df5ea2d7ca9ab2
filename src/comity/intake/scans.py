"""Scans: pages without text, drawn for a person to read. What letter recognition guesses is a proposal and no more."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.casefile.documents.base import Json
from comity.intake.confined import Confined
from comity.intake.errors import NotDrawn
from comity.intake.form import from_layout
from comity.intake.labels import layout_labels
from comity.intake.ports import Means

_MOST_PROPOSED = 3
_BROKEN = (KeyError, TypeError, ValueError, AttributeError, binascii.Error)


@dataclass(frozen=True)
class Drawn:
    """Pages as PNG, and how many the document has."""

    pages: tuple[bytes, ...] = field(repr=False)
    of: int


def draw(pdf: bytes, reader: Confined) -> Drawn:
    """The first pages, drawn in the confined process; raises ``NotDrawn``."""
    answer = reader.draw_pages(pdf)
    try:
        pages = tuple(base64.b64decode(page, validate=True) for page in answer["pages"])
        return Drawn(pages, int(answer["of"]))
    except _BROKEN as error:
        raise NotDrawn(str(answer.get("why", ""))[:200]) from error


def propose(pages: Sequence[bytes], means: Means) -> Json:
    """What the letters on the pages seem to say, by the labels of Annex I; nothing where no program is set up."""
    if means.letters is None:
        return {}
    text = "\n".join(means.reader.recognise(page, means.letters) for page in pages[:_MOST_PROPOSED])
    answer = means.reader.read_text(text.encode(), layout_labels())
    try:
        return from_layout(answer["values"], answer["boxes"])
    except _BROKEN:
        return {}
