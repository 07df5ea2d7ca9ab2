"""One PDF: what stands in it, how it is built, what is signed, and what in it would like to run."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PdfReadError

from comity.intake.child.fields import form_fields
from comity.intake.child.layout import read_layout
from comity.intake.child.structure import Structure, pages_of, survey

Answer = dict[str, Any]
_TAIL = 1024
_NESTED = re.compile(rb"(?:(?:\[|<<)[^\[\]<>]{0,40}){200}")


def read_document(data: bytes, limits: dict[str, int], labels: list[list[str]]) -> Answer:
    """Answer: ``faults`` (code and detail), ``pages``, ``fields`` or ``values`` and ``boxes``, ``signatures``."""
    answer: Answer = {"faults": _envelope(data), "pages": 0, "fields": {}, "values": {}, "boxes": {}, "signatures": []}
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            answer["faults"].append(["encrypted", ""])
            return answer
        structure = survey(reader, limits)
        pages = pages_of(reader, limits["pages"])
    except LimitReachedError as error:
        answer["faults"].append(["too_costly", str(error)[:160]])
        return answer
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, AssertionError, OSError) as error:
        code = "too_deep" if _NESTED.search(data) else "malformed"
        answer["faults"].append([code, f"{type(error).__name__}: {str(error)[:160]}"])
        return answer
    answer["faults"] += structure.faults
    answer["pages"] = len(pages)
    answer["images"] = structure.images
    # What is signed is established first: a signature counts even where the text cannot be read.
    answer["signatures"] = _signatures(data, structure)
    if len(pages) > limits["pages"]:
        answer["faults"].append(["too_many_pages", f"more than {limits['pages']}"])
        return answer
    answer["fields"] = form_fields(reader, limits)
    if not answer["fields"]:
        answer["values"], answer["boxes"], answer["characters"] = read_layout(data, pages, labels, limits)
    return answer


def _envelope(data: bytes) -> list[list[str]]:
    """What the first and the last bytes say: a PDF begins with its first byte and ends with its end mark."""
    faults: list[list[str]] = []
    if not data.startswith(b"%PDF-"):
        faults.append(["polyglot", "other bytes stand before %PDF"])
    end = data.rfind(b"%%EOF", max(0, len(data) - _TAIL))
    if end < 0:
        faults.append(["truncated", "no end mark"] if data.rfind(b"%%EOF") < 0 else ["polyglot", "bytes after the end"])
    elif data[end + 5 :].strip(b"\r\n\0 "):
        faults.append(["polyglot", "other bytes stand after the end mark"])
    return faults


def _signatures(data: bytes, structure: Structure) -> list[dict[str, Any]]:
    if not structure.signature_fields and b"/ByteRange" not in data:
        return []
    # Imported only where there is something to verify: it costs more than reading the document does.
    from comity.intake.child.signatures import check_embedded  # noqa: PLC0415

    try:
        return check_embedded(data)
    except Exception as error:  # noqa: BLE001 -- a signature that cannot be read is a broken one
        why = f"{type(error).__name__}: {str(error)[:160]}"
        return [{"certificate": None, "signed_at": None, "intact": False, "covers": "part", "error": why}]
