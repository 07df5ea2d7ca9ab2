"""The fields of an AcroForm (ISO 32000-1, 12.7): full name to value, as typed."""

from __future__ import annotations

from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NullObject

_MOST_VALUE = 20_000


def form_fields(reader: PdfReader, limits: dict[str, int]) -> dict[str, str | bool]:
    """Every filled field. A ticked box is ``True``; an empty field is left out; names of levels are joined by dots."""
    root: Any = reader.trailer["/Root"]
    form = root.get("/AcroForm")
    form = form.get_object() if form is not None else None
    if not isinstance(form, DictionaryObject):
        return {}
    values: dict[str, str | bool] = {}
    pending: list[tuple[Any, str, Any, int]] = [(node, "", None, 0) for node in _array(form.get("/Fields"))]
    visited = 0
    while pending and visited < limits["fields"]:
        node, prefix, kind, depth = pending.pop(0)
        visited += 1
        node = node.get_object()
        if not isinstance(node, DictionaryObject) or depth > limits["depth"]:
            continue
        name = _name(prefix, node.get("/T"))
        kind = node.get("/FT", kind)
        kids = [kid for kid in _array(node.get("/Kids")) if _has_name(kid)]
        if kids:
            pending.extend((kid, name, kind, depth + 1) for kid in kids)
        else:
            _take(values, name, kind, node.get("/V"))
    return values


def _array(value: Any) -> list[Any]:
    value = value.get_object() if value is not None else None
    return list(value) if isinstance(value, ArrayObject) else []


def _has_name(kid: Any) -> bool:
    kid = kid.get_object()
    return isinstance(kid, DictionaryObject) and "/T" in kid


def _name(prefix: str, own: Any) -> str:
    text = str(own)[:200] if own is not None else ""
    return f"{prefix}.{text}" if prefix and text else prefix or text


def _take(values: dict[str, str | bool], name: str, kind: Any, value: Any) -> None:
    if not name or kind == "/Sig" or value is None:
        return
    value = value.get_object()
    if isinstance(value, NullObject | DictionaryObject):
        return
    if kind == "/Btn":
        values[name] = str(value) not in {"/Off", "Off", ""}
        return
    text = ", ".join(str(item) for item in value) if isinstance(value, ArrayObject) else str(value)
    if text.strip():
        values[name] = text[:_MOST_VALUE]
