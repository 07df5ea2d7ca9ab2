"""From a filled form to a PDF that people print, archive (PDF/A-2a) and read with a screen reader (PDF/UA-1).

Typst compiles one fixed template; everything that varies reaches it as one JSON string, never as markup. The same form
at the same instant gives the same bytes.
"""

from __future__ import annotations

import json
import threading
from importlib import resources
from typing import Any, Final, Literal

import typst

from comity.casefile.clock import Instant
from comity.casefile.documents.base import Json
from comity.delivery.errors import NotTypeset
from comity.delivery.forms import FormDefinition, page
from comity.delivery.ink import printable
from comity.delivery.words import ENGLISH, LANGUAGES

_STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]


class Typesetter:
    """One compiled template, kept for the life of the process; safe to share between threads."""

    def __init__(self) -> None:
        self._template = (resources.files("comity.delivery") / "form.typ").read_bytes()
        # Fonts of the machine are left aside, so that a form looks alike wherever it is made.
        self._compiler = typst.Compiler(ignore_system_fonts=True)
        self._lock = threading.Lock()

    def typeset(
        self, definition: FormDefinition, fields: Json, *, at: Instant, reference: str, language: str = "en"
    ) -> bytes:
        """The form as a PDF; raises ``NotTypeset``."""
        shown = page(definition, fields, LANGUAGES.get(language, ENGLISH), reference=reference)
        try:
            with self._lock:
                pdf = self._compiler.compile(
                    input=self._template,
                    format="pdf",
                    sys_inputs={"form": json.dumps(shown, ensure_ascii=True)},
                    pdf_standards=[*_STANDARDS],
                    timestamp=int(at.utc.timestamp()),
                )
        except typst.TypstError as error:
            raise NotTypeset(str(error)) from error
        assert isinstance(pdf, bytes)  # a list is given for pictures of pages only
        return pdf


class PaperTypesetter:
    """The template of reports of our own, compiled once; safe to share between threads."""

    def __init__(self) -> None:
        self._template = (resources.files("comity.delivery") / "report.typ").read_bytes()
        self._compiler = typst.Compiler(ignore_system_fonts=True)
        self._lock = threading.Lock()

    def typeset(self, paper: Json, *, at: Instant) -> bytes:
        """A report as a PDF: title, subtitle, sections of facts, rows and notes, all text; raises ``NotTypeset``."""
        shown = _printable(paper)
        try:
            with self._lock:
                pdf = self._compiler.compile(
                    input=self._template,
                    format="pdf",
                    sys_inputs={"paper": json.dumps(shown, ensure_ascii=True)},
                    pdf_standards=[*_STANDARDS],
                    timestamp=int(at.utc.timestamp()),
                )
        except typst.TypstError as error:
            raise NotTypeset(str(error)) from error
        assert isinstance(pdf, bytes)  # a list is given for pictures of pages only
        return pdf


def _printable(value: Any) -> Any:
    """The same value with every text as ink can show it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value
