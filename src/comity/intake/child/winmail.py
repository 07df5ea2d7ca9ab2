"""winmail.dat: what one maker's mail programs wrap attachments in (TNEF, MS-OXTNEF). Attachments and text, no more.

The format: a signature, then attributes of level, number, length, data and sum. Attachments begin with an attribute of
their own; long names and embedded messages stand in property lists (MAPI). Everything is bounds-checked by ``_Bytes``,
and sums are not believed, only lengths that fit.
"""

from __future__ import annotations

import base64
from typing import Any

_SIGNATURE = 0x223E9F78
_BODY, _RENDERING, _TITLE, _DATA, _PROPERTIES = 0x0002800C, 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME, _SHORT_NAME, _MEDIA_TYPE, _OBJECT = 0x3707, 0x3704, 0x370E, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x1E, 0x1F, 0x0D, 0x102})
_SEVERAL = 0x1000
_MOST_PROPERTIES = 500
_MOST_ATTRIBUTES = 2_000


class NotWinmail(ValueError):  # noqa: N818 -- names of failures in this house say what is wrong
    """The bytes are no TNEF, or end in the middle of something."""


class _Bytes:
    """Bytes read from the front; reading beyond the end raises ``NotWinmail``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise NotWinmail("it ends too early")
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def padded(self, size: int) -> bytes:
        """``size`` bytes, and what fills up to a multiple of four."""
        found = self.take(size)
        self.take(min(-size % 4, len(self._data) - self._at))
        return found

    @property
    def left(self) -> int:
        return len(self._data) - self._at


def open_winmail(data: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """``files``: name, media type and bytes (base64) of each attachment, the text of the message first; ``faults``."""
    answer: dict[str, Any] = {"files": [], "faults": []}
    files: list[dict[str, Any]] = []
    try:
        _attributes(_Bytes(data), files, limits)
    except NotWinmail as error:
        answer["faults"].append(["winmail_broken", str(error)])
    if len(files) > limits["files"]:
        answer["faults"].append(["archive_too_large", f"{len(files)} files; {limits['files']} are read"])
    for found in files[: limits["files"]]:
        if found["body"]:
            answer["files"].append(found | {"body": base64.b64encode(found["body"]).decode()})
    return answer


def _attributes(stream: _Bytes, files: list[dict[str, Any]], limits: dict[str, int]) -> None:
    if stream.number(4) != _SIGNATURE:
        raise NotWinmail("it does not begin as one")
    stream.take(2)
    for _count in range(_MOST_ATTRIBUTES):
        if stream.left == 0:
            return
        stream.take(1)
        number, size = stream.number(4), stream.number(4)
        value = stream.take(size)
        stream.take(2)
        _attribute(number, value, files)
        if len(files) > limits["files"]:
            return
    raise NotWinmail("it has more attributes than any message")


def _attribute(number: int, value: bytes, files: list[dict[str, Any]]) -> None:
    if number == _BODY:
        files.insert(0, {"name": "message.txt", "type": "text/plain", "body": value.rstrip(b"\0")})
    elif number == _RENDERING:
        files.append({"name": "", "type": "", "body": b""})
    elif files and files[-1]["name"] != "message.txt":
        if number == _TITLE:
            files[-1]["name"] = files[-1]["name"] or _text(value, 0x1E)
        elif number == _DATA:
            files[-1]["body"] = value
        elif number == _PROPERTIES:
            _from_properties(files[-1], _properties(_Bytes(value)))


def _from_properties(file: dict[str, Any], found: dict[int, tuple[int, bytes]]) -> None:
    for name in (_LONG_NAME, _SHORT_NAME):
        if name in found:
            file["name"] = _text(found[name][1], found[name][0])
            break
    if _MEDIA_TYPE in found:
        file["type"] = _text(found[_MEDIA_TYPE][1], found[_MEDIA_TYPE][0]).lower()
    if _OBJECT in found and not file["body"]:
        # An object carries the identifier of its interface before its bytes.
        file["body"] = found[_OBJECT][1][16:] if found[_OBJECT][0] == 0x0D else found[_OBJECT][1]


def _properties(stream: _Bytes) -> dict[int, tuple[int, bytes]]:
    """Properties by number: their type and the bytes of their (first) value."""
    found: dict[int, tuple[int, bytes]] = {}
    for _count in range(min(stream.number(4), _MOST_PROPERTIES)):
        kind, number = stream.number(2), stream.number(2)
        if number >= 0x8000:
            _skip_name(stream)
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        values = stream.number(4) if several or kind in _VARIABLE else 1
        if values > _MOST_PROPERTIES:
            raise NotWinmail("a property has more values than any message")
        for place in range(values):
            value = _value(stream, kind)
            if place == 0:
                found.setdefault(number, (kind, value))
    return found


def _value(stream: _Bytes, kind: int) -> bytes:
    if kind in _VARIABLE:
        return stream.padded(stream.number(4))
    if kind not in _FIXED:
        raise NotWinmail(f"a property is of kind {kind:#x}, which has no size")
    return stream.take(_FIXED[kind])


def _skip_name(stream: _Bytes) -> None:
    stream.take(16)
    if stream.number(4) == 0:
        stream.take(4)
    else:
        stream.padded(stream.number(4))


def _text(value: bytes, kind: int) -> str:
    text = value.decode("utf-16-le" if kind == 0x1F else "latin-1", "replace").split("\0", 1)[0]
    return "".join(mark for mark in text if mark.isprintable()).replace("\\", "/").rpartition("/")[2][:120]
