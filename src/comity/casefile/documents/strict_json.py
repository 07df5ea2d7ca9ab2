"""JSON from strangers: one meaning or none.

Duplicate keys, two encodings, NaN, endless nesting and oversize input all mean that two readers could see two different
messages. RFC 8259 leaves them open; here they are refused, naming what was wrong and where.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from comity.casefile.documents.base import Json

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
_NESTING = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_LARGEST_INTEGER = 2**53  # RFC 8785 section 3.2.2.3: beyond it two readers may see two numbers


class UnusableJson(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The bytes are not one JSON object with one meaning."""

    code = "unusable_json"

    def __init__(self, field: str, why: str, rule: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why
        self.rule = rule


def loads(data: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """Read one JSON object (UTF-8, no byte order mark); raises ``UnusableJson`` and nothing else.

    Checked before the parser sees anything: size, encoding, depth. ``rule`` of the failure is one of ``oversize``,
    ``charset``, ``too_deep``, ``syntax``, ``duplicate_key``, ``number``, ``not_an_object``.
    """
    if len(data) > max_bytes:
        raise UnusableJson("message", f"{len(data)} bytes are more than the {max_bytes} that are read", "oversize")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableJson("message", f"byte {error.start} is not UTF-8", "charset") from error
    _refuse_depth(data, max_depth)
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_float=_float, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnusableJson("message", f"not JSON at {where}: {error.msg}", "syntax") from error
    if not isinstance(value, dict):
        raise UnusableJson("message", "the outermost value is not an object", "not_an_object")
    return value


def _refuse_depth(data: bytes, max_depth: int) -> None:
    depth = 0
    for token in _NESTING.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > max_depth:
                raise UnusableJson("message", f"nested deeper than {max_depth} levels", "too_deep")
        elif first in b"]}":
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for key, value in pairs:
        if key in found:
            raise UnusableJson(key[:64], "the key stands twice; two readers could see two values", "duplicate_key")
        found[_whole(key, key)] = _whole(key, value)
    return found


def _whole(key: str, value: Any) -> Any:
    """Refuse a lone surrogate: it can be neither stored nor shown, and other readers replace it."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            field = key.encode("ascii", "backslashreplace").decode("ascii")[:64]
            raise UnusableJson(field, "half of a surrogate pair is not a character", "charset") from error
    elif isinstance(value, list):
        for item in value:
            _whole(key, item)
    return value


def _no_constant(text: str) -> Any:
    raise UnusableJson("message", f"{text} is not a JSON number", "number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise UnusableJson("message", f"{text[:32]} is too large for a number", "number")
    return value


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_INTEGER:  # the length first: reading endless digits costs time
        raise UnusableJson("message", f"{text[:32]} is too large for a number", "number")
    return int(text)
